CREATE OR REPLACE FUNCTION ivr.lock_call(call_id text) RETURNS void
LANGUAGE sql VOLATILE
RETURN pg_advisory_xact_lock(hashtextextended(call_id, 710));
COMMENT ON FUNCTION ivr.lock_call(text) IS
    'Makes writers of one call take turns until the end of their transaction, so that each sees what the other wrote.';
