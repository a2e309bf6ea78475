CREATE OR REPLACE FUNCTION ivr.check_option_digits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    wrong record;
BEGIN
    SELECT o.menu, o.digits, m.num_digits, m.finish_on_key INTO wrong
    FROM ivr.menu_options AS o JOIN ivr.menus AS m USING (menu)
    WHERE m.menu = NEW.menu
      AND (length(o.digits) > m.num_digits OR strpos(o.digits, m.finish_on_key) > 0)
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF length(wrong.digits) > wrong.num_digits THEN
        RAISE EXCEPTION 'option % of menu % can never be pressed: the menu takes % digit(s)',
                        wrong.digits, wrong.menu, wrong.num_digits
            USING ERRCODE = 'check_violation', HINT = 'Raise num_digits of the menu or shorten the option.';
    END IF;
    RAISE EXCEPTION 'option % of menu % can never be pressed: % ends the input', wrong.digits, wrong.menu,
                    wrong.finish_on_key
        USING ERRCODE = 'check_violation', HINT = 'Set finish_on_key of the menu to another key or to null.';
END;
$$;
COMMENT ON FUNCTION ivr.check_option_digits() IS
    'Trigger: refuses an option that no caller could press in its menu.';
