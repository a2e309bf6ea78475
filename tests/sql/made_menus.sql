-- made_menus.sql: places that speak with the caller, as menus.
BEGIN;
\ir lib/scene.psql
SELECT plan(22);

SELECT is_empty('SELECT * FROM ivr.made_menus', 'where nothing leads to a message box there is none');
INSERT INTO ivr.menu_options (menu, digits, message_box) VALUES ('main', '3', 'sales');
SELECT results_eq('SELECT menu, kind, takes, department FROM ivr.made_menus', $$VALUES ('message_box:sales', 'message_box', 'message', 'sales')$$,
                  'an option that leads to one makes it');
SELECT results_eq('SELECT num_digits, timeout_seconds, finish_on_key, no_input_limit, invalid_limit FROM ivr.made_menus',
                  $$VALUES (1, 30, '#', 3, 0)$$, 'which listens four times half a minute for one key');
UPDATE ivr.departments SET message_minutes = 5 WHERE department = 'sales';
SELECT is((SELECT no_input_limit FROM ivr.made_menus), 9, 'or as long as it says');
SELECT ok((SELECT num_nulls(prompt, recording_notice, no_input_message) FROM ivr.made_menus) = 0, 'it says something where nothing is written');
UPDATE ivr.departments SET message_prompt = 'Speak.', message_notice = 'Recorded.', message_thanks = 'Bye.' WHERE department = 'sales';
SELECT results_eq('SELECT prompt, recording_notice, no_input_message, invalid_message FROM ivr.made_menus', $$VALUES ('Speak.', 'Recorded.', 'Bye.', 'Bye.')$$,
                  'and else what is written');
UPDATE ivr.menus SET no_input_message_box = 'support', invalid_message_box = 'billing', closed_message_box = 'operator' WHERE menu = 'main';
UPDATE ivr.departments SET closed_message_box = 'technical_support' WHERE department = 'technical_support';
SELECT results_eq('SELECT department FROM ivr.made_menus ORDER BY department COLLATE "C"', $$VALUES ('billing'), ('operator'), ('sales'), ('support'), ('technical_support')$$,
                  'limits, hours and closed departments lead to them too');

-- In the settings they are menus

CREATE TEMP VIEW setting AS SELECT m FROM jsonb_array_elements(ivr.settings(NULL)::jsonb -> 'menus') AS m;
SELECT is((SELECT m ->> 'takes' FROM setting WHERE m ->> 'menu' = 'message_box:sales'), 'message', 'the programs get it as a menu');
SELECT is((SELECT m ->> 'fallback' FROM setting WHERE m ->> 'menu' = 'message_box:sales'), 'sales', 'that falls back to its department');
SELECT is((SELECT o ->> 'to_menu' FROM setting, jsonb_array_elements(m -> 'options') AS o WHERE m ->> 'menu' = 'main' AND o ->> 'digits' = '3'), 'message_box:sales',
          'to which an option leads');
SELECT is((SELECT ARRAY[m ->> 'no_input_menu', m ->> 'invalid_menu', m ->> 'closed_menu'] FROM setting WHERE m ->> 'menu' = 'main'),
          ARRAY['message_box:support', 'message_box:billing', 'message_box:operator'], 'and limits and hours');
SELECT is((SELECT d ->> 'closed_menu' FROM jsonb_array_elements(ivr.settings(NULL)::jsonb -> 'departments') AS d WHERE d ->> 'department' = 'technical_support'),
          'message_box:technical_support', 'and a closed department');

-- It is seen whole

SELECT is((SELECT array_agg(concat_ws(', ', to_place, kind, how) ORDER BY to_place COLLATE "C") FROM ivr.ways WHERE from_place = 'menu:main' AND to_place LIKE 'menu:message_box:%'),
          ARRAY['menu:message_box:billing, wrong digits, wrong digits', 'menu:message_box:sales, option, 3', 'menu:message_box:support, no input, no input'], 'the ways to it are ways');
SELECT is((SELECT concat_ws(', ', to_place, kind) FROM ivr.ways WHERE from_place = 'menu:message_box:sales'), 'message:Bye., end', 'and so is its end');
SELECT is((SELECT concat_ws(', ', kind, name, words) FROM ivr.places WHERE place = 'menu:message_box:sales'), 'message_box, message box of sales, Speak. Recorded.', 'it is a place');
SELECT ok(ivr.flow_chart() ~ '\[\("message box of sales', 'that is drawn');
SELECT ok(ivr.flow_chart_dot() ~ '"menu:message_box:sales" \[label="message box of sales', 'in both ways');
SELECT is((SELECT menus FROM ivr.deepest_way()), ARRAY['main', 'message_box:sales'], 'its questions count');
UPDATE ivr.menus SET no_input_limit = 9, invalid_limit = 0 WHERE menu = 'main';
SELECT matches((SELECT problem FROM ivr.check_config() WHERE subject = 'menu main' AND severity = 'error'),
               '20 times.*main -> message_box:sales', 'more than the platform follows are an error') WHERE (SELECT redirects FROM ivr.deepest_way()) = 20;

-- Its finish key says that there is a message

SELECT scene.answer('c1', 1, NULL, 'menu', 1, menu => 'message_box:sales') \g /dev/null
SELECT scene.event('c1', 'call.gathered', 9, data => '{"digits": "", "timed_out": false, "finish_on_key": "#"}') \g /dev/null
SELECT is(scene.gathered('c1', 1), '#', 'the finish key alone is told where a message is taken');
SELECT scene.answer('c2', 1, NULL, 'menu', 1, menu => 'message_box:sales') \g /dev/null
SELECT scene.event('c2', 'call.gathered', 31, data => '{"digits": "", "timed_out": true, "finish_on_key": "#"}') \g /dev/null
SELECT is(scene.gathered('c2', 1), '', 'silence is silence');
SELECT scene.answer('c3', 1, NULL, 'menu', 1, menu => 'main') \g /dev/null
SELECT scene.event('c3', 'call.gathered', 9, data => '{"digits": "", "timed_out": false, "finish_on_key": "#"}') \g /dev/null
SELECT is(scene.gathered('c3', 1), '', 'in a menu the finish key alone is nothing');

SELECT * FROM finish();
ROLLBACK;
