-- call_summary.sql: each call in one line.
BEGIN;
\ir lib/day.psql
SELECT plan(6);

SELECT results_eq('SELECT call_id, outcome, summary FROM ivr.call_summary ORDER BY started_at',
$$VALUES ('sales', 'transferred', 'asked main, pressed 1, sent to sales at +15551230011, talked 60 s'),
         ('wrong', 'failed', 'asked 2 times, last main, pressed 2, sent to support at +15551230012, failed'),
         ('silent', 'no input', 'asked 2 times, last main, pressed nothing, sent to operator at +15551230010, no input'),
         ('gone', 'abandoned in menu', 'asked main, pressed nothing, abandoned in menu'),
         ('deeper', 'transferred', 'asked 2 times, last department, pressed 1, sent to billing at +15551230013, talked 10 s'),
         ('closed', 'message', 'asked main, pressed 4, message'),
         ('open', 'open', 'asked main, not over'),
         ('short', 'completed', 'completed')$$, 'each call is a sentence');
SELECT is((SELECT (menu_seconds, talk_seconds, total_seconds, attempts)::text FROM ivr.call_summary WHERE call_id = 'sales'), '(4.0,60,66,1)', 'with its times');
SELECT is((SELECT closed_at FROM ivr.call_summary WHERE call_id = 'open'), NULL, 'an open one has no end');
UPDATE ivr.calls SET talk_seconds = 1234 WHERE call_id = 'sales';
SELECT alike((SELECT summary FROM ivr.call_summary WHERE call_id = 'sales'), '%talked 21 min', 'long talks are told in minutes');
UPDATE ivr.calls SET inferred = true, closed_at = now(), disposition = 'unknown' WHERE call_id = 'open';
SELECT is((SELECT summary FROM ivr.call_summary WHERE call_id = 'open'), 'asked main, pressed nothing, no end was told', 'an inferred end is told as one');
SELECT is(scene.seen_as('ivr_report', 'SELECT from_number, to_number, summary FROM ivr.call_summary WHERE call_id = ''wrong'''),
          '(+1555*****01,+1555*****02,"asked 2 times, last main, pressed 2, sent to support at +1555*****12, failed")', 'ivr_report sees numbers masked, in the sentence too');

SELECT * FROM finish();
ROLLBACK;
