CREATE OR REPLACE FUNCTION ivr.call_story(p_call_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'over', closed_at IS NOT NULL,
            'lines', (SELECT coalesce(jsonb_agg(format('%8s ms  %-12s %-20s %s', ms, source, coalesce(what, ''), ivr.masked_text(words)) ORDER BY line), '[]')
                      FROM ivr.journey WHERE call_id = p_call_id))
        FROM ivr.calls
        WHERE call_id = p_call_id AND started_at > now() - interval '1 hour');
END;
$$;
COMMENT ON FUNCTION ivr.call_story(text) IS
    'The journey of a call that began within the last hour, for minivoice-reconcile --call: whether it is over, and its lines, numbers masked for everybody. Null while nothing is known of it.';
