CREATE OR REPLACE FUNCTION ivr.store_rejected(
    p_endpoint text, p_reason text, p_detail text, p_http_status integer, p_remote_address text,
    p_sent_timestamp text, p_sent_signature text, p_raw bytea, p_raw_length bigint)
RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    INSERT INTO ivr.rejected_requests (digest, endpoint, reason, detail, http_status, remote_address,
                                       sent_timestamp, sent_signature, raw, raw_length)
    VALUES (sha256(p_raw), p_endpoint, p_reason, p_detail, p_http_status, p_remote_address,
            p_sent_timestamp, p_sent_signature, p_raw, p_raw_length)
    RETURNING rejected_id;
$$;
COMMENT ON FUNCTION ivr.store_rejected(text, text, text, integer, text, text, text, bytea, bigint) IS
    'Keeps a request that was refused or not understood, with the reason; returns its number.';
