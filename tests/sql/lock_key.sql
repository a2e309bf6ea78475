-- lock_key.sql: the number of the lock of a call.
BEGIN;
\ir lib/scene.psql
SELECT plan(4);

SELECT is((SELECT count(DISTINCT ivr.lock_key('call ' || n)) FROM generate_series(1, 10000) AS n), 10000::bigint, 'ten thousand calls have as many locks');
SELECT is(ivr.lock_key('a'), ivr.lock_key('a' COLLATE "C"), 'the same in every collation');
SELECT isnt(ivr.lock_key(''), ivr.lock_key('a'), 'that of all calls is another');
SELECT is(ivr.lock_key(NULL), NULL, 'no call has none');

SELECT * FROM finish();
ROLLBACK;
