CREATE OR REPLACE FUNCTION ivr.opens(p_code text, p_digits text) RETURNS boolean
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(bool_or(ivr.same_bytes(c.hash, ivr.hmac_sha256(c.salt, convert_to(p_digits, 'UTF8')))), false)
    FROM ivr.codes AS c
    WHERE c.code = p_code;
$$;
COMMENT ON FUNCTION ivr.opens(text, text) IS 'Whether these digits are this code.';
