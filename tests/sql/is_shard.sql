-- is_shard.sql: one database is none; a shard leaves to its router what it has copies of.
BEGIN;
\ir lib/scene.psql
SELECT plan(9);

CREATE FUNCTION scene.wish(call_id text) RETURNS text LANGUAGE sql RETURN (
    SELECT result FROM ivr.store_answers(ARRAY[1], ARRAY[call_id], ARRAY[jsonb_build_object(
        'step', 1, 'endpoint', 'answer', 'menu', 'callback_check:support', 'waited_ms', 0, 'decision', 'message', 'how', 'looked', 'from_number', '+15551230001',
        'callback', '+15551230077', 'language', 'de', 'keep_language', 'de')], ARRAY['{"actions":[]}']));

SELECT is(ivr.is_shard(), false, 'one database is no shard');
SELECT is(scene.wish('c1'), 'stored', 'an answer is stored');
SELECT is((SELECT ROW(number, language)::text FROM ivr.callers), '(+15551230001,de)', 'its language is kept');
SELECT is((SELECT count(*) FROM ivr.callback_requests), 1::bigint, 'and the wish to be called back');

SET LOCAL client_min_messages = error; -- it is not begun
CREATE SUBSCRIPTION ivr_configuration CONNECTION '' PUBLICATION ivr_configuration WITH (connect = false, enabled = false, slot_name = NONE);
SELECT is(ivr.is_shard(), true, 'what copies a router''s configuration is one');
UPDATE ivr.callers SET language = 'fr';
SELECT is(scene.wish('c2'), 'stored', 'an answer is stored as well');
SELECT is((SELECT language FROM ivr.callers), 'fr', 'the language is left to the router');
SELECT is((SELECT times FROM ivr.callback_requests), 1, 'and so is the wish');
SELECT ivr.purge_calls('{c1,c2}') \g /dev/null
SELECT is((SELECT count(*) FROM ivr.callback_requests), 1::bigint, 'which goes where it came from');
SELECT * FROM finish();
ROLLBACK;
