-- generate.sql: believable history: numbers, menus, wrong digits, silence, hang-ups, failed transfers, lost and doubled
-- events, late recordings, quiet nights and week-ends.
--
-- sql/history/generate starts it, and refuses a database with real calls; this does not ask.
--
-- Variables, all optional: events (about so many, 100000), days (the history ends now, 30), bulk (off), part and parts
-- (0 and 1; several sessions at once each write a part: sql/history/generate starts them), seed (1).
--
-- With bulk off every event and answer goes through ivr.store_events() and ivr.store_answers(), in the order in which
-- they came. With bulk on a day's rows are written to the logs at once, made by the same functions for digest and
-- payload, and the calls projected from them: the same rows in less time. ivr.drift() is empty after either.
-- The menus main and department must be there. Call ids begin with call_made_.

\set ON_ERROR_STOP on
\if :{?events} \else \set events 100000 \endif
\if :{?days} \else \set days 30 \endif
\if :{?bulk} \else \set bulk off \endif
\if :{?part} \else \set part 0 \endif
\if :{?parts} \else \set parts 1 \endif
\if :{?seed} \else \set seed 1 \endif

SET client_min_messages = warning;
SET synchronous_commit = off;
SET jit = off;
SET enable_seqscan = off;  -- plans are made while the tables are empty
SET work_mem = '128MB';
SET temp_buffers = '128MB';
SET TimeZone = 'UTC';
SET search_path = pg_temp, pg_catalog;

-- What a day's calls do. A call is decided by a few throws of the dice and then unrolled into facts.
CREATE TEMP TABLE played (
    call_id text, start timestamptz, caller text, did text, menu text, endpoint text, attempts integer,
    outcome text[], delay double precision[], ending text, ended timestamptz, picked text, repeats boolean,
    answered timestamptz, recorded interval);
CREATE TEMP TABLE fact (
    call_id text, at timestamptz, came timestamptz, event text, stamp text, raw bytea, payload jsonb, digest bytea,
    repeated boolean, step integer, endpoint text, menu text, digits text, source text, waited integer,
    decision text, reason text, department text, destination text, response text);

CREATE FUNCTION pg_temp.stamp(at timestamptz) RETURNS text
LANGUAGE sql STABLE RETURN to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"');

-- The calls of one day and part. A caller comes back now and then; nights and week-ends are quiet.
CREATE FUNCTION pg_temp.play(day date, calls integer, part integer, parts integer) RETURNS void
LANGUAGE sql
AS $$
    TRUNCATE played, fact;
    INSERT INTO played (call_id, start, caller, did, menu, endpoint, outcome, delay, ending, picked, repeats, recorded)
    SELECT 'call_made_' || to_char(start, 'YYYYMMDD"T"HH24MISS') || '.' || lpad((extract(epoch FROM now())::bigint % 1000 * 1000000 + n * parts + part)::text, 9, '0'),  -- another run, other ids
           start, '+1555' || lpad((2000000 + floor(700000 * power(random(), 2)))::text, 7, '0'),
           '+1555123000' || did, CASE WHEN did <= 3 THEN 'main' ELSE 'department' END,
           CASE WHEN did <= 3 THEN 'route-menu' ELSE 'department' END,
           ARRAY(SELECT CASE WHEN d < 0.72 THEN 'right' WHEN d < 0.80 THEN 'wrong' WHEN d < 0.91 THEN 'none' ELSE 'hang up' END
                 FROM (SELECT random() AS d FROM generate_series(1, 3) WHERE n >= 0) AS dice),
           ARRAY(SELECT 0.8 + 3.5 * power(random(), 2) FROM generate_series(1, 6) WHERE n >= 0),
           CASE WHEN fate < 0.015 THEN 'canceled' WHEN fate < 0.12 THEN 'failed' WHEN fate < 0.13 THEN 'lost'
                ELSE 'completed' END,
           CASE WHEN random() < 0.6 THEN '1' ELSE '2' END, random() < 0.03,
           CASE WHEN random() < 0.15 THEN make_interval(secs => 5 + 40000 * power(random(), 8)) END
    FROM (SELECT n, day + make_interval(secs => 3600 * (
                     CASE WHEN random() < 0.9 THEN 7 + 11 * (random() + random()) / 2 ELSE 24 * random() END)) AS start,
                 1 + floor(5 * power(random(), 1.5))::integer AS did, random() AS fate
          FROM generate_series(1, calls) AS n) AS dice
    WHERE start < now() - interval '1 hour';

    UPDATE played
    SET answered = start + make_interval(secs => delay[4]),
        attempts = CASE WHEN ending = 'canceled' THEN 0
                        ELSE coalesce((SELECT min(i) FROM generate_series(1, 3) AS i WHERE outcome[i] IN ('right', 'hang up')), 3) END;

    WITH attempt AS MATERIALIZED (
        -- When each menu was asked and its gather ended. Silence ends after the menu's 5 or 7 seconds.
        SELECT p.*, i,
               answered + make_interval(secs => 0.2 + coalesce((
                   SELECT sum(0.15 + CASE WHEN outcome[j] = 'none' THEN 5 ELSE 2 + delay[j] END)
                   FROM generate_series(1, i - 1) AS j), 0)) AS asked,
               CASE WHEN outcome[i] = 'none' THEN 5 ELSE 2 + delay[i] END AS took,
               CASE outcome[i] WHEN 'right' THEN picked WHEN 'wrong' THEN '7' WHEN 'none' THEN '' END AS pressed
        FROM played AS p CROSS JOIN generate_series(1, attempts) AS i
    ), ended AS MATERIALIZED (
        SELECT call_id, asked + make_interval(secs => took + CASE
                   WHEN pressed IS NULL THEN 0 WHEN ending = 'failed' THEN 22 + delay[5] ELSE 15 + 60 * delay[5] * delay[6] END) AS at
        FROM attempt WHERE i = attempts
        UNION ALL
        SELECT call_id, start + make_interval(secs => 4 + delay[5]) FROM played WHERE attempts = 0
    ), event AS MATERIALIZED (
        SELECT call_id, 'call.created' AS event, start AS at, '{}' AS data, 'in_progress' AS status, false AS late
        FROM played WHERE delay[1] < 4.2
        UNION ALL
        SELECT call_id, 'call.answered', answered, '{}', 'in_progress', false FROM played WHERE attempts > 0
        UNION ALL
        SELECT call_id, 'call.gathered', asked + make_interval(secs => took),
               format('{"digits":"%s","status":"%s","timed_out":%s,"min_digits":1,"max_digits":1}', pressed,
                      CASE pressed WHEN '' THEN 'timeout' ELSE 'completed' END, to_json(pressed = '')), 'in_progress', delay[6] < 0.8004
        FROM attempt WHERE pressed IS NOT NULL
        UNION ALL
        SELECT call_id, CASE WHEN ending = 'failed' AND (outcome[attempts] = 'hang up') THEN 'call.completed' ELSE 'call.' || ending END,
               e.at, '{}', CASE WHEN ending = 'failed' AND (outcome[attempts] = 'hang up') THEN 'completed' ELSE ending END, false
        FROM ended AS e JOIN played USING (call_id) WHERE ending <> 'lost'
        UNION ALL
        SELECT call_id, 'recording.completed', e.at + recorded,
               format('{"recording":{"id":"rec_%s","duration_seconds":%s}}', call_id, 20 + n), 'completed', false
        FROM ended AS e JOIN played USING (call_id) CROSS JOIN LATERAL (SELECT round(delay[6] * 20) AS n) AS r
        WHERE recorded IS NOT NULL AND attempts > 0
    ), sent AS MATERIALIZED (
        SELECT e.*, pg_temp.stamp(e.at) AS stamp, p.repeats,
               convert_to(format(
                   '{"event":"%s","created_at":"%s","call":{"id":"%s","customer_id":"cust_20260101T080000.000000001","application_id":"app_20260101T080000.000000001","provider_call_id":"%s","status":"%s","direction":"inbound","from":"%s","to":"%s"},"variables":{},"data":%s}',
                   e.event, pg_temp.stamp(e.at), call_id, md5(call_id)::uuid, e.status, p.caller, p.did, e.data), 'UTF8') AS raw
        FROM event AS e JOIN played AS p USING (call_id)
    ), parsed AS MATERIALIZED (
        SELECT *, ivr.parse_json(raw) AS payload FROM sent
    )
    INSERT INTO fact (call_id, at, came, event, stamp, raw, payload, digest, repeated)
    SELECT call_id, at, at + make_interval(secs => CASE WHEN late THEN 40 ELSE 0.05 + random() / 4 END), event, stamp, raw, payload,
           ivr.keyed_digest((SELECT digest_key FROM ivr.pseudonym_key WHERE one_row), ivr.event_digest(call_id, event, stamp, payload, raw)),
           repeats AND random() < 0.5
    FROM parsed;

    INSERT INTO fact (call_id, at, came, step, endpoint, menu, digits, source, waited, decision, reason, department,
                      destination, response, digest)
    SELECT call_id, at, at, step, CASE step WHEN 1 THEN 'answer' ELSE answer.endpoint END, answer.menu, pressed,
           CASE WHEN pressed IS NULL THEN NULL WHEN late THEN 'none' WHEN lag < 0.6 THEN 'stored' ELSE 'awaited' END,
           CASE WHEN pressed IS NULL THEN 0 WHEN late THEN 1500 WHEN lag < 0.6 THEN 0 ELSE round(lag * 60) END,
           decision, CASE decision WHEN 'no_input' THEN 'no input' WHEN 'invalid' THEN 'invalid input'
                                   WHEN 'fallback' THEN CASE pressed WHEN '' THEN 'no input' ELSE 'invalid input' END END,
           d.department, d.destination,
           CASE WHEN decision IN ('menu', 'no_input', 'invalid') THEN format(
                    '{"actions":[{"gather":{"prompt":%s,"num_digits":%s,"timeout_seconds":%s}},{"type":"redirect","url":"https://example.com/minivoice/%s?call_id=%s&step=%s","method":"GET"}]}',
                    to_json(CASE decision WHEN 'menu' THEN m.prompt WHEN 'no_input' THEN m.no_input_prompt ELSE m.invalid_prompt END),
                    m.num_digits, m.timeout_seconds, answer.endpoint, call_id, step)
                ELSE format('{"actions":[{"type":"transfer","destination":"%s"}]}', d.destination) END,
           used
    FROM (
        -- What answer i was made of: the gather of menu i - 1, with the digit that was heard of it.
        SELECT p.call_id, p.menu, p.endpoint, s.step, random() AS lag, p.picked,
               CASE WHEN g.n IS NULL OR p.delay[6] < 0.8004 THEN NULL ELSE g.digest END AS used,
               p.delay[6] < 0.8004 AND g.n IS NOT NULL AS late,
               CASE WHEN s.step = 1 THEN NULL WHEN p.delay[6] < 0.8004 THEN '' ELSE p.said[s.step - 1] END AS pressed,
               CASE WHEN s.step = 1 THEN p.answered + interval '0.2 s' ELSE g.at + interval '0.12 s' END AS at,
               CASE WHEN s.step = 1 THEN 'menu'
                    WHEN p.delay[6] >= 0.8004 AND p.outcome[s.step - 1] = 'right' THEN 'transfer'
                    WHEN s.step > p.attempts THEN 'fallback'
                    WHEN p.delay[6] < 0.8004 OR p.outcome[s.step - 1] = 'none' THEN 'no_input'
                    ELSE 'invalid' END AS decision
        FROM (SELECT *, ARRAY(SELECT CASE o WHEN 'right' THEN picked WHEN 'wrong' THEN '7' ELSE '' END
                              FROM unnest(outcome) WITH ORDINALITY AS t (o, i) ORDER BY i) AS said
              FROM played WHERE attempts > 0) AS p
        CROSS JOIN LATERAL generate_series(1, p.attempts + CASE WHEN p.outcome[p.attempts] = 'hang up' THEN 0 ELSE 1 END) AS s (step)
        LEFT JOIN (SELECT call_id, at, digest, row_number() OVER (PARTITION BY call_id ORDER BY at) + 1 AS n
                   FROM fact WHERE event = 'call.gathered') AS g ON g.call_id = p.call_id AND g.n = s.step
    ) AS answer
    JOIN ivr.menus AS m ON m.menu = answer.menu
    LEFT JOIN ivr.menu_options AS o ON o.menu = m.menu AND o.digits = pressed AND decision = 'transfer'
    LEFT JOIN ivr.departments AS d ON d.department = CASE decision WHEN 'fallback' THEN m.fallback ELSE o.department END;
$$;

-- As it happened: each fact by the function that the programs use.
CREATE FUNCTION pg_temp.tell() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    f       fact;
    version bigint := (SELECT max(version) FROM ivr.config_versions);
    word    text;
BEGIN
    FOR f IN SELECT * FROM fact ORDER BY came LOOP
        IF f.event IS NOT NULL THEN
            PERFORM ivr.store_events(ARRAY[1], ARRAY[f.call_id], ARRAY[f.event], ARRAY[f.stamp], ARRAY[f.raw], ARRAY[f.came]);
            IF f.repeated THEN
                PERFORM ivr.store_events(ARRAY[1], ARRAY[f.call_id], ARRAY[f.event], ARRAY[f.stamp], ARRAY[f.raw], ARRAY[f.came + interval '20 s']);
            END IF;
        ELSE
            word := (SELECT result FROM ivr.store_answers(
                ARRAY[1], ARRAY[f.call_id], ARRAY[jsonb_build_object(
                    'step', f.step, 'asked_step', nullif(f.step - 1, 0), 'endpoint', f.endpoint, 'menu', f.menu, 'digits', f.digits,
                    'digits_source', f.source, 'gathered_digest', f.digest, 'waited_ms', f.waited, 'decision', f.decision,
                    'reason', f.reason, 'department', f.department, 'destination', f.destination, 'config_version', version,
                    'answered_at', f.at, 'took_ms', 2 + f.waited, 'how', 'looked')], ARRAY[f.response]));
            IF word IS DISTINCT FROM 'stored' THEN
                RAISE EXCEPTION 'answer % of % was refused', f.step, f.call_id;
            END IF;
        END IF;
    END LOOP;
    UPDATE ivr.answers AS a SET stored_at = a.answered_at + interval '3 ms'
    FROM played AS p WHERE a.call_id = p.call_id;
END;
$$;

-- The same rows, a day at once.
CREATE FUNCTION pg_temp.write() RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO ivr.call_events (call_id, event, event_key, occurred_at, received_at, payload, raw, digest)
    SELECT call_id, event, payload #>> '{data,event_key}', ivr.parse_time(stamp), came, payload, raw, digest
    FROM fact WHERE event IS NOT NULL
    ORDER BY came
    ON CONFLICT DO NOTHING;
    INSERT INTO ivr.event_repeats (call_id, digest, first_at, last_at)
    SELECT DISTINCT ON (call_id, digest) call_id, digest, came + interval '20 s', came + interval '20 s'
    FROM fact WHERE event IS NOT NULL AND repeated;
    INSERT INTO ivr.answers (call_id, step, asked_step, endpoint, menu, digits, digits_source, gathered_digest, waited_ms,
                             decision, reason, department, destination, response, config_version, answered_at, took_ms, stored_at,
                             attempt, asked_menu, asked_attempt, asked_config_version, asked_at)
    SELECT call_id, step, nullif(step - 1, 0), endpoint, menu, digits, source, digest, waited, decision, reason, department,
           destination, response::jsonb, version, at, 2 + waited, at + interval '3 ms',
           CASE WHEN ivr.asks_menu(decision) THEN step END, lag(menu) OVER way, lag(step) OVER way,
           CASE WHEN step > 1 THEN version END, lag(at) OVER way
    FROM fact CROSS JOIN (SELECT max(version) AS version FROM ivr.config_versions) AS newest
    WHERE event IS NULL
    WINDOW way AS (PARTITION BY call_id ORDER BY step)
    ORDER BY at;
    INSERT INTO ivr.calls
    SELECT made.*
    FROM (SELECT call_id FROM played ORDER BY start) AS p
    CROSS JOIN LATERAL ivr.project_calls(ARRAY[p.call_id]) AS made;
$$;

SELECT set_config('history.events', :'events', false), set_config('history.days', :'days', false),
       set_config('history.bulk', :'bulk', false), set_config('history.part', :'part', false),
       set_config('history.parts', :'parts', false), setseed(:seed / (:seed + 7.0 + :part)) \g /dev/null

DO $$
DECLARE
    days   integer := current_setting('history.days');
    parts  integer := current_setting('history.parts');
    part   integer := current_setting('history.part');
    -- A call has 4.1 events; a day of the week-end has a third of the calls of another one.
    calls  double precision := current_setting('history.events')::double precision / 4.1 / days / parts * 7 / 5.66;
    day    date;
BEGIN
    FOR i IN REVERSE days - 1 .. 0 LOOP
        day := current_date - i;
        PERFORM pg_temp.play(day, round(calls * CASE WHEN extract(isodow FROM day) > 5 THEN 0.33 ELSE 1 END)::integer, part, parts);
        IF current_setting('history.bulk')::boolean THEN
            PERFORM pg_temp.write();
        ELSE
            PERFORM pg_temp.tell();
        END IF;
        COMMIT;
        IF part = 0 AND (days - i) IN (1, 4, 16) THEN
            ANALYZE ivr.call_events, ivr.answers, ivr.calls;  -- so that plans made on empty tables do not stay
            COMMIT;
        END IF;
    END LOOP;
END;
$$;
