CREATE OR REPLACE FUNCTION ivr.trim_traces(p_batch integer DEFAULT 200) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    newest  record;
    removed bigint;
BEGIN
    SELECT trace_id, bytes_before INTO newest FROM ivr.traces ORDER BY trace_id DESC LIMIT 1;
    -- The oldest alone are looked at: none behind them is over a bound if they are not.
    DELETE FROM ivr.traces AS t
    USING (SELECT trace_id FROM ivr.traces ORDER BY trace_id LIMIT p_batch) AS oldest
    WHERE t.trace_id = oldest.trace_id
      AND (t.trace_id <= newest.trace_id - 100000
           OR t.bytes_before < newest.bytes_before - 256 * 1024 * 1024
           OR t.received_at < now() - interval '14 days');
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION ivr.trim_traces(integer) IS
    'Removes the oldest traces beyond 100,000 rows, 256 MB and 14 days, at most p_batch of them. Returns how many; call it again while it returns any.';
