CREATE OR REPLACE FUNCTION ivr.note_housekeeping(p_started_at timestamptz, p_closed bigint, p_pseudonymised bigint, p_removed bigint)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    DELETE FROM ivr.housekeepings WHERE ended_at < now() - interval '100 days';
    INSERT INTO ivr.housekeepings (started_at, closed, pseudonymised, removed)
    VALUES (p_started_at, p_closed, p_pseudonymised, p_removed);
$$;
COMMENT ON FUNCTION ivr.note_housekeeping(timestamptz, bigint, bigint, bigint) IS
    'The last step of ivr.housekeep(): notes that it came to its end, and what it did.';
