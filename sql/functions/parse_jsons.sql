CREATE OR REPLACE FUNCTION ivr.parse_jsons(raws bytea[]) RETURNS jsonb[]
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
BEGIN
    -- All of them in one subtransaction; where one is refused, each in its own.
    RETURN ARRAY(
        -- jsonb keeps 1e131000 in a few bytes and writes it in 131 thousand: a small body of them would
        -- become more text than memory holds.
        SELECT CASE WHEN body !~ '(^|[:,[[:space:]])-?[0-9.]+[eE][+-]?[0-9]{3}'
                      OR NOT jsonb_path_exists(
                          body::jsonb,
                          'strict $.** ? (@.type() == "number" && (@.abs() > 1e99 || (@.abs() < 1e-99 && @ != 0)))')
                   THEN body::jsonb END
        FROM (SELECT convert_from(raw, 'UTF8') AS body FROM unnest(raws) AS raw OFFSET 0) AS told);
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
    -- \u0000, a lone surrogate, NaN, broken UTF-8, nested too deep, no JSON at all
    IF cardinality(raws) = 1 THEN
        RETURN ARRAY[NULL::jsonb];
    END IF;
    RETURN ARRAY(SELECT (ivr.parse_jsons(ARRAY[raw]))[1] FROM unnest(raws) AS raw);
END;
$$;
COMMENT ON FUNCTION ivr.parse_jsons(bytea[]) IS 'Each of these bytes as jsonb, or null where jsonb refuses them. Never fails.';
