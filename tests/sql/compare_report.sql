-- compare_report.sql: what the platform says of a call beside what we have.
BEGIN;
\ir lib/scene.psql
SELECT plan(9);

CREATE FUNCTION scene.compared(call_id text, report jsonb) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(concat_ws(' ', f ->> 'field', coalesce(f ->> 'theirs', '-'), coalesce(f ->> 'ours', '-'), CASE WHEN NOT (f ->> 'agrees')::boolean THEN 'differs' END) ORDER BY n)
                     FROM jsonb_array_elements(ivr.compare_report(call_id, report)) WITH ORDINALITY AS t (f, n));
CREATE FUNCTION scene.differing(call_id text, report jsonb) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(f ->> 'field') FROM jsonb_array_elements(ivr.compare_report(call_id, report)) AS f WHERE NOT (f ->> 'agrees')::boolean);

SELECT scene.event('c', 'call.created', 0), scene.event('c', 'call.completed', 60, status => 'completed') \g /dev/null
SELECT is(scene.compared('c', '{"status": "completed", "direction": "inbound", "from": "+15551230001", "to": "+15551230002"}'),
          ARRAY['call known known', 'end completed completed', 'direction inbound inbound', 'from +1555*****01 +1555*****01', 'to +1555*****02 +1555*****02'],
          'what is the same agrees, numbers masked');
SELECT is(scene.differing('c', '{"status": "completed"}'), NULL, 'what is not told is no difference');
SELECT is(scene.differing('c', '{"status": "no_answer"}'), ARRAY['end'], 'another end is');
SELECT is(scene.differing('c', '{"status": "in_progress"}'), ARRAY['end'], 'so is none');
SELECT is(scene.differing('c', '{"status": "completed", "from": "+15551230003", "direction": "outbound"}'), ARRAY['direction', 'from'], 'and whoever called, and how');
SELECT scene.event('open', 'call.created', 0) \g /dev/null
SELECT is(scene.differing('open', '{"status": "ringing"}'), NULL, 'two words for a call that goes on are no difference');
SELECT is(scene.differing('open', '{"status": "completed"}'), ARRAY['end'], 'an end that nobody told us is one');
SELECT is(scene.differing('stranger', '{"status": "completed"}'), ARRAY['call'], 'a call that we do not know is one');
SELECT is((SELECT count(*) FROM ivr.call_events WHERE event LIKE 'ivr.%'), 0::bigint, 'nothing is stored');

SELECT * FROM finish();
ROLLBACK;
