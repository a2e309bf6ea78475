-- callbacks.sql: who is to be called back: what answers note, what is shown, and what is said of it.
BEGIN;
\ir lib/scene.psql
SELECT plan(28);

INSERT INTO ivr.menu_options (menu, digits, callback) VALUES ('main', '4', 'support');
SELECT results_eq('SELECT menu COLLATE "C" FROM ivr.made_menus ORDER BY 1', $$VALUES ('callback:support' COLLATE "C"), ('callback_check:support')$$, 'a callback is two menus');
SELECT is((SELECT array_agg(concat_ws(' ', menu, takes, partner) ORDER BY menu COLLATE "C") FROM ivr.made_menus),
          ARRAY['callback:support number callback_check:support', 'callback_check:support confirmation callback:support'], 'which are partners');
SELECT is((SELECT array_agg(concat_ws(' -> ', from_place, to_place) ORDER BY from_place COLLATE "C", to_place COLLATE "C") FROM ivr.ways WHERE from_place LIKE 'menu:callback%' AND kind = 'option'),
          ARRAY['menu:callback:support -> menu:callback_check:support', 'menu:callback_check:support -> menu:callback:support',
                'menu:callback_check:support -> message:Thank you. We call you back. Goodbye.'], 'and lead to each other');
SELECT is((SELECT menus FROM ivr.deepest_way()), ARRAY['main', 'callback:support', 'callback_check:support'], 'their questions count');
SELECT ok(ivr.flow_chart() ~ 'callback of support' AND ivr.flow_chart_dot() ~ 'callback of support', 'they are drawn');
SELECT is_empty($$SELECT * FROM ivr.check_config() WHERE severity = 'error'$$, 'and nothing is wrong with them');

-- An answer that says so, as the programs store it.
CREATE FUNCTION scene.ask(call_id text, how text, number text, caller text, department text DEFAULT 'support') RETURNS text
LANGUAGE sql RETURN (
    SELECT result FROM ivr.store_answers(ARRAY[1], ARRAY[call_id], ARRAY[jsonb_strip_nulls(jsonb_build_object(
        'step', 1, 'endpoint', 'answer', 'menu', 'callback_check:' || department, 'waited_ms', 0, 'decision', 'message', 'reason', 'callback asked', 'how', how,
        'from_number', caller, 'callback', number, 'answered_at', scene.at(9)))], ARRAY['{"actions":[]}']));
CREATE FUNCTION scene.callback(call_id text) RETURNS text LANGUAGE sql RETURN (
    SELECT concat_ws(' ', department, number, caller, times, tries, CASE WHEN done_at IS NULL THEN 'open' ELSE 'done' END) FROM ivr.callback_requests AS r WHERE r.call_id = $1);

SELECT is(scene.ask('c1', 'looked', '+15551230077', '+15551230001'), 'stored', 'an answer may ask for a callback');
SELECT is(scene.callback('c1'), 'support +15551230077 +15551230001 1 0 open', 'which is noted');
SELECT is((SELECT asked_at FROM ivr.callbacks), scene.at(9), 'since when');
SELECT scene.ask('c2', 'looked', '+15551230077', NULL) \g /dev/null
SELECT is(scene.callback('c2'), NULL, 'who asks for it again has one that is open');
SELECT is(scene.callback('c1'), 'support +15551230077 +15551230001 2 0 open', 'asked for twice');
SELECT scene.ask('c3', 'looked', '+15551230088', '+15551230001') \g /dev/null
SELECT is(scene.callback('c1'), 'support +15551230088 +15551230001 3 0 open', 'also with another number');
SELECT scene.ask('c4', 'looked', '+15551230088', '+15551230001', 'sales') \g /dev/null
SELECT is(scene.callback('c4'), 'sales +15551230088 +15551230001 1 0 open', 'another department has its own');
SELECT scene.ask('c5', 'given', '+15551230099', 'anonymous') \g /dev/null
SELECT is(scene.callback('c5'), 'support +15551230099 anonymous 1 0 open', 'what was given without the database counts');
SELECT scene.ask('c6', 'looked', '+15551230066', 'anonymous') \g /dev/null
SELECT is(scene.callback('c6'), 'support +15551230066 anonymous 1 0 open', 'who shows no number is not taken for another who shows none');
SELECT scene.ask('c5', 'given', '+15551230099', 'anonymous') \g /dev/null
SELECT is((SELECT times FROM ivr.callback_requests WHERE call_id = 'c5'), 1, 'the same answer again is no other');
SELECT is((SELECT count(*) FROM ivr.drift()), 0::bigint, 'rows are what the log says');

-- Called back

SELECT is(ivr.called_back('c1', false), 1, 'a try is counted');
SELECT is((SELECT (tries, done)::text FROM ivr.callbacks WHERE call_id = 'c1'), '(1,f)', 'and ends nothing');
SELECT is(ivr.called_back('c1'), 2, 'the next one may reach');
SELECT is((SELECT (done, done_by)::text FROM ivr.callbacks WHERE call_id = 'c1'), format('(t,%s)', session_user), 'then it is done, by somebody');
SELECT throws_ok($$SELECT ivr.called_back('c1')$$, 'P0002', 'nobody is to be called back for the call c1', 'once');
SELECT scene.ask('c7', 'looked', '+15551230088', '+15551230001') \g /dev/null
SELECT is(scene.callback('c7'), 'support +15551230088 +15551230001 1 0 open', 'after which it can be asked for again');

-- Who waits for a call has a menu

CREATE FUNCTION scene.first_menu(call_id text, number text) RETURNS text
LANGUAGE sql RETURN (SELECT caller_menu FROM ivr.call_states(ARRAY[1], ARRAY[call_id], ARRAY[NULL::integer], ARRAY[true], ARRAY[number]));
SELECT is(scene.first_menu('d1', '+15551230088'), NULL, 'who waits for a call is asked as everybody');
UPDATE ivr.departments SET callback_menu = 'department' WHERE department = 'support';
SELECT is(scene.first_menu('d1', '+15551230088'), 'department', 'or the menu of the department');
SELECT is((SELECT result FROM ivr.store_answers(ARRAY[1], ARRAY['d1'], ARRAY['{"step": 1, "endpoint": "answer", "menu": "main", "waited_ms": 0, "decision": "menu", "how": "assumed", "from_number": "+15551230088"}'::jsonb], ARRAY['{}'])),
          'moved', 'so that nothing is assumed of him');
SET LOCAL ROLE ivr_report;
SELECT is((SELECT number FROM ivr.callbacks WHERE call_id = 'c7'), '+1555*****88', 'readers see no number') \g
RESET ROLE;
SELECT ivr.purge_calls(ARRAY['c1', 'c4', 'c5', 'c6', 'c7']) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.callback_requests), 0::bigint, 'what is purged is gone');

SELECT * FROM finish();
ROLLBACK;
