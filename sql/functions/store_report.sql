CREATE OR REPLACE FUNCTION ivr.store_report(p_call_id text, p_outcome text, p_http_status integer, p_report jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    known   ivr.calls := (SELECT c FROM ivr.calls AS c WHERE call_id = p_call_id);
    ended   text := ivr.closing_word('ivr.reported', p_report ->> 'status');
    told_at text := p_report ->> 'ended_at';
    stamp   text;
    word    text := p_outcome;
    again   timestamptz;
    asked_before integer := coalesce((SELECT asked FROM ivr.reconciliations WHERE call_id = p_call_id), 0);
BEGIN
    IF known.call_id IS NULL THEN
        RETURN 'not ours';
    END IF;
    IF p_outcome = 'reported' THEN
        IF ended IS NULL OR ivr.parse_time(told_at) IS NULL THEN
            told_at := NULL;
        END IF;
        -- The same word again is the same event: it is dated by the call, not by when it was asked.
        stamp := coalesce(told_at, to_char(greatest(known.last_event_at, known.last_answer_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
        PERFORM FROM ivr.store_events(ARRAY[1], ARRAY[p_call_id], ARRAY['ivr.reported'], ARRAY[stamp], ARRAY[convert_to(jsonb_build_object(
            'event', 'ivr.reported', 'created_at', stamp,
            'call', p_report - 'ended_at' || jsonb_build_object('id', p_call_id),
            'data', jsonb_strip_nulls(jsonb_build_object('status', p_report ->> 'status', 'ended_at', told_at)))::text, 'UTF8')]);
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        word := (SELECT CASE WHEN ended IS NULL THEN CASE WHEN c.closed_at IS NULL OR c.inferred THEN 'open' ELSE 'differs' END
                             WHEN c.current_step <> ended THEN 'differs'
                             WHEN known.closed_at IS NULL OR known.inferred THEN 'closed'
                             ELSE 'agrees' END
                 FROM ivr.calls AS c WHERE call_id = p_call_id);
    END IF;
    again := CASE WHEN p_outcome = 'not found' THEN clock_timestamp() + interval '1 day'
                  WHEN p_outcome = 'reported' AND ended IS NOT NULL THEN 'infinity'
                  ELSE clock_timestamp() + least(interval '10 minutes' * 2 ^ least(asked_before, 6), interval '6 hours') END;
    INSERT INTO ivr.reconciliations AS r (call_id, outcome, http_status, asked, ask_again_at)
    VALUES (p_call_id, p_outcome, p_http_status, 1, again)
    ON CONFLICT (call_id) DO UPDATE
    SET outcome = excluded.outcome, http_status = excluded.http_status, asked = r.asked + 1, asked_at = clock_timestamp(),
        ask_again_at = again;
    RETURN word;
END;
$$;
COMMENT ON FUNCTION ivr.store_report(text, text, integer, jsonb) IS
    'Notes what came of asking the platform for a call, and when to ask again. Arguments: the call; reported, not found or failed; the HTTP status; and with reported what was said: status, and if told direction, from, to, ended_at. That becomes an event ivr.reported: it closes a call that no event has ended and never reopens one, and an event of the platform wins over it whenever it comes. The same word twice is one event. Returns closed, when this closed it; open, when the call goes on; agrees or differs, when we knew an end; not found; failed; not ours, when we know no such call and nothing was stored. Null: somebody else is writing to this call, try again.';
