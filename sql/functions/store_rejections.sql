CREATE OR REPLACE FUNCTION ivr.store_rejections(
    p_places integer[], p_endpoints text[], p_reasons text[], p_details text[], p_http_statuses integer[],
    p_remote_addresses text[], p_sent_timestamps text[], p_sent_signatures text[], p_raws bytea[], p_raw_lengths bigint[],
    p_received_ats timestamptz[] DEFAULT NULL)
RETURNS TABLE (place integer, result text)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    -- What was spooled may be handed over once more while the first one is still being stored.
    SELECT pg_advisory_xact_lock(ivr.lock_key('spool_record')) FROM (SELECT) AS once
    WHERE EXISTS (SELECT FROM unnest(p_received_ats) AS came WHERE came IS NOT NULL);
    WITH stored AS (
        INSERT INTO ivr.rejected_requests (digest, endpoint, reason, detail, http_status, remote_address,
                                           sent_timestamp, sent_signature, raw, raw_length, received_at)
        SELECT sha256(raw), endpoint, reason, detail, http_status, remote_address,
               sent_timestamp, sent_signature, raw, raw_length, coalesce(came, clock_timestamp())
        FROM unnest(p_endpoints, p_reasons, p_details, p_http_statuses, p_remote_addresses, p_sent_timestamps,
                    p_sent_signatures, p_raws, p_raw_lengths, p_received_ats) WITH ORDINALITY
             AS t (endpoint, reason, detail, http_status, remote_address, sent_timestamp, sent_signature, raw, raw_length, came, nth)
        -- A program died before it heard that it was stored, and the next one hands it over again.
        WHERE came IS NULL
           OR nth = (SELECT min(n) FROM unnest(p_received_ats, p_raws) WITH ORDINALITY AS u (c, r, n) WHERE c = came AND r = raw)
              AND NOT EXISTS (SELECT FROM ivr.rejected_requests AS r WHERE r.received_at = came AND r.digest = sha256(t.raw))
    )
    SELECT place, 'stored' FROM unnest(p_places) AS place;
$$;
COMMENT ON FUNCTION ivr.store_rejections(integer[], text[], text[], text[], integer[], text[], text[], text[], bytea[], bigint[], timestamptz[]) IS
    'Keeps requests that were refused or not understood, each with the reason. Arguments, one element for each: a number by which the caller knows it, then what the columns of ivr.rejected_requests are called; and when it was received, null for now: what was received at that very moment and has these bytes is there already. Returns for each its number and the word stored.';
