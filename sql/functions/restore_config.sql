CREATE OR REPLACE FUNCTION ivr.restore_config(version bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    wanted   jsonb := (SELECT v.snapshot FROM ivr.config_versions AS v WHERE v.version = restore_config.version);
    stranded text;
    of_table text;
    key      text;
    columns  text;
BEGIN
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'there is no version % to go back to', coalesce(version::text, 'null')
            USING ERRCODE = 'no_data_found',
                  HINT = 'Which there are: SELECT version, changed_at, changed_by FROM ivr.config_versions WHERE snapshot IS NOT NULL.';
    END IF;

    -- Nobody else changes the configuration meanwhile.
    LOCK TABLE ivr.departments, ivr.menus, ivr.menu_options, ivr.extensions, ivr.numbers, ivr.hours, ivr.holidays,
               ivr.emergency, ivr.agents, ivr.translations, ivr.callers IN SHARE ROW EXCLUSIVE MODE;
    IF wanted = ivr.config_snapshot() THEN
        RETURN (SELECT max(v.version) FROM ivr.config_versions AS v);
    END IF;
    SELECT string_agg(c.number, ', ' ORDER BY c.number) INTO stranded
    FROM ivr.callers AS c
    WHERE c.menu NOT IN (SELECT m ->> 'menu' FROM jsonb_array_elements(wanted -> 'menus') AS m)
       OR c.department NOT IN (SELECT d ->> 'department' FROM jsonb_array_elements(wanted -> 'departments') AS d);
    IF stranded IS NOT NULL THEN
        RAISE EXCEPTION 'version % does not have the menu or department of these known callers: %', version, stranded
            USING ERRCODE = 'foreign_key_violation',
                  HINT = 'Lead them elsewhere first: UPDATE ivr.callers SET menu = NULL, department = NULL WHERE number IN (...).';
    END IF;

    -- Menus and departments lead to each other: they are changed in place, and those that are not wanted go at the
    -- end, when nothing leads to them. What nothing leads to is simply written again.
    SET CONSTRAINTS ALL DEFERRED;
    DELETE FROM ivr.menu_options;
    DELETE FROM ivr.extensions;
    DELETE FROM ivr.numbers;
    DELETE FROM ivr.hours;
    DELETE FROM ivr.holidays;
    DELETE FROM ivr.emergency;
    DELETE FROM ivr.agents;
    -- A version of before there were translations says nothing of them.
    DELETE FROM ivr.translations WHERE wanted ? 'translations';
    FOR of_table, key IN
        VALUES ('departments', 'department'), ('menus', 'menu'), ('menu_options', NULL), ('extensions', NULL),
               ('numbers', NULL), ('hours', NULL), ('holidays', NULL), ('emergency', NULL), ('agents', NULL),
               ('translations', NULL)
    LOOP
        -- A column that the tables have got since then keeps its value or takes its default.
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_catalog.pg_attribute
        WHERE attrelid = format('ivr.%I', of_table)::regclass AND attnum > 0 AND NOT attisdropped
          AND wanted -> of_table -> 0 ? attname::text;
        CONTINUE WHEN columns IS NULL;
        EXECUTE format('INSERT INTO ivr.%1$I (%2$s) SELECT %2$s FROM jsonb_populate_recordset(NULL::ivr.%1$I, $1)',
                       of_table, columns)
                || CASE WHEN key IS NULL THEN ''
                        ELSE format(' ON CONFLICT (%I) DO UPDATE SET (%s) = ROW (excluded.%s)', key, columns,
                                    replace(columns, ', ', ', excluded.')) END
            USING wanted -> of_table;
    END LOOP;
    DELETE FROM ivr.menus AS m
    WHERE m.menu NOT IN (SELECT w ->> 'menu' FROM jsonb_array_elements(wanted -> 'menus') AS w);
    DELETE FROM ivr.departments AS d
    WHERE d.department NOT IN (SELECT w ->> 'department' FROM jsonb_array_elements(wanted -> 'departments') AS w);
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN (SELECT max(v.version) FROM ivr.config_versions AS v);
END;
$$;
COMMENT ON FUNCTION ivr.restore_config(bigint) IS
    'Makes the whole configuration what it was after a version, who is on duty and the emergency switch included, all at once, as a new version; returns its number. Known callers (ivr.callers) and codes (ivr.codes) stay as they are. When nothing differs, nothing is changed and the newest version is returned. Versions: ivr.config_history.';
