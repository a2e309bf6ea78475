CREATE OR REPLACE VIEW ivr.config_history AS
SELECT v.version, v.changed_at, v.changed_by, c.of_table, ivr.shown_text(c.key) AS key, c.change,
       ivr.shown_text(c.what) AS what
FROM ivr.config_versions AS v
LEFT JOIN LATERAL (
    SELECT b.version, b.snapshot
    FROM ivr.config_versions AS b
    WHERE b.version < v.version
    ORDER BY b.version DESC
    LIMIT 1) AS before ON true
-- The first version of all began with nothing; of one whose predecessor kept no snapshot nothing can be said.
CROSS JOIN LATERAL ivr.config_changes(CASE WHEN before.version IS NULL THEN '{}' ELSE before.snapshot END,
                                      v.snapshot) AS c
WHERE v.snapshot IS NOT NULL AND (before.version IS NULL OR before.snapshot IS NOT NULL);

COMMENT ON VIEW ivr.config_history IS
    'Who changed what in the configuration, and when, one row for each row that was added, removed or changed, in words: SELECT version, changed_at, changed_by, what FROM ivr.config_history ORDER BY version DESC, what. SELECT ivr.restore_config(version) makes everything again what it was after that version.';
COMMENT ON COLUMN ivr.config_history.version IS 'The version that the change made; answers say in config_version by which one they were decided.';
COMMENT ON COLUMN ivr.config_history.changed_at IS 'Start of the transaction that made the change.';
COMMENT ON COLUMN ivr.config_history.changed_by IS 'The database role that was logged in.';
COMMENT ON COLUMN ivr.config_history.of_table IS 'The table of the schema ivr.';
COMMENT ON COLUMN ivr.config_history.key IS 'The row, in words: option 1 of menu main.';
COMMENT ON COLUMN ivr.config_history.change IS 'added, removed or changed.';
COMMENT ON COLUMN ivr.config_history.what IS 'The change as a sentence: menu main: prompt was "...", is "...".';
