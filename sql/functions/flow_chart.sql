CREATE OR REPLACE FUNCTION ivr.flow_chart() RETURNS text
LANGUAGE plpgsql STABLE
SET jit = off  -- compiling takes longer than running it
AS $$
BEGIN
    RETURN (
        WITH node AS (
            SELECT 'n' || row_number() OVER (ORDER BY kind = 'emergency', place COLLATE "C") AS id, place, kind,
                   ivr.mermaid_text(concat_ws(e'\n', CASE WHEN kind <> 'message' THEN name END,
                                              ivr.wrapped(nullif(words, '')))) AS label
            FROM ivr.places
        ),
        edge AS (
            -- Ways between the same two places are one arrow: solid for what callers choose, dotted for the rest.
            SELECT from_place, to_place, dotted,
                   string_agg(how, ', ' ORDER BY how = 'otherwise', length(how), how COLLATE "C") AS label
            FROM ivr.ways
            CROSS JOIN LATERAL (
                SELECT kind NOT IN ('start', 'number', 'caller', 'option', 'extension') AS dotted) AS line
            GROUP BY from_place, to_place, dotted
        ),
        line AS (
            SELECT 1 AS part, length(id) AS size, id AS place,
                   '    ' || id || CASE kind
                       WHEN 'menu' THEN format('[%s]', label)
                       WHEN 'message_box' THEN format('[(%s)]', label)
                       WHEN 'code' THEN format('{%s}', label)
                       WHEN 'callback' THEN format('[/%s/]', label)
                       WHEN 'callback_check' THEN format('[/%s/]', label)
                       WHEN 'department' THEN format('[[%s]]', label)
                       WHEN 'extensions' THEN format('[[%s]]', label)
                       WHEN 'message' THEN format('>%s]', label)
                       WHEN 'emergency' THEN format('{{%s}}', label)
                       ELSE format('([%s])', label)
                   END || ':::' || kind AS words
            FROM node
            UNION ALL
            SELECT 2, length(a.id), a.id,
                   format('    %s %s%s %s', a.id, CASE WHEN dotted THEN '-.->' ELSE '-->' END,
                          '|' || ivr.mermaid_text(edge.label) || '|', b.id)
            FROM edge JOIN node AS a ON a.place = from_place JOIN node AS b ON b.place = to_place
        )
        SELECT e'flowchart LR\n' || coalesce(string_agg(words, e'\n' ORDER BY part, size, place, words), '') || e'\n'
            || e'    classDef menu fill:#e8f0fe,stroke:#4a6fa5\n'
            || e'    classDef message_box fill:#f3e8fd,stroke:#7b4fa5\n'
            || e'    classDef code fill:#f3e8fd,stroke:#7b4fa5\n'
            || e'    classDef callback fill:#f3e8fd,stroke:#7b4fa5\n'
            || e'    classDef callback_check fill:#f3e8fd,stroke:#7b4fa5\n'
            || e'    classDef department fill:#e6f4ea,stroke:#3c7d4d\n'
            || e'    classDef extensions fill:#e6f4ea,stroke:#3c7d4d\n'
            || e'    classDef message fill:#fff7e0,stroke:#b08900\n'
            || e'    classDef emergency fill:#fde7e9,stroke:#b3261e\n'
        FROM line);
END;
$$;
COMMENT ON FUNCTION ivr.flow_chart() IS
    'The whole configured tree as a Mermaid flowchart: numbers, menus, options, departments, messages, extensions, and where silence, wrong digits, closed doors and the emergency switch lead. Paste it where Mermaid is drawn, or use ivr.flow_chart_dot().';
