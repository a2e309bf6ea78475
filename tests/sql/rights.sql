-- rights.sql: who may do what.
BEGIN;
\ir lib/scene.psql
SELECT plan(193);

CREATE FUNCTION scene.may_execute(role name) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc
                     WHERE pronamespace = 'ivr'::regnamespace AND has_function_privilege(role, oid, 'EXECUTE'));
CREATE FUNCTION scene.may_touch(role name, privileges text) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(relname::text ORDER BY relname) FROM pg_class
                     WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
                       AND (has_table_privilege(role, oid, privileges)
                            OR has_any_column_privilege(role, oid, regexp_replace(privileges, ', (DELETE|TRUNCATE|TRIGGER)', '', 'g'))));

-- The roles

SELECT is((SELECT (rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication)::text FROM pg_roles WHERE rolname = role),
          login, format('%s can %s', role, CASE login WHEN '(f,f,f,f,f,f)' THEN 'not even log in' ELSE 'log in and is nothing more' END))
FROM (VALUES ('ivr_owner', '(f,f,f,f,f,f)'), ('ivr_app', '(t,f,f,f,f,f)'), ('ivr_report', '(t,f,f,f,f,f)'),
             ('ivr_privileged', '(f,f,f,f,f,f)'), ('ivr_editor', '(f,f,f,f,f,f)'), ('ivr_keeper', '(t,f,f,f,f,f)'), ('ivr_reconciler', '(t,f,f,f,f,f)'), ('ivr_notifier', '(t,f,f,f,f,f)')) AS roles (role, login);
SELECT is((SELECT array_agg(roleid::regrole) FROM pg_auth_members WHERE member IN ('ivr_app'::regrole, 'ivr_report'::regrole)), NULL,
          'neither ivr_app nor ivr_report is a member of another role');
SELECT is((SELECT array_agg(roleid::regrole) FROM pg_auth_members WHERE member IN ('ivr_editor'::regrole, 'ivr_keeper'::regrole, 'ivr_reconciler'::regrole, 'ivr_notifier'::regrole)), NULL,
          'nor are ivr_editor, ivr_keeper, ivr_reconciler and ivr_notifier');
SELECT is((SELECT array_agg(DISTINCT relowner::regrole) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace), ARRAY['ivr_owner'::regrole],
          'ivr_owner owns every table, view, index and sequence');
SELECT is((SELECT array_agg(DISTINCT proowner::regrole) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace), ARRAY['ivr_owner'::regrole],
          'and every function');
SELECT is((SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'ivr'), 'ivr_owner'::regrole, 'and the schema');

-- ivr_app: the functions that the programs call, nothing else

SELECT is(scene.may_execute('ivr_app'), ARRAY['begin_test_call', 'call_states', 'check_codes', 'check_database', 'gathered_digits', 'schema_version', 'settings', 'store_answers', 'store_events',
                                           'store_rejections', 'store_traces', 'test_call'],
          'ivr_app may execute exactly the functions that the programs and minivoice-check call');
SELECT is(scene.may_touch('ivr_app', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'it has no right on any table or view');
SELECT is((SELECT array_agg(relname) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'S'
             AND (has_sequence_privilege('ivr_app', oid, 'USAGE, SELECT, UPDATE') OR has_sequence_privilege('ivr_report', oid, 'USAGE, UPDATE'))),
          NULL, 'nor on any sequence, and neither has ivr_report');
SELECT ok(has_schema_privilege('ivr_app', 'ivr', 'USAGE') AND NOT has_schema_privilege('ivr_app', 'ivr', 'CREATE'), 'it may create nothing');
SELECT is(scene.refused_as('ivr_app', statement), NULL, format('as ivr_app: %s', statement))
FROM unnest(ARRAY[
    'SELECT ivr.settings(NULL)', $$SELECT ivr.store_events(ARRAY[1], ARRAY['c1'], ARRAY['call.created'], ARRAY[NULL], ARRAY['{}'::bytea])$$, $$SELECT ivr.call_states(ARRAY[1], ARRAY['c1'], ARRAY[NULL::integer], ARRAY[true], ARRAY[NULL])$$,
    $$SELECT ivr.gathered_digits(ARRAY[1], ARRAY['c1'], ARRAY[1])$$,
    $$SELECT ivr.store_answers(ARRAY[1], ARRAY['c1'], ARRAY['{"step": 1, "endpoint": "answer", "menu": "main", "waited_ms": 0, "decision": "menu", "how": "looked"}'::jsonb],
        ARRAY['{}'])$$,
    $$SELECT ivr.store_rejections(ARRAY[1], ARRAY['webhook'], ARRAY['body'], ARRAY[NULL], ARRAY[400], ARRAY[NULL], ARRAY[NULL], ARRAY[NULL],
        ARRAY[''::bytea], ARRAY[0::bigint])$$]) AS statement;
SELECT is((SELECT array_agg(oid::regclass) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p', 'v')
             AND scene.refused_as('ivr_app', format('SELECT FROM %s', oid::regclass)) IS DISTINCT FROM '42501'), NULL,
          'not as ivr_app: SELECT from any table or view');
SELECT is(scene.refused_as('ivr_app', statement), '42501', format('not as ivr_app: %s', statement))
FROM unnest(ARRAY[
    'SELECT FROM ivr.calls', 'SELECT FROM ivr.call_events', 'SELECT FROM ivr.answers', 'SELECT FROM ivr.departments', 'SELECT FROM ivr.journey',
    'SELECT FROM ivr.rejected_requests', 'SELECT FROM ivr.traces', $$UPDATE ivr.departments SET destination = '+15551230099'$$, 'DELETE FROM ivr.call_events',
    'TRUNCATE ivr.answers', 'SELECT ivr.rebuild_calls()', $$SELECT ivr.refresh_calls(ARRAY['c1'])$$, $$SELECT ivr.project_call('c1')$$,
    'SELECT ivr.infer_closings()', 'SELECT ivr.reingest(1)', $$SELECT ivr.forget('+15551230001')$$, 'CALL ivr.purge()', 'CALL ivr.housekeep()',
    $$SELECT ivr.lock_call('c1')$$, $$SELECT * FROM ivr.gathered('c1', 1)$$, 'CREATE TABLE ivr.mine ()',
    'ALTER FUNCTION ivr.settings(bigint) RESET ALL']) AS statement;

-- ivr_report: reads the views, changes nothing

SELECT is(scene.may_touch('ivr_report', 'SELECT'),
          (SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'),
          'ivr_report may read every view and no table');
SELECT is(scene.may_touch('ivr_report', 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'it may change none');
SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND provolatile = 'v'
             AND has_function_privilege('ivr_report', oid, 'EXECUTE')), NULL, 'it may execute no function that changes anything');
SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND prosecdef
             AND has_function_privilege('ivr_report', oid, 'EXECUTE')), ARRAY['check_config', 'first_call_script', 'menu_open_at', 'open_at', 'platform_findings'],
          'with the owner''s rights it may ask what is open, what is wrong with the configuration and what the platform does, nothing else');
SELECT is(scene.may_execute('ivr_privileged'), scene.may_execute('ivr_report'), 'ivr_privileged may execute the same functions');
SELECT is(array_remove(scene.may_touch('ivr_privileged', 'SELECT'), 'traces'), scene.may_touch('ivr_report', 'SELECT'), 'and read the same views');
SELECT ok('traces' = ANY (scene.may_touch('ivr_privileged', 'SELECT')), 'and traces');
SELECT is(scene.may_touch('ivr_privileged', 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'and change none either');
SELECT scene.event('c1', 'call.created', 0) \g /dev/null
SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('c1', '1', 5) \g /dev/null
SELECT is(scene.refused_as('ivr_report', statement), NULL, format('as ivr_report: %s', statement))
FROM unnest(ARRAY[
    'SELECT * FROM ivr.journey', $$SELECT ivr.shown('+15551230001')$$, $$SELECT ivr.open_at('sales')$$, $$SELECT ivr.menu_open_at('main')$$,
    'SELECT * FROM ivr.check_config()', 'SELECT * FROM ivr.flow_chart()', 'SELECT * FROM ivr.flow_chart_dot()']) AS statement;
SELECT is((SELECT array_agg(oid::regclass) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'
             AND scene.refused_as('ivr_report', format('SELECT * FROM %s', oid::regclass)) IS NOT NULL), NULL,
          'as ivr_report every view can be read to its end');
SELECT is((SELECT array_agg(oid::regclass) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p')
             AND scene.refused_as('ivr_report', format('SELECT FROM %s', oid::regclass)) IS DISTINCT FROM '42501'), NULL,
          'and no table');
SELECT is(scene.refused_as('ivr_report', statement), '42501', format('not as ivr_report: %s', statement))
FROM unnest(ARRAY[
    'SELECT FROM ivr.calls', 'SELECT FROM ivr.call_events', 'SELECT FROM ivr.answers', 'SELECT FROM ivr.rejected_requests',
    'SELECT FROM ivr.departments', 'SELECT FROM ivr.callers', 'SELECT FROM ivr.enrichments', 'SELECT FROM ivr.pseudonym_key', 'SELECT FROM ivr.traces',
    $$SELECT ivr.pseudonym('+15551230001')$$, $$SELECT ivr.forget('+15551230001')$$, 'CALL ivr.purge()', 'CALL ivr.housekeep()',
    'DELETE FROM ivr.calls', $$UPDATE ivr.menus SET prompt = 'x'$$, 'TRUNCATE ivr.call_events',
    $$SELECT ivr.store_events(ARRAY[1], ARRAY['c1'], ARRAY['call.created'], ARRAY[NULL], ARRAY['{}'::bytea])$$, 'SELECT ivr.settings(NULL)', 'SELECT ivr.rebuild_calls()',
    $$INSERT INTO ivr.migrations VALUES (99)$$, 'CREATE VIEW ivr.mine AS SELECT 1']) AS statement;

-- ivr_editor: the configuration, and nothing else. Somebody who is a member of it, as a person is.

CREATE ROLE scene_anna LOGIN;
GRANT ivr_editor TO scene_anna;
CREATE FUNCTION scene.rights(role name, of_table oid) RETURNS text
LANGUAGE sql RETURN (SELECT coalesce(string_agg(p, ', ' ORDER BY n), 'none')
                     FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) WITH ORDINALITY AS t (p, n)
                     WHERE has_table_privilege(role, of_table, p)
                        OR CASE WHEN p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(role, of_table, p) END);
-- As scene.refused_as(), and what it does stays.
CREATE FUNCTION scene.act_as(role name, statement text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE statement;
    RESET ROLE;
END;
$$;
SELECT is((SELECT array_agg(format('%s: %s', relname, scene.rights('ivr_editor', oid)) ORDER BY relname) FROM pg_class
           WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND scene.rights('ivr_editor', oid) <> 'none'),
          ARRAY['agents: SELECT, INSERT, UPDATE, DELETE', 'callers: SELECT, INSERT, UPDATE, DELETE', 'departments: SELECT, INSERT, UPDATE, DELETE',
                'emergency: SELECT, UPDATE', 'extensions: SELECT, INSERT, UPDATE, DELETE', 'holidays: SELECT, INSERT, UPDATE, DELETE',
                'hours: SELECT, INSERT, UPDATE, DELETE', 'menu_options: SELECT, INSERT, UPDATE, DELETE', 'menus: SELECT, INSERT, UPDATE, DELETE',
                'numbers: SELECT, INSERT, UPDATE, DELETE', 'translations: SELECT, INSERT, UPDATE, DELETE'], 'ivr_editor may change the tables of the configuration, and touch no other table or view');
SELECT is(scene.may_execute('ivr_editor'), ARRAY['called_back', 'check_config', 'done', 'is_destination', 'is_prompt', 'is_time_zone', 'know_caller', 'menu_open_at', 'open_at', 'set_code'],
          'ivr_editor may execute exactly what looks at the configuration, says that a message or a callback is dealt with, and sets a code');
SELECT is((SELECT array_agg(relname) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'S'
             AND (has_sequence_privilege('ivr_editor', oid, 'USAGE, SELECT, UPDATE') OR has_sequence_privilege('ivr_keeper', oid, 'USAGE, SELECT, UPDATE'))),
          NULL, 'and touch no sequence, no more than ivr_keeper');
SELECT ok(has_schema_privilege('ivr_editor', 'ivr', 'USAGE') AND NOT has_schema_privilege('ivr_editor', 'ivr', 'CREATE'), 'it may create nothing');
SELECT is(scene.refused_as('scene_anna', statement), NULL, format('as an editor: %s', statement))
FROM unnest(ARRAY[
    $$INSERT INTO ivr.departments (department, destination) VALUES ('new', '+15551230077')$$, $$UPDATE ivr.departments SET destination = 'sip:a@example.com' WHERE department = 'sales'$$,
    $$INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) SELECT 'new', prompt, no_input_prompt, invalid_prompt, fallback FROM ivr.menus LIMIT 1$$,
    $$INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '9', 'sales')$$, $$DELETE FROM ivr.menu_options WHERE digits = '2'$$,
    $$INSERT INTO ivr.extensions (extension, destination) VALUES ('101', '+15551230077')$$, $$INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230088', 'main')$$,
    $$INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00')$$, $$INSERT INTO ivr.holidays (day, name) VALUES ('2026-12-25', 'Christmas')$$,
    $$INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551230077')$$, $$INSERT INTO ivr.callers (number, name) VALUES ('+15551230066', 'Ms. Meier')$$,
    'UPDATE ivr.emergency SET active = true', 'SELECT * FROM ivr.check_config()', $$SELECT ivr.open_at('sales')$$]) AS statement;
SELECT is(scene.refused_as('scene_anna', statement), wanted, format('not as an editor: %s', statement))
FROM (VALUES ('SELECT FROM ivr.calls', '42501'), ('SELECT FROM ivr.call_events', '42501'), ('SELECT FROM ivr.answers', '42501'), ('SELECT FROM ivr.rejected_requests', '42501'),
             ('SELECT FROM ivr.enrichments', '42501'), ('SELECT FROM ivr.journey', '42501'), ('SELECT FROM ivr.pseudonym_key', '42501'), ('SELECT FROM ivr.config_versions', '42501'),
             ('DELETE FROM ivr.config_versions', '42501'), ('UPDATE ivr.history_settings SET purge_after = NULL', '42501'), ('DELETE FROM ivr.emergency', '42501'),
             ($$INSERT INTO ivr.emergency (message) VALUES ('x')$$, '42501'), ('TRUNCATE ivr.callers', '42501'), ('SELECT ivr.restore_config(1)', '42501'),
             ('SELECT ivr.settings(NULL)', '42501'), ('CALL ivr.housekeep()', '42501'), ($$SELECT ivr.forget('+15551230001')$$, '42501'),
             ('ALTER TABLE ivr.menus DISABLE TRIGGER ALL', '42501'), ('CREATE TABLE ivr.mine ()', '42501'),
             ($$INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '12', 'sales')$$, '23514'),
             ($$UPDATE ivr.departments SET destination = 'nowhere'$$, '23514')) AS refused (statement, wanted);
SELECT scene.act_as('scene_anna', $$UPDATE ivr.menus SET prompt = 'Press 1 for Anna.' WHERE menu = 'main'$$) \g /dev/null
SELECT is(snapshot -> 'menus' @> '[{"prompt": "Press 1 for Anna."}]', true, 'what an editor changes is a version') FROM ivr.config_versions ORDER BY version DESC LIMIT 1;

-- ivr_keeper: the timer

SELECT is(scene.may_execute('ivr_keeper'), ARRAY['due_for_housekeeping', 'housekeep', 'housekeep_calls', 'housekeep_rest', 'last_housekeeping', 'note_housekeeping'],
          'ivr_keeper may execute exactly what the housekeeping consists of');
SELECT is(scene.may_touch('ivr_keeper', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'and touch nothing');
SELECT is(scene.refused_as('ivr_keeper', statement), '42501', format('not as ivr_keeper: %s', statement))
FROM unnest(ARRAY['CALL ivr.purge()', $$SELECT ivr.purge_calls(ARRAY['c1'])$$, 'CALL ivr.pseudonymise()', $$SELECT ivr.infer_closings('0.1 seconds')$$, $$SELECT ivr.purge_rest('0 seconds')$$,
    $$UPDATE ivr.history_settings SET purge_after = '1 second'$$, 'SELECT FROM ivr.calls', 'SELECT FROM ivr.callers']) AS statement;
SELECT scene.act_as('ivr_keeper', $$SELECT ivr.housekeep_calls('purge', ARRAY['c1'])$$) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.calls WHERE call_id = 'c1'), 1::bigint, 'a call that is not old enough is not removed, whoever names it');
UPDATE ivr.call_events SET received_at = now() - interval '3 years';
UPDATE ivr.answers SET answered_at = now() - interval '3 years';
UPDATE ivr.calls SET started_at = now() - interval '3 years';
SELECT scene.act_as('ivr_keeper', $$SELECT ivr.housekeep_calls('purge', ARRAY['c1'])$$) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.calls WHERE call_id = 'c1'), 0::bigint, 'one that is old enough is');

-- ivr_reconciler: what the platform says of calls, and no other fact

SELECT is(scene.may_execute('ivr_reconciler'), ARRAY['call_story', 'calls_to_enrich', 'calls_to_reconcile', 'compare_report', 'schema_version', 'store_ai', 'store_report'],
          'ivr_reconciler may execute exactly what minivoice-reconcile calls');
SELECT is(scene.may_touch('ivr_reconciler', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'and touch nothing');
SELECT is(scene.refused_as('ivr_reconciler', statement), NULL, format('as ivr_reconciler: %s', statement))
FROM unnest(ARRAY['SELECT ivr.calls_to_reconcile(10)', $$SELECT ivr.store_report('c2', 'reported', 200, '{"status": "completed"}')$$, $$SELECT ivr.compare_report('c2', '{}')$$,
    'SELECT ivr.calls_to_enrich(10)', $$SELECT ivr.store_ai('c2', '{}')$$]) AS statement;
SELECT is(scene.refused_as('ivr_reconciler', statement), '42501', format('not as ivr_reconciler: %s', statement))
FROM unnest(ARRAY['SELECT FROM ivr.calls', 'SELECT FROM ivr.journey', 'SELECT FROM ivr.reconciliations', 'UPDATE ivr.reconciliations SET asked = 0', $$SELECT ivr.store_enrichment('c1', 'score', 'completed', NULL)$$,
    $$SELECT ivr.store_events(ARRAY[1], ARRAY['c1'], ARRAY['call.completed'], ARRAY[NULL], ARRAY['{}'::bytea])$$, 'CALL ivr.housekeep()']) AS statement;

-- ivr_notifier: what subscribers are to be told now, and nothing else; no secret, neither it nor a report

SELECT is(scene.may_execute('ivr_notifier'), ARRAY['due_notices', 'note_tries', 'schema_version', 'take_notices'],
          'ivr_notifier may execute exactly what minivoice-notify calls');
SELECT is(scene.may_touch('ivr_notifier', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'and touch nothing');
SELECT is(scene.refused_as('ivr_notifier', statement), NULL, format('as ivr_notifier: %s', statement))
FROM unnest(ARRAY['SELECT ivr.take_notices()', $$SELECT ivr.due_notices('{}')$$, $$SELECT ivr.note_tries('[]')$$]) AS statement;
SELECT is(scene.refused_as(role, statement), '42501', format('not as %s: %s', role, statement))
FROM unnest(ARRAY['ivr_notifier', 'ivr_report', 'ivr_privileged', 'ivr_editor', 'ivr_app']) AS role,
     unnest(ARRAY['SELECT FROM ivr.subscription_secrets', 'SELECT FROM ivr.subscriptions', $$SELECT ivr.subscribe('https://example.com', 'x', '{call.closed}')$$,
                  'SELECT ivr.notify_again(1)', $$SELECT ivr.rotate_secret(1, 'x')$$]) AS statement;

-- PUBLIC has nothing

SELECT is((SELECT nspacl::text[] FROM pg_namespace WHERE nspname = 'ivr' AND array_to_string(nspacl, ',') ~ '(^|,)='), NULL,
          'PUBLIC has no right on the schema');
SELECT is((SELECT array_agg(relname) FROM pg_class, aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)))
           WHERE relnamespace = 'ivr'::regnamespace AND grantee = 0), NULL, 'PUBLIC has no right on a table, view or sequence');
SELECT is((SELECT array_agg(attname) FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid, aclexplode(attacl)
           WHERE relnamespace = 'ivr'::regnamespace), NULL, 'nobody has a right on a single column');
SELECT is((SELECT array_agg(proname) FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
           WHERE pronamespace = 'ivr'::regnamespace AND grantee = 0), NULL, 'PUBLIC may execute no function');
CREATE ROLE scene_stranger;
SELECT is(scene.may_execute('scene_stranger'), NULL, 'a stranger may execute nothing');
SELECT is(scene.may_touch('scene_stranger', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'), NULL, 'and touch nothing');
SELECT is(scene.refused_as('scene_stranger', 'SELECT ivr.settings(NULL)'), '42501', 'nor look into the schema');

-- Functions that lend the owner's rights are not led astray

SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND NOT prosecdef
             AND has_function_privilege('ivr_app', oid, 'EXECUTE')), NULL, 'every function the programs call runs with the owner''s rights');
SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND prosecdef
             AND NOT has_function_privilege('ivr_app', oid, 'EXECUTE') AND NOT has_function_privilege('ivr_report', oid, 'EXECUTE')
             AND NOT has_function_privilege('ivr_keeper', oid, 'EXECUTE') AND NOT has_function_privilege('ivr_reconciler', oid, 'EXECUTE') AND NOT has_function_privilege('ivr_notifier', oid, 'EXECUTE')
             AND prorettype <> 'trigger'::regtype), ARRAY['called_back', 'done', 'set_code'], 'and besides these, what ivr_report and the timers may ask, triggers, and what an editor says of messages and callbacks, no other does');
SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace
             AND has_function_privilege('ivr_app', oid, 'EXECUTE') AND has_function_privilege('ivr_report', oid, 'EXECUTE')), NULL,
          'no function is for both programs and reports');
SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc JOIN pg_language AS l ON l.oid = prolang
           WHERE pronamespace = 'ivr'::regnamespace AND NOT lanpltrusted), NULL, 'none is written in a language that reaches out of the database');
SELECT is((SELECT array_agg(proname::text ORDER BY proname) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND prosecdef
             AND NOT coalesce(proconfig @> ARRAY['search_path=ivr, pg_temp'], false)), NULL, 'each of them has its search path pinned, temporary objects last');
SELECT is(scene.refused_as('ivr_app', $$
    DO $do$
    BEGIN
        CREATE TEMP TABLE call_events (LIKE pg_catalog.pg_class);
        CREATE TEMP TABLE answers (x integer);
        CREATE FUNCTION pg_temp.try_lock_calls(text[]) RETURNS text[] LANGUAGE sql AS 'SELECT ARRAY[(1 / 0)::text]';
        SET LOCAL search_path = pg_temp, ivr;
        IF (SELECT result FROM ivr.store_events(ARRAY[1], ARRAY['c9'], ARRAY['call.created'], ARRAY[NULL], ARRAY['{}'::bytea])) <> 'stored' OR (SELECT count(*) FROM pg_temp.call_events) > 0 THEN
            RAISE 'led astray';
        END IF;
    END;
    $do$ $$), NULL, 'temporary objects of the same names are not used');

SELECT * FROM finish();
ROLLBACK;
