-- today.sql: how today is going.
BEGIN;
\ir lib/day.psql
SELECT plan(6);

SELECT results_eq('SELECT to_number, calls FROM ivr.today', $$VALUES ('all numbers', 0::bigint)$$, 'a day without a call says so')
WHERE scene.at(0) < current_date;
UPDATE ivr.calls SET started_at = CURRENT_DATE::timestamptz + (started_at - scene.at(0)), closed_at = CURRENT_DATE::timestamptz + (closed_at - scene.at(0));
SELECT results_eq('SELECT to_number, calls, callers, open, transferred, fallback, message, abandoned, failed, other, transferred_percent FROM ivr.today ORDER BY 1',
$$VALUES ('+15551230002', 8::bigint, 1::bigint, 1::bigint, 2::bigint, 1::bigint, 1::bigint, 1::bigint, 1::bigint, 1::bigint, 29::numeric),
         ('all numbers', 8, 1, 1, 2, 1, 1, 1, 1, 1, 29)$$, 'each number has its row, and all together');
SELECT ok(bool_and(calls = open + transferred + fallback + message + abandoned + failed + other), 'no call is lost between the columns') FROM ivr.today;
UPDATE ivr.calls SET started_at = started_at - interval '1 second' WHERE call_id = 'sales';
UPDATE ivr.calls SET to_number = NULL WHERE call_id = 'wrong';
SELECT results_eq('SELECT to_number, calls FROM ivr.today ORDER BY 1', $$VALUES ('+15551230002', 6::bigint), ('all numbers', 7), ('unknown', 1)$$,
                  'yesterday''s last second is not today''s, and a call without a number is there');
UPDATE ivr.calls SET started_at = started_at + interval '1 day' WHERE call_id = 'gone';
SELECT is((SELECT calls FROM ivr.today WHERE to_number = 'all numbers'), 6::bigint, 'nor is tomorrow''s first');
SELECT is(scene.seen_as('ivr_report', 'SELECT to_number FROM ivr.today ORDER BY 1'), e'(+1555*****02)\n("all numbers")\n(unknown)', 'ivr_report sees numbers masked');

SELECT * FROM finish();
ROLLBACK;
