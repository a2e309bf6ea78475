-- schema_version.sql: the number of the newest migration.
BEGIN;
\ir lib/scene.psql
SELECT plan(3);

SELECT is(ivr.schema_version(), (SELECT count(*)::integer FROM ivr.migrations), 'all migrations that there are');
INSERT INTO ivr.migrations (migration) VALUES (9999);
SELECT is(ivr.schema_version(), 9999, 'the newest, not the last applied');
SELECT function_privs_are('ivr', 'schema_version', '{}'::name[], 'ivr_app', ARRAY['EXECUTE'], 'the programs may ask');

SELECT * FROM finish();
ROLLBACK;
