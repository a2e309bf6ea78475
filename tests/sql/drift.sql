-- drift.sql: what differs between ivr.calls and its logs is told field by field.
BEGIN;
\ir lib/scene.psql
SELECT plan(7);

SELECT scene.event(id, 'call.created', 0), scene.answer(id, 1, NULL, 'menu', 1), scene.press(id, '1', 5)
FROM unnest(ARRAY['a', 'b', 'c', 'd']) AS id \g /dev/null
SELECT scene.answer('answers only', 1, NULL, 'menu', 1) \g /dev/null
SELECT is_empty('SELECT * FROM ivr.drift()', 'what the functions stored has not drifted');

UPDATE ivr.calls SET current_step = 'nonsense', events = 99, from_number = NULL WHERE call_id = 'a';
SELECT results_eq('SELECT * FROM ivr.drift()',
    $$VALUES ('a', 'current_step', 'nonsense', 'gathered:main'), ('a', 'events', '99', '2'), ('a', 'from_number', NULL, '+15551230001')$$,
    'each field that was spoiled is told, as it is and as it should be');
UPDATE ivr.calls SET current_step = 'gathered:main', events = 2, from_number = '+15551230001' WHERE call_id = 'a';
DELETE FROM ivr.calls WHERE call_id = 'b';
SELECT is((SELECT (count(*) > 5 AND bool_and(call_id = 'b' AND stored IS NULL AND rebuilt IS NOT NULL))::text FROM ivr.drift()), 'true',
          'a call that is missing differs in all of them');
INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers) VALUES ('ghost', 'created', now(), 0, 0, 0);
SELECT is((SELECT count(DISTINCT call_id) FROM ivr.drift()), 2::bigint, 'so does one of which nothing is known');
INSERT INTO ivr.call_events (call_id, event, raw, digest) VALUES ('c', 'call.completed', '', 'x');
SELECT is((SELECT rebuilt FROM ivr.drift() WHERE call_id = 'c' AND field = 'current_step'), 'completed', 'an event stored past the functions is found');
SELECT ivr.rebuild_calls() \g /dev/null
SELECT is_empty('SELECT * FROM ivr.drift()', 'rebuild_calls repairs it');

UPDATE ivr.calls SET status = 'nonsense';
SELECT ok((SELECT count(*) FROM ivr.drift(0)) = 0 AND (SELECT count(*) FROM ivr.drift(0.5)) <= 5, 'a share of the calls can be looked at');

SELECT * FROM finish();
ROLLBACK;
