CREATE OR REPLACE FUNCTION ivr.keyed_digest(key bytea, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(key || digest);
COMMENT ON FUNCTION ivr.keyed_digest(bytea, bytea) IS
    'A digest as the tables keep it: hashed once more behind pseudonym_key.digest_key. Both are of 32 bytes, always, so that SHA-256 behind the key does what HMAC would, at a small part of its cost.';
