CREATE OR REPLACE VIEW ivr.today AS
SELECT CASE WHEN grouping(to_number) = 1 THEN 'all numbers' ELSE coalesce(ivr.shown(to_number), 'unknown') END AS to_number,
       count(*) AS calls,
       count(DISTINCT from_number) AS callers,
       count(*) FILTER (WHERE closed_at IS NULL) AS open,
       count(*) FILTER (WHERE disposition = 'transferred') AS transferred,
       count(*) FILTER (WHERE disposition IN ('fallback', 'no input')) AS fallback,
       count(*) FILTER (WHERE disposition = 'message') AS message,
       count(*) FILTER (WHERE disposition = 'abandoned in menu') AS abandoned,
       count(*) FILTER (WHERE disposition = 'failed') AS failed,
       count(*) FILTER (WHERE disposition NOT IN ('transferred', 'fallback', 'no input', 'message', 'abandoned in menu', 'failed')) AS other,
       round(100.0 * count(*) FILTER (WHERE disposition = 'transferred') / nullif(count(*) FILTER (WHERE closed_at IS NOT NULL), 0))
           AS transferred_percent,
       round(avg(menu_seconds), 1) AS menu_seconds,
       round(avg(talk_seconds)) AS talk_seconds,
       max(started_at) AS last_call_at
FROM ivr.calls
WHERE started_at >= CURRENT_DATE::timestamptz AND started_at < (CURRENT_DATE + 1)::timestamptz
  AND calls.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
GROUP BY GROUPING SETS ((to_number), ());

COMMENT ON VIEW ivr.today IS
    'How is today going? One row for each of your numbers, one for all, of the calls that began today in the time zone of the session. calls = open + transferred + fallback + message + abandoned + failed + other.';
COMMENT ON COLUMN ivr.today.to_number IS 'Your number that was called, masked for readers outside ivr_privileged, or all numbers.';
COMMENT ON COLUMN ivr.today.calls IS 'How many calls.';
COMMENT ON COLUMN ivr.today.callers IS 'From how many numbers.';
COMMENT ON COLUMN ivr.today.open IS 'Not over yet.';
COMMENT ON COLUMN ivr.today.transferred IS 'Chose something and were connected.';
COMMENT ON COLUMN ivr.today.fallback IS 'Pressed nothing, or something wrong, too often, and were sent to the fallback.';
COMMENT ON COLUMN ivr.today.message IS 'Heard a message that ended the call: closed, turned away, …';
COMMENT ON COLUMN ivr.today.abandoned IS 'Hung up in a menu.';
COMMENT ON COLUMN ivr.today.failed IS 'Ended by call.failed: busy, unreachable, not answered.';
COMMENT ON COLUMN ivr.today.other IS 'Canceled, over before anything was asked, or with an end that nobody told.';
COMMENT ON COLUMN ivr.today.transferred_percent IS 'transferred in percent of those that are over.';
COMMENT ON COLUMN ivr.today.menu_seconds IS 'How long a caller was in menus, on average.';
COMMENT ON COLUMN ivr.today.talk_seconds IS 'How long a caller was connected, on average, ringing included.';
COMMENT ON COLUMN ivr.today.last_call_at IS 'When the last call began.';
