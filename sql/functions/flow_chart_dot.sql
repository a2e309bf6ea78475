CREATE OR REPLACE FUNCTION ivr.flow_chart_dot() RETURNS text
LANGUAGE plpgsql STABLE
SET jit = off  -- compiling takes longer than running it
AS $$
BEGIN
    RETURN (
        WITH node AS (
            SELECT place, kind, ivr.dot_text(place) AS id,
                   ivr.dot_text(concat_ws(e'\n', CASE WHEN kind <> 'message' THEN name END,
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
            SELECT 1 AS part, place COLLATE "C" AS place,
                   format('    %s [label=%s, %s];', id, label, CASE kind
                       WHEN 'menu' THEN 'shape=box, style="rounded,filled", fillcolor="#e8f0fe", color="#4a6fa5"'
                       WHEN 'message_box' THEN 'shape=cylinder, style=filled, fillcolor="#f3e8fd", color="#7b4fa5"'
                       WHEN 'code' THEN 'shape=diamond, style=filled, fillcolor="#f3e8fd", color="#7b4fa5"'
                       WHEN 'callback' THEN 'shape=parallelogram, style=filled, fillcolor="#f3e8fd", color="#7b4fa5"'
                       WHEN 'callback_check' THEN 'shape=parallelogram, style=filled, fillcolor="#f3e8fd", color="#7b4fa5"'
                       WHEN 'department' THEN 'shape=box, style=filled, fillcolor="#e6f4ea", color="#3c7d4d"'
                       WHEN 'extensions' THEN 'shape=box, style=filled, fillcolor="#e6f4ea", color="#3c7d4d"'
                       WHEN 'message' THEN 'shape=note, style=filled, fillcolor="#fff7e0", color="#b08900"'
                       WHEN 'emergency' THEN 'shape=octagon, style=filled, fillcolor="#fde7e9", color="#b3261e"'
                       ELSE 'shape=oval, style=filled, fillcolor="#f5f5f5", color="#777777"'
                   END) AS words
            FROM node
            UNION ALL
            SELECT 2, from_place COLLATE "C",
                   format('    %s -> %s [%s];', ivr.dot_text(from_place), ivr.dot_text(to_place),
                          concat_ws(', ', 'label=' || ivr.dot_text(' ' || label || ' '),
                                    CASE WHEN dotted THEN 'style=dashed, color="#999999", fontcolor="#777777"' END))
            FROM edge
        )
        SELECT e'digraph calls {\n    rankdir=LR; ranksep=0.9; nodesep=0.3;\n'
            || e'    node [fontname="Helvetica", fontsize=11, margin="0.15,0.08"];\n'
            || e'    edge [fontname="Helvetica", fontsize=10];\n'
            || coalesce(string_agg(words, e'\n' ORDER BY part, place, words), '') || e'\n}\n'
        FROM line);
END;
$$;
COMMENT ON FUNCTION ivr.flow_chart_dot() IS
    'The same tree as ivr.flow_chart() for Graphviz: psql -XAtc ''SELECT ivr.flow_chart_dot()'' | dot -Tsvg > chart.svg';
