CREATE OR REPLACE FUNCTION ivr.store_traces(
    p_places integer[], p_received_us bigint[], p_tooks bigint[], p_programs text[], p_call_ids text[], p_methods text[],
    p_urls text[], p_remote_addresses text[], p_headers text[], p_bodies bytea[], p_body_lengths bigint[], p_http_statuses integer[],
    p_replies text[], p_bytes_before bigint[])
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    before bigint;
BEGIN
    -- One writer at a time keeps count of the bytes; another waits for no longer than its lock_timeout.
    PERFORM pg_advisory_xact_lock(ivr.lock_key('traces'));
    -- A trace is no fact: it need not survive a crash, and costs no flush.
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT bytes_before + 500 + octet_length(body) + octet_length(reply) + octet_length(url) + octet_length(headers) INTO before
    FROM ivr.traces ORDER BY trace_id DESC LIMIT 1;
    INSERT INTO ivr.traces (received_at, took_us, program, call_id, method, url, remote_address, headers, body, body_length,
                            http_status, reply, bytes_before)
    SELECT 'epoch'::timestamptz + received_us * interval '1 microsecond', took_us, program, call_id, method, url, remote_address, headers, body,
           body_length, http_status, reply, coalesce(before, 0) + bytes_before
    FROM unnest(p_received_us, p_tooks, p_programs, p_call_ids, p_methods, p_urls, p_remote_addresses, p_headers, p_bodies,
                p_body_lengths, p_http_statuses, p_replies, p_bytes_before)
         AS t (received_us, took_us, program, call_id, method, url, remote_address, headers, body, body_length, http_status, reply, bytes_before)
    -- A code that a caller entered is kept nowhere.
    WHERE t.call_id IS NULL OR t.call_id NOT IN (SELECT ivr.calls_with_codes(p_call_ids));
    -- More go than came, until the bounds are kept.
    PERFORM ivr.trim_traces(2 * cardinality(p_places));
    RETURN QUERY SELECT p_places[1], 'stored';
END;
$$;
COMMENT ON FUNCTION ivr.store_traces(integer[], bigint[], bigint[], text[], text[], text[], text[], text[], text[], bytea[], bigint[], integer[], text[], bigint[]) IS
    'Keeps requests whole with what was replied. Arguments, one element for each: a number by which the caller knows it; microseconds since 1970; then what the columns of ivr.traces are called; and how many bytes those before it in this set have. Returns the first number and the word stored: all are, or none; but of calls that were asked for a code nothing is kept any more.';
