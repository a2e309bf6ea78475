-- sets.sql: a set is divided among the shards, and its results are put together. What is stored on shards stays: calls have
-- ids of their own each time. No transaction: what is read in one of the tables of shards is as it was when that began.
SELECT plan(26);

GRANT SELECT ON ivr_shards.slots TO ivr_app; -- for these tests
CREATE TEMPORARY TABLE called AS SELECT n, format('sets-%s-%s', pg_backend_pid(), gen_random_uuid()) AS id FROM generate_series(0, 63) AS n;
GRANT SELECT ON called TO PUBLIC;
CREATE FUNCTION pg_temp.shard(id text) RETURNS integer LANGUAGE sql RETURN (SELECT shard FROM ivr_shards.slots WHERE slot = hashtext(id) & 63);
CREATE FUNCTION pg_temp.body(id text, event text, caller text) RETURNS bytea LANGUAGE sql RETURN convert_to(format(
    '{"event":"%s","created_at":"2026-05-29T12:09:00Z","call":{"id":"%s","direction":"inbound","from":"%s","to":"+15551230002"},"data":{}}', event, id, caller), 'UTF8');
CREATE FUNCTION pg_temp.send(event text, picked text[], caller text DEFAULT '+15559990042') RETURNS TABLE (place integer, result text) LANGUAGE sql AS $$
    SELECT s.* FROM (SELECT array_agg(nth::integer) AS places, array_agg(id) AS ids, array_agg(pg_temp.body(id, event, caller)) AS raws
                     FROM unnest(picked) WITH ORDINALITY AS t (id, nth)) AS args,
    ivr.store_events(places, ids, array_fill(event, ARRAY[cardinality(ids)]), array_fill('2026-05-29T12:09:00Z'::text, ARRAY[cardinality(ids)]), raws) AS s
$$;

SELECT cmp_ok((SELECT count(DISTINCT pg_temp.shard(id)) FROM called), '>', 1::bigint, '64 calls are on several shards');
SET ROLE ivr_app;
SELECT set_eq($$SELECT * FROM pg_temp.send('call.created', (SELECT array_agg(id ORDER BY n) FROM called))$$,
              $$SELECT n, 'stored' FROM generate_series(1, 64) AS n$$, 'a set of 64 is stored, each result with its place');
SELECT set_eq($$SELECT * FROM pg_temp.send('call.created', (SELECT array_agg(id ORDER BY n DESC) FROM called))$$,
              $$SELECT n, 'duplicate' FROM generate_series(1, 64) AS n$$, 'again, in another order, each is a duplicate');
SELECT is_empty($$SELECT * FROM ivr.store_events('{}', '{}', '{}', '{}', '{}')$$, 'an empty set is nothing');
RESET ROLE;
SELECT is((SELECT array_agg(id) FROM called LEFT JOIN ivr.calls ON call_id = id WHERE calls.tableoid::regclass::text IS DISTINCT FROM 'ivr_shards.calls_' || pg_temp.shard(id)), NULL,
          'each call is on its shard');
SELECT is((SELECT count(*) FROM ivr.call_events JOIN called ON call_id = id), 64::bigint, 'each event is there once');

-- Answers, of a call and of none

CREATE FUNCTION pg_temp.answer(ids text[], extra jsonb DEFAULT '{}') RETURNS TABLE (place integer, result text, response text) LANGUAGE sql AS $$
    SELECT s.* FROM ivr.store_answers(ARRAY(SELECT generate_series(1, cardinality(ids))), ids,
        array_fill(jsonb_build_object('how', 'looked', 'step', 1, 'endpoint', 'answer', 'menu', 'main', 'decision', 'menu', 'waited_ms', 0) || extra, ARRAY[cardinality(ids)]),
        array_fill('{"actions":[]}'::text, ARRAY[cardinality(ids)])) AS s
$$;
SET ROLE ivr_app;
SELECT set_eq($$SELECT place, result FROM pg_temp.answer((SELECT array_agg(id ORDER BY n) FROM called))$$,
              $$SELECT n, 'stored' FROM generate_series(1, 64) AS n$$, 'answers are stored');
SELECT set_eq($$SELECT place, result FROM pg_temp.answer((SELECT array_agg(id ORDER BY n) FROM called))$$,
              $$SELECT n, 'known' FROM generate_series(1, 64) AS n$$, 'and known when they come again');
SELECT set_eq($$SELECT place, result FROM pg_temp.answer(ARRAY[NULL, NULL]::text[])$$, $$VALUES (1, 'stored'), (2, 'stored')$$, 'so are answers of no call');
SELECT lives_ok($$SELECT * FROM pg_temp.answer(ARRAY[NULL]::text[], jsonb_build_object('how', 'given', 'answered_at', '2026-05-29T12:09:00Z', 'spool_record', (SELECT id FROM called WHERE n = 0))) AS one,
                               pg_temp.answer(ARRAY[NULL]::text[], jsonb_build_object('how', 'given', 'answered_at', '2026-05-29T12:09:00Z', 'spool_record', (SELECT id FROM called WHERE n = 0))) AS again$$, 'one that was spooled comes twice');
SELECT set_eq($$SELECT place, next_step FROM ivr.call_states(ARRAY(SELECT generate_series(1, 64)), (SELECT array_agg(id) FROM called), array_fill(1, ARRAY[64]), array_fill(false, ARRAY[64]), array_fill(NULL::text, ARRAY[64]))$$,
              $$SELECT n, 2 FROM generate_series(1, 64) AS n$$, 'the state of each call is told');
SELECT set_eq($$SELECT place, answered FROM ivr.gathered_digits(ARRAY(SELECT generate_series(1, 64)), (SELECT array_agg(id) FROM called), array_fill(1, ARRAY[64]))$$,
              $$SELECT n, false FROM generate_series(1, 64) AS n$$, 'and its digits');
RESET ROLE;
SELECT is((SELECT count(*) FROM ivr.answers WHERE spool_record = (SELECT id FROM called WHERE n = 0)), 1::bigint, 'it is there once');

-- Rejections

SET ROLE ivr_app;
SELECT lives_ok($$SELECT ivr.store_rejections(ARRAY(SELECT generate_series(1, 64)), array_fill('webhook'::text, ARRAY[64]), array_fill('signature'::text, ARRAY[64]),
    array_fill(NULL::text, ARRAY[64]), array_fill(401, ARRAY[64]), array_fill(NULL::text, ARRAY[64]), array_fill(NULL::text, ARRAY[64]), array_fill(NULL::text, ARRAY[64]),
    (SELECT array_agg(convert_to(replace(convert_from(pg_temp.body(id, 'call.answered', '+15559990042'), 'UTF8'), '\', ''), 'UTF8')) FROM called),
    (SELECT array_agg(length(pg_temp.body(id, 'call.answered', '+15559990042'))::bigint) FROM called))$$, 'refused requests are kept');
RESET ROLE;
SELECT is((SELECT ROW(count(DISTINCT rejected_id), array_agg(DISTINCT r.tableoid::regclass::text))::text FROM ivr.rejected_requests AS r, called WHERE position(convert_to(id, 'UTF8') IN raw) > 0), '(64,{ivr_shards.rejected_requests_0})',
          'on the first shard, where they are numbered as they come, and no two have the same number');
SELECT is((SELECT array_agg(DISTINCT ivr.reingest(rejected_id)) FROM ivr.rejected_requests, called WHERE position(convert_to(id, 'UTF8') IN raw) > 0), '{stored}', 'each can be taken after all');
SELECT is((SELECT count(*) FROM ivr.call_events JOIN called ON call_id = id WHERE event = 'call.answered'), 64::bigint, 'and is stored with its call, wherever that is');

-- What the platform is to be asked for, of all shards together

SELECT ivr.store_events(ARRAY(SELECT generate_series(1, 12)), array_agg(id || ' due'), array_fill('call.created'::text, ARRAY[12]),
    array_fill(to_char((now() - interval '1 day') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ARRAY[12]),
    array_agg(pg_temp.body(id || ' due', 'call.created', '+15559990042')), array_fill(now() - interval '1 day', ARRAY[12]))
FROM called WHERE n < 12 \g /dev/null
SELECT is(cardinality(ivr.calls_to_reconcile(8)), 8, 'as many calls as are wanted are taken to be asked for, wherever they are');

-- A shard that is down, one whose calls are about to move, and a request that no shard would take

-- While this is not committed, no watcher finds it back.
BEGIN;
UPDATE ivr_shards.shards SET down_since = clock_timestamp(), tried_at = clock_timestamp(), fault = 'a test' WHERE shard = 1;
SET ROLE ivr_app;
SELECT set_eq($$SELECT * FROM pg_temp.send('call.gathered', (SELECT array_agg(id ORDER BY n) FROM called))$$,
              $$SELECT CASE WHEN pg_temp.shard(id) = 1 THEN ~(n + 1) ELSE n + 1 END AS place, CASE WHEN pg_temp.shard(id) <> 1 THEN 'stored' END AS result FROM called$$,
              'of a shard that is down a row says not now; the others store theirs');
SELECT set_eq($$SELECT place FROM ivr.call_states(ARRAY(SELECT generate_series(1, 64)), (SELECT array_agg(id ORDER BY n) FROM called), array_fill(NULL::integer, ARRAY[64]), array_fill(true, ARRAY[64]), array_fill(NULL::text, ARRAY[64]))$$,
              $$SELECT CASE WHEN pg_temp.shard(id) = 1 THEN ~(n + 1) ELSE n + 1 END FROM called$$, 'the same holds for what is known of calls');
RESET ROLE;
COMMIT;
UPDATE ivr_shards.shards SET down_since = NULL, held = ARRAY(SELECT slot FROM ivr_shards.slots WHERE shard = 0) WHERE shard IN (0, 1);
UPDATE ivr_shards.shards SET held = '{}' WHERE shard = 1;
SET ROLE ivr_app;
SELECT set_eq($$SELECT * FROM pg_temp.send('call.ringing', (SELECT array_agg(id ORDER BY n) FROM called))$$,
              $$SELECT CASE WHEN pg_temp.shard(id) = 0 THEN ~(n + 1) ELSE n + 1 END AS place, CASE WHEN pg_temp.shard(id) <> 0 THEN 'stored' END AS result FROM called$$,
              'calls that are about to move have to wait');
RESET ROLE;
UPDATE ivr_shards.shards SET held = '{}';
SET ROLE ivr_app;
SELECT throws_ok($$SELECT * FROM pg_temp.send('call.created', ARRAY[''])$$, '23514', NULL, 'what is at fault by itself is told as on one database');
-- What other shards had stored by then is a duplicate, or known; one that they are still storing has no row, and is tried again.
CREATE FUNCTION pg_temp.told(place integer, result text) RETURNS text LANGUAGE sql RETURN
    CASE WHEN place > 0 AND result ~ '^(stored|duplicate|known)$' THEN 'there' WHEN place < 0 THEN place || ' ' || left(result, 5) ELSE result END;
SELECT set_eq($$SELECT DISTINCT pg_temp.told(place, result) FROM pg_temp.send('call.failed', (SELECT array_agg(id ORDER BY n) FROM called WHERE n < 9) || ARRAY[''])$$,
              $$VALUES ('there'), ('-11 23514')$$, 'in a set it has a row with the reason; the others are stored');
SELECT set_eq($$SELECT DISTINCT pg_temp.told(place, result)
                FROM ivr.store_answers(ARRAY(SELECT generate_series(1, 10)), (SELECT array_agg(id ORDER BY n) FROM called WHERE n < 10),
                    (SELECT array_agg(jsonb_build_object('how', 'looked', 'step', 3, 'endpoint', 'answer', 'menu', 'main', 'decision', 'menu', 'waited_ms', 0) ORDER BY n) FROM generate_series(1, 10) AS n),
                    array_fill('{"actions":[]}'::text, ARRAY[9]) || ARRAY['no JSON'])$$,
              $$VALUES ('there'), ('-11 22P02')$$, 'so has an answer');
SELECT set_eq($$SELECT DISTINCT pg_temp.told(place, result)
                FROM ivr.store_rejections(ARRAY[1, 2], ARRAY['webhook', NULL], ARRAY['signature', 'signature'], ARRAY[NULL, NULL]::text[],
                    ARRAY[401, 401], ARRAY[NULL, NULL]::text[], ARRAY[NULL, NULL]::text[], ARRAY[NULL, NULL]::text[], ARRAY['a', 'b']::bytea[], ARRAY[1, 1]::bigint[])$$,
              $$VALUES ('there'), ('-3 23502')$$, 'and a rejection');
RESET ROLE;
SELECT is((SELECT count(*) FROM ivr_shards.shards WHERE down_since IS NOT NULL), 0::bigint, 'and no shard is blamed for it');
REVOKE SELECT ON ivr_shards.slots FROM ivr_app;
SELECT * FROM finish();
