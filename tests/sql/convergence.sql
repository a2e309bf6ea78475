-- convergence.sql: 10,000 random calls (psql -v calls=500: as many), told in random order with duplicates, give the rows that a model of its own finds
-- in the true order of what happened. The model shares no code with the schema: it knows the facts, not their JSON.
\if :{?calls} \else \set calls 10000 \endif
BEGIN;
\ir lib/scene.psql
SELECT plan(7);

SET LOCAL jit = off;
SET LOCAL enable_seqscan = off;  -- within one transaction nothing tells the planner that the tables have grown
-- Nor may it have been told that they are empty: what tests before this one took back is vacuumed at any time.
TRUNCATE ivr.answers, ivr.call_events, ivr.calls, ivr.event_repeats;
SELECT setseed(0.4) \g /dev/null
-- One session needs no turns, and ten thousand locks are more than a small server holds.
CREATE OR REPLACE FUNCTION ivr.lock_key(call_id text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN 710;

-- What truly happened: of each call one to fourteen facts in their order, the times apart by at least a millisecond.
CREATE TABLE scene.truth AS
SELECT 'random ' || n AS id, i AS nth, 'fact' AS kind, scene.at((i * 3 + random())::numeric(20, 6)) AS at,
       random() AS dice, random() AS other, random() AS third
FROM generate_series(1, :calls) AS n CROSS JOIN LATERAL generate_series(1, 1 + floor(14 * random() + 0 * n)::integer) AS i;

CREATE TABLE scene.event_fact AS
SELECT id, at,
       CASE WHEN dice < 0.14 THEN 'call.created' WHEN dice < 0.24 THEN 'call.answered' WHEN dice < 0.42 THEN 'call.gathered'
            WHEN dice < 0.48 THEN 'call.completed' WHEN dice < 0.50 THEN 'call.failed' WHEN dice < 0.51 THEN 'call.cancelled'
            WHEN dice < 0.53 THEN 'call.ended' WHEN dice < 0.56 THEN 'recording.completed' WHEN dice < 0.575 THEN 'call.held'
            WHEN dice < 0.585 THEN 'ivr.reported'
            ELSE 'ivr.inferred' END AS event,
       CASE WHEN other < 0.1 THEN NULL WHEN other < 0.5 THEN 'in_progress' WHEN other < 0.7 THEN 'completed'
            WHEN other < 0.8 THEN 'busy' WHEN other < 0.9 THEN 'canceled' ELSE 'ringing' END AS status,
       CASE WHEN third < 0.3 THEN NULL ELSE '+1555' || floor(third * 1e7)::integer END AS caller,
       CASE WHEN other < 0.2 THEN NULL ELSE '+15551230002' END AS called,
       CASE WHEN third > 0.8 THEN NULL ELSE 'inbound' END AS direction,
       CASE WHEN third < 0.5 THEN NULL ELSE 'app_' || floor(other * 4) END AS application,
       CASE WHEN third < 0.2 THEN '' ELSE floor(third * 10)::text END AS digits
FROM scene.truth WHERE dice < 0.595;
-- A call's end is inferred at most once.
DELETE FROM scene.event_fact AS f USING scene.event_fact AS g
WHERE f.event = 'ivr.inferred' AND g.event = 'ivr.inferred' AND f.id = g.id AND f.at > g.at;

CREATE TABLE scene.answer_fact AS
SELECT id, at, row_number() OVER (PARTITION BY id ORDER BY at)::integer AS step,
       CASE WHEN dice < 0.72 THEN 'menu' WHEN dice < 0.77 THEN 'no_input' WHEN dice < 0.82 THEN 'invalid'
            WHEN dice < 0.93 THEN 'transfer' WHEN dice < 0.96 THEN 'fallback' WHEN dice < 0.985 THEN 'message'
            ELSE 'unavailable' END AS decision,
       CASE WHEN third < 0.1 AND dice >= 0.93 THEN NULL WHEN third < 0.6 THEN 'main' ELSE 'department' END AS menu,
       CASE WHEN other < 0.3 THEN NULL WHEN other < 0.4 THEN '' ELSE floor(other * 10)::text END AS digits,
       CASE WHEN other < 0.5 THEN 'no input' WHEN other < 0.7 THEN 'extension' WHEN other < 0.8 THEN NULL ELSE 'closed' END AS reason,
       CASE WHEN dice >= 0.82 AND dice < 0.96 AND third < 0.8 THEN 'department ' || floor(third * 4) END AS department,
       CASE WHEN dice >= 0.82 AND dice < 0.96 THEN '+1555999' || floor(third * 9999) END AS destination,
       CASE WHEN other < 0.2 THEN '+1777' || floor(other * 1e7)::integer END AS caller
FROM scene.truth WHERE dice >= 0.595;

-- The model

CREATE TABLE scene.model AS
WITH word (event, status, closes, strength) AS (
    SELECT name, NULL, verb, 4 FROM (VALUES ('call.completed', 'completed'), ('call.failed', 'failed'), ('call.cancelled', 'canceled')) AS v (name, verb)
    UNION ALL
    SELECT name, state, verb, weight
    FROM (VALUES ('call.ended', 3), ('call.held', 3), ('ivr.reported', 2)) AS n (name, weight), (VALUES ('completed', 'completed'), ('busy', 'failed'), ('canceled', 'canceled')) AS s (state, verb)
    UNION ALL
    SELECT 'ivr.inferred', NULL, 'unknown', 1
), closing AS (
    SELECT DISTINCT ON (id) id, at AS closed_at, closes, strength, f.status AS closing_status
    FROM scene.event_fact AS f JOIN word AS w ON w.event = f.event AND coalesce(w.status = f.status, w.status IS NULL)
    ORDER BY id, strength DESC, at
), events AS (
    SELECT id, count(*)::integer AS events, count(*) FILTER (WHERE event = 'call.gathered')::integer AS gathers,
           min(at) AS first_at, max(at) AS last_at, min(at) FILTER (WHERE event = 'call.answered') AS answered_at,
           (array_agg(caller ORDER BY at) FILTER (WHERE caller IS NOT NULL))[1] AS caller,
           (array_agg(called ORDER BY at) FILTER (WHERE called IS NOT NULL))[1] AS called,
           (array_agg(direction ORDER BY at) FILTER (WHERE direction IS NOT NULL))[1] AS direction,
           (array_agg(application ORDER BY at) FILTER (WHERE application IS NOT NULL))[1] AS application,
           (array_agg(status ORDER BY at DESC) FILTER (WHERE status IS NOT NULL))[1] AS status,
           (array_agg(digits ORDER BY at DESC) FILTER (WHERE event = 'call.gathered'))[1] AS digits
    FROM scene.event_fact WHERE event NOT LIKE 'ivr.%' GROUP BY id
), answers AS (
    SELECT id, count(*)::integer AS answers, min(at) AS first_at, max(at) AS last_at,
           count(*) FILTER (WHERE decision IN ('menu', 'no_input', 'invalid'))::integer AS attempts,
           min(at) FILTER (WHERE decision IN ('menu', 'no_input', 'invalid')) AS asked_at,
           max(at) FILTER (WHERE decision NOT IN ('menu', 'no_input', 'invalid')) AS decided_at,
           (array_agg(caller ORDER BY step) FILTER (WHERE caller IS NOT NULL))[1] AS caller,
           (array_agg(menu ORDER BY step DESC) FILTER (WHERE menu IS NOT NULL))[1] AS menu,
           (array_agg(digits ORDER BY step DESC) FILTER (WHERE digits <> ''))[1] AS digits,
           (array_agg(department ORDER BY step DESC) FILTER (WHERE department IS NOT NULL))[1] AS department,
           (array_agg(destination ORDER BY step DESC) FILTER (WHERE destination IS NOT NULL))[1] AS destination,
           (array_agg(a ORDER BY step DESC))[1] AS last
    FROM scene.answer_fact AS a GROUP BY id
), call AS (
    SELECT *, coalesce((a.last).decision IN ('menu', 'no_input', 'invalid'), false) AS in_menu
    FROM (SELECT id FROM events UNION SELECT id FROM answers) AS known
    LEFT JOIN (SELECT id, events, gathers, first_at AS e_first, last_at AS e_last, answered_at, caller AS e_caller, called, direction,
                      application, status, digits AS e_digits FROM events) AS e USING (id)
    LEFT JOIN (SELECT id, answers, first_at AS a_first, last_at AS a_last, attempts, asked_at, decided_at, caller AS a_caller, menu,
                      digits AS a_digits, department, destination, last FROM answers) AS a USING (id)
    LEFT JOIN closing AS c USING (id)
), gathered AS (
    SELECT *, coalesce(in_menu AND gathers >= attempts OR answers IS NULL AND gathers > 0, false) AS all_back FROM call
)
SELECT g.id, jsonb_build_object(
    'application_id', application, 'customer_id', NULL, 'direction', direction, 'from_number', coalesce(e_caller, a_caller),
    'to_number', called, 'status', CASE WHEN strength > 1 THEN coalesce(closing_status, closes) ELSE status END,
    'current_step', CASE
        WHEN closes IS NOT NULL THEN closes
        WHEN all_back THEN CASE WHEN menu IS NULL THEN 'gathered' ELSE 'gathered:' || menu END
        WHEN in_menu THEN 'menu:' || (last).menu
        WHEN (last).decision = 'transfer' THEN 'transfer:' || CASE
            WHEN (last).department IS NOT NULL THEN (last).department WHEN (last).reason IS NOT NULL THEN (last).reason ELSE 'none' END
        WHEN answers > 0 THEN CASE (last).decision WHEN 'message' THEN 'message:' ELSE 'fallback:' END
            || CASE WHEN (last).menu IS NULL THEN 'none' ELSE (last).menu END
        WHEN answered_at IS NOT NULL THEN 'answered'
        ELSE 'created' END,
    'last_menu', menu, 'last_digits', CASE WHEN all_back AND e_digits <> '' THEN e_digits ELSE a_digits END,
    'department', department, 'transferred_to', destination, 'started_at', least(e_first, a_first),
    'answered_at', answered_at, 'closed_at', closed_at,
    'disposition', CASE
        WHEN closes IN ('failed', 'canceled') THEN closes
        WHEN closes = 'unknown' AND (in_menu OR answers IS NULL) THEN 'unknown'
        WHEN closes = 'completed' AND answers IS NULL THEN 'completed'
        WHEN closes = 'completed' AND in_menu THEN 'abandoned in menu'
        WHEN closes IS NULL THEN NULL
        WHEN (last).decision = 'transfer' THEN 'transferred'
        WHEN (last).reason = 'no input' THEN 'no input'
        WHEN (last).decision = 'message' THEN 'message'
        ELSE 'fallback' END,
    'events', coalesce(events, 0), 'gathers', coalesce(gathers, 0), 'answers', coalesce(answers, 0),
    'inferred', coalesce(strength = 1, false), 'attempts', coalesce(attempts, 0), 'asked_at', asked_at, 'decided_at', decided_at,
    'last_event_at', e_last, 'last_answer_at', a_last,
    'menu_seconds', CASE
        WHEN asked_at IS NULL OR in_menu AND coalesce(strength, 0) < 3 THEN NULL
        ELSE round(greatest(0, extract(epoch FROM CASE WHEN in_menu THEN closed_at ELSE decided_at END) - extract(epoch FROM asked_at)), 3) END,
    'talk_seconds', CASE WHEN closes = 'completed' AND (last).decision = 'transfer' AND strength > 2
        THEN round(greatest(0, extract(epoch FROM closed_at) - extract(epoch FROM decided_at)), 3) END) AS row
FROM gathered AS g;

-- What is told: every fact once or more, in any order, in sets as the programs send them.

CREATE FUNCTION scene.tell(e scene.event_fact[], a scene.answer_fact[]) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO ivr.call_events (call_id, event, occurred_at, payload, raw, digest)
    SELECT id, event, at, '{}', '', 'inferred' FROM unnest(e) WHERE event = 'ivr.inferred'
    ON CONFLICT DO NOTHING;
    PERFORM ivr.refresh_calls(ARRAY(SELECT DISTINCT id FROM unnest(e) WHERE event = 'ivr.inferred'));
    RETURN QUERY
    SELECT s.result
    FROM (SELECT array_agg(n) AS ns, array_agg(id) AS ids, array_agg(event) AS events, array_agg(stamp) AS stamps,
                 array_agg(convert_to(jsonb_build_object(
                     'event', event, 'created_at', stamp,
                     'call', jsonb_strip_nulls(jsonb_build_object('id', id, 'status', status, 'from', caller, 'to', called,
                                                                  'direction', direction, 'application_id', application)),
                     'data', jsonb_build_object('digits', digits))::text, 'UTF8')) AS bodies
          FROM (SELECT f.*, row_number() OVER ()::integer AS n, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS stamp
                FROM unnest(e) AS f
                WHERE event <> 'ivr.inferred') AS f) AS t
    CROSS JOIN LATERAL ivr.store_events(ns, ids, events, stamps, bodies) AS s
    WHERE t.ns IS NOT NULL;
    RETURN QUERY
    SELECT s.result
    FROM (SELECT array_agg(n) AS ns, array_agg(id) AS ids, array_agg(jsonb_build_object(
                     'step', step, 'asked_step', nullif(step - 1, 0), 'endpoint', 'route-menu', 'menu', menu, 'digits', digits, 'waited_ms', 0,
                     'decision', decision, 'reason', reason, 'department', department, 'destination', destination, 'from_number', caller,
                     'config_version', 1, 'answered_at', at, 'took_ms', 1, 'how', 'given')) AS answers,
                 array_agg(jsonb_build_object('step', step)::text) AS responses
          FROM (SELECT f.*, row_number() OVER ()::integer AS n FROM unnest(a) AS f) AS f) AS t
    CROSS JOIN LATERAL ivr.store_answers(ns, ids, answers, responses) AS s
    WHERE t.ns IS NOT NULL;
END;
$$;
CREATE TABLE scene.told AS
SELECT word FROM (
    SELECT coalesce(array_agg(e) FILTER (WHERE (e).id IS NOT NULL), '{}') AS es, coalesce(array_agg(a) FILTER (WHERE (a).id IS NOT NULL), '{}') AS answers
    FROM (SELECT e, a, row_number() OVER (ORDER BY random()) / 64 AS set
          FROM (SELECT e, NULL::scene.answer_fact AS a FROM scene.event_fact AS e
                UNION ALL SELECT e, NULL FROM scene.event_fact AS e WHERE random() < 0.3
                UNION ALL SELECT NULL, a FROM scene.answer_fact AS a
                UNION ALL SELECT NULL, a FROM scene.answer_fact AS a WHERE random() < 0.1) AS deck) AS dealt
    GROUP BY set
    ORDER BY set) AS sets
CROSS JOIN LATERAL scene.tell(es, answers) AS word;

SELECT cmp_ok((SELECT count(*) FROM scene.model), '>', :calls * 99 / 100::bigint, 'ten thousand calls happened');
SELECT cmp_ok((SELECT count(*) FROM scene.told WHERE word = 'duplicate'), '>', :calls / 2::bigint, 'with thousands of duplicates');
SELECT is((SELECT count(*) FROM ivr.calls), (SELECT count(*) FROM scene.model), 'each has one row');
SELECT is((SELECT array_agg(DISTINCT disposition ORDER BY disposition) FROM ivr.calls),
          ARRAY['abandoned in menu', 'canceled', 'completed', 'failed', 'fallback', 'message', 'no input', 'transferred', 'unknown', NULL],
          'they ended in every way there is');
SELECT is_empty($$
    SELECT id, f.key, f.value AS model, (to_jsonb(c) -> f.key) AS stored
    FROM scene.model AS m JOIN ivr.calls AS c ON c.call_id = m.id CROSS JOIN LATERAL jsonb_each(m.row) AS f
    WHERE to_jsonb(c) -> f.key IS DISTINCT FROM f.value LIMIT 10$$, 'every field is what the model says');
SELECT is((SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys((SELECT row FROM scene.model LIMIT 1)) AS key),
          (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
           WHERE attrelid = 'ivr.calls'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'call_id'), 'and it says all of them');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT * FROM finish();
ROLLBACK;
