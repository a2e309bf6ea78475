CREATE OR REPLACE PROCEDURE ivr.purge(p_older_than interval DEFAULT NULL, p_batch integer DEFAULT 200)
LANGUAGE plpgsql
AS $$
DECLARE
    age  interval := coalesce(p_older_than, (SELECT purge_after FROM ivr.history_settings));
    ids  text[] := '{}';
    id   text;
    gone bigint;
BEGIN
    IF age IS NULL THEN
        RETURN;
    END IF;
    FOR id IN SELECT * FROM ivr.calls_older_than(age) LOOP
        ids := ids || id;
        IF cardinality(ids) >= p_batch THEN
            PERFORM ivr.purge_calls(ids);
            COMMIT;
            ids := '{}';
        END IF;
    END LOOP;
    PERFORM ivr.purge_calls(ids);
    COMMIT;

    -- What belongs to no call
    LOOP
        WITH old AS (
            SELECT rejected_id, digest FROM ivr.rejected_requests WHERE received_at < now() - age
            ORDER BY rejected_id LIMIT p_batch FOR UPDATE SKIP LOCKED
        )
        DELETE FROM ivr.rejected_requests AS r USING old WHERE r.rejected_id = old.rejected_id AND r.digest = old.digest;
        GET DIAGNOSTICS gone = ROW_COUNT;
        COMMIT;
        EXIT WHEN gone < p_batch;
    END LOOP;
    DELETE FROM ivr.answers WHERE call_id IS NULL AND answered_at < now() - age;
    DELETE FROM ivr.enrichments AS e
    WHERE e.received_at < now() - age AND NOT EXISTS (SELECT FROM ivr.calls AS c WHERE c.call_id = e.call_id);
    COMMIT;
END;
$$;
COMMENT ON PROCEDURE ivr.purge(interval, integer) IS
    'Removes whole calls of which everything is older than this (history_settings.purge_after), and rejected requests and answers without a call of that age, in transactions of p_batch calls: CALL ivr.purge(''2 years''). Null there and here: removes nothing.';
