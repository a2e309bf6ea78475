-- How is today going? Repeat it with \watch 10.
SELECT to_number, calls, callers, open, transferred, fallback, message, abandoned, failed, other, menu_seconds, talk_seconds
FROM ivr.today
ORDER BY calls DESC, to_number;
