CREATE OR REPLACE FUNCTION ivr.settings(p_known_version bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    newest  bigint := (SELECT coalesce(max(version), 0) FROM ivr.config_versions);
    -- Opening hours are worked out here, for long enough to get over an outage of the database; from full
    -- hours, so that the text does not change each second.
    since   timestamptz := date_trunc('hour', now()) - interval '1 hour';
    horizon timestamptz := date_trunc('hour', now()) + interval '8 days';
BEGIN
    IF newest = p_known_version THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object(
        'version', newest,
        'hours_until', floor(extract(epoch FROM horizon)),
        'departments', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'department', department, 'destination', destination, 'announcement', announcement,
                'closed_message', closed_message, 'closed_department', closed_department,
                'closed_menu', coalesce(closed_menu, 'message_box:' || closed_message_box, 'callback:' || closed_callback),
                'open', ivr.open_spans_json(department, NULL, time_zone, since, horizon),
                'has_agents', EXISTS (SELECT FROM ivr.agents WHERE agents.department = departments.department),
                'agents', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'destination', agents.destination, 'priority', priority, 'share', share)
                        ORDER BY priority, agents.destination), '[]')
                    FROM ivr.agents
                    WHERE agents.department = departments.department AND on_duty))), '[]')
            FROM ivr.departments),
        'menus', (
            SELECT coalesce(jsonb_agg(to_jsonb(menus) - 'note' || jsonb_build_object(
                'closed_menu', coalesce(closed_menu, 'message_box:' || closed_message_box, 'callback:' || closed_callback),
                'no_input_menu', coalesce(no_input_menu, 'message_box:' || no_input_message_box, 'callback:' || no_input_callback),
                'invalid_menu', coalesce(invalid_menu, 'message_box:' || invalid_message_box, 'callback:' || invalid_callback),
                'open', (
                    SELECT jsonb_agg(jsonb_build_object(
                        'zone', zone, 'spans', ivr.open_spans_json(NULL, menus.menu, zone, since, horizon)))
                    FROM (SELECT menus.time_zone AS zone WHERE menus.time_zone IS NOT NULL
                          UNION
                          SELECT time_zone FROM ivr.numbers WHERE menus.time_zone IS NULL
                          UNION
                          SELECT 'UTC' WHERE menus.time_zone IS NULL) AS zones
                    WHERE EXISTS (SELECT FROM ivr.hours WHERE hours.menu = menus.menu)),
                'options', (
                    SELECT coalesce(jsonb_agg(to_jsonb(menu_options) - 'menu' || jsonb_build_object(
                        'to_menu', coalesce(to_menu, 'message_box:' || message_box, 'callback:' || callback, 'code:' || code))), '[]')
                    FROM ivr.menu_options
                    WHERE menu_options.menu = menus.menu))), '[]')
            FROM ivr.menus)
            || (SELECT coalesce(jsonb_agg(to_jsonb(made) || jsonb_build_object(
                    'endpoint', 'route-menu', 'fallback', department)), '[]')
                FROM ivr.made_menus AS made),
        'extensions', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'extension', extension, 'destination', destination) ORDER BY extension COLLATE "C"), '[]')
            FROM ivr.extensions),
        'numbers', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'number', number, 'menu', menu, 'time_zone', time_zone, 'language', language)), '[]')
            FROM ivr.numbers),
        'translations', (
            SELECT coalesce(jsonb_agg(t ORDER BY sentence COLLATE "C", language COLLATE "C"), '[]')
            FROM ivr.translations AS t),
        'emergency', (
            SELECT jsonb_build_object('message', message, 'department', department)
            FROM ivr.emergency
            WHERE active))::text;
END;
$$;
COMMENT ON FUNCTION ivr.settings(bigint) IS
    'The whole configuration as one JSON text, taken in one snapshot, with the opening hours of the next eight days as moments; or null when the version the program knows is still the newest. Pass null for the first time, and once an hour for the hours.';
