CREATE OR REPLACE FUNCTION ivr.note_config_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
BEGIN
    -- Where this is a copy of a router's configuration, so are its versions.
    IF ivr.is_shard() THEN
        RETURN NULL;
    END IF;
    -- Changes take turns until commit, so that versions count up in the order in which they are seen.
    LOCK TABLE ivr.config_versions IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO ivr.config_versions (version, snapshot)
    SELECT coalesce(newest.version, 0) + 1, now_is
    FROM ivr.config_snapshot() AS now_is
    LEFT JOIN (SELECT version, snapshot FROM ivr.config_versions ORDER BY version DESC LIMIT 1) AS newest ON true
    WHERE newest.snapshot IS DISTINCT FROM now_is
    ON CONFLICT (transaction_id, changed_at) DO UPDATE SET snapshot = excluded.snapshot;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION ivr.note_config_change() IS
    'Trigger: gives the transaction that changes the configuration its version number, once, and keeps with it how everything is after each of its statements. A statement that changes nothing makes no version.';
