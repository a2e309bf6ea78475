-- Which answers were not what callers should get? Repeat it with \watch 10.
SELECT at::timestamptz(0) AS at, problem, reason, call_id, step, menu, took_ms, waited_ms, stored_seconds_later AS stored_later
FROM ivr.answer_problems
ORDER BY answer_problems.at DESC
LIMIT 20;
