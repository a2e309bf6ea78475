-- days.sql: the calendar of the history. Views with a day begin here, so that WHERE day = current_date reads that day
-- alone, whatever the time zone of the session is.
CREATE OR REPLACE VIEW ivr.days AS
SELECT day.day, day.day::timestamptz AS starts_at, (day.day + 1)::timestamptz AS ends_at
-- As an array: the planner takes it for ten days, not for a thousand.
FROM unnest(ARRAY(
    SELECT known.first + nth
    FROM (
        SELECT greatest(CURRENT_DATE - 7300,
                        least(CURRENT_DATE,
                              (SELECT min(started_at) FROM ivr.calls)::date,
                              (SELECT min(received_at) FROM ivr.rejected_requests)::date)) AS first,
               least(CURRENT_DATE + 1, greatest(CURRENT_DATE, (SELECT max(started_at) FROM ivr.calls)::date)) AS last
    ) AS known
    CROSS JOIN generate_series(0, known.last - known.first) AS nth
)) AS day (day);

COMMENT ON VIEW ivr.days IS
    'Which days does the history cover? One row a day, from the first call to today, in the time zone of the session (SET TimeZone = ''Europe/Berlin''). A sender''s clock that is years off moves it by 20 years at most.';
COMMENT ON COLUMN ivr.days.day IS 'The date.';
COMMENT ON COLUMN ivr.days.starts_at IS 'Its first moment.';
COMMENT ON COLUMN ivr.days.ends_at IS 'The first moment of the next day; 23 or 25 hours later when the clocks change.';
