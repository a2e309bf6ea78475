-- instant.sql: the moment of a local time.
BEGIN;
\ir lib/scene.psql
SELECT plan(25);

SELECT is(ivr.instant(local, zone), moment, format('%s: %s', zone, what))
FROM (VALUES
    (timestamp '2026-01-12 09:00', 'Europe/Berlin', timestamptz '2026-01-12 08:00Z', 'winter'),
    ('2026-07-12 09:00', 'Europe/Berlin', '2026-07-12 07:00Z', 'summer'),
    ('2026-03-29 01:59:59', 'Europe/Berlin', '2026-03-29 00:59:59Z', 'just before an hour is skipped'),
    ('2026-03-29 02:00', 'Europe/Berlin', '2026-03-29 01:00Z', 'the beginning of a skipped hour is its end'),
    ('2026-03-29 02:30', 'Europe/Berlin', '2026-03-29 01:30Z', 'a time that is skipped counts on by the old clock'),
    ('2026-03-29 03:00', 'Europe/Berlin', '2026-03-29 01:00Z', 'just after a skipped hour'),
    ('2026-03-29 12:00', 'Europe/Berlin', '2026-03-29 10:00Z', 'noon of the day on which an hour is skipped'),
    ('2026-03-30 02:30', 'Europe/Berlin', '2026-03-30 00:30Z', 'the day after an hour was skipped'),
    ('2026-10-25 01:59:59', 'Europe/Berlin', '2026-10-24 23:59:59Z', 'just before an hour that comes twice'),
    ('2026-10-25 02:00', 'Europe/Berlin', '2026-10-25 00:00Z', 'the hour that comes twice begins the first time'),
    ('2026-10-25 02:59:59', 'Europe/Berlin', '2026-10-25 00:59:59Z', 'and ends the first time'),
    ('2026-10-25 03:00', 'Europe/Berlin', '2026-10-25 02:00Z', 'just after an hour that comes twice'),
    ('2026-10-26 02:30', 'Europe/Berlin', '2026-10-26 01:30Z', 'the day after'),
    ('2026-03-08 02:30', 'America/New_York', '2026-03-08 07:30Z', 'a skipped time west of Greenwich'),
    ('2026-11-01 01:30', 'America/New_York', '2026-11-01 05:30Z', 'the first of two west of Greenwich'),
    ('2026-10-04 02:15', 'Australia/Lord_Howe', '2026-10-03 15:45Z', 'half an hour that is skipped'),
    ('2026-04-05 01:45', 'Australia/Lord_Howe', '2026-04-04 14:45Z', 'half an hour that comes twice, in autumn of the south'),
    ('2026-04-05 01:15', 'Australia/Lord_Howe', '2026-04-04 14:15Z', 'the half hour before it, which comes once'),
    ('2026-03-29 02:30', 'Asia/Kolkata', '2026-03-28 21:00Z', 'a zone whose clocks are never changed'),
    ('2026-03-29 02:30', 'UTC', '2026-03-29 02:30Z', 'UTC'),
    ('2011-12-30 12:00', 'Pacific/Apia', '2011-12-30 22:00Z', 'a day that was left out')
) AS moment (local, zone, moment, what);

SELECT is(ivr.instant(NULL, 'UTC'), NULL, 'no time has no moment');
SELECT throws_ok($$SELECT ivr.instant('2026-01-01', 'Europe/Nowhere')$$, '22023', NULL, 'an unknown zone is an error');
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT is(ivr.instant('2026-10-25 02:30', 'Europe/Berlin'), '2026-10-25 00:30Z', 'the time zone of who asks does not matter');
CREATE FUNCTION scene.plan(statement text) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || statement;
END;
$$;
SELECT is((SELECT count(*) FROM scene.plan('SELECT ivr.instant(changed_at::date::timestamp, ''UTC'') FROM ivr.config_versions') AS line
           WHERE line LIKE '%instant%'), 0::bigint, 'it costs no function call: it is inlined');

SELECT * FROM finish();
ROLLBACK;
