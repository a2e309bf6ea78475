CREATE OR REPLACE FUNCTION ivr.journey_mermaid(p_call_id text) RETURNS text
LANGUAGE sql STABLE
AS $$
    WITH line AS (
        SELECT line, format('%s s, ', round(ms / 1000.0, 1)) AS clock, source, split_part(what, ':', 1) AS kind, what,
               words, digits, waited_ms, heard, source IN ('MiniVoice', 'MiniVoice AI', 'ivr') AS told,
               -- A participant's name is an identifier; the program's own name is what is shown.
               CASE WHEN source IN ('MiniVoice', 'MiniVoice AI', 'ivr') THEN 'webhook'
                    ELSE regexp_replace(source, '[^A-Za-z0-9]', '_', 'g') END AS program
        FROM ivr.journey
        WHERE call_id = p_call_id
    ),
    statement AS (
        SELECT 0 AS line, 1 AS place, 'participant Caller' AS head, NULL AS words
        UNION ALL
        SELECT 0, 2, 'participant MiniVoice', NULL
        UNION ALL
        SELECT 0, 2 + dense_rank() OVER (ORDER BY min(line.line)),
               'participant ' || program || CASE WHEN named THEN ' as ' ELSE '' END, CASE WHEN named THEN min(source) END
        FROM line CROSS JOIN LATERAL (SELECT NOT told AND source <> program AS named) AS other
        GROUP BY program, named
        UNION ALL
        SELECT 0, 100, 'participant Destination as ', coalesce(department, transferred_to)
        FROM ivr.call_summary
        WHERE call_id = p_call_id AND transferred_to IS NOT NULL
        UNION ALL
        -- What MiniVoice tells: what the caller did, then the event.
        SELECT line, 1, CASE WHEN kind = 'gathered' AND coalesce(digits, '') = '' THEN 'Caller--xMiniVoice: '
                             ELSE 'Caller->>MiniVoice: ' END,
               clock || CASE WHEN kind = 'created' THEN 'calls'
                             WHEN digits <> '' THEN 'presses ' || digits
                             ELSE 'presses nothing' END
        FROM line
        WHERE kind IN ('created', 'gathered')
        UNION ALL
        SELECT line, 2, CASE source WHEN 'ivr' THEN 'Note over webhook: ' ELSE 'MiniVoice-)webhook: ' END, clock || words
        FROM line
        WHERE told
        UNION ALL
        -- What it asks: the question, the answer, and what MiniVoice then does.
        SELECT line, 1, format('MiniVoice->>%s: ', program),
               clock || 'what next?'
               || CASE WHEN waited_ms > 0 THEN format(' It waits %s ms for the digit.', waited_ms) ELSE '' END
        FROM line
        WHERE NOT told
        UNION ALL
        SELECT line, 2, format('%s-->>MiniVoice: ', program), what
        FROM line
        WHERE NOT told
        UNION ALL
        SELECT line, 3, 'MiniVoice->>Caller: ', heard
        FROM line
        WHERE heard IS NOT NULL
        UNION ALL
        SELECT line, 4, 'MiniVoice->>Destination: ', 'connects the caller, ' || substring(words FROM 'sent to .*$')
        FROM line
        WHERE NOT told AND kind IN ('transfer', 'fallback') AND words ~ 'sent to .'
    )
    SELECT e'sequenceDiagram\n'
           || string_agg('    ' || head || coalesce(ivr.mermaid_line(words), ''), e'\n' ORDER BY line, place) || e'\n'
    FROM statement
    WHERE EXISTS (SELECT FROM line);
$$;
COMMENT ON FUNCTION ivr.journey_mermaid(text) IS
    'The call as a Mermaid sequence diagram: who asked whom what, when. Paste it into any Mermaid viewer: SELECT ivr.journey_mermaid(''call_123''). Null for an unknown call; phone numbers as the reader may see them.';
