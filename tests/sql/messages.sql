-- messages.sql: who left a message, and what of it the platform has confirmed.
BEGIN;
\ir lib/scene.psql
SELECT plan(20);

INSERT INTO ivr.menu_options (menu, digits, message_box) VALUES ('main', '3', 'support');
SELECT is_empty('SELECT * FROM ivr.messages', 'without calls there are no messages');

-- A caller who presses 3, speaks, and presses the hash key.
CREATE FUNCTION scene.speak(call_id text, seconds numeric) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM scene.event(call_id, 'call.created', seconds);
    PERFORM scene.answer(call_id, 1, NULL, 'menu', seconds + 1);
    PERFORM scene.answer(call_id, 2, 1, 'menu', seconds + 5, '3', source => 'request', menu => 'message_box:support', given => true);
    PERFORM scene.answer(call_id, 3, 2, 'no_input', seconds + 40, '', source => 'stored', menu => 'message_box:support', reason => 'speaking', given => true);
END;
$$;
CREATE FUNCTION scene.finish(call_id text, seconds numeric) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM scene.answer(call_id, 4, 3, 'message', seconds, '#', source => 'stored', menu => 'message_box:support', reason => 'message left', given => true);
    PERFORM scene.event(call_id, 'call.completed', seconds + 3, status => 'completed');
END;
$$;
CREATE FUNCTION scene.message(call_id text) RETURNS ivr.messages LANGUAGE sql RETURN (SELECT m FROM ivr.messages AS m WHERE m.call_id = $1);
SELECT scene.speak('c1', 0) \g /dev/null
SELECT is((scene.message('c1')).ended, 'speaking', 'who is in the box is speaking');
SELECT is((scene.message('c1')).department, 'support', 'to the department whose box it is');
SELECT is((scene.message('c1')).left_at, scene.at(5), 'since then');
SELECT is((scene.message('c1')).recording, 'not confirmed', 'and nothing is promised');
SELECT scene.event('c1', 'recording.started', 6, data => '{"recording": {"id": "rec_c1"}}') \g /dev/null
SELECT is((scene.message('c1')).recording, 'started', 'a recording that began is one that began');
SELECT scene.finish('c1', 60) \g /dev/null
SELECT is((scene.message('c1')).ended, 'finished', 'who heard the closing sentence has finished');
SELECT scene.event('c1', 'recording.completed', 9000, data => '{"recording": {"id": "rec_c1", "duration_seconds": 42}}') \g /dev/null
SELECT is(((scene.message('c1')).recording, (scene.message('c1')).seconds, (scene.message('c1')).recording_id), ('recorded'::text, 42::numeric, 'rec_c1'::text),
          'what comes hours later counts');
SELECT scene.event('c1', 'recording.started', 6.5, data => '{"recording": {"id": "rec_c1"}, "again": 1}') \g /dev/null
SELECT is((scene.message('c1')).recording, 'recorded', 'whatever comes after it');
SELECT is((SELECT disposition FROM ivr.calls WHERE call_id = 'c1'), 'message', 'the call ended in a message');

SELECT scene.speak('c2', 100) \g /dev/null
SELECT scene.event('c2', 'call.completed', 150, status => 'completed') \g /dev/null
SELECT is((scene.message('c2')).ended, 'hung up', 'who hangs up in it has left a message too');
SELECT scene.event('c2', 'recording.failed', 151, data => '{"recording_id": "rec_c2"}') \g /dev/null
SELECT is(((scene.message('c2')).recording, (scene.message('c2')).recording_id), ('failed'::text, 'rec_c2'::text), 'a recording that failed says so');
SELECT scene.event('c2', 'recording.completed', 152, data => '{"recording": {"id": "rec_c2", "duration_seconds": 0}}') \g /dev/null
SELECT is((scene.message('c2')).seconds, NULL, 'a length of 0 is none');

SELECT scene.event('c3', 'call.created', 200) \g /dev/null
SELECT scene.answer('c3', 1, NULL, 'menu', 201) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.messages), 2::bigint, 'other calls leave none');
SELECT ivr.store_enrichment('c1', 'transcription', 'completed', '{"text": "Call me at +15551230077."}'), ivr.store_enrichment('c1', 'summary', 'completed', '{"summary": "Wants a call."}') \g /dev/null
SET LOCAL ROLE ivr_report;
SELECT is((SELECT ARRAY[transcription, summary] FROM ivr.messages WHERE call_id = 'c1'), ARRAY['Call me at +1555*****77.', 'Wants a call.'], 'what was said is shown, without numbers')\g
RESET ROLE;

-- Dealt with

SELECT is((scene.message('c1')).done, false, 'a message is not dealt with');
SELECT ivr.done('c1') AS at \gset
SELECT ok((scene.message('c1')).done AND (scene.message('c1')).done_at = :'at', 'until somebody says so');
SELECT is(ivr.done('c1'), :'at'::timestamptz, 'once');
SELECT is(scene.refused($$SELECT ivr.done('c3')$$), 'P0002', 'what is no message cannot be dealt with');
SELECT ivr.purge_calls(ARRAY['c1']) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.dealt_with), 0::bigint, 'what is purged leaves no note');

SELECT * FROM finish();
ROLLBACK;
