CREATE OR REPLACE FUNCTION ivr.calls_older_than(p_age interval) RETURNS SETOF text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT c.call_id
    FROM ivr.calls AS c
    -- The sender's clock may be wrong either way; when the last of it came here is what counts.
    WHERE (c.started_at < now() - p_age OR c.started_at > now() + interval '1 day')
      AND NOT EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = c.call_id AND e.received_at >= now() - p_age)
      AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = c.call_id AND a.answered_at >= now() - p_age)
    ORDER BY c.started_at;
END;
$$;
COMMENT ON FUNCTION ivr.calls_older_than(interval) IS
    'Calls of which everything is at least so old, the oldest first.';
