CREATE OR REPLACE FUNCTION ivr.last_housekeeping() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
RETURN (SELECT format('%s calls closed, %s pseudonymised, %s removed, in %s s', closed, pseudonymised, removed,
                      round(extract(epoch FROM ended_at - started_at), 1))
        FROM ivr.housekeepings ORDER BY ended_at DESC LIMIT 1);
COMMENT ON FUNCTION ivr.last_housekeeping() IS 'What ivr.housekeep() did when it was called last, in words; null: it never was.';
