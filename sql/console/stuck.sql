-- Which calls hang? Repeat it with \watch 10.
SELECT call_id, from_number, current_step, why, make_interval(secs => silent_seconds) AS silent
FROM ivr.stuck_calls
ORDER BY silent_seconds
LIMIT 50;
