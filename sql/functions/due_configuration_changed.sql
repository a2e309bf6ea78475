CREATE OR REPLACE FUNCTION ivr.due_configuration_changed(p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE plpgsql STABLE ROWS 10
AS $$
BEGIN
    RETURN QUERY
    SELECT v.version::text, NULL, '', v.changed_at, NULL, NULL,
           jsonb_build_object('version', v.version, 'changed_at', v.changed_at, 'changed_by', v.changed_by, 'changes', coalesce(
               (SELECT jsonb_agg(CASE WHEN p_plain THEN h.what ELSE ivr.masked_text(h.what) END ORDER BY h.what COLLATE "C")
                FROM ivr.config_history AS h WHERE h.version = v.version), '[]'))
    FROM ivr.config_versions AS v
    WHERE v.version > (p_after).version AND v.version <= (p_upto).version OR v.version::text = p_subject
    ORDER BY v.version;
END;
$$;
COMMENT ON FUNCTION ivr.due_configuration_changed(ivr.log_place, ivr.log_place, text, boolean) IS
    'What is due of the kind configuration.changed: the versions between two places, or this one, with what changed in words.';
