CREATE OR REPLACE FUNCTION ivr.config_difference(was jsonb, is_now jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT string_agg(format('%s was %s, is %s', key,
                             CASE was -> key WHEN 'null' THEN 'empty' ELSE (was -> key)::text END,
                             CASE value WHEN 'null' THEN 'empty' ELSE value::text END), '; ' ORDER BY place)
    FROM jsonb_each(is_now) WITH ORDINALITY AS field (key, value, place)
    WHERE was ? key AND was -> key <> value;
$$;
COMMENT ON FUNCTION ivr.config_difference(jsonb, jsonb) IS
    'Which columns of a row of the configuration changed, in words: prompt was "Press 1.", is "Press 2.".';
