-- try_lock_calls.sql: who stores a set does not wait for a call that somebody else is writing to.
BEGIN;
\ir lib/scene.psql
SELECT plan(10);
\setenv PGDATABASE :DBNAME

SELECT is(ivr.try_lock_calls(ARRAY['é', 'b', 'B', 'b']), ARRAY['B', 'b', 'é'], 'what is free is locked, each call once, in the order of bytes');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND mode = 'ExclusiveLock'), 3::bigint, 'until the end of the transaction');
SELECT is(ivr.try_lock_calls(ARRAY['b']), ARRAY['b'], 'one''s own locks are free');
SELECT is(ivr.try_lock_calls('{}'), '{}', 'of no calls none is locked');

-- Another session, while this one has locked b

\set sees `psql -XAtq -c "SELECT ivr.try_lock_calls(ARRAY['a', 'b', 'c'])"`
SELECT is(:'sees'::text, '{a,c}', 'what somebody else has locked is left out');
\set sees `psql -XAtq -c "BEGIN; SELECT string_agg(place || ' ' || result, ',' ORDER BY place) FROM ivr.store_events(ARRAY[5, 6, 7, 8], ARRAY['b', 'a', 'b', 'c'], array_fill('call.created'::text, ARRAY[4]), array_fill(NULL::text, ARRAY[4]), ARRAY['1', '2', '3', '4']::bytea[]); ROLLBACK"`
SELECT is(:'sees'::text, '6 stored,8 stored', 'its events have no row in the result, all others are stored');
\set sees `psql -XAtq -c "BEGIN; SELECT string_agg(place || ' ' || result, ',' ORDER BY place) FROM ivr.store_answers(ARRAY[5, 6, 7], ARRAY['b', 'a', NULL], ARRAY(SELECT jsonb_build_object('step', 1, 'endpoint', 'answer', 'menu', 'main', 'waited_ms', 0, 'decision', 'menu', 'how', how) FROM unnest(ARRAY['looked', 'assumed', 'given']) AS how), ARRAY['{}', '{}', '{}']); ROLLBACK"`
SELECT is(:'sees'::text, '6 stored,7 stored', 'nor has its answer; one without a call waits for nobody');
\set sees `psql -XAtq -c "SELECT count(*) FROM ivr.call_states(ARRAY[1], ARRAY['b'], ARRAY[1], ARRAY[false], ARRAY[NULL])"`
SELECT is(:'sees'::text, '1', 'to look at it needs no lock');
SELECT ivr.lock_calls(ARRAY(SELECT 'call ' || n FROM generate_series(1, 1001) AS n)) \g /dev/null
\set sees `psql -XAtq -c "SELECT ivr.try_lock_calls(ARRAY['a', 'c'])"`
SELECT is(:'sees'::text, '{}', 'while somebody has locked all calls, none is free');
\set sees `psql -XAtq -c "SET lock_timeout = 50" -c "SELECT ivr.lock_call('a')" 2>&1 | grep -c 'lock timeout'`
SELECT is(:'sees'::text, '1', 'and who waits for one waits');

SELECT * FROM finish();
ROLLBACK;
