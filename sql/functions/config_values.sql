CREATE OR REPLACE FUNCTION ivr.config_values(config_row jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT string_agg(CASE jsonb_typeof(value)
                          WHEN 'boolean' THEN key
                          WHEN 'string' THEN format('%s "%s"', key, value #>> '{}')
                          ELSE format('%s %s', key, value)
                      END, ', ' ORDER BY place)
    FROM jsonb_each(config_row) WITH ORDINALITY AS field (key, value, place)
    WHERE value NOT IN ('null', 'false');
$$;
COMMENT ON FUNCTION ivr.config_values(jsonb) IS
    'The columns of a row of the configuration in words, without the empty ones: prompt "Press 1.", num_digits 1.';
