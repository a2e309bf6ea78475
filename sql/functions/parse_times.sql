CREATE OR REPLACE FUNCTION ivr.parse_times(sent text[]) RETURNS timestamptz[]
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
BEGIN
    -- All of them in one subtransaction; where one is refused, each in its own.
    RETURN ARRAY(
        SELECT CASE WHEN one ~* '^[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,12})?(z|[+-][0-9]{2}:[0-9]{2})$'
                   THEN one::timestamptz END
        FROM unnest(sent) AS one);
EXCEPTION WHEN data_exception THEN
    -- the 31st of February
    IF cardinality(sent) = 1 THEN
        RETURN ARRAY[NULL::timestamptz];
    END IF;
    RETURN ARRAY(SELECT (ivr.parse_times(ARRAY[one]))[1] FROM unnest(sent) AS one);
END;
$$;
COMMENT ON FUNCTION ivr.parse_times(text[]) IS
    'Each of these as an RFC 3339 time with its zone (PLATFORM section 1), or null where it is none. Never fails.';
