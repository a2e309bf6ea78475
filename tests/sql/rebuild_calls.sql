-- rebuild_calls.sql: the rows of ivr.calls come again from the logs.
BEGIN;
\ir lib/scene.psql
SELECT plan(9);

SELECT is(ivr.rebuild_calls(), 0::bigint, 'without facts there are no calls');

SELECT scene.event('a', 'call.created', 0) \g /dev/null
SELECT scene.answer('a', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('a', '1', 5) \g /dev/null
SELECT scene.answer('a', 2, 1, 'transfer', 5.2, '1', scene.digest('a', 'call.gathered', 5, '{"digits": "1"}')) \g /dev/null
SELECT scene.event('b', 'call.failed', 3) \g /dev/null
SELECT scene.answer('c', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, NULL, 1, false) \g /dev/null
CREATE TABLE scene.before AS TABLE ivr.calls;

SELECT is(ivr.rebuild_calls(), 3::bigint, 'calls with events, with answers and with both are counted, those without an id not');
SELECT set_eq('TABLE ivr.calls', 'TABLE scene.before', 'the rows are the same as before');
SELECT is(ivr.rebuild_calls(), 3::bigint, 'it may be run again');

UPDATE ivr.calls SET current_step = 'nonsense', department = NULL, events = 99 WHERE call_id = 'a';
DELETE FROM ivr.calls WHERE call_id = 'b';
INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers) VALUES ('ghost', 'created', now(), 0, 0, 0);
SELECT is(ivr.rebuild_calls(), 3::bigint, 'what was spoiled by hand');
SELECT set_eq('TABLE ivr.calls', 'TABLE scene.before', 'is whole again');

SELECT scene.event('a', 'call.completed', 60) \g /dev/null
SELECT is(scene.current_step('a'), 'completed', 'calls go on after it');
SELECT ok(EXISTS (SELECT FROM pg_locks WHERE relation = 'ivr.calls'::regclass AND mode = 'ShareRowExclusiveLock'
                                             AND pid = pg_backend_pid()), 'writers wait while it runs');
SELECT ok(NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'ivr.calls'::regclass AND mode = 'AccessExclusiveLock'),
          'readers do not');

SELECT * FROM finish();
ROLLBACK;
