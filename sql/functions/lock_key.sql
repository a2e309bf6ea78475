CREATE OR REPLACE FUNCTION ivr.lock_key(call_id text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN hashtextextended(call_id COLLATE "C", 710);
COMMENT ON FUNCTION ivr.lock_key(text) IS
    'The advisory lock by which writers of one call take turns. That of the empty id, which no call has, stands for all calls: every writer shares it, and ivr.lock_calls() takes it alone when there are too many to lock each.';
