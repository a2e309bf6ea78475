CREATE OR REPLACE FUNCTION ivr.told_text(told jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN octet_length(told #>> '{}') BETWEEN 1 AND 255
         AND (jsonb_typeof(told) = 'string' AND told #>> '{}' !~ '[\x01-\x1f\x7f]'
              OR jsonb_typeof(told) = 'number' AND told::text ~ '^-?[0-9]+$')
    THEN told #>> '{}'
END;
COMMENT ON FUNCTION ivr.told_text(jsonb) IS
    'A name or id as the webhook takes it: a string of 1 to 255 bytes without control characters, or a whole number. Else null.';
