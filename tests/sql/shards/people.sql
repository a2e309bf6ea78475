-- people.sql: what is about a person is about all shards: forgetting, where he could not be connected, reports. No
-- transaction: see sets.sql.
SELECT plan(21);

CREATE TEMPORARY TABLE called AS SELECT n, format('people-%s-%s', pg_backend_pid(), gen_random_uuid()) AS id FROM generate_series(0, 31) AS n;
CREATE TEMPORARY TABLE person AS SELECT format('+1555%s', lpad((random() * 9999999)::integer::text, 7, '0')) AS number;
GRANT SELECT ON called, person TO PUBLIC;
CREATE FUNCTION pg_temp.send(id text, event text, caller text, extra text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT result FROM ivr.store_events(ARRAY[1], ARRAY[id], ARRAY[event], ARRAY[to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')], ARRAY[convert_to(format(
        '{"event":"%s","created_at":"%s","call":{"id":"%s","direction":"inbound","from":"%s","to":"+15551230002"%s},"data":{}}',
        event, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), id, caller, extra), 'UTF8')])
$$;
SELECT count(pg_temp.send(id, 'call.created', (SELECT number FROM person))) AS sent FROM called WHERE n < 20 \gset
SELECT count(pg_temp.send(id, 'call.created', '+15559990077', format(',"note":"call %s back"', (SELECT number FROM person)))) AS sent FROM called WHERE n >= 20 \gset

-- Reports

SELECT is((SELECT count(DISTINCT c.tableoid) > 1 FROM ivr.calls AS c, person WHERE from_number = number), true, 'a caller''s calls are on several shards');
SELECT set_eq($$SELECT relname::text FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v' AND has_table_privilege('ivr_report', oid, 'SELECT')$$,
              $$SELECT relname::text FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'$$, 'ivr_report reads every view');
SET ROLE ivr_report;
SELECT is((SELECT calls FROM ivr.repeat_callers WHERE last_call_id IN (SELECT id FROM called WHERE n < 20)), 20::bigint, 'repeat_callers counts him once, with all his calls');
SELECT is((SELECT calls - callers FROM ivr.today WHERE to_number = 'all numbers') >= 30, true, 'today counts callers, not callers of a shard');
SELECT is((SELECT count(*) FROM ivr.journey WHERE call_id = (SELECT id FROM called WHERE n = 3)), 1::bigint, 'journey tells of a call');
SELECT is((SELECT count(*) FROM ivr.call_summary WHERE from_number ~ '^\+1555[*]' AND call_id IN (SELECT id FROM called)), 32::bigint, 'numbers are masked');
SELECT throws_ok('SELECT * FROM ivr.calls', '42501', NULL, 'the tables are not read');
RESET ROLE;
CREATE FUNCTION pg_temp.reads(view regclass) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT FROM %s LIMIT 1', view);
    RETURN true;
END;
$$;
SELECT is((SELECT bool_and(pg_temp.reads(oid)) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'), true, 'every view can be read');

-- Where he could not be connected

UPDATE ivr.departments SET retry_minutes = 10 WHERE department = 'sales';
SELECT is(ivr_shards.retries(), false, 'without agents there is no other one to try');
INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551239991') ON CONFLICT DO NOTHING;
SELECT is(ivr_shards.retries(), true, 'with agents there may be');
CREATE FUNCTION pg_temp.failed(told text) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT failed) FROM ivr.call_states(ARRAY(SELECT generate_series(1, 19)), (SELECT array_agg(id) FROM called WHERE n BETWEEN 1 AND 19),
        array_fill(NULL::integer, ARRAY[19]), array_fill(true, ARRAY[19]), array_fill(told, ARRAY[19]))
$$;
SELECT is(pg_temp.failed(NULL), ARRAY[NULL]::text[], 'he could be connected so far');
SELECT count(result) AS answered FROM ivr.store_answers(ARRAY[1], (SELECT array_agg(id) FROM called WHERE n = 0),
    ARRAY['{"how": "looked", "step": 1, "endpoint": "answer", "menu": "main", "decision": "transfer", "department": "sales", "destination": "+15551239991", "waited_ms": 0}'::jsonb], ARRAY['{"actions":[]}']) \gset
SELECT pg_temp.send(id, 'call.failed', (SELECT number FROM person)) AS sent FROM called WHERE n = 0 \gset
SELECT is((SELECT failed FROM ivr.failed_destinations((SELECT number FROM person))), '+15551239991', 'where he could not be is known, whichever shard is asked');
SELECT is(pg_temp.failed(NULL), ARRAY['+15551239991'], 'to all his calls, on all shards');
SELECT is(pg_temp.failed((SELECT number FROM person)), ARRAY['+15551239991'], 'also where his number is told with the question');
SELECT is(pg_temp.failed('+15559990099'), ARRAY[NULL]::text[], 'and to nobody else''s');
UPDATE ivr_shards.shards SET down_since = clock_timestamp(), tried_at = clock_timestamp() WHERE shard = (SELECT shard FROM ivr_shards.slots, called WHERE n = 0 AND slot = hashtext(id) & 63);
SELECT is((SELECT array_agg(DISTINCT failed) FILTER (WHERE failed IS NOT NULL) FROM unnest(pg_temp.failed(NULL)) AS failed), NULL, 'a shard that is down has no word, and delays nobody');
UPDATE ivr_shards.shards SET down_since = NULL;

-- Forgetting

SELECT is((SELECT how_many FROM ivr.forget((SELECT number FROM person)) WHERE what = 'calls removed'), 20::bigint, 'his calls are removed on each shard');
SELECT is((SELECT count(*) FROM ivr.calls, person WHERE from_number = number), 0::bigint, 'none is left');
SELECT is((SELECT count(*) FROM ivr.call_events, person WHERE position(convert_to(number, 'UTF8') IN raw) > 0), 0::bigint, 'nor what others said of him');
SELECT is((SELECT count(*) FROM ivr.call_events JOIN called ON call_id = id WHERE n >= 20 AND position('forgotten' IN payload::text) > 0), 12::bigint, 'it says forgotten instead');
SELECT throws_ok($$SELECT * FROM ivr.forget('+15551230002')$$, '22023', NULL, 'one''s own number is known by any shard, and refused by all');
DELETE FROM ivr.agents WHERE destination = '+15551239991';
SELECT * FROM finish();
