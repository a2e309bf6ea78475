CREATE OR REPLACE FUNCTION ivr.headers(p_lines text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(split_part(line, ': ', 1), substr(line, position(': ' IN line) + 2)), '{}')
    FROM regexp_split_to_table(p_lines, E'\n') AS line WHERE line LIKE '%: %';
$$;
COMMENT ON FUNCTION ivr.headers(text) IS
    'Headers as ivr.traces keeps them, by name.';
