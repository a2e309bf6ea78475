CREATE OR REPLACE FUNCTION ivr.drift(p_share double precision DEFAULT 1)
RETURNS TABLE (call_id text, field text, stored text, rebuilt text)
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH known AS (
        SELECT call_id FROM ivr.calls
        UNION
        SELECT call_id FROM ivr.call_events
        UNION
        SELECT call_id FROM ivr.answers WHERE call_id IS NOT NULL
    )
    SELECT known.call_id, field, is_stored ->> field, is_rebuilt ->> field
    FROM known
    LEFT JOIN ivr.calls AS c ON c.call_id = known.call_id
    LEFT JOIN LATERAL ivr.project_calls(ARRAY[known.call_id]) AS p ON true
    CROSS JOIN LATERAL (SELECT to_jsonb(c) AS is_stored, to_jsonb(p) AS is_rebuilt) AS both_rows
    CROSS JOIN LATERAL jsonb_object_keys(coalesce(is_stored, is_rebuilt)) AS field
    WHERE (hashtext(known.call_id) & 65535) < p_share * 65536
      AND c IS DISTINCT FROM p
      AND is_stored ->> field IS DISTINCT FROM is_rebuilt ->> field
    ORDER BY known.call_id, field;
END;
$$;
COMMENT ON FUNCTION ivr.drift(double precision) IS
    'Where ivr.calls is not what its logs say: one row for each field of a call that differs. Always empty; ivr.rebuild_calls() would repair it. Looks at one moment, also while calls come in. With p_share, e.g. 0.01, only at so many of the calls, always the same ones.';
