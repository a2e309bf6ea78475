-- due_callback_asked.sql: which wishes to be called back are told, when again, and what is said of them.
BEGIN;
\ir lib/scene.psql
SELECT plan(11);

INSERT INTO ivr.menu_options (menu, digits, callback) VALUES ('main', '4', 'support');
CREATE FUNCTION scene.ask(call_id text, number text) RETURNS text
LANGUAGE sql RETURN (
    SELECT result FROM ivr.store_answers(ARRAY[1], ARRAY[call_id], ARRAY[jsonb_build_object(
        'step', 1, 'endpoint', 'answer', 'menu', 'callback_check:support', 'waited_ms', 0, 'decision', 'message', 'reason', 'callback asked', 'how', 'looked',
        'from_number', '+15551230001', 'callback', number, 'answered_at', scene.at(9))], ARRAY['{"actions":[]}']));
CREATE FUNCTION scene.due(after timestamptz) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(subject ORDER BY subject) FROM ivr.due_callback_asked(ROW(0, after, 0)::ivr.log_place, ROW(0, 'infinity', 0)::ivr.log_place, NULL, false));
CREATE FUNCTION scene.told(plain boolean DEFAULT false) RETURNS ivr.due
LANGUAGE sql RETURN (SELECT d FROM ivr.due_callback_asked(NULL, NULL, 'c1 support', plain) AS d);

SELECT clock_timestamp() AS before \gset
SELECT scene.ask('c1', '+15551230077') \g /dev/null
SELECT is(scene.due(:'before'), ARRAY['c1 support'], 'a wish is due');
SELECT is(scene.due(clock_timestamp()), NULL, 'and not after the place behind it');
SELECT is((scene.told()).data - 'asked_at', '{"call_id": "c1", "department": "support", "times": 1, "number": "+1555*****77", "from": "+1555*****01"}', 'what is said of it, numbers masked');
SELECT is((scene.told(true)).data ->> 'number', '+15551230077', 'or in plain');
SELECT is((scene.told()).department, 'support', 'by its department it can be chosen');
SELECT is((scene.told()).call_id, 'c1', 'it is of a call');
SELECT is((scene.told()).at, scene.at(9), 'and of when it was asked for');
SELECT (scene.told()).word AS word, clock_timestamp() AS before \gset
SELECT scene.ask('c2', '+15551230088') \g /dev/null
SELECT is(scene.due(:'before'), ARRAY['c1 support'], 'who asks again makes it due');
SELECT isnt((scene.told()).word, :'word', 'with another word');
SELECT ivr.called_back('c1') \g /dev/null
SELECT is(scene.due(clock_timestamp()), NULL, 'once it is done it is no more');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('c1', '{}');
SELECT is(scene.told(), NULL, 'a call that was played here is not told');

SELECT * FROM finish();
ROLLBACK;
