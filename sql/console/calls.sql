-- The newest calls, one line each. Repeat it with \watch 2.
SELECT started_at::timestamptz(0) AS started_at, call_id, from_number, outcome, summary
FROM ivr.call_summary
ORDER BY call_summary.started_at DESC
LIMIT 20;
