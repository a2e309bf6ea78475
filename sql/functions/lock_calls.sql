CREATE OR REPLACE FUNCTION ivr.lock_calls(p_call_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    id text;
BEGIN
    IF cardinality(p_call_ids) > 1000 THEN
        -- So many locks would not fit: no call is written to until this is done.
        PERFORM pg_advisory_xact_lock(ivr.lock_key(''));
        RETURN;
    END IF;
    -- Not by the database's collation: two orders are a deadlock.
    FOR id IN SELECT DISTINCT called COLLATE "C" FROM unnest(p_call_ids) AS called ORDER BY 1 LOOP
        PERFORM ivr.lock_call(id);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION ivr.lock_calls(text[]) IS
    'ivr.lock_call() for several calls, in the order of their bytes, which is everybody''s: once in a transaction, and before anything is written. What is read to be changed is read by the next statement.';
