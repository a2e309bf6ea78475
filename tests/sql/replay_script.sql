-- replay_script.sql: what a simulator needs to play a stored call again.
BEGIN;
\ir lib/scene.psql
SELECT plan(14);

SELECT scene.event('c1', 'call.created', 0) \g /dev/null
SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('c1', '9', 5) AS digest \gset
SELECT scene.answer('c1', 2, 1, 'invalid', 6, '9', :'digest') \g /dev/null
SELECT scene.answer('c1', 3, 2, 'transfer', 9, '1') \g /dev/null
SELECT scene.answer('c2', 1, NULL, 'menu', 1) \g /dev/null

SELECT is(ivr.replay_script('c1') - 'answers', '{"call_id": "c1", "from": "+15551230001", "to": "+15551230002"}', 'it tells who called which number');
SELECT is(jsonb_path_query_array(ivr.replay_script('c1'), '$.answers[*].step'), '[1, 2, 3]', 'it has every answer in the order of its step');
SELECT is(jsonb_path_query_array(ivr.replay_script('c1'), '$.answers[*].asked_step'), '[null, 1, 2]', 'with the step it followed');
SELECT is(jsonb_path_query_array(ivr.replay_script('c1'), '$.answers[*].endpoint'), '["answer", "route-menu", "route-menu"]', 'the program that was asked');
SELECT is(jsonb_path_query_array(ivr.replay_script('c1'), '$.answers[*].menu'), '["main", "main", "main"]', 'the menu');
SELECT is(jsonb_path_query_array(ivr.replay_script('c1'), '$.answers[*].digits'), '[null, "9", "1"]', 'the digits');
SELECT is(ivr.replay_script('c1') #> '{answers,2,response}', response, 'and the very answer that was given') FROM ivr.answers WHERE call_id = 'c1' AND step = 3;
SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(ivr.replay_script('c1') #> '{answers,0}') AS k),
          ARRAY['asked_step', 'digits', 'endpoint', 'menu', 'response', 'step'], 'and nothing else');
SELECT is(ivr.replay_script('c2') - 'answers', '{"call_id": "c2", "from": null, "to": null}', 'without an event nobody knows who called');
UPDATE ivr.answers SET from_number = 'sip:anna@example.com', to_number = '+15551230002' WHERE call_id = 'c2';
SELECT is(ivr.replay_script('c2') - 'answers', '{"call_id": "c2", "from": "sip:anna@example.com", "to": "+15551230002"}', 'unless the request told it');
SELECT scene.event('c3', 'call.created', 0) \g /dev/null
SELECT is(ivr.replay_script('c3') -> 'answers', '[]', 'a call without answers has none');
SELECT is(ivr.replay_script('nowhere'), NULL, 'an unknown call has no script');
SELECT is(scene.refused_as(role, $$SELECT ivr.replay_script('c1')$$), '42501', format('%s may not read it: it has plain numbers', role)) FROM unnest(ARRAY['ivr_app', 'ivr_report']::name[]) AS role;

SELECT * FROM finish();
ROLLBACK;
