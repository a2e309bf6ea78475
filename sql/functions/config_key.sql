CREATE OR REPLACE FUNCTION ivr.config_key(of_table text, config_row jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE of_table
    WHEN 'departments' THEN format('department %s', config_row ->> 'department')
    WHEN 'menus' THEN format('menu %s', config_row ->> 'menu')
    WHEN 'menu_options' THEN format('option %s of menu %s', config_row ->> 'digits', config_row ->> 'menu')
    WHEN 'extensions' THEN format('extension %s', config_row ->> 'extension')
    WHEN 'numbers' THEN format('number %s', config_row ->> 'number')
    WHEN 'hours' THEN format('hours of %s on %s from %s',
        coalesce('department ' || (config_row ->> 'department'), 'menu ' || (config_row ->> 'menu')),
        ('{Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday}'::text[])[(config_row ->> 'weekday')::integer],
        regexp_replace(config_row ->> 'opens', ':00$', ''))
    WHEN 'holidays' THEN concat_ws(' ', 'holiday', config_row ->> 'day', 'of',
        coalesce('department ' || (config_row ->> 'department'), 'menu ' || (config_row ->> 'menu'), 'all'),
        'from ' || regexp_replace(config_row ->> 'opens', ':00$', ''))
    WHEN 'emergency' THEN 'emergency switch'
    WHEN 'agents' THEN format('agent %s of department %s', config_row ->> 'destination', config_row ->> 'department')
    WHEN 'codes' THEN format('code %s', config_row ->> 'code')
    WHEN 'translations' THEN format('"%s" in %s', config_row ->> 'sentence', config_row ->> 'language')
    ELSE of_table
END;
COMMENT ON FUNCTION ivr.config_key(text, jsonb) IS
    'What a row of a table of the configuration is called, in words: menu main, option 1 of menu main, hours of department sales on Monday from 09:00. Two rows of a table never have the same name.';
