CREATE OR REPLACE FUNCTION ivr.lock_key(call_id text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN hashtextextended(call_id COLLATE "C", 710);
COMMENT ON FUNCTION ivr.lock_key(text) IS 'The advisory lock by which writers of one call take turns.';
