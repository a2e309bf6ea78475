CREATE OR REPLACE FUNCTION ivr.parse_json(raw bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE
    body   text := NULL;
    parsed jsonb;
BEGIN
    body := convert_from(raw, 'UTF8');
    parsed := body::jsonb;
    -- jsonb keeps 1e131000 in a few bytes and writes it in 131 thousand: a small body of them would
    -- become more text than memory holds.
    IF body ~ '[0-9][eE][+-]?[0-9]{3}'
       AND jsonb_path_exists(parsed, 'strict $.** ? (@.type() == "number" && (@.abs() > 1e99 || (@.abs() < 1e-99 && @ != 0)))') THEN
        RETURN NULL;
    END IF;
    RETURN parsed;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
    RETURN NULL;  -- \u0000, a lone surrogate, NaN, broken UTF-8, nested too deep, no JSON at all
END;
$$;
COMMENT ON FUNCTION ivr.parse_json(bytea) IS 'The bytes as jsonb, or null when jsonb refuses them. Never fails.';
