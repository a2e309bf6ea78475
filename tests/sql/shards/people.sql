-- people.sql: what is about a person is about all shards: forgetting, where he could not be connected, reports. No
-- transaction: see sets.sql.
SELECT plan(42);

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
BEGIN;  -- while this is not committed, no watcher finds it back
UPDATE ivr_shards.shards SET down_since = clock_timestamp(), tried_at = clock_timestamp() WHERE shard = (SELECT shard FROM ivr_shards.slots, called WHERE n = 0 AND slot = hashtext(id) & 63);
SELECT is((SELECT array_agg(DISTINCT failed) FILTER (WHERE failed IS NOT NULL) FROM unnest(pg_temp.failed(NULL)) AS failed), NULL, 'a shard that is down has no word, and delays nobody');
ROLLBACK;

-- What he wishes: on the router, and soon on each shard, whichever has the call

CREATE FUNCTION pg_temp.arrives(query text, wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    FOR try IN 1 .. 100 LOOP
        EXECUTE query INTO found;
        EXIT WHEN found = wanted;
        PERFORM pg_sleep(0.05);
    END LOOP;
    RETURN found;
END;
$$;
-- each(query, wanted): what it finds on the shards, each asked by itself, as soon as it finds what is wanted.
CREATE FUNCTION pg_temp.each(query text, wanted text) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT pg_temp.arrives(format('SELECT v FROM ivr_shards.dblink(%L, %L) AS t (v text)', connection || ' user=ivr_router', query), wanted)) FROM ivr_shards.shards
$$;
CREATE FUNCTION pg_temp.wish(call text, step integer, extra jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT result FROM ivr.store_answers(ARRAY[1], ARRAY[call], ARRAY[jsonb_build_object(
        'how', 'looked', 'step', step, 'asked_step', nullif(step - 1, 0), 'endpoint', CASE step WHEN 1 THEN 'answer' ELSE 'route-menu' END, 'menu', 'callback_check:support',
        'decision', 'menu', 'waited_ms', 0) || extra], ARRAY['{"actions":[]}'])
$$;
SELECT a.id AS here, b.id AS there FROM called AS a, called AS b
WHERE a.n BETWEEN 1 AND 19 AND b.n BETWEEN 1 AND 19
  AND (SELECT shard FROM ivr_shards.slots WHERE slot = hashtext(a.id) & 63) < (SELECT shard FROM ivr_shards.slots WHERE slot = hashtext(b.id) & 63)
ORDER BY a.n, b.n LIMIT 1 \gset
SELECT number AS person, number || '9' AS other FROM person \gset
SELECT format('SELECT concat_ws('' '', number, times, tries, done_at IS NOT NULL) FROM ivr.callback_requests WHERE call_id = %L', :'here') AS wished \gset
SET ROLE ivr_app;
SELECT is(pg_temp.wish(:'here', 1, jsonb_build_object('callback', :'person')), 'stored', 'who is to be called back says so in a call');
SELECT is(pg_temp.wish(:'there', 1, jsonb_build_object('callback', :'other')), 'stored', 'and in another one, on another shard, with another number');
RESET ROLE;
SELECT is((SELECT array_agg(concat_ws(' ', call_id, number, caller, times)) FROM ivr.callback_requests WHERE caller = :'person'), ARRAY[concat_ws(' ', :'here', :'other', :'person', 2)],
          'one is open, of the caller whom his call tells');
SELECT is(pg_temp.wish(:'there', 1, jsonb_build_object('callback', :'other')), 'known', 'the same answer again');
SELECT is((SELECT times FROM ivr.callback_requests WHERE call_id = :'here'), 2, 'is no other wish');
SELECT is(pg_temp.each(:'wished', :'other' || ' 2 0 f'), ARRAY[:'other' || ' 2 0 f'], 'each shard knows it');
SELECT is((SELECT calls.times FROM ivr.callbacks AS calls WHERE call_id = :'here'), 2, 'the view shows it once');
SELECT is(ivr.called_back(:'here', false), 1, 'somebody has tried');
SELECT is(pg_temp.each(:'wished', :'other' || ' 2 1 f'), ARRAY[:'other' || ' 2 1 f'], 'which each shard knows');
DELETE FROM ivr.callback_requests WHERE call_id = :'here';
SELECT is(pg_temp.wish(:'here', 1, jsonb_build_object('callback', :'person')), 'known', 'where the router died before it could note a wish');
SELECT is((SELECT concat_ws(' ', number, times) FROM ivr.callback_requests WHERE call_id = :'here'), :'person' || ' 1', 'it is noted when the answer comes again');
SELECT is(pg_temp.wish(:'there', 2, '{"keep_language": "de", "language": "de"}'), 'stored', 'a language is chosen');
SELECT is(pg_temp.each(format('SELECT language FROM ivr.callers WHERE number = %L', :'person'), 'de'), '{de}', 'and kept for his calls on all shards');

-- Codes: ten wrong tries in an hour, wherever they were

INSERT INTO ivr.codes (code, num_digits, salt, hash, department) VALUES ('people', 4, substr(sha256('people'), 1, 16), sha256(''), 'sales');
SELECT ivr.set_code('people', '4711');
SELECT pg_temp.each('SELECT count(*) FROM ivr.codes WHERE code = ''people'' AND hash <> sha256('''')', '1') \g /dev/null
SELECT count(pg_temp.wish(id, 1 + (n IN (SELECT n FROM called WHERE id IN (:'here', :'there')))::integer + (id = :'there')::integer, '{"menu": "code:people"}')) AS asked FROM called WHERE n BETWEEN 1 AND 12 \gset
CREATE FUNCTION pg_temp.try(ids text[], digits text) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(result ORDER BY place)
    FROM ivr.check_codes(ARRAY(SELECT generate_series(1, cardinality(ids))), ids,
                         ARRAY(SELECT (SELECT max(step) FROM ivr.answers WHERE call_id = id) FROM unnest(ids) AS id), array_fill(digits, ARRAY[cardinality(ids)]), array_fill(NULL::text, ARRAY[cardinality(ids)])) AS c
$$;
SELECT is(pg_temp.try((SELECT array_agg(id ORDER BY n) FROM called WHERE n BETWEEN 1 AND 9), '0000'), array_fill('wrong'::text, ARRAY[9]), 'nine wrong ones, on several shards');
SELECT is(pg_temp.try((SELECT array_agg(id ORDER BY n) FROM called WHERE n = 10), '0000'), '{wrong}', 'and the tenth');
SELECT is(pg_temp.try((SELECT array_agg(id ORDER BY n) FROM called WHERE n BETWEEN 11 AND 12), '4711'), '{refused,refused}', 'then the right one opens nothing, on no shard');
SELECT is(pg_temp.try((SELECT array_agg(id ORDER BY n) FROM called WHERE n = 10), '0000'), '{wrong}', 'a try that was made is what it was');
DELETE FROM ivr.codes WHERE code = 'people';

-- Forgetting

SELECT is((SELECT how_many FROM ivr.forget((SELECT number FROM person)) WHERE what = 'calls removed'), 20::bigint, 'his calls are removed on each shard');
SELECT is((SELECT count(*) FROM ivr.calls, person WHERE from_number = number), 0::bigint, 'none is left');
SELECT is((SELECT count(*) FROM ivr.call_events, person WHERE position(convert_to(number, 'UTF8') IN raw) > 0), 0::bigint, 'nor what others said of him');
SELECT is((SELECT count(*) FROM ivr.call_events JOIN called ON call_id = id WHERE n >= 20 AND position('forgotten' IN payload::text) > 0), 12::bigint, 'it says forgotten instead');
SELECT is(pg_temp.each(format('SELECT (SELECT count(*) FROM ivr.callback_requests WHERE caller = %1$L) + (SELECT count(*) FROM ivr.callers WHERE number = %1$L)', :'person'), '0'), '{0}',
          'nobody is to be called back, or known, on any shard');
INSERT INTO ivr.callback_requests (call_id, department, number, caller, asked_at) SELECT id || ' old', 'sales', :'person', '+15559990077', now() - interval '3 years' FROM called WHERE n < 2;
UPDATE ivr.history_settings SET pseudonymise_after = '2 years', purge_after = NULL;
SELECT ivr.housekeep_rest('pseudonymise', 200) \g /dev/null
SELECT is((SELECT array_agg(DISTINCT number = ivr.pseudonym(:'person') AND caller <> '+15559990077') FROM ivr.callback_requests JOIN called ON call_id = id || ' old'), '{t}', 'who was to be called back long ago has a pseudonym');
SELECT (how_many >= 0)::text FROM ivr.forget(:'person') LIMIT 1 \g /dev/null
SELECT is((SELECT array_agg(DISTINCT number) FROM ivr.callback_requests JOIN called ON call_id = id || ' old'), '{forgotten}', 'and can be forgotten');
UPDATE ivr.history_settings SET pseudonymise_after = NULL, purge_after = '2 years';
SELECT ivr.housekeep_rest('purge', 200) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.callback_requests JOIN called ON call_id = id || ' old'), 0::bigint, 'or removed by age');
UPDATE ivr.history_settings SET purge_after = NULL;
SELECT throws_ok($$SELECT * FROM ivr.forget('+15551230002')$$, '22023', NULL, 'one''s own number is known by any shard, and refused by all');
DELETE FROM ivr.agents WHERE destination = '+15551239991';
SELECT * FROM finish();
