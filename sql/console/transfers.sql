-- Were callers who were connected answered? \set day yesterday, or a date, says when.
SELECT department, destination, calls, answered, failed, open, unknown, answered_percent AS percent, average_talk_seconds AS talk
FROM ivr.transfer_outcome
WHERE day = date :'day'
ORDER BY calls DESC, department, destination;
