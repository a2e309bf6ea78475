CREATE OR REPLACE FUNCTION ivr.hmac_sha256(key bytea, message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    short   bytea := CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END;
    padded  bytea := short || decode(repeat('00', 64 - length(short)), 'hex');
    inside  bytea := padded;
    outside bytea := padded;
BEGIN
    FOR i IN 0 .. 63 LOOP
        inside := set_byte(inside, i, get_byte(padded, i) # 54);
        outside := set_byte(outside, i, get_byte(padded, i) # 92);
    END LOOP;
    RETURN sha256(outside || sha256(inside || message));
END;
$$;
COMMENT ON FUNCTION ivr.hmac_sha256(bytea, bytea) IS
    'HMAC-SHA256 (RFC 2104) of the message, so that no extension is needed for it.';
