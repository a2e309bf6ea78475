-- What should MiniVoice have told, and did not? \set day yesterday, or a date, says when.
SELECT call_id, expected, because, current_step, started_at::timestamptz(0) AS started_at
FROM ivr.expected_not_observed
WHERE day = date :'day'
ORDER BY expected_not_observed.started_at DESC
LIMIT 50;
