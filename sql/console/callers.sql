-- Who calls again and again?
SELECT from_number, calls, last_week, last_call_at::timestamptz(0) AS last_call_at, average_gap, transferred, not_connected, last_outcome
FROM ivr.repeat_callers
ORDER BY last_week DESC, calls DESC
LIMIT 20;
