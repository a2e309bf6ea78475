CREATE OR REPLACE FUNCTION ivr.parse_json(raw bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
BEGIN
    RETURN convert_from(raw, 'UTF8')::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
    RETURN NULL;  -- \u0000, a lone surrogate, NaN, broken UTF-8, nested too deep, no JSON at all
END;
$$;
COMMENT ON FUNCTION ivr.parse_json(bytea) IS 'The bytes as jsonb, or null when jsonb refuses them. Never fails.';
