CREATE OR REPLACE FUNCTION ivr.schema_version() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
RETURN (SELECT max(migration) FROM ivr.migrations);
COMMENT ON FUNCTION ivr.schema_version() IS
    'The number of the newest migration that this database has had. The programs say it in their log when they start.';
