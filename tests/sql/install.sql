-- install.sql: what an installation brings, and that installing again changes nothing.
BEGIN;
\ir lib/scene.psql
SELECT plan(37);

-- What it brings, compared with the files that bring it

\set migrations `ls sql/migrations`
\set functions `ls sql/functions`
\set views `ls sql/views`
CREATE TABLE scene.file AS
SELECT kind, regexp_replace(file, '\.sql$', '') AS name
FROM (VALUES ('migration', :'migrations'), ('function', :'functions'), ('view', :'views')) AS folder (kind, files),
     regexp_split_to_table(files, '\s+') AS file
WHERE file <> '';
-- What constraints call must be there before the tables are: the migrations bring it.
CREATE VIEW scene.called_by_constraint AS
SELECT DISTINCT p.oid, proname::text
FROM pg_depend JOIN pg_proc AS p ON p.oid = refobjid
WHERE classid = 'pg_constraint'::regclass AND refclassid = 'pg_proc'::regclass AND pronamespace = 'ivr'::regnamespace;

SELECT set_eq('SELECT migration FROM ivr.migrations', $$SELECT left(name, 4)::integer FROM scene.file WHERE kind = 'migration'$$,
              'every migration that there is is applied');
SELECT is((SELECT array_agg(migration ORDER BY migration) FROM ivr.migrations), (SELECT array_agg(n) FROM generate_series(1, (SELECT max(migration) FROM ivr.migrations)) AS n),
          'once each, and none is left out');
SELECT is((SELECT array_agg(name) FROM scene.file WHERE kind = 'migration' AND name !~ '^[0-9]{4}_[a-z][a-z_]*$'), NULL, 'a migration is called by its number and what it is about');
SELECT set_eq($$SELECT relname::text FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('v', 'm')$$,
              $$SELECT name FROM scene.file WHERE kind = 'view'$$, 'every view is there and has its own file');
SELECT set_eq($$SELECT proname::text FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND oid NOT IN (SELECT oid FROM scene.called_by_constraint)$$,
              $$SELECT name FROM scene.file WHERE kind = 'function'$$, 'every function is there and has its own file, but those that constraints call');
SELECT set_has('SELECT proname FROM scene.called_by_constraint', $$VALUES ('is_prompt'), ('is_destination'), ('is_time_zone')$$, 'which say what can be spoken, dialled and used as a clock');
SELECT is((SELECT array_agg(DISTINCT a.oid::regprocedure) FROM pg_proc AS a JOIN pg_proc AS b USING (proname, pronamespace)
           WHERE pronamespace = 'ivr'::regnamespace AND a.oid <> b.oid), NULL, 'no name is that of two functions with different arguments');

-- The triggers

SELECT set_eq($$SELECT relname::text FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
                WHERE tgfoid = 'ivr.note_config_change'::regproc AND tgtype = 4 + 8 + 16 + 32$$,
              'SELECT jsonb_object_keys(ivr.config_snapshot())', 'each statement that changes a table of the configuration is noted');
SELECT is((SELECT array_agg(tgname ORDER BY tgname) FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
           WHERE relnamespace = 'ivr'::regnamespace AND NOT tgisinternal AND tgfoid = 'ivr.note_config_change'::regproc
             AND relname NOT IN (SELECT jsonb_object_keys(ivr.config_snapshot()))), NULL, 'and none of another table');
SELECT results_eq($$SELECT tgrelid::regclass::text, tgtype::integer FROM pg_trigger WHERE tgfoid = 'ivr.check_option_digits'::regproc ORDER BY tgrelid::regclass::text COLLATE "C"$$,
                  $$VALUES ('ivr.menu_options', 1 + 4 + 16), ('ivr.menus', 1 + 16)$$, 'each row that is written of options, or changed of menus, is looked at');
SELECT is((SELECT array_agg(tgname) FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid WHERE relnamespace = 'ivr'::regnamespace AND tgenabled <> 'O'), NULL,
          'no trigger is switched off');
SELECT is((SELECT array_agg(oid::regprocedure) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND prorettype = 'trigger'::regtype
             AND oid NOT IN (SELECT tgfoid FROM pg_trigger)), NULL, 'no function of triggers is without one');

-- The menus of the two documented call flows

SELECT results_eq($$SELECT endpoint, prompt, num_digits, timeout_seconds, finish_on_key FROM ivr.menus WHERE menu = 'main'$$,
    $$VALUES ('route-menu', 'Press 1 for sales or 2 for support.', 1, 5, '#')$$, 'Simple IVR asks what its page asks');
SELECT results_eq($$SELECT digits, department FROM ivr.menu_options WHERE menu = 'main' ORDER BY digits$$,
    $$VALUES ('1', 'sales'), ('2', 'support')$$, 'and leads 1 to sales, 2 to support');
SELECT results_eq($$SELECT endpoint, prompt, num_digits, timeout_seconds, finish_on_key FROM ivr.menus WHERE menu = 'department'$$,
    $$VALUES ('department', 'Press 1 for billing or 2 for technical support.', 1, 7, NULL)$$, 'Gather And Transfer asks what its page asks');
SELECT results_eq($$SELECT digits, department FROM ivr.menu_options WHERE menu = 'department' ORDER BY digits$$,
    $$VALUES ('1', 'billing'), ('2', 'technical_support')$$, 'and leads 1 to billing, 2 to technical support');
SELECT is((SELECT count(*) FROM ivr.menus), 2::bigint, 'there are no other menus');
SELECT results_eq('SELECT DISTINCT fallback FROM ivr.menus', ARRAY['operator'], 'both fall back to the operator');
SELECT ok(bool_and(no_input_prompt LIKE '%' || prompt AND invalid_prompt LIKE '%' || prompt), 'asked again, callers hear their choices again') FROM ivr.menus;
SELECT is((SELECT count(DISTINCT destination) FROM ivr.departments), (SELECT count(*) FROM ivr.departments), 'each department has its own number');
SELECT ok(bool_and(destination ~ '^\+1555'), 'none of which is anybody''s') FROM ivr.departments;
SELECT is((SELECT min(version) FROM ivr.config_versions), 1::bigint, 'the seeded configuration is version 1');
SELECT is((SELECT snapshot FROM ivr.config_versions ORDER BY version DESC LIMIT 1), ivr.config_snapshot(), 'and the newest version keeps it as it is');
SELECT is((SELECT count(*) FROM ivr.check_config() WHERE severity <> 'note'), 0::bigint, 'nothing is wrong with it');
SELECT results_eq('SELECT subject FROM ivr.check_config() ORDER BY subject COLLATE "C"', $$SELECT 'department ' || department FROM ivr.departments ORDER BY department COLLATE "C"$$,
                  'but each of its destinations is noted as a placeholder');
SELECT is(active, false, 'nor is there an emergency') FROM ivr.emergency;

-- Again, over what the owner has changed and what has happened meanwhile

UPDATE ivr.menus SET prompt = 'Press 1.' WHERE menu = 'main';
DELETE FROM ivr.menu_options WHERE menu = 'department';
DELETE FROM ivr.menus WHERE menu = 'department';
UPDATE ivr.departments SET destination = 'sip:sales@example.com' WHERE department = 'sales';
UPDATE ivr.emergency SET active = true;
UPDATE ivr.history_settings SET purge_after = NULL;
INSERT INTO ivr.callers (number, name) VALUES ('+15551230001', 'somebody');
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('support', 1, '09:00', '17:00');
SELECT scene.event('c1', 'call.created', 0) \g /dev/null
SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
GRANT SELECT ON ivr.calls TO ivr_app, PUBLIC;
GRANT UPDATE ON ivr.menus TO ivr_report;
GRANT EXECUTE ON FUNCTION ivr.rebuild_calls() TO ivr_app, PUBLIC;
GRANT CREATE ON SCHEMA ivr TO PUBLIC;
GRANT INSERT ON ivr.callers TO ivr_privileged;

-- Every row of every table.
CREATE FUNCTION scene.everything() RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    name   text;
    rows   jsonb;
    tables jsonb := '{}';
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('SELECT jsonb_agg(t ORDER BY t::text) FROM ivr.%I AS t', name) INTO rows;
        tables := tables || jsonb_build_object(name, rows);
    END LOOP;
    RETURN tables;
END;
$$;
CREATE TABLE scene.before AS SELECT scene.everything() AS everything;
SELECT count(*) AS objects FROM pg_depend WHERE refobjid = 'ivr'::regnamespace \gset

SET LOCAL check_function_bodies = on;
\ir ../../sql/roles.sql
\ir ../../sql/migrate.sql
\ir ../../sql/functions.sql
\ir ../../sql/views.sql
\ir ../../sql/rights.sql
RESET ROLE;
SET LOCAL search_path = public, tap;

SELECT is(scene.everything(), everything, 'installed again, nothing that the owner changed or that happened is touched') FROM scene.before;
SELECT is((SELECT count(*) FROM pg_depend WHERE refobjid = 'ivr'::regnamespace), :objects::bigint, 'and nothing is there twice');
SELECT ok(NOT has_table_privilege('ivr_app', 'ivr.calls', 'SELECT'), 'a right on a table that ivr_app was given is taken back');
SELECT ok(NOT has_table_privilege('ivr_report', 'ivr.menus', 'UPDATE'), 'so is one that ivr_report was given');
SELECT ok(NOT has_table_privilege('ivr_privileged', 'ivr.callers', 'INSERT'), 'and ivr_privileged');
SELECT ok(NOT has_function_privilege('ivr_app', 'ivr.rebuild_calls()', 'EXECUTE'), 'and one on a function');
SELECT ok(NOT has_schema_privilege('ivr_app', 'ivr', 'CREATE'), 'and what PUBLIC was given');
SELECT ok(has_function_privilege('ivr_app', 'ivr.settings(bigint)', 'EXECUTE'), 'while the programs keep theirs');
SELECT is(scene.refused($$INSERT INTO ivr.menu_options VALUES ('main', '12', 'sales')$$), '23514', 'the triggers still refuse');
SELECT is(ivr.rebuild_calls(), 1::bigint, 'the calls can be rebuilt');
SELECT is((SELECT to_jsonb(array_agg(c)) FROM ivr.calls AS c), everything -> 'calls', 'and are what they were') FROM scene.before;

SELECT * FROM finish();
ROLLBACK;
