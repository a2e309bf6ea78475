-- parse_time.sql: RFC 3339 with a zone, or null.
BEGIN;
\ir lib/scene.psql
SELECT plan(20);

SELECT is(ivr.parse_time('2026-05-29T12:10:00Z'), '2026-05-29 12:10:00+00', 'the platform''s form is read');
SELECT is(ivr.parse_time('2026-05-29T12:10:00.25Z'), '2026-05-29 12:10:00.25+00', 'a fraction is read');
SELECT is(ivr.parse_time('2026-05-29T12:10:00.123456789Z'), '2026-05-29 12:10:00.123457+00',
          'nanoseconds are rounded to microseconds');
SELECT is(ivr.parse_time('2026-05-29T14:10:00+02:00'), '2026-05-29 12:10:00+00', 'another zone is the same moment');
SELECT is(ivr.parse_time('2026-05-29t12:10:00z'), '2026-05-29 12:10:00+00', 'small letters are allowed');
SELECT is(ivr.parse_time('2026-05-29 12:10:00Z'), '2026-05-29 12:10:00+00', 'a blank may stand for the T');
SELECT is(ivr.parse_time('2024-02-29T00:00:00Z'), '2024-02-29 00:00:00+00', 'a leap day is read');
SELECT is(ivr.parse_time('2026-12-31T23:59:60Z'), '2027-01-01 00:00:00+00', 'a leap second is the next second');

SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'SQL, DMY';
SELECT is(ivr.parse_time('2026-05-06T12:10:00Z'), make_timestamptz(2026, 5, 6, 12, 10, 0, 'UTC'),
          'the zone and date style of the session do not matter');

SELECT is(ivr.parse_time(sent), NULL, format('%L is null', sent))
FROM unnest(ARRAY[
    '', 'now', 'infinity', '1780056600', '2026-05-29', '2026-05-29T12:10:00', '2026-02-31T00:00:00Z',
    '2026-05-29T25:00:00Z', '2026-05-29T12:10:00 Europe/Prague', '2026-05-29T12:10:00+99:99']) AS sent;
SELECT is(ivr.parse_time(NULL), NULL, 'no time is null');

SELECT * FROM finish();
ROLLBACK;
