CREATE OR REPLACE FUNCTION ivr.is_shard() RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT EXISTS (SELECT FROM pg_subscription JOIN pg_database AS d ON d.oid = subdbid
                   WHERE subname = 'ivr_configuration' AND datname = current_database())
$$;
COMMENT ON FUNCTION ivr.is_shard() IS
    'Whether this database is one of several, a shard: its configuration, and who is known or to be called back, are then copies of what its router has, and change there.';
