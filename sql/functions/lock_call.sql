CREATE OR REPLACE FUNCTION ivr.lock_call(call_id text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(ivr.lock_key(''));
    PERFORM pg_advisory_xact_lock(ivr.lock_key(call_id));
END;
$$;
COMMENT ON FUNCTION ivr.lock_call(text) IS
    'Makes writers of one call take turns until the end of their transaction, so that each sees what the other wrote. It waits: who writes to several calls uses ivr.lock_calls(), or two could wait for each other.';
