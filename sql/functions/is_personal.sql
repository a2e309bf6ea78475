CREATE OR REPLACE FUNCTION ivr.is_personal(number text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(number LIKE '+%' OR number !~* '^(|anonymous|restricted|withheld|unavailable|unknown|private|forgotten|anon:.*)$', false);
COMMENT ON FUNCTION ivr.is_personal(text) IS
    'True for what may tell who called; false for null, the words for a withheld number, and pseudonyms.';
