CREATE OR REPLACE FUNCTION ivr.menu_open_at(menu text, at timestamptz DEFAULT now(), zone text DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    own_zone text;
BEGIN
    SELECT coalesce(m.time_zone, zone, 'UTC') INTO own_zone FROM ivr.menus AS m WHERE m.menu = menu_open_at.menu;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no menu %', coalesce(menu, 'null')
            USING ERRCODE = 'no_data_found', HINT = 'Their names: SELECT menu FROM ivr.menus.';
    END IF;
    RETURN EXISTS (SELECT FROM ivr.open_spans(NULL, menu, own_zone, at, at + interval '1 microsecond'));
END;
$$;
COMMENT ON FUNCTION ivr.menu_open_at(text, timestamptz, text) IS
    'Whether a menu is open at a moment, by ivr.hours and ivr.holidays; now, when no moment is given. zone is that of the number that was called, for a menu that has no time zone of its own; without both it is UTC. Always true without weekly hours.';
