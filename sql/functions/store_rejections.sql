CREATE OR REPLACE FUNCTION ivr.store_rejections(
    p_places integer[], p_endpoints text[], p_reasons text[], p_details text[], p_http_statuses integer[],
    p_remote_addresses text[], p_sent_timestamps text[], p_sent_signatures text[], p_raws bytea[], p_raw_lengths bigint[])
RETURNS TABLE (place integer, result text)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    WITH stored AS (
        INSERT INTO ivr.rejected_requests (digest, endpoint, reason, detail, http_status, remote_address,
                                           sent_timestamp, sent_signature, raw, raw_length)
        SELECT sha256(raw), endpoint, reason, detail, http_status, remote_address,
               sent_timestamp, sent_signature, raw, raw_length
        FROM unnest(p_endpoints, p_reasons, p_details, p_http_statuses, p_remote_addresses, p_sent_timestamps,
                    p_sent_signatures, p_raws, p_raw_lengths)
             AS t (endpoint, reason, detail, http_status, remote_address, sent_timestamp, sent_signature, raw, raw_length)
    )
    SELECT place, 'stored' FROM unnest(p_places) AS place;
$$;
COMMENT ON FUNCTION ivr.store_rejections(integer[], text[], text[], text[], integer[], text[], text[], text[], bytea[], bigint[]) IS
    'Keeps requests that were refused or not understood, each with the reason. Arguments, one element for each: a number by which the caller knows it, then what the columns of ivr.rejected_requests are called. Returns for each its number and the word stored.';
