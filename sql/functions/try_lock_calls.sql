CREATE OR REPLACE FUNCTION ivr.try_lock_calls(p_call_ids text[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(ivr.lock_key('')) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT id
        FROM (SELECT DISTINCT called COLLATE "C" AS id FROM unnest(p_call_ids) AS called ORDER BY id) AS in_order
        WHERE pg_try_advisory_xact_lock(ivr.lock_key(id)));
END;
$$;
COMMENT ON FUNCTION ivr.try_lock_calls(text[]) IS
    'Locks as ivr.lock_calls() does, without waiting: returns those of these calls that are the caller''s now, each once, in the order of their bytes. Somebody else is writing to the others. A statement of its own: what it locked is read by the next one, which sees what the last writer wrote.';
