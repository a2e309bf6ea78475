CREATE OR REPLACE FUNCTION ivr.parse_time(sent text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT
RETURN (ivr.parse_times(ARRAY[sent]))[1];
COMMENT ON FUNCTION ivr.parse_time(text) IS
    'An RFC 3339 time with its zone (PLATFORM section 1), or null when it is none. Never fails.';
