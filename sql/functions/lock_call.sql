CREATE OR REPLACE FUNCTION ivr.lock_call(call_id text) RETURNS void
LANGUAGE sql VOLATILE
RETURN pg_advisory_xact_lock(ivr.lock_key(call_id));
COMMENT ON FUNCTION ivr.lock_call(text) IS
    'Makes writers of one call take turns until the end of their transaction, so that each sees what the other wrote. It waits: who locks several calls takes them in the order of their bytes (COLLATE "C"), or two could wait for each other.';
