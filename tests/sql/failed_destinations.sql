-- failed_destinations.sql: where a caller could not be connected a short time ago.
BEGIN;
\ir lib/scene.psql
SELECT plan(22);

-- A call that was connected so many minutes ago and ended like this.
CREATE FUNCTION scene.called(call_id text, minutes numeric, closing text DEFAULT 'failed', destination text DEFAULT '+15551230041',
                             department text DEFAULT 'sales', from_number text DEFAULT '+15551230001') RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO ivr.calls (call_id, from_number, current_step, disposition, department, transferred_to, started_at, closed_at, events, gathers, answers)
    VALUES (call_id, from_number, coalesce(closing, 'transfer:' || department), CASE closing WHEN 'completed' THEN 'transferred' ELSE closing END, department, destination, now() - interval '1 day',
            CASE WHEN closing IS NOT NULL THEN now() - minutes::double precision * interval '1 minute' END, 1, 1, 1);
$$;

SELECT is(ivr.failed_destinations('+15551230001'), NULL, 'who has not called was nowhere');
SELECT scene.called('completed', 1, 'completed'), scene.called('canceled', 1, 'canceled'), scene.called('unknown', 1, 'unknown'), scene.called('open', 1, NULL) \g /dev/null
SELECT is(ivr.failed_destinations('+15551230001'), NULL, 'calls that ended otherwise, or have not ended, do not count');
SELECT scene.called('c1', 1) \g /dev/null
SELECT is(ivr.failed_destinations('+15551230001'), '+15551230041', 'a transfer that failed a minute ago counts');
SELECT scene.called('c2', 2), scene.called('c3', 9.99, destination => 'sip:1001@example.com') \g /dev/null
SELECT is(ivr.failed_destinations('+15551230001'), e'+15551230041\nsip:1001@example.com', 'each destination is there once, one a line');
SELECT scene.called('old', 10, destination => '+15551230049') \g /dev/null
SELECT is(ivr.failed_destinations('+15551230001'), e'+15551230041\nsip:1001@example.com', 'what is ten minutes old is over');

-- Who and where

SELECT is(ivr.failed_destinations('+15551230009'), NULL, 'what happened to others does not count');
SELECT is(ivr.failed_destinations(NULL), NULL, 'a caller without a number is nobody');
SELECT is(ivr.failed_destinations(''), NULL, 'nor is an empty one');
SELECT scene.called('hidden', 1, from_number => NULL) \g /dev/null
SELECT is(ivr.failed_destinations(NULL), NULL, 'also when others had no number');
SELECT scene.called('nowhere', 1, destination => NULL, from_number => '+15551230003') \g /dev/null
SELECT is(ivr.failed_destinations('+15551230003'), NULL, 'a call that failed before it was sent anywhere does not count');
SELECT scene.called('gone', 1, department => 'dissolved', from_number => '+15551230004'), scene.called('none', 1, department => NULL, from_number => '+15551230004') \g /dev/null
SELECT is(ivr.failed_destinations('+15551230004'), NULL, 'nor one to a department that is no more, or to none');
SELECT scene.called('sip', 1, from_number => 'sip:anna@example.com') \g /dev/null
SELECT is(ivr.failed_destinations('sip:anna@example.com'), '+15551230041', 'callers may have a SIP URI');

-- How long: what the department says

UPDATE ivr.departments SET retry_minutes = 20 WHERE department = 'sales';
SELECT is(ivr.failed_destinations('+15551230001'), e'+15551230041\n+15551230049\nsip:1001@example.com', 'a department may say longer');
UPDATE ivr.departments SET retry_minutes = 2 WHERE department = 'sales';
SELECT is(ivr.failed_destinations('+15551230001'), '+15551230041', 'or shorter');
SELECT scene.called('support', 9, department => 'support', destination => '+15551230045') \g /dev/null
SELECT is(ivr.failed_destinations('+15551230001'), e'+15551230041\n+15551230045', 'each of them for itself');
UPDATE ivr.departments SET retry_minutes = 0 WHERE department = 'sales';
SELECT is(ivr.failed_destinations('+15551230001'), '+15551230045', 'with 0 minutes never');

-- As a call is played

SELECT scene.event('played', 'call.created', 0), scene.answer('played', 1, NULL, 'menu', 1), scene.press('played', '2', 5),
       scene.answer('played', 2, 1, 'transfer', 6, '2', department => 'support'), scene.event('played', 'call.failed', 30, status => 'busy') \g /dev/null
DELETE FROM ivr.calls WHERE call_id = 'support';
SELECT is(ivr.failed_destinations('+15551230001'), NULL, 'a call of long ago does not count');
UPDATE ivr.call_events SET occurred_at = now() - interval '1 minute' WHERE call_id = 'played' AND event = 'call.failed';
SELECT scene.refresh_call('played') \g /dev/null
SELECT is(ivr.failed_destinations('+15551230001'), (SELECT destination FROM ivr.departments WHERE department = 'support'), 'one that failed just now does');

-- A caller who is called by a very long name

SELECT scene.store_event('long', 'call.failed', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), convert_to(jsonb_build_object('call', jsonb_build_object(
    'from', 'sip:' || repeat('é', 2000) || '@example.com'))::text, 'UTF8')) AS word \gset
SELECT is(:'word'::text, 'stored', 'a from of four thousand bytes is stored, also of a call that failed');
UPDATE ivr.calls SET department = 'support', transferred_to = '+15551230045' WHERE call_id = 'long';
SELECT is(ivr.failed_destinations('sip:' || repeat('é', 2000) || '@example.com'), '+15551230045', 'and he is known again');
SELECT is(ivr.failed_destinations('sip:' || repeat('é', 2000) || '@example.org'), NULL, 'nobody who begins as he does is taken for him');
CREATE FUNCTION scene.plan() RETURNS SETOF text
LANGUAGE plpgsql
AS $$
BEGIN
    SET LOCAL enable_seqscan = off;
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS off) SELECT * FROM ivr.failed_destinations(''+15551230001'')';
END;
$$;
SELECT ok((SELECT bool_or(line ~ 'calls_failed_by_caller') FROM scene.plan() AS line), 'he is looked for by the index');

SELECT * FROM finish();
ROLLBACK;
