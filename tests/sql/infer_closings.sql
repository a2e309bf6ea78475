-- infer_closings.sql: a call whose end nobody told is closed after a while, visibly.
BEGIN;
\ir lib/scene.psql
SELECT plan(17);

SELECT scene.event('ended', 'call.created', 0), scene.event('ended', 'call.completed', 60) \g /dev/null
SELECT scene.event('lost', 'call.created', 0), scene.answer('lost', 1, NULL, 'menu', 1.5) \g /dev/null
SELECT scene.answer('answers only', 1, NULL, 'menu', 2) \g /dev/null
SELECT scene.store_event('late', 'call.created', scene.stamp(0), scene.body('late', 'call.created', 0)) \g /dev/null
SELECT scene.store_event('future', 'call.created', '9999-01-01T00:00:00Z', '{}', scene.at(0)) \g /dev/null
SELECT scene.store_event('now', 'call.created', NULL, '{}') \g /dev/null

SELECT is(ivr.infer_closings('100 years'), 0::bigint, 'nothing is old enough for a hundred years');
SELECT is(ivr.infer_closings('1 hour'), 3::bigint, 'three calls of which nothing was heard for an hour are closed');
SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.calls WHERE inferred), ARRAY['answers only', 'future', 'lost'],
          'not the one that ended, nor the one that is told only now, however old it says it is');
SELECT is((SELECT (current_step, disposition, closed_at)::text FROM ivr.calls WHERE call_id = 'lost'),
          ('unknown'::text, 'unknown'::text, scene.at(1.5))::text, 'it ended when it was last heard of, nobody knows how');
SELECT is((SELECT (events, answers)::text FROM ivr.calls WHERE call_id = 'lost'), '(1,1)', 'the inferred event is none of the platform''s');
SELECT is((SELECT (event, occurred_at, payload #>> '{call,id}', payload #>> '{data,last_step}', convert_from(raw, 'UTF8')::jsonb = payload)::text
           FROM ivr.call_events WHERE call_id = 'lost' AND event LIKE 'ivr.%'),
          ('ivr.inferred'::text, scene.at(1.5), 'lost'::text, 'menu:main'::text, true)::text, 'it has a fact of its own in the log, with what was known');
SELECT is((SELECT occurred_at FROM ivr.call_events WHERE call_id = 'answers only'), scene.at(2), 'also where no event ever came');
SELECT is(ivr.infer_closings('1 hour'), 0::bigint, 'once');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT scene.event('lost', 'call.failed', 90, status => 'failed') \g /dev/null
SELECT is((SELECT (current_step, disposition, closed_at, inferred)::text FROM ivr.calls WHERE call_id = 'lost'),
          ('failed'::text, 'failed'::text, scene.at(90), false)::text, 'the real end wins when it comes after all');
SELECT is((SELECT count(*) FROM ivr.call_events WHERE call_id = 'lost' AND event = 'ivr.inferred'), 1::bigint, 'and the log still says what was inferred');
SELECT scene.event('answers only', 'recording.completed', 95) \g /dev/null
SELECT is(scene.current_step('answers only'), 'unknown', 'other late events reopen nothing');

SELECT scene.event('a' || n, 'call.created', n) FROM generate_series(1, 5) AS n \g /dev/null
SELECT is(ivr.infer_closings('1 hour', 2), 2::bigint, 'no more than a batch');
SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.calls WHERE inferred AND call_id LIKE 'a_'), ARRAY['a1', 'a2'], 'the oldest first');
SELECT is(ivr.infer_closings(p_batch => 10), 3::bigint, 'without an age that of the settings holds');
UPDATE ivr.history_settings SET infer_after = '100 years';
SELECT scene.event('b', 'call.created', 0) \g /dev/null
SELECT is(ivr.infer_closings(), 0::bigint, 'and can be changed');
SELECT is((SELECT count(DISTINCT digest) FROM ivr.call_events WHERE event = 'ivr.inferred'), 8::bigint, 'each has a digest of its own, which follows from the call');

SELECT * FROM finish();
ROLLBACK;
