-- repeat_callers.sql: one pass over the calls; the last one of a caller comes with it.
CREATE OR REPLACE VIEW ivr.repeat_callers AS
SELECT ivr.shown(caller.from_number) AS from_number, caller.calls, caller.last_week, caller.first_call_at,
       caller.last_call_at,
       date_trunc('second', (caller.last_call_at - caller.first_call_at) / (caller.calls - 1)) AS average_gap,
       caller.transferred, caller.not_connected,
       coalesce(caller.last_call[2], 'open') AS last_outcome, caller.last_call[3] AS last_call_id
FROM (
    SELECT from_number,
           count(*) AS calls,
           count(*) FILTER (WHERE started_at >= now() - interval '7 days') AS last_week,
           min(started_at) AS first_call_at,
           max(started_at) AS last_call_at,
           max(ARRAY[to_char(started_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS'), disposition, call_id]) AS last_call,
           count(*) FILTER (WHERE disposition = 'transferred') AS transferred,
           count(*) FILTER (WHERE disposition IN ('abandoned in menu', 'failed', 'no input', 'fallback')) AS not_connected
    FROM ivr.calls
    WHERE direction IS DISTINCT FROM 'outbound' AND (ivr.is_personal(from_number) OR from_number LIKE 'anon:%')
      AND calls.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
    GROUP BY from_number
    HAVING count(*) > 1
) AS caller;

COMMENT ON VIEW ivr.repeat_callers IS
    'Who calls again and again, and do they get through? One row for each caller with more than one call: ORDER BY last_week DESC. Withheld numbers are nobody''s and left out. Old calls keep a pseudonym instead of the number: they count as a caller of their own.';
COMMENT ON COLUMN ivr.repeat_callers.from_number IS 'Who calls; masked for readers outside ivr_privileged. A pseudonym begins with anon:.';
COMMENT ON COLUMN ivr.repeat_callers.calls IS 'How many calls in all.';
COMMENT ON COLUMN ivr.repeat_callers.last_week IS 'How many of them in the last seven days.';
COMMENT ON COLUMN ivr.repeat_callers.first_call_at IS 'When the first one began.';
COMMENT ON COLUMN ivr.repeat_callers.last_call_at IS 'When the last one began.';
COMMENT ON COLUMN ivr.repeat_callers.average_gap IS 'How much time is between two calls, on average.';
COMMENT ON COLUMN ivr.repeat_callers.transferred IS 'How many were connected by their own choice.';
COMMENT ON COLUMN ivr.repeat_callers.not_connected IS 'How many hung up in a menu, failed, or went to the fallback.';
COMMENT ON COLUMN ivr.repeat_callers.last_outcome IS 'How the last one ended, in the words of ivr.call_summary.';
COMMENT ON COLUMN ivr.repeat_callers.last_call_id IS 'The last one; its story is in ivr.journey.';
