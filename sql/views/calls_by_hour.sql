CREATE OR REPLACE VIEW ivr.calls_by_hour AS
SELECT day.day, counted.hour, coalesce(ivr.shown(counted.to_number), 'unknown') AS to_number,
       counted.calls, counted.open, counted.transferred, counted.fallback, counted.message, counted.abandoned,
       counted.failed, counted.other
FROM ivr.days AS day
CROSS JOIN LATERAL (
    SELECT extract(hour FROM c.started_at)::integer AS hour, c.to_number,
           count(*) AS calls,
           count(*) FILTER (WHERE c.closed_at IS NULL) AS open,
           count(*) FILTER (WHERE c.disposition = 'transferred') AS transferred,
           count(*) FILTER (WHERE c.disposition IN ('fallback', 'no input')) AS fallback,
           count(*) FILTER (WHERE c.disposition = 'message') AS message,
           count(*) FILTER (WHERE c.disposition = 'abandoned in menu') AS abandoned,
           count(*) FILTER (WHERE c.disposition = 'failed') AS failed,
           count(*) FILTER (WHERE c.disposition NOT IN ('transferred', 'fallback', 'no input', 'message', 'abandoned in menu', 'failed')) AS other
    FROM ivr.calls AS c
    WHERE c.started_at >= day.starts_at AND c.started_at < day.ends_at
      AND c.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
    GROUP BY hour, c.to_number
) AS counted;

COMMENT ON VIEW ivr.calls_by_hour IS
    'When do they call, and what comes of it? One row for each hour with calls and each of your numbers, in the words of ivr.today: WHERE day = current_date. calls = open + transferred + fallback + message + abandoned + failed + other.';
COMMENT ON COLUMN ivr.calls_by_hour.day IS 'The day on which the calls began, in the time zone of the session.';
COMMENT ON COLUMN ivr.calls_by_hour.hour IS 'The hour in which they began, 0 to 23, by the clock on the wall: one that comes twice when the clocks are put back is one row.';
COMMENT ON COLUMN ivr.calls_by_hour.to_number IS 'Your number that was called, or unknown; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.calls_by_hour.calls IS 'How many calls.';
COMMENT ON COLUMN ivr.calls_by_hour.open IS 'Not over yet.';
COMMENT ON COLUMN ivr.calls_by_hour.transferred IS 'Chose something and were connected.';
COMMENT ON COLUMN ivr.calls_by_hour.fallback IS 'Pressed nothing, or something wrong, too often, and were sent to the fallback.';
COMMENT ON COLUMN ivr.calls_by_hour.message IS 'Heard a message that ended the call: closed, turned away, …';
COMMENT ON COLUMN ivr.calls_by_hour.abandoned IS 'Hung up in a menu.';
COMMENT ON COLUMN ivr.calls_by_hour.failed IS 'Ended by call.failed: busy, unreachable, not answered.';
COMMENT ON COLUMN ivr.calls_by_hour.other IS 'Canceled, over before anything was asked, or with an end that nobody told.';
