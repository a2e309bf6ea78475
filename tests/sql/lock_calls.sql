-- lock_calls.sql: several calls are locked in the order of their bytes, whatever the database's collation.
BEGIN;
\ir lib/scene.psql
SELECT plan(8);

CREATE FUNCTION scene.locks(wanted text) RETURNS bigint
LANGUAGE sql RETURN (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND mode = wanted AND granted);

SELECT ivr.lock_calls(ARRAY['b', 'a', 'b']) \g /dev/null
SELECT is(scene.locks('ExclusiveLock'), 2::bigint, 'each call is locked once');
SELECT is(scene.locks('ShareLock'), 1::bigint, 'and that of all calls is shared');
SELECT ivr.lock_calls('{}'), ivr.lock_calls(NULL), ivr.lock_calls(ARRAY(SELECT 'call ' || n FROM generate_series(1, 998) AS n)) \g /dev/null
SELECT is(scene.locks('ExclusiveLock'), 1000::bigint, 'a thousand are locked each');
SELECT ivr.lock_calls(ARRAY(SELECT 'other ' || n FROM generate_series(1, 1001) AS n)) \g /dev/null
SELECT is(scene.locks('ExclusiveLock'), 1001::bigint, 'instead of more of them, all calls are');

CREATE TABLE scene.locked (nth integer GENERATED ALWAYS AS IDENTITY, id text);
CREATE OR REPLACE FUNCTION ivr.lock_call(call_id text) RETURNS void LANGUAGE sql AS 'INSERT INTO scene.locked (id) VALUES (call_id)';
SELECT ivr.lock_calls(ARRAY['é', 'a', 'B', '_', 'Z', 'b']) \g /dev/null
SELECT is((SELECT array_agg(id ORDER BY nth) FROM scene.locked), ARRAY['B', 'Z', '_', 'a', 'b', 'é'], 'they are locked in the order of their bytes');
SELECT is((SELECT array_agg(attribute) FROM (SELECT proname || ' sorts its calls' AS attribute FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace
             AND prosrc ~ 'lock_calls?\(' AND prosrc ~* 'ORDER BY (call_)?id\M(?! COLLATE)' AND proname NOT IN ('lock_calls', 'try_lock_calls')) AS p), NULL, 'nobody else has an order of his own');

-- What maintains the history locks what it changes before it changes anything.

DELETE FROM scene.locked;
SELECT scene.event(id, 'call.created', 0) FROM unnest(ARRAY['é', 'a', 'B']) AS id \g /dev/null
SELECT ivr.infer_closings('1 hour'), ivr.purge_calls(ARRAY['é', 'a', 'B']) \g /dev/null
SELECT is((SELECT array_agg(id ORDER BY nth) FROM scene.locked), ARRAY['B', 'a', 'é', 'B', 'a', 'é'], 'ends are inferred and calls removed in that order');
DELETE FROM scene.locked;
SELECT scene.event(id, 'call.created', 0, data => '{"told":"+15559990001"}') FROM unnest(ARRAY['é', 'a', 'B']) AS id \g /dev/null
SELECT ivr.pseudonymise_calls(ARRAY['é', 'a', 'B']) \g /dev/null
SELECT ivr.forget('+15559990001') \g /dev/null
SELECT is((SELECT array_agg(id ORDER BY nth) FROM scene.locked), ARRAY['B', 'a', 'é', 'B', 'a', 'é'], 'numbers are replaced and people forgotten in that order');

SELECT * FROM finish();
ROLLBACK;
