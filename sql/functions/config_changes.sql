CREATE OR REPLACE FUNCTION ivr.config_changes(was jsonb, is_now jsonb)
RETURNS TABLE (of_table text, key text, change text, what text)
LANGUAGE plpgsql IMMUTABLE ROWS 5
AS $$
BEGIN
    RETURN QUERY
    WITH differing AS (
        SELECT t.of_table, t.columns, was -> t.of_table AS was, is_now -> t.of_table AS is_now
        FROM (VALUES
            ('departments', '{department}'::text[]), ('menus', '{menu}'), ('menu_options', '{menu,digits}'),
            ('extensions', '{extension}'), ('numbers', '{number}'), ('hours', '{department,menu,weekday,opens}'),
            ('holidays', '{day,department,menu,opens}'), ('emergency', '{one_row}'),
            ('agents', '{department,destination}'), ('translations', '{sentence,language}'), ('codes', '{code}')) AS t (of_table, columns)
        WHERE was -> t.of_table IS DISTINCT FROM is_now -> t.of_table
    ),
    pair AS (
        -- What names a row is not said again among what it holds.
        SELECT d.of_table, rows.key, rows.was - d.columns AS was, rows.is_now - d.columns AS is_now
        FROM differing AS d
        CROSS JOIN LATERAL (
            SELECT coalesce(a.key, b.key) AS key, b.was, a.is_now
            FROM (SELECT ivr.config_key(d.of_table, element) AS key, element AS was
                  FROM jsonb_array_elements(d.was) AS element) AS b
            FULL JOIN (SELECT ivr.config_key(d.of_table, element) AS key, element AS is_now
                       FROM jsonb_array_elements(d.is_now) AS element) AS a ON a.key = b.key) AS rows
    )
    SELECT p.of_table, p.key,
           CASE WHEN p.was IS NULL THEN 'added' WHEN p.is_now IS NULL THEN 'removed' ELSE 'changed' END,
           CASE WHEN p.was IS NULL THEN concat_ws(', ', p.key || ': added', ivr.config_values(p.is_now))
                WHEN p.is_now IS NULL THEN concat_ws(', ', p.key || ': removed', 'had ' || ivr.config_values(p.was))
                ELSE format('%s: %s', p.key, ivr.config_difference(p.was, p.is_now)) END
    FROM pair AS p
    WHERE p.was IS NULL OR p.is_now IS NULL OR ivr.config_difference(p.was, p.is_now) IS NOT NULL;
END;
$$;
COMMENT ON FUNCTION ivr.config_changes(jsonb, jsonb) IS
    'What differs between two snapshots of the configuration, one row for each row that was added, removed or changed, in words. See ivr.config_history.';
