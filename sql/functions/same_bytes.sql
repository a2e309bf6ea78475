CREATE OR REPLACE FUNCTION ivr.same_bytes(a bytea, b bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT length(a) = length(b) AND coalesce(bit_or(get_byte(a, i) # get_byte(b, i)), 0) = 0
    FROM generate_series(0, least(length(a), length(b)) - 1) AS i;
$$;
COMMENT ON FUNCTION ivr.same_bytes(bytea, bytea) IS
    'Whether both are the same, in a time that does not tell where they differ. Null where one is.';
