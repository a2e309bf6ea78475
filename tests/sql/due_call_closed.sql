-- due_call_closed.sql: which calls are told as closed, when again, and what is said of them.
BEGIN;
\ir lib/scene.psql
SELECT plan(18);

CREATE FUNCTION scene.due(after bigint, upto bigint, after_at timestamptz DEFAULT 'infinity', upto_at timestamptz DEFAULT 'infinity') RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(subject ORDER BY subject) FROM ivr.due_call_closed(ROW(after, after_at, 0)::ivr.log_place, ROW(upto, upto_at, 0)::ivr.log_place, NULL, false));
CREATE FUNCTION scene.told(id text, plain boolean DEFAULT false) RETURNS ivr.due
LANGUAGE sql RETURN (SELECT d FROM ivr.due_call_closed(NULL, NULL, id, plain) AS d);
CREATE FUNCTION scene.last() RETURNS bigint LANGUAGE sql RETURN (SELECT max(arrival) FROM ivr.call_events);

SELECT scene.event('talk', 'call.created', 0), scene.answer('talk', 1, NULL, 'menu', 1), scene.answer('talk', 2, 1, 'transfer', 5, '1') \g /dev/null
SELECT scene.last() AS before \gset
SELECT is(scene.due(0, :before), NULL, 'a call that goes on is not due');
SELECT scene.event('talk', 'call.completed', 65, status => 'completed') \g /dev/null
SELECT scene.last() AS after \gset
SELECT is(scene.due(:before, :after), ARRAY['talk'], 'one that ended is, after the place before its end');
SELECT is(scene.due(:after, :after + 9), NULL, 'and not after the place behind it');
SELECT is((scene.told('talk')).data - ARRAY['started_at', 'closed_at', 'answered_at', 'menu'],
          '{"call_id": "talk", "direction": "inbound", "outcome": "transferred", "end": "completed", "end_was_told": true, "from": "+1555*****01", "to": "+1555*****02",
            "department": "sales", "transferred_to": "+1555*****11", "digits": "1", "attempts": 1, "menu_seconds": 4.000, "talk_seconds": 60.000}'::jsonb
            || jsonb_build_object('transferred_to', ivr.masked((SELECT destination FROM ivr.departments WHERE department = 'sales'))),
          'what is said of it, numbers masked');
SELECT is((scene.told('talk', true)).data ->> 'from', '+15551230001', 'or in plain');
SELECT is((scene.told('talk')).department, 'sales', 'by its department it can be chosen');
SELECT is((scene.told('talk')).number, '+15551230002', 'and by your number');
SELECT is((scene.told('talk')).at, scene.at(65), 'it is of when it ended');

SELECT (scene.told('talk')).word AS word \gset
SELECT scene.event('talk', 'recording.completed', 80) \g /dev/null
SELECT is(scene.due(:after, :after + 99), ARRAY['talk'], 'what comes late makes it due');
SELECT is((scene.told('talk')).word, :'word', 'but where nothing is new it is the same word');

SELECT scene.event('silent', 'call.created', 0) \g /dev/null
SELECT ivr.infer_closings('1 hour') \g /dev/null
SELECT (scene.told('silent')).word AS word \gset
SELECT is((scene.told('silent')).data -> 'end_was_told', 'false', 'an end that was only inferred is told as that');
SELECT scene.event('silent', 'call.failed', 30, status => 'failed') \g /dev/null
SELECT isnt((scene.told('silent')).word, :'word', 'the real end is another word');

SELECT scene.event('late', 'call.created', 0), scene.event('late', 'call.completed', 30, status => 'completed') \g /dev/null
SELECT (scene.told('late')).word AS word, clock_timestamp() AS moment, scene.last() AS last \gset
SELECT scene.answer('late', 1, NULL, 'menu', 1, given => true) \g /dev/null
SELECT is(scene.due(:last, :last, :'moment', clock_timestamp()), ARRAY['late'], 'an answer that is stored late makes it due');
SELECT isnt((scene.told('late')).word, :'word', 'with another word');
SELECT is(scene.due(:last, :last, clock_timestamp(), clock_timestamp()), NULL, 'and not again');

SELECT (scene.told('talk')).word AS word \gset
SELECT ivr.pseudonymise_calls(ARRAY['talk']) \g /dev/null
SELECT is((scene.told('talk')).word, :'word', 'a pseudonym is no news');
SELECT ivr.rebuild_calls() \g /dev/null
SELECT is((scene.told('talk')).word, :'word', 'nor is a rebuild');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('talk', '{}');
SELECT is(scene.told('talk'), NULL, 'a call that was played here is not told');

SELECT * FROM finish();
ROLLBACK;
