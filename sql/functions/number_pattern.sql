CREATE OR REPLACE FUNCTION ivr.number_pattern(number text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    digits  text := regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^00', '');
    address text := regexp_replace(number, '^sips?:|;.*$', '', 'gi');
BEGIN
    IF number ~ '^\+?[0-9 ()./-]+$' AND length(digits) >= 7 THEN
        -- +15551230002, 0015551230002, 15551230002, +1 (555) 123-0002; + as %2B in a URL, as \u002B in JSON; after
        -- no digit, unless that belongs to a byte written as \377.
        RETURN '(?:(?<![0-9])|(?<=\\[0-7]{3}))(?:\+|%2B|\\+u002B|00)?'
            || regexp_replace(digits, '(.)(?=.)', '\1[ ()./-]*', 'g') || '(?![0-9])';
    END IF;
    address := regexp_replace(address, '([^[:alnum:]])', '\\\1', 'g');
    IF strpos(number, '@') > 0 THEN
        RETURN '(?:sips?(?::|%3A))?(?<![[:alnum:]._-])' || replace(address, '\@', '(?:@|%40)')
            || '(?![[:alnum:]_-])(?:;[^[:space:]"<>?,]*)?';
    END IF;
    -- Too short to be looked for inside other words: only where it is the whole of a value.
    RETURN '(?<=")' || address || '(?=")|^' || address || '$';
END;
$$;
COMMENT ON FUNCTION ivr.number_pattern(text) IS
    'A regular expression (flags gi) that finds this phone number or SIP URI in text and JSON in whatever way it is written. A national form without the country is another number to it.';
