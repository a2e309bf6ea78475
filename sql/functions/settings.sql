CREATE OR REPLACE FUNCTION ivr.settings(p_known_version bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    SELECT jsonb_build_object(
        'version', version,
        'departments', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'department', department, 'destination', destination)), '[]')
            FROM ivr.departments),
        'menus', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'menu', menu, 'endpoint', endpoint, 'prompt', prompt, 'num_digits', num_digits,
                'timeout_seconds', timeout_seconds, 'finish_on_key', finish_on_key,
                'no_input_prompt', no_input_prompt, 'no_input_limit', no_input_limit,
                'invalid_prompt', invalid_prompt, 'invalid_limit', invalid_limit, 'fallback', fallback,
                'options', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'digits', digits, 'department', department)), '[]')
                    FROM ivr.menu_options
                    WHERE menu_options.menu = menus.menu))), '[]')
            FROM ivr.menus))::text
    FROM (SELECT coalesce(max(version), 0) AS version FROM ivr.config_versions) AS newest
    WHERE version IS DISTINCT FROM p_known_version;
$$;
COMMENT ON FUNCTION ivr.settings(bigint) IS
    'The whole configuration as one JSON text, taken in one snapshot, or null when the version the program knows is still the newest. Pass null for the first time.';
