CREATE OR REPLACE FUNCTION ivr.masked(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN number ~ '^\+[0-9]{11,15}$' THEN left(number, 5) || '*****' || right(number, 2)  -- most are: at once
    WHEN NOT ivr.is_personal(number) THEN number
    -- Whatever stands before the first @, a name that is displayed included.
    WHEN number LIKE '%@%' THEN ivr.masked_text(regexp_replace(number, '^(sips?:)?[^@]*@', '\1*****@', 'i'))
    WHEN number ~ '^\+?[0-9 ()./-]+$' AND number ~ '([0-9][^0-9]*){7}' THEN
        regexp_replace(regexp_replace(number, '[^0-9+]', '', 'g'), '^(\+?[0-9]{0,4})[0-9]{5,}([0-9]{2})$', '\1*****\2')
    WHEN number IS NOT NULL THEN '*****'
END;
COMMENT ON FUNCTION ivr.masked(text) IS
    'A caller''s or called number without what tells whose it is: +1555*****02 (at most four digits in front, two at the end), sip:*****@example.com, ***** for anything else. A pseudonym and the words for a withheld number stay.';
