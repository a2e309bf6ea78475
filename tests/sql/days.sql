-- days.sql: the calendar of the history.
BEGIN;
\ir lib/scene.psql
SELECT plan(8);

SELECT is((SELECT array_agg(day) FROM ivr.days), ARRAY[CURRENT_DATE], 'an empty history has today');
SELECT scene.event('c1', 'call.created', extract(epoch FROM now() - scene.at(0)) - 3 * 86400) \g /dev/null
SELECT is((SELECT array_agg(day ORDER BY day) FROM ivr.days), ARRAY[CURRENT_DATE - 3, CURRENT_DATE - 2, CURRENT_DATE - 1, CURRENT_DATE], 'it begins with the first call');
SELECT ok(bool_and(ends_at = next), 'a day ends where the next one begins') FROM (SELECT ends_at, lead(starts_at) OVER (ORDER BY day) AS next FROM ivr.days) AS d WHERE next IS NOT NULL;
UPDATE ivr.calls SET started_at = '0044-03-15';
SELECT ok(count(*) <= 7301, 'a clock that is centuries off does not lead back to Caesar') FROM ivr.days;
UPDATE ivr.calls SET started_at = '9999-12-31';
SELECT ok(max(day) <= CURRENT_DATE + 1 AND min(day) = CURRENT_DATE, 'nor to the end of the world') FROM ivr.days;
UPDATE ivr.calls SET started_at = '2024-01-01';
SET LOCAL TimeZone = 'Europe/Berlin';
SELECT is((SELECT starts_at FROM ivr.days WHERE day = '2026-03-29'), '2026-03-28 23:00Z', 'a day begins at local midnight');
SELECT is((SELECT ends_at - starts_at FROM ivr.days WHERE day = '2026-03-29'), interval '23 hours', 'the day on which the clocks go forward has 23 hours') ;
SELECT is((SELECT ends_at - starts_at FROM ivr.days WHERE day = '2025-10-26'), interval '25 hours', 'the day on which they go back has 25');

SELECT * FROM finish();
ROLLBACK;
