-- What happened on one call? \set call <its id> says which; without it, the newest.
SELECT ms, source, what, words
FROM ivr.journey
WHERE call_id = coalesce(nullif(:'call', ''), (SELECT call_id FROM ivr.call_summary ORDER BY started_at DESC LIMIT 1))
ORDER BY line;
