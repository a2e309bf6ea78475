CREATE OR REPLACE FUNCTION ivr.open_spans(
    p_department text, p_menu text, p_zone text, p_from timestamptz, p_until timestamptz)
RETURNS TABLE (opens_at timestamptz, closes_at timestamptz)
LANGUAGE sql STABLE
AS $$
    WITH weekly AS (
        SELECT weekday, opens, closes
        FROM ivr.hours
        WHERE hours.department = p_department OR hours.menu = p_menu
    ),
    day AS (
        -- From the day before yesterday on: hours over midnight reach into the day after the one on which they open.
        SELECT since + n AS date, extract(isodow FROM since + n)::integer AS weekday
        FROM (SELECT (p_from AT TIME ZONE p_zone)::date - 2 AS since, (p_until AT TIME ZONE p_zone)::date AS until)
             AS local,
             generate_series(0, until - since) AS n
    ),
    holiday AS (
        -- Its own holidays first; those for all where it has none that day.
        SELECT day, opens, closes,
               rank() OVER (PARTITION BY day ORDER BY num_nonnulls(department, menu) DESC) AS choice
        FROM ivr.holidays
        WHERE department = p_department OR menu = p_menu OR num_nonnulls(department, menu) = 0
    ),
    hours AS (
        SELECT day.date, weekly.opens, weekly.closes
        FROM day JOIN weekly USING (weekday)
        WHERE NOT EXISTS (SELECT FROM holiday WHERE holiday.day = day.date)
        UNION ALL
        SELECT day.date, holiday.opens, holiday.closes
        FROM day JOIN holiday ON holiday.day = day.date
        WHERE choice = 1 AND opens IS NOT NULL AND EXISTS (SELECT FROM weekly)
    ),
    span AS (
        SELECT ivr.instant(date + opens, p_zone) AS opens_at,
               ivr.instant(date + closes + CASE WHEN closes < opens THEN interval '1 day' ELSE interval '0' END,
                           p_zone) AS closes_at
        FROM hours
    ),
    -- Merged: spans that touch or overlap are one. An hour that the clocks skip opens nothing.
    opened AS (
        SELECT range_agg(tstzrange(opens_at, closes_at)) FILTER (WHERE opens_at < closes_at) AS spans
        FROM span
        UNION ALL
        SELECT tstzmultirange(tstzrange(NULL, NULL))
        WHERE NOT EXISTS (SELECT FROM weekly)
    )
    SELECT lower(span), upper(span)
    FROM opened, unnest(spans * tstzmultirange(tstzrange(p_from, p_until))) AS span;
$$;
COMMENT ON FUNCTION ivr.open_spans(text, text, text, timestamptz, timestamptz) IS
    'When a department or a menu (name one, the other is null) is open from p_from until p_until, on the clock of the zone: one row for each stretch of time, in order, closes_at not included. From ivr.hours and ivr.holidays: a holiday replaces the hours that open on that local date, its own before one for all; hours that began on the day before go on. Without any weekly hours it is always open: one row. No row: never open in that time.';
