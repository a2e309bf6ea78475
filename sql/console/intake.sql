-- Is something wrong with what MiniVoice sends? Repeat it with \watch 10.
SELECT day, problem, times, calls, detail, last_at::timestamptz(0) AS last_at, example
FROM ivr.intake_problems
WHERE day > current_date - 7
ORDER BY day DESC, times DESC;
