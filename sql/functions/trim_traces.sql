CREATE OR REPLACE FUNCTION ivr.trim_traces(p_batch integer DEFAULT 200) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    newest  record;
    over    bigint[];
    removed bigint;
BEGIN
    SELECT trace_id, bytes_before INTO newest FROM ivr.traces ORDER BY trace_id DESC LIMIT 1;
    -- The oldest alone are looked at, one by one: none behind the first that may stay is over a bound.
    over := ARRAY(
        SELECT trace_id
        FROM (SELECT * FROM ivr.traces ORDER BY trace_id LIMIT CASE WHEN (
                  SELECT t.trace_id <= newest.trace_id - 100000 OR t.bytes_before < newest.bytes_before - 256 * 1024 * 1024
                         OR t.received_at < now() - interval '14 days'
                  FROM ivr.traces AS t ORDER BY trace_id LIMIT 1) THEN p_batch ELSE 0 END) AS oldest
        WHERE trace_id <= newest.trace_id - 100000 OR bytes_before < newest.bytes_before - 256 * 1024 * 1024
           OR received_at < now() - interval '14 days');
    DELETE FROM ivr.traces WHERE trace_id = ANY (over) AND over <> '{}';
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION ivr.trim_traces(integer) IS
    'Removes the oldest traces beyond 100,000 rows, 256 MB and 14 days, at most p_batch of them. Returns how many; call it again while it returns any.';
