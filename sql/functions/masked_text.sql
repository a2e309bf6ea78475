CREATE OR REPLACE FUNCTION ivr.masked_text(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    IF words !~* '[0-9][0-9 ()./-]{5,}[0-9]|@|%40' THEN
        RETURN words;
    END IF;
    -- 1 5 5 5 1 2 3 0 0 0 2, as it is read back
    words := regexp_replace(words, '(?<![0-9])[0-9](?: [0-9]){6,}(?![0-9])', '*****', 'g');
    -- sip:user:password@host, also as it stands in a URL
    words := regexp_replace(words, '(sips?(?::|%3A))[^@[:space:]"<>]+(@|%40)', '\1*****\2', 'gi');
    -- user@host
    words := regexp_replace(words, '[[:alnum:]._+~!$''-]+(@|%40)(?=[[:alnum:]\[])', '*****\1', 'gi');
    -- +15551230002, also as it stands in a URL
    words := regexp_replace(words, '((?:\+|%2B)[0-9]{0,4})[0-9]{5,}([0-9]{2})', '\1*****\2', 'gi');
    -- +1 (555) 123-0002, +1555 123 0002
    words := regexp_replace(words, '(\+[0-9]{1,4})[0-9]{0,4}[ (./-][0-9 ()./-]{4,}([0-9]{2})', '\1*****\2', 'g');
    -- (555) 123-0002
    words := regexp_replace(words, '(?<![[:alnum:]])\(?[0-9]{3}\)?[ ./-]{1,2}[0-9]{3}[ ./-][0-9]{2}([0-9]{2})(?![0-9])',
                            '*****\1', 'g');
    -- 15551230002 that is no part of an id, nor at most nine decimals of a time, an id of the platform or 0.1234567; after
    -- %3A it begins anew
    RETURN regexp_replace(
        words,
        '(?:(?<![[:alnum:]_-]|T[0-9]{6}\.|:[0-9]{2}\.|(?:^|[^[:alnum:]_.])0\.)|(?<=\.)(?=[0-9]{10})|(?<=%[0-9A-F]{2}))'
        || '(?<!anon:)([0-9]{0,4})[0-9]{5,}([0-9]{2})(?![[:alnum:]_])', '\1*****\2', 'g');
END;
$$;
COMMENT ON FUNCTION ivr.masked_text(text) IS
    'The words with every phone number in them as +1555*****02 and every user of a SIP or mail address as *****.';
