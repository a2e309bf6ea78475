CREATE OR REPLACE FUNCTION ivr.note_config_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
BEGIN
    -- Changes take turns until commit, so that versions count up in the order in which they are seen.
    LOCK TABLE ivr.config_versions IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO ivr.config_versions (version)
    SELECT coalesce(max(version), 0) + 1 FROM ivr.config_versions
    ON CONFLICT (transaction_id) DO NOTHING;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION ivr.note_config_change() IS
    'Trigger: gives the transaction that changes the configuration its version number, once.';
