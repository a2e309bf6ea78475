CREATE OR REPLACE FUNCTION ivr.instant(local timestamp, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- AT TIME ZONE takes the second of two equal times. The first has the offset that was in force the day before.
RETURN CASE
    WHEN (((local - interval '1 day') AT TIME ZONE zone AT TIME ZONE 'UTC' + interval '1 day')
          AT TIME ZONE 'UTC') AT TIME ZONE zone = local
    THEN ((local - interval '1 day') AT TIME ZONE zone AT TIME ZONE 'UTC' + interval '1 day') AT TIME ZONE 'UTC'
    ELSE local AT TIME ZONE zone
END;
COMMENT ON FUNCTION ivr.instant(timestamp, text) IS
    'The moment at which the clocks of an IANA time zone show a local time. A time that comes twice, when clocks go back, is the first of the two; a time that is skipped, when they go forward, counts on by the old clock: 02:30 is then 03:30 (RFC 5545 section 3.3.5).';
