-- install.sql: what an installation brings, and that installing again changes nothing.
BEGIN;
\ir lib/scene.psql
SELECT plan(24);

-- What it brings

SELECT results_eq('SELECT migration FROM ivr.migrations ORDER BY migration', ARRAY[1, 2], 'every migration is applied once');
SELECT has_view('ivr', 'journey', 'the view journey is there');
SELECT is((SELECT array_agg(p.proname::text ORDER BY p.proname COLLATE "C") FROM pg_proc AS p WHERE pronamespace = 'ivr'::regnamespace),
          ARRAY['call_state', 'check_option_digits', 'closing_word', 'event_digest', 'gathered', 'is_prompt', 'lock_call', 'note_config_change',
                'parse_json', 'parse_time', 'pressed', 'project_call', 'rebuild_calls', 'refresh_call', 'settings', 'spoken', 'store_answer',
                'store_event', 'store_rejected'], 'each function is there once');
SELECT is((SELECT count(*) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
           WHERE c.relnamespace = 'ivr'::regnamespace AND NOT tgisinternal AND tgenabled = 'O'), 5::bigint, 'five triggers watch the configuration');

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

-- Again, over what the owner has changed and what has happened meanwhile

UPDATE ivr.menus SET prompt = 'Press 1.' WHERE menu = 'main';
DELETE FROM ivr.menu_options WHERE menu = 'department';
DELETE FROM ivr.menus WHERE menu = 'department';
UPDATE ivr.departments SET destination = 'sip:sales@example.com' WHERE department = 'sales';
SELECT scene.event('c1', 'call.created', 0) \g /dev/null
SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
GRANT SELECT ON ivr.calls TO ivr_app, PUBLIC;
GRANT UPDATE ON ivr.menus TO ivr_report;
GRANT EXECUTE ON FUNCTION ivr.rebuild_calls() TO ivr_app, PUBLIC;
GRANT CREATE ON SCHEMA ivr TO PUBLIC;

CREATE FUNCTION scene.everything() RETURNS jsonb
LANGUAGE sql RETURN jsonb_build_array(
    (SELECT jsonb_agg(m ORDER BY migration) FROM ivr.migrations AS m), (SELECT jsonb_agg(m) FROM ivr.menus AS m),
    (SELECT jsonb_agg(o) FROM ivr.menu_options AS o), (SELECT jsonb_agg(d ORDER BY department) FROM ivr.departments AS d),
    (SELECT jsonb_agg(v ORDER BY version) FROM ivr.config_versions AS v), (SELECT jsonb_agg(c) FROM ivr.calls AS c),
    (SELECT jsonb_agg(e) FROM ivr.call_events AS e), (SELECT jsonb_agg(a) FROM ivr.answers AS a));
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
SELECT ok(NOT has_function_privilege('ivr_app', 'ivr.rebuild_calls()', 'EXECUTE'), 'and one on a function');
SELECT ok(NOT has_schema_privilege('ivr_app', 'ivr', 'CREATE'), 'and what PUBLIC was given');
SELECT ok(has_function_privilege('ivr_app', 'ivr.settings(bigint)', 'EXECUTE'), 'while the programs keep theirs');
SELECT is(scene.refused($$INSERT INTO ivr.menu_options VALUES ('main', '12', 'sales')$$), '23514', 'the triggers still refuse');
SELECT is(ivr.rebuild_calls(), 1::bigint, 'the calls can be rebuilt');
SELECT is((SELECT to_jsonb(array_agg(c)) FROM ivr.calls AS c), everything -> 5, 'and are what they were') FROM scene.before;

SELECT * FROM finish();
ROLLBACK;
