-- lock_call.sql: writers of one call take turns.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

CREATE FUNCTION scene.locks() RETURNS bigint
LANGUAGE sql RETURN (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
                                                         AND mode = 'ExclusiveLock' AND granted);

SELECT is(scene.locks(), 0::bigint, 'nothing is locked at first');
SELECT ivr.lock_call('a') \g /dev/null
SELECT is(scene.locks(), 1::bigint, 'a call is locked until the end of the transaction');
SELECT ivr.lock_call('a') \g /dev/null
SELECT is(scene.locks(), 1::bigint, 'the same call is the same lock');
SELECT ivr.lock_call('b') \g /dev/null
SELECT is(scene.locks(), 2::bigint, 'another call is another lock');
SELECT scene.event('c', 'call.created', 0) \g /dev/null
SELECT is(scene.locks(), 3::bigint, 'store_event locks its call');
SELECT scene.answer('d', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.locks(), 4::bigint, 'store_answer locks its call');

SELECT * FROM finish();
ROLLBACK;
