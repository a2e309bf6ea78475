-- repeat_callers.sql: who calls again and again.
BEGIN;
\ir lib/day.psql
SELECT plan(6);

SELECT results_eq('SELECT from_number, calls, last_week, first_call_at, last_call_at, average_gap, transferred, not_connected, last_outcome, last_call_id FROM ivr.repeat_callers',
$$VALUES ('+15551230001', 8::bigint, 0::bigint, scene.at(0), scene.at(700), interval '100 seconds', 2::bigint, 3::bigint, 'completed', 'short')$$,
'a caller stands once, with how often, how well and when last') WHERE scene.at(0) < now() - interval '8 days';
UPDATE ivr.calls SET from_number = CASE call_id WHEN 'sales' THEN '+15551230005' WHEN 'gone' THEN 'Anonymous' WHEN 'open' THEN 'anonymous'
                                                WHEN 'deeper' THEN 'anon:0123456789abcdef' WHEN 'closed' THEN 'anon:0123456789abcdef'
                                                WHEN 'short' THEN NULL ELSE from_number END;
SELECT is((SELECT array_agg(from_number ORDER BY from_number) FROM ivr.repeat_callers), ARRAY['+15551230001', 'anon:0123456789abcdef'],
          'who called once or withheld the number is not in it, a pseudonym is');
SELECT is(scene.seen_as('ivr_report', 'SELECT from_number, calls FROM ivr.repeat_callers ORDER BY 1'), e'(+1555*****01,2)\n(anon:0123456789abcdef,2)', 'numbers are masked, callers stay countable');
UPDATE ivr.calls SET direction = 'outbound' WHERE from_number = '+15551230001';
SELECT is((SELECT count(*) FROM ivr.repeat_callers), 1::bigint, 'calls that we make are not callers');
UPDATE ivr.calls SET direction = NULL, started_at = now() - interval '1 hour' WHERE call_id = 'wrong';
UPDATE ivr.calls SET direction = NULL, started_at = now() - interval '1 hour', disposition = NULL WHERE call_id = 'silent';
SELECT is((SELECT (last_week, last_outcome, last_call_id)::text FROM ivr.repeat_callers WHERE from_number = '+15551230001'), '(2,open,silent)',
          'of two calls in the same moment one is the last');
SELECT is((SELECT average_gap FROM ivr.repeat_callers WHERE from_number = '+15551230001'), interval '0', 'and nothing is between them');

SELECT * FROM finish();
ROLLBACK;
