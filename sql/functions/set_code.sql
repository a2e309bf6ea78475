CREATE OR REPLACE FUNCTION ivr.set_code(p_code text, p_digits text, p_department text DEFAULT NULL, p_to_menu text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    chance bytea := substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16);
BEGIN
    IF p_digits IS NULL OR p_digits !~ '^[0-9]{4,12}$' THEN
        RAISE EXCEPTION 'a code has 4 to 12 digits' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO ivr.codes AS c (code, num_digits, salt, hash, department, to_menu)
    VALUES (p_code, length(p_digits), chance, ivr.hmac_sha256(chance, convert_to(p_digits, 'UTF8')),
            coalesce(p_department, (SELECT o.department FROM ivr.codes AS o WHERE o.code = p_code AND p_to_menu IS NULL)),
            coalesce(p_to_menu, (SELECT o.to_menu FROM ivr.codes AS o WHERE o.code = p_code AND p_department IS NULL)))
    ON CONFLICT (code) DO UPDATE
    SET num_digits = excluded.num_digits, salt = excluded.salt, hash = excluded.hash, set_at = excluded.set_at,
        department = excluded.department, to_menu = excluded.to_menu;
END;
$$;
COMMENT ON FUNCTION ivr.set_code(text, text, text, text) IS
    'Sets a code: its name, its 4 to 12 digits, and the department or the menu that it opens, which may be left out when it is changed. The digits are kept nowhere.';
