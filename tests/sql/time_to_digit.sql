-- time_to_digit.sql: how long callers take to choose.
BEGIN;
\ir lib/day.psql
SELECT plan(2);

SELECT results_eq($$SELECT menu, attempt, times, fastest, half_within, slowest FROM ivr.time_to_digit WHERE day = '2026-05-29' ORDER BY menu, attempt$$,
$$VALUES ('department', 1, 1::bigint, 6.0, 6.0, 6.0), ('main', 1, 4, 3.0, 3.5, 4.0), ('main', 2, 1, 7.0, 7.0, 7.0)$$,
'each menu and attempt has its times, without those who pressed nothing');
UPDATE ivr.answers SET waited_ms = 1500, took_ms = 1501.5 WHERE call_id = 'wrong' AND step = 3;
SELECT is((SELECT fastest FROM ivr.time_to_digit WHERE attempt = 2), 5.5, 'our own waiting for the event is not the caller''s time');

SELECT * FROM finish();
ROLLBACK;
