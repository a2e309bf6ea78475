CREATE OR REPLACE FUNCTION ivr.open_spans_json(
    p_department text, p_menu text, p_zone text, p_from timestamptz, p_until timestamptz)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ivr.hours WHERE hours.department = p_department OR hours.menu = p_menu) THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_array(
                floor(extract(epoch FROM opens_at)), floor(extract(epoch FROM closes_at))) ORDER BY opens_at), '[]')
            FROM ivr.open_spans(p_department, p_menu, p_zone, p_from, p_until));
END;
$$;
COMMENT ON FUNCTION ivr.open_spans_json(text, text, text, timestamptz, timestamptz) IS
    'ivr.open_spans() for the programs: [[opens, closes], …] in seconds since 1970, [] for never in that time, null for always open.';
