CREATE OR REPLACE FUNCTION ivr.store_traces(
    p_places integer[], p_received_ats timestamptz[], p_tooks bigint[], p_programs text[], p_call_ids text[], p_methods text[],
    p_urls text[], p_remote_addresses text[], p_headers jsonb[], p_bodies bytea[], p_body_lengths bigint[], p_http_statuses integer[],
    p_replies text[])
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    -- One writer at a time keeps count of the bytes. Without a row the program tries again.
    IF NOT pg_try_advisory_xact_lock(ivr.lock_key('traces')) THEN
        RETURN;
    END IF;
    -- A trace is no fact: it need not survive a crash, and costs no flush.
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO ivr.traces (received_at, took_us, program, call_id, method, url, remote_address, headers, body, body_length,
                            http_status, reply, bytes_before)
    SELECT received_at, took_us, program, call_id, method, url, remote_address, headers, body, body_length, http_status, reply,
           coalesce((SELECT bytes_before + 500 + octet_length(body) + octet_length(reply) + octet_length(url) + pg_column_size(headers)
                     FROM ivr.traces ORDER BY trace_id DESC LIMIT 1), 0)
               + coalesce(sum(500 + octet_length(body) + octet_length(reply) + octet_length(url) + pg_column_size(headers))
                          OVER (ORDER BY nth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
    FROM unnest(p_received_ats, p_tooks, p_programs, p_call_ids, p_methods, p_urls, p_remote_addresses, p_headers, p_bodies,
                p_body_lengths, p_http_statuses, p_replies) WITH ORDINALITY
         AS t (received_at, took_us, program, call_id, method, url, remote_address, headers, body, body_length, http_status, reply, nth)
    ORDER BY nth;
    -- More go than came, until the bounds are kept.
    PERFORM ivr.trim_traces(2 * cardinality(p_places));
    RETURN QUERY SELECT p, 'stored' FROM unnest(p_places) AS p;
END;
$$;
COMMENT ON FUNCTION ivr.store_traces(integer[], timestamptz[], bigint[], text[], text[], text[], text[], text[], jsonb[], bytea[], bigint[], integer[], text[]) IS
    'Keeps requests whole with what was replied. Arguments, one element for each: a number by which the caller knows it, then what the columns of ivr.traces are called. Returns each number and the word stored; none while another program stores some: try again.';
