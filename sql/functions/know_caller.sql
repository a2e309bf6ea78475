CREATE OR REPLACE FUNCTION ivr.know_caller(
    p_number text, p_name text DEFAULT NULL, p_greeting text DEFAULT NULL, p_department text DEFAULT NULL, p_menu text DEFAULT NULL,
    p_blocked boolean DEFAULT NULL, p_message text DEFAULT NULL, p_note text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = ivr, pg_temp
AS $$
DECLARE
    known  text := CASE WHEN p_number LIKE '%@%' THEN btrim(p_number) ELSE regexp_replace(p_number, '[ ()./-]', '', 'g') END;
    was    ivr.callers;
    is_now ivr.callers;
    added  boolean;
BEGIN
    IF ivr.is_destination(known) IS NOT TRUE THEN
        RAISE EXCEPTION 'a caller is known by an E.164 number or a SIP URI' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF nullif(p_department, '') IS NOT NULL AND nullif(p_menu, '') IS NOT NULL THEN
        RAISE EXCEPTION 'a caller goes to a department or to a menu' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF nullif(p_department, '') IS NOT NULL AND NOT EXISTS (SELECT FROM ivr.departments WHERE department = p_department) THEN
        RAISE EXCEPTION 'there is no department %', p_department USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF nullif(p_menu, '') IS NOT NULL AND NOT EXISTS (SELECT FROM ivr.menus WHERE menu = p_menu) THEN
        RAISE EXCEPTION 'there is no menu %', p_menu USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- The first of two at once makes the row, the second one finds it.
    INSERT INTO ivr.callers (number) VALUES (known) ON CONFLICT (number) DO NOTHING;
    added := FOUND;
    SELECT * INTO was FROM ivr.callers WHERE number = known FOR UPDATE;
    UPDATE ivr.callers AS c
    SET name = nullif(coalesce(p_name, c.name), ''),
        greeting = nullif(coalesce(p_greeting, c.greeting), ''),
        department = CASE WHEN nullif(p_menu, '') IS NOT NULL THEN NULL ELSE nullif(coalesce(p_department, c.department), '') END,
        menu = CASE WHEN nullif(p_department, '') IS NOT NULL THEN NULL ELSE nullif(coalesce(p_menu, c.menu), '') END,
        blocked = coalesce(p_blocked, c.blocked),
        message = nullif(coalesce(p_message, c.message), ''),
        note = nullif(coalesce(p_note, c.note), '')
    WHERE number = known
    RETURNING * INTO is_now;
    RETURN CASE WHEN added THEN 'added' WHEN was IS DISTINCT FROM is_now THEN 'changed' ELSE 'unchanged' END;
END;
$$;
COMMENT ON FUNCTION ivr.know_caller(text, text, text, text, text, boolean, text, text) IS
    'What a CRM says of a caller, as a member of ivr_editor: SELECT ivr.know_caller(''+49 30 1234567'', p_name => ''Ms. Meier'', p_department => ''support''). Makes or changes the row in ivr.callers; what is not given stays, what is given empty goes, a department takes the place of a menu and the other way round. Blanks and brackets in a number are left out. Returns added, changed or unchanged; refuses what is no number, no department or no menu of yours, and what cannot be spoken.';
