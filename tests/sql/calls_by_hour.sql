-- calls_by_hour.sql: when they call, and what comes of it.
BEGIN;
\ir lib/day.psql
SELECT plan(8);

SELECT results_eq($$SELECT day, hour, to_number, calls, open, transferred, fallback, message, abandoned, failed, other FROM ivr.calls_by_hour$$,
$$VALUES ('2026-05-29'::date, 12, '+15551230002', 8::bigint, 1::bigint, 2::bigint, 1::bigint, 1::bigint, 1::bigint, 1::bigint, 1::bigint)$$, 'an hour has a row with what came of its calls');
UPDATE ivr.calls SET started_at = started_at + interval '1 hour', to_number = NULL WHERE call_id IN ('sales', 'wrong');
UPDATE ivr.calls SET to_number = '+15551230003' WHERE call_id = 'gone';
SELECT results_eq($$SELECT hour, to_number, calls FROM ivr.calls_by_hour WHERE day = '2026-05-29' ORDER BY 1, 2$$,
$$VALUES (12, '+15551230002', 5::bigint), (12, '+15551230003', 1), (13, 'unknown', 2)$$, 'each number has its own, and one for none');
SELECT is((SELECT sum(calls) FROM ivr.calls_by_hour), (SELECT count(*)::numeric FROM ivr.calls), 'no call is lost');
SELECT ok(bool_and(calls = open + transferred + fallback + message + abandoned + failed + other), 'nor lost between the columns') FROM ivr.calls_by_hour;
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT results_eq($$SELECT day, hour, sum(calls) FROM ivr.calls_by_hour GROUP BY 1, 2 ORDER BY 1, 2$$,
$$VALUES ('2026-05-29'::date, 21, 6::numeric), ('2026-05-29', 22, 2)$$, 'hours are those of the session''s time zone');
UPDATE ivr.calls SET started_at = started_at + interval '3 hours' WHERE call_id = 'open';
SELECT is((SELECT array_agg(hour) FROM ivr.calls_by_hour WHERE day = '2026-05-30'), ARRAY[0], 'and so are days');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('open', '{}');
SELECT is((SELECT count(*) FROM ivr.calls_by_hour WHERE day = '2026-05-30'), 0::bigint, 'a call of minivoice-check is not in it');
SELECT is(scene.seen_as('ivr_report', 'SELECT DISTINCT to_number FROM ivr.calls_by_hour ORDER BY 1'), e'(+1555*****02)\n(+1555*****03)\n(unknown)', 'ivr_report sees numbers masked');

SELECT * FROM finish();
ROLLBACK;
