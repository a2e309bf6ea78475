CREATE OR REPLACE FUNCTION ivr.pseudonym(number text) RETURNS text
LANGUAGE plpgsql STABLE STRICT
AS $$
DECLARE
    one_form text := CASE
        WHEN number ~ '^\+?[0-9 ()./-]+$' THEN regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^00', '')
        ELSE regexp_replace(lower(number), '^sips?:|;.*$', '', 'g')
    END;
BEGIN
    IF NOT ivr.is_personal(number) THEN
        RETURN number;
    END IF;
    RETURN (SELECT 'anon:' || left(encode(ivr.hmac_sha256(key, convert_to(one_form, 'UTF8')), 'hex'), 16)
            FROM ivr.pseudonym_key);
END;
$$;
COMMENT ON FUNCTION ivr.pseudonym(text) IS
    'What stands for a number when its time is over: anon: and 16 hex digits, a hash under the key in ivr.pseudonym_key. The same caller has always the same one, however his number is written; without the key it cannot be found out. The words for a withheld number stay.';
