CREATE OR REPLACE FUNCTION ivr.parse_json(raw bytea) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT
RETURN (ivr.parse_jsons(ARRAY[raw]))[1];
COMMENT ON FUNCTION ivr.parse_json(bytea) IS 'The bytes as jsonb, or null when jsonb refuses them. Never fails.';
