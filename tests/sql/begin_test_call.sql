-- begin_test_call.sql: whoever may begin a test call cannot hide a real one, or fill the disk.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

SELECT is((SELECT count(*) FROM pg_proc WHERE proname = 'begin_test_call' AND pronargs = 0), 1::bigint, 'nobody tells it which call');
SELECT ivr.begin_test_call() FROM generate_series(1, 119) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.test_calls), 119::bigint, '119 calls have 119 ids');
SELECT is((SELECT count(*) FROM ivr.begin_test_call()), 1::bigint, 'one more may begin in this hour');
SELECT is((SELECT count(*) FROM ivr.begin_test_call()), 0::bigint, 'then none');
SELECT is((SELECT count(*) FROM ivr.test_calls), 120::bigint, 'and no mark is made');
UPDATE ivr.test_calls SET begun_at = now() - interval '61 minutes';
SELECT is((SELECT count(*) FROM ivr.begin_test_call()), 1::bigint, 'in the next hour they begin again');

SELECT * FROM finish();
ROLLBACK;
