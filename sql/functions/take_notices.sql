CREATE OR REPLACE FUNCTION ivr.take_notices() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    log_end    ivr.log_place;
    s          ivr.subscriptions;
    upto       ivr.log_place;
    last_event bigint;
    found      integer;
    taken      integer := 0;
BEGIN
    IF NOT ivr.is_notifier() THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM ivr.subscriptions WHERE ended_at IS NULL) THEN
        RETURN 0;
    END IF;
    log_end := ivr.end_of_log();
    IF log_end IS NULL THEN
        RETURN 0;
    END IF;
    FOR s IN SELECT * FROM ivr.subscriptions WHERE ended_at IS NULL ORDER BY subscription FOR UPDATE LOOP
        -- Of a receiver that is away so much waits and no more: the log keeps the rest.
        CONTINUE WHEN (SELECT count(*) FROM (SELECT FROM ivr.notices WHERE subscription = s.subscription AND done_at IS NULL LIMIT 1000) AS n) = 1000;
        -- So many events and no more, whatever numbers are missing between them.
        last_event := coalesce((SELECT max(arrival) FROM (SELECT arrival FROM ivr.call_events
                                WHERE arrival > (s.place).arrival AND arrival <= (log_end).arrival
                                ORDER BY arrival LIMIT 2000) AS e HAVING count(*) = 2000), (log_end).arrival);
        upto := ROW(last_event,
                    -- Events first: an answer tells nothing new of a call whose end is not read yet.
                    CASE WHEN last_event = (log_end).arrival THEN
                        coalesce((SELECT max(stored_at) FROM (SELECT stored_at FROM ivr.answers
                                  WHERE call_id IS NOT NULL AND stored_at > (s.place).at AND stored_at <= (log_end).at
                                  ORDER BY stored_at LIMIT 2000) AS a HAVING count(*) = 2000), (log_end).at)
                        ELSE (s.place).at END,
                    least((log_end).version, (s.place).version + 100))::ivr.log_place;
        -- What is noted already is looked up one by one: joined, it would be read whole.
        WITH due AS MATERIALIZED (
            SELECT kind, d.subject, d.call_id, d.at,
                   'msg_' || left(encode(sha256(convert_to(jsonb_build_array(kind, d.subject, d.word)::text, 'UTF8')), 'hex'), 32) AS message_id
            FROM unnest(s.kinds) AS kind
            CROSS JOIN LATERAL ivr.due_of_kind(kind, s.place, upto, NULL, s.numbers_in_plain) AS d
            WHERE d.call_id IS NULL
               OR (s.department IS NULL OR d.department = s.department) AND (s.number IS NULL OR d.number = s.number)
        ), noticed AS (
            INSERT INTO ivr.notices (subscription, kind, subject, of_call, message_id, done_at, outcome)
            SELECT s.subscription, kind, subject, call_id, message_id,
                   CASE WHEN s.url = 'notify:ivr' THEN clock_timestamp() END, CASE WHEN s.url = 'notify:ivr' THEN 'told' END
            FROM due
            WHERE (SELECT n.notice FROM ivr.notices AS n WHERE n.subscription = s.subscription AND n.message_id = due.message_id) IS NULL
            ORDER BY at, subject COLLATE "C"
            ON CONFLICT (subscription, message_id) DO NOTHING
            RETURNING of_call
        ), said AS (
            SELECT pg_notify('ivr', of_call) FROM noticed
            WHERE s.url = 'notify:ivr'
              AND (SELECT min(n.notice) FROM ivr.notices AS n WHERE n.subscription = s.subscription AND n.of_call = noticed.of_call) IS NULL
        )
        -- What nobody counts is not said.
        SELECT (SELECT count(*) FROM noticed) + 0 * (SELECT count(pg_notify) FROM said) INTO found;
        taken := taken + found + ((upto).arrival < (log_end).arrival OR (upto).at < (log_end).at)::integer;
        -- The clock alone is worth a row now and then: what is read twice is noticed once.
        IF found > 0 OR (upto).arrival > (s.place).arrival OR (upto).version > (s.place).version OR (upto).at > (s.place).at + interval '1 minute' THEN
            UPDATE ivr.subscriptions SET place = upto WHERE subscription = s.subscription;
        END IF;
    END LOOP;
    RETURN taken;
END;
$$;
COMMENT ON FUNCTION ivr.take_notices() IS
    'Reads the logs on from each subscription''s place, at most two thousand events of them, notes in ivr.notices what is to be told, and moves the place: one transaction, so that nothing is lost and nothing noted twice. Returns how much there was, 0 when there may be nothing more; null while another one that has asked is still connected.';
