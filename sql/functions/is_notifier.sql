CREATE OR REPLACE FUNCTION ivr.is_notifier() RETURNS boolean
LANGUAGE sql VOLATILE
AS $$
    SELECT pg_try_advisory_lock(ivr.lock_key('minivoice-notify'));
$$;
COMMENT ON FUNCTION ivr.is_notifier() IS
    'Whether this connection is the one that tells subscribers what happens: the first that asks, until it ends. What concerns one call is told in order only by one.';
