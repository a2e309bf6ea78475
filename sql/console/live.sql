-- Who is on the line now, and where? Repeat it with \watch 2.
SELECT call_id, from_number, to_number, doing, seconds, silent_seconds AS silent, stuck
FROM ivr.live_calls
ORDER BY started_at DESC
LIMIT 50;
