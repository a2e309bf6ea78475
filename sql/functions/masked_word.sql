CREATE OR REPLACE FUNCTION ivr.masked_word(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN word !~ '([0-9][^0-9]*){7}|@|%40' THEN word
    WHEN ivr.masked_text(word) !~ '([0-9][^0-9]*){7}' THEN ivr.masked_text(word)
    ELSE regexp_replace(ivr.masked_text(word), '[0-9].*[0-9]', '*****')
END;
COMMENT ON FUNCTION ivr.masked_word(text) IS
    'An event name, a state, or what was pressed, with every phone number masked. No id stands in these: what has seven digits or more is a number, whatever is before, after or between them.';
