CREATE OR REPLACE FUNCTION ivr.parse_time(sent text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
BEGIN
    IF sent !~* '^[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,12})?(z|[+-][0-9]{2}:[0-9]{2})$' THEN
        RETURN NULL;
    END IF;
    RETURN sent::timestamptz;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;  -- the 31st of February
END;
$$;
COMMENT ON FUNCTION ivr.parse_time(text) IS
    'An RFC 3339 time with its zone (PLATFORM section 1), or null when it is none. Never fails.';
