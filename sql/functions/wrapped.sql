CREATE OR REPLACE FUNCTION ivr.wrapped(words text, width integer DEFAULT 32) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(regexp_replace(CASE WHEN length(words) > 5 * width THEN left(words, 5 * width - 2) || ' …'
                                 ELSE words END,
                            format('([^\n]{1,%s})(\s+|$)', width), e'\\1\n', 'g'), e'\n');
COMMENT ON FUNCTION ivr.wrapped(text, integer) IS
    'The words in lines of about this many characters, about five of them at most; for charts.';
