-- store_report.sql: what the platform says when it is asked closes a call that nobody ended, and yields to every event.
BEGIN;
\ir lib/scene.psql
SELECT plan(33);

CREATE FUNCTION scene.report(call_id text, status text, more jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql RETURN ivr.store_report(call_id, 'reported', 200, jsonb_build_object('status', status) || more);
CREATE FUNCTION scene.row(id text) RETURNS text
LANGUAGE sql RETURN (SELECT (current_step, disposition, closed_at, inferred, status, events)::text FROM ivr.calls WHERE call_id = id);

SELECT scene.event('lost', 'call.created', 0), scene.answer('lost', 1, NULL, 'menu', 1.5) \g /dev/null
SELECT is(scene.report('lost', 'in_progress'), 'open', 'a call that goes on is open');
SELECT is(scene.row('lost'), ('menu:main'::text, NULL::text, NULL::timestamptz, false, 'in_progress'::text, 1)::text, 'and stays as it was');
SELECT is(scene.report('lost', 'levitating'), 'open', 'so does one with a word that nobody knows');
SELECT is(scene.report('lost', NULL), 'open', 'or with none');
SELECT is(scene.report('lost', 'no_answer'), 'closed', 'a final word closes it');
SELECT is(scene.row('lost'), ('failed'::text, 'failed'::text, scene.at(1.5), false, 'no_answer'::text, 1)::text,
          'as it says, when it was last heard of, and it is none of the platform''s events');
SELECT is((SELECT menu_seconds FROM ivr.calls WHERE call_id = 'lost'), NULL, 'how long the caller was in the menu is not known');
SELECT is(scene.report('lost', 'no_answer'), 'agrees', 'the same once more agrees');
SELECT is((SELECT count(*) FROM ivr.call_events WHERE call_id = 'lost' AND payload #>> '{call,status}' = 'no_answer'), 1::bigint, 'and is the same event');
SELECT is(scene.report('lost', 'in_progress'), 'differs', 'that it goes on after all is a difference');
SELECT is(scene.current_step('lost'), 'failed', 'and reopens nothing');
SELECT scene.event('lost', 'call.completed', 90, status => 'completed') \g /dev/null
SELECT is(scene.row('lost'), ('completed'::text, 'abandoned in menu'::text, scene.at(90), false, 'completed'::text, 2)::text, 'the real end wins when it comes');
SELECT is(scene.report('lost', 'failed'), 'differs', 'another word then is a difference');
SELECT is(scene.current_step('lost'), 'completed', 'that changes nothing');

SELECT scene.event('talk', 'call.created', 0), scene.answer('talk', 1, NULL, 'menu', 1), scene.answer('talk', 2, 1, 'transfer', 5, '1') \g /dev/null
SELECT is(scene.report('talk', 'completed', '{"ended_at": "2026-05-29T12:01:40Z"}'), 'closed', 'when it ended may be told');
SELECT is((SELECT (disposition, closed_at, talk_seconds)::text FROM ivr.calls WHERE call_id = 'talk'), ('transferred'::text, scene.at(100), NULL::numeric)::text,
          'and counts; how long the talk was is not measured');
SELECT scene.event('early', 'call.created', 0) \g /dev/null
SELECT is(scene.report('early', 'in_progress', '{"ended_at": "2026-05-29T12:01:40Z"}'), 'open', 'a time without an end ends nothing');
SELECT is(scene.report('early', 'completed', '{"ended_at": "soon"}'), 'closed', 'a time that is none is left out');
SELECT is((SELECT closed_at FROM ivr.calls WHERE call_id = 'early'), scene.at(0), 'it ended when it was last heard of');

SELECT scene.event('silent', 'call.created', 0) \g /dev/null
SELECT ivr.infer_closings('1 hour') \g /dev/null
SELECT is(scene.report('silent', 'in_progress'), 'open', 'an inferred end is no end of the platform''s');
SELECT is(scene.report('silent', 'canceled'), 'closed', 'what it says wins over it');
SELECT is((SELECT (current_step, inferred)::text FROM ivr.calls WHERE call_id = 'silent'), '(canceled,f)', 'and the call is no longer inferred');
SELECT scene.event('silent', 'call.ended', 30, status => 'busy') \g /dev/null
SELECT is(scene.current_step('silent'), 'failed', 'a final status of an event nobody knows wins over what was said');

SELECT is(scene.report('stranger', 'completed'), 'not ours', 'of a call that is not ours nothing is stored');
SELECT is((SELECT count(*) FROM ivr.call_events WHERE call_id = 'stranger'), 0::bigint, 'not a line');
SELECT scene.event('asked', 'call.created', 0) \g /dev/null
SELECT is(ivr.store_report('asked', 'not found', 404, NULL), 'not found', 'a call that the platform does not know is noted');
SELECT ok((SELECT ask_again_at BETWEEN now() + interval '23 hours' AND now() + interval '25 hours' FROM ivr.reconciliations WHERE call_id = 'asked'), 'and not asked for again for a day');
SELECT is(ivr.store_report('asked', 'failed', 500, NULL), 'failed', 'so is one of which nothing could be learned');
SELECT ok((SELECT ask_again_at < now() + interval '30 minutes' AND asked = 2 FROM ivr.reconciliations WHERE call_id = 'asked'), 'which is asked for again soon');
SELECT is(scene.report('asked', 'completed'), 'closed', 'until it is known');
SELECT is((SELECT ask_again_at FROM ivr.reconciliations WHERE call_id = 'asked'), 'infinity'::timestamptz, 'and then never more');
SELECT ivr.purge_calls(ARRAY['asked']) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.reconciliations WHERE call_id = 'asked'), 0::bigint, 'what is purged leaves no note');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT * FROM finish();
ROLLBACK;
