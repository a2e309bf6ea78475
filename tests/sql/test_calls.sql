-- test_calls.sql: calls that minivoice-check plays: marked so that no real call can be, in no figure, in the journey, gone soon.
BEGIN;
\ir lib/day.psql
-- Thirteen, and one for each view.
SELECT plan(13 + count(*)::integer) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v';

INSERT INTO ivr.config_versions (version, changed_at) VALUES (50, scene.at(150)), (51, now());
CREATE TABLE scene.view AS
SELECT relname::text AS view FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v';

-- What every view shows, but for the time that has passed.
CREATE FUNCTION scene.seen() RETURNS TABLE (view text, shown jsonb)
LANGUAGE plpgsql
AS $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT v.view FROM scene.view AS v LOOP
        view := one;
        EXECUTE format('SELECT coalesce(jsonb_agg(row - ''{seconds,silent_seconds,last_heard_at}''::text[] ORDER BY row::text), ''[]'')
                        FROM (SELECT to_jsonb(v) AS row FROM ivr.%I AS v) AS rows', one) INTO shown;
        RETURN NEXT;
    END LOOP;
END;
$$;
CREATE TABLE scene.before AS SELECT * FROM scene.seen();

-- A mark

CREATE TABLE scene.marked AS SELECT * FROM ivr.begin_test_call();
SELECT is((SELECT count(*) FROM scene.marked), 1::bigint, 'a test call is marked');
SELECT matches((SELECT call_id FROM scene.marked), '^minivoice-check-[0-9a-f]{32}$', 'its id is made by chance');
SELECT isnt((SELECT call_id FROM ivr.begin_test_call()), (SELECT call_id FROM scene.marked), 'each has another one');
SELECT is((SELECT (created::jsonb ->> 'event', completed::jsonb ->> 'event', choice::jsonb ->> 'digits')::text FROM scene.marked), '(call.created,call.completed,1)',
          'with what is to be sent');
SELECT is((SELECT count(*) FROM scene.marked, unnest(ARRAY[created::jsonb, question::jsonb, choice::jsonb, completed::jsonb]) AS body
           WHERE body #>> '{call,id}' = call_id), 4::bigint, 'all of the same call');
SELECT is((SELECT (events, answers, disposition)::text FROM scene.marked, ivr.test_call(call_id)), '(0,0,)', 'nothing of it has come yet');
SELECT is((SELECT count(*) FROM ivr.test_call('sales')), 0::bigint, 'of another call nothing is told');

-- Played, late as well, and with all that can go wrong

SELECT ivr.store_events(ARRAY[1, 2], ARRAY[call_id, call_id], ARRAY['call.created', 'call.answered'], ARRAY['2026-05-29T12:00:00Z', NULL],
                        ARRAY[convert_to(created, 'UTF8'), '\x00'], ARRAY[NULL, scene.at(170)])
FROM scene.marked \g /dev/null
SELECT ivr.store_events(ARRAY[1], ARRAY[call_id], ARRAY['call.created'], ARRAY['2026-05-29T12:00:00Z'], ARRAY[convert_to(created, 'UTF8')])
FROM scene.marked \g /dev/null
-- While it is open
SELECT is((SELECT array_agg(s.view) FROM scene.seen() AS s JOIN scene.before AS b USING (view) WHERE s.shown <> b.shown AND s.view <> 'journey'), NULL,
          'while it is open no view has changed but the journey');
SELECT ivr.store_answers(ARRAY[1, 2, 3], ARRAY[call_id, call_id, call_id], ARRAY[
        '{"step": 1, "endpoint": "answer", "menu": "main", "decision": "menu", "how": "given", "waited_ms": 0, "took_ms": 900, "from_number": "+15551230001", "answered_at": "2026-05-29T12:03:00Z"}',
        '{"step": 2, "asked_step": 1, "endpoint": "route-menu", "menu": "main", "digits": "1", "decision": "transfer", "department": "sales", "destination": "+15551230011", "how": "given", "waited_ms": 0, "answered_at": "2026-05-29T12:03:02Z"}',
        '{"step": 3, "asked_step": 2, "endpoint": "route-menu", "menu": "main", "digits": "", "decision": "fallback", "how": "given", "waited_ms": 0, "answered_at": "2026-05-29T12:03:03Z"}']::jsonb[],
        ARRAY['{"actions":[]}', '{"actions":[]}', '{"actions":[]}'])
FROM scene.marked \g /dev/null
SELECT ivr.store_events(ARRAY[1], ARRAY[call_id], ARRAY['call.completed'], ARRAY['2026-05-29T12:03:05Z'], ARRAY[convert_to(completed, 'UTF8')])
FROM scene.marked \g /dev/null
SELECT scene.store_rejected('webhook', 'signature', 'none', 401, NULL, NULL, NULL, convert_to(body, 'UTF8'), length(body))
FROM scene.marked, unnest(ARRAY[created, question, choice, completed]) AS body \g /dev/null
SELECT is((SELECT (events, answers, disposition IS NOT NULL)::text FROM scene.marked, ivr.test_call(call_id)), '(3,3,t)', 'what has come of it is told');

CREATE TABLE scene.after AS SELECT * FROM scene.seen();
SELECT is((SELECT a.shown FROM scene.after AS a WHERE a.view = b.view), b.shown, format('%s has not changed by it', b.view))
FROM scene.before AS b WHERE b.view <> 'journey' ORDER BY b.view;
UPDATE ivr.calls SET started_at = now() WHERE call_id = (SELECT call_id FROM scene.marked);
SELECT is((SELECT max(calls) FROM ivr.today), 0::bigint, 'nor has today, when it is of today');
SELECT is((SELECT count(*) FROM ivr.journey, scene.marked WHERE journey.call_id = marked.call_id), 6::bigint, 'the journey shows it');

-- An id that only looks like one, and a call with another's body, count

SELECT scene.event('minivoice-check-0123456789abcdef0123456789abcdef', 'call.created', 0) \g /dev/null
SELECT scene.store_rejected('webhook', 'signature', 'none', 401, NULL, NULL, NULL, '\x7b7d', 2) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.call_summary WHERE call_id LIKE 'minivoice-check-%'), 1::bigint, 'an id that looks like one hides no call');
SELECT is((SELECT calls - (SELECT count(*) FROM scene.before AS b, jsonb_array_elements(b.shown) WHERE b.view = 'call_summary') FROM (SELECT count(*) AS calls FROM ivr.call_summary) AS s),
          1::bigint, 'it counts');
SELECT is((SELECT times FROM ivr.intake_problems WHERE problem = 'bad signature' AND day = current_date), 1::bigint, 'so does what else is refused');

SELECT * FROM finish();
ROLLBACK;
