-- people.sql: what is about a person is about all shards: forgetting, where he could not be connected, reports.
BEGIN;
SELECT plan(16);

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
SET LOCAL ROLE ivr_report;
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
SELECT is((SELECT bool_or(ivr_shards.retries())), true, 'a department is tried anew for a while');
SELECT is((SELECT failed FROM ivr.failed_destinations((SELECT number FROM person))), NULL, 'he could be connected');
SELECT is((SELECT array_agg(DISTINCT failed) FROM ivr.call_states(ARRAY[1, 2], (SELECT array_agg(id) FROM called WHERE n < 2), ARRAY[NULL, NULL]::integer[], ARRAY[true, true], ARRAY[NULL, NULL]::text[])), ARRAY[NULL]::text[],
          'so his next calls are told nothing');

-- Forgetting

SELECT is((SELECT how_many FROM ivr.forget((SELECT number FROM person)) WHERE what = 'calls removed'), 20::bigint, 'his calls are removed on each shard');
SELECT is((SELECT count(*) FROM ivr.calls, person WHERE from_number = number), 0::bigint, 'none is left');
SELECT is((SELECT count(*) FROM ivr.call_events, person WHERE position(convert_to(number, 'UTF8') IN raw) > 0), 0::bigint, 'nor what others said of him');
SELECT is((SELECT count(*) FROM ivr.call_events JOIN called ON call_id = id WHERE n >= 20 AND position('forgotten' IN payload::text) > 0), 12::bigint, 'it says forgotten instead');
SELECT throws_ok($$SELECT * FROM ivr.forget('+15551230002')$$, '22023', NULL, 'one''s own number is known by any shard, and refused by all');
SELECT * FROM finish();
ROLLBACK;
