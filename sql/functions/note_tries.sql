CREATE OR REPLACE FUNCTION ivr.note_tries(p_tries jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    try   record;
    n     record;
    pause interval;
    noted integer := 0;
BEGIN
    FOR try IN SELECT * FROM jsonb_to_recordset(p_tries)
                   AS t (notice bigint, tried_at timestamptz, http_status integer, fault text, took_ms integer, retry_after integer) LOOP
        SELECT notices.*, s.first_pause, s.patience INTO n
        FROM ivr.notices JOIN ivr.subscriptions AS s USING (subscription)
        WHERE notice = try.notice FOR UPDATE;
        CONTINUE WHEN NOT FOUND;  -- purged meanwhile
        INSERT INTO ivr.notice_tries (notice, tried_at, http_status, fault, took_ms)
        VALUES (try.notice, try.tried_at, try.http_status, left(try.fault, 200), try.took_ms)
        ON CONFLICT (notice, tried_at) DO NOTHING;
        CONTINUE WHEN NOT FOUND OR n.done_at IS NOT NULL;
        noted := noted + 1;
        IF try.http_status BETWEEN 200 AND 299 THEN
            UPDATE ivr.notices SET tries = tries + 1, first_try_at = coalesce(first_try_at, try.tried_at), done_at = clock_timestamp(), outcome = 'told'
            WHERE notice = try.notice;
            UPDATE ivr.subscriptions SET failures = 0 WHERE subscription = n.subscription AND failures > 0;
            CONTINUE;
        END IF;
        -- No two come again at the same moment because they failed at the same moment.
        pause := greatest(least(n.first_pause * 4.0 ^ least(n.tries, 16), interval '12 hours') * (0.9 + 0.2 * random()),
                          make_interval(secs => least(greatest(coalesce(try.retry_after, 0), 0), 86400)));
        UPDATE ivr.notices
        SET tries = tries + 1, first_try_at = coalesce(first_try_at, try.tried_at), next_try_at = clock_timestamp() + pause,
            done_at = CASE WHEN clock_timestamp() + pause > coalesce(first_try_at, try.tried_at) + n.patience THEN clock_timestamp() END,
            outcome = CASE WHEN clock_timestamp() + pause > coalesce(first_try_at, try.tried_at) + n.patience THEN 'given up' END
        WHERE notice = try.notice;
        UPDATE ivr.subscriptions
        SET failures = failures + 1,
            not_before = greatest(not_before,
                CASE WHEN try.retry_after > 0 THEN clock_timestamp() + make_interval(secs => least(try.retry_after, 86400)) END,
                CASE WHEN failures >= 4 THEN clock_timestamp() + least(interval '1 second' * 2 ^ least(failures - 4, 6), interval '1 minute') END),
            ended_at = CASE WHEN try.http_status = 410 THEN coalesce(ended_at, clock_timestamp()) ELSE ended_at END,
            ended_because = CASE WHEN try.http_status = 410 THEN coalesce(ended_because, 'the receiver said that it is gone (410)') ELSE ended_because END
        WHERE subscription = n.subscription;
        DELETE FROM ivr.subscription_secrets WHERE subscription = n.subscription AND try.http_status = 410;
    END LOOP;
    RETURN noted;
END;
$$;
COMMENT ON FUNCTION ivr.note_tries(jsonb) IS
    'Notes tries, an array of objects: notice, tried_at, http_status, fault, took_ms, retry_after (in seconds; null where nothing was asked for). A status 2xx has told it; 410 ends the subscription; everything else, redirects included, is tried again after a pause, or after Retry-After where that is later (a day at most), until the subscription''s patience is over. Retry-After, or five failures on end, give the whole subscription a rest. A try that is noted twice counts once. Returns how many were new.';
