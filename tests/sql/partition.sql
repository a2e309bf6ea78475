-- partition.sql: the history split by call id is the same history, and goes on as before.
BEGIN;
\ir lib/scene.psql
SELECT plan(27);

SELECT scene.event('call ' || n, 'call.created', n), scene.answer('call ' || n, 1, NULL, 'menu', n + 1), scene.press('call ' || n, '1', n + 5),
       scene.answer('call ' || n, 2, 1, 'transfer', n + 5.2, '1', scene.digest('call ' || n, 'call.gathered', n + 5, '{"digits": "1"}')),
       CASE WHEN n % 3 > 0 THEN scene.event('call ' || n, 'call.completed', n + 60) END,
       ivr.store_enrichment('call ' || n, 'score', 'completed', '{}')
FROM generate_series(1, 60) AS n \g /dev/null
SELECT scene.event('call 1', 'call.created', 1) \g /dev/null
SELECT scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL, '{"actions":[]}', 1, NULL, 1, false) \g /dev/null

-- Everything that can be said of the tables, but their kind and their parts.
CREATE VIEW scene.said AS
WITH split AS (SELECT c.* FROM pg_class AS c WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition)
SELECT relname, 'owner' AS what, relowner::regrole::text AS words FROM split
UNION ALL SELECT relname, 'comment', obj_description(oid, 'pg_class') FROM split
UNION ALL SELECT relname, attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attnum,
                                             pg_get_expr(adbin, adrelid), col_description(split.oid, attnum))
          FROM split JOIN pg_attribute AS a ON attrelid = split.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
          WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT relname, conname, pg_get_constraintdef(c.oid) FROM split JOIN pg_constraint AS c ON conrelid = split.oid
UNION ALL SELECT split.relname, i.relname, concat_ws(' ', replace(pg_get_indexdef(i.oid), ' ONLY ', ' '), obj_description(i.oid, 'pg_class'))
          FROM split JOIN pg_index ON indrelid = split.oid JOIN pg_class AS i ON i.oid = indexrelid
UNION ALL SELECT relname, tgname, regexp_replace(pg_get_triggerdef(t.oid), 'ivr\.\w+', '') FROM split JOIN pg_trigger AS t ON tgrelid = split.oid WHERE NOT tgisinternal
UNION ALL SELECT relname, 'right', r.role || ' ' || privilege
          FROM split, (VALUES ('ivr_app'), ('ivr_report'), ('ivr_privileged'), ('public')) AS r (role), unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
          WHERE has_table_privilege(r.role, split.oid, privilege)
UNION ALL SELECT c.relname, 'view', obj_description(c.oid, 'pg_class') FROM pg_class AS c WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'
UNION ALL SELECT p.proname, 'function', concat_ws(' ', pg_get_function_identity_arguments(p.oid), obj_description(p.oid, 'pg_proc'),
                                                  has_function_privilege('ivr_app', p.oid, 'EXECUTE'), has_function_privilege('ivr_report', p.oid, 'EXECUTE'))
          FROM pg_proc AS p WHERE pronamespace = 'ivr'::regnamespace;
CREATE TABLE scene.said_before AS TABLE scene.said;
CREATE TABLE scene.events AS TABLE ivr.call_events;
CREATE TABLE scene.answers AS TABLE ivr.answers;
CREATE TABLE scene.calls AS SELECT to_jsonb(c) AS call FROM ivr.calls AS c;
CREATE TABLE scene.enrichments AS TABLE ivr.enrichments;
CREATE TABLE scene.repeats AS TABLE ivr.event_repeats;

\set partitions 4
\o /dev/null
\ir ../../sql/history/partition.sql
\o
SET LOCAL search_path = public, tap;

SELECT is((SELECT array_agg(relname::text ORDER BY relname) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'p'),
          ARRAY['answers', 'call_events', 'calls', 'enrichments', 'event_repeats'], 'five tables are split');
SELECT is((SELECT array_agg(DISTINCT n) FROM (SELECT count(*) AS n FROM pg_inherits JOIN pg_class AS c ON c.oid = inhparent WHERE relkind = 'p' GROUP BY inhparent) AS parts),
          ARRAY[4]::bigint[], 'each into four parts');
SELECT is((SELECT count(DISTINCT tableoid) FROM ivr.call_events), 4::bigint, 'each part has some of it');
SELECT set_eq('TABLE ivr.call_events', 'TABLE scene.events', 'the events are the same');
SELECT set_eq('TABLE ivr.answers', 'TABLE scene.answers', 'the answers are the same, one without a call included');
SELECT set_eq('SELECT to_jsonb(c) FROM ivr.calls AS c', 'TABLE scene.calls', 'the calls are the same');
SELECT set_eq('TABLE ivr.enrichments', 'TABLE scene.enrichments', 'what the AI said is the same');
SELECT set_eq('TABLE ivr.event_repeats', 'TABLE scene.repeats', 'what came again is the same');
SELECT set_eq('TABLE scene.said', 'TABLE scene.said_before', 'columns, constraints, indexes, comments, rights, views and functions are the same');
SELECT is((SELECT array_agg(c.oid::regclass) FROM pg_class AS c WHERE relispartition AND relkind = 'r' AND relnamespace = 'ivr'::regnamespace
             AND (relowner <> 'ivr_owner'::regrole OR coalesce(obj_description(c.oid, 'pg_class'), '') = '' OR has_table_privilege('ivr_report', c.oid, 'SELECT')
                  OR has_table_privilege('ivr_app', c.oid, 'SELECT'))), NULL, 'each part has an owner, a comment, and is nobody else''s');

CREATE FUNCTION scene.goes_on(id text) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
BEGIN
    SET LOCAL ROLE ivr_app;
    RETURN NEXT is((SELECT result FROM ivr.store_events(ARRAY[1], ARRAY[id], ARRAY['call.created'], ARRAY['2026-05-29T12:00:00Z'], ARRAY['{"call":{"from":"+15551230001"}}'::bytea])), 'stored', 'an event is stored');
    RETURN NEXT is((SELECT result FROM ivr.store_events(ARRAY[1], ARRAY[id], ARRAY['call.created'], ARRAY['2026-05-29T12:00:00Z'], ARRAY['{"call":{"from":"+15551230001"}}'::bytea])), 'duplicate', 'once');
    RESET ROLE;
    RETURN NEXT isnt(scene.answer(id, 1, NULL, 'menu', 1), NULL, 'an answer is stored');
    RETURN NEXT is((SELECT (current_step, from_number)::text FROM ivr.calls WHERE call_id = id), '(menu:main,+15551230001)', 'and the call moves');
    RETURN NEXT is((SELECT arrival FROM ivr.call_events WHERE call_id = id) > (SELECT max(arrival) FROM scene.events), true, 'arrivals count on');
    RETURN NEXT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');
END;
$$;
SELECT scene.goes_on('new');
SELECT is(ivr.rebuild_calls(), 61::bigint, 'calls can be rebuilt');
SELECT is(ivr.infer_closings('1 hour'), 20::bigint, 'ends can be inferred');
SELECT is(ivr.purge_calls(ARRAY['call 1', 'call 2']), 2::bigint, 'calls can be removed');
SELECT is_empty('SELECT * FROM ivr.drift()', 'and nothing has drifted');

-- A lookup by call looks into the one part that has the call.
CREATE FUNCTION scene.parts_read(statement text) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    line text;
BEGIN
    SET LOCAL plan_cache_mode = force_generic_plan;
    SET LOCAL enable_seqscan = off;
    EXECUTE format('PREPARE one(text) AS %s', statement);
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off) EXECUTE one(''call 5'')' LOOP
        IF line ~ 'Scan.* on [a-z_]+_[0-9]{4}( |$)' AND line !~ 'never executed' THEN
            RETURN NEXT substring(line FROM ' on ([a-z_]+)_[0-9]{4}');
        END IF;
    END LOOP;
    DEALLOCATE one;
END;
$$;
SELECT set_eq($$SELECT part, count(*) FROM scene.parts_read('SELECT * FROM ivr.project_calls(ARRAY[$1])') AS part GROUP BY part$$,
              $$VALUES ('call_events', 1::bigint), ('answers', 1)$$, 'a call is made of one part of the events and one of the answers');
SELECT set_eq($$SELECT DISTINCT part, count(*) <= 2 FROM scene.parts_read('SELECT * FROM unnest(ARRAY[$1]) AS id, ivr.question(id, 1, false)') AS part GROUP BY part$$,
              $$VALUES ('answers', true)$$, 'a question of one part of the answers, for each of its two looks');
SELECT set_eq($$SELECT part, count(*) FROM scene.parts_read('SELECT * FROM unnest(ARRAY[$1]) AS id, ivr.calls AS c WHERE c.call_id = id') AS part GROUP BY part$$,
              $$VALUES ('calls', 1::bigint)$$, 'and its row is in one');

\set partitions 3
\o /dev/null
\ir ../../sql/history/partition.sql
\o
SET LOCAL search_path = public, tap;
SELECT is((SELECT (count(DISTINCT tableoid), count(DISTINCT call_id))::text FROM ivr.call_events), '(3,59)', 'it can be split anew');
SELECT set_eq($$SELECT * FROM scene.said$$, $$SELECT * FROM scene.said_before$$, 'and is still the same');
SELECT is((SELECT count(*) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relname ~ '_split'), 0::bigint, 'nothing of the making is left');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nor has anything drifted');

SELECT * FROM finish();
ROLLBACK;
