CREATE OR REPLACE FUNCTION ivr.traced_requests()
RETURNS TABLE (trace_id bigint, received_at timestamptz, program text, first boolean, call_id text, method text, query text, body text, form text, document jsonb, headers jsonb, http_status integer, reply text)
LANGUAGE sql STABLE
AS $$
    -- In a redirect's query what we have put there ourselves is taken away: what is left was told by the platform.
    SELECT t.trace_id, t.received_at, t.program, t.program = 'answer', t.call_id, t.method,
           CASE WHEN t.program IN ('route-menu', 'department')
                THEN regexp_replace(split_part(t.url, '?', 2), '^((call_id=[^&]*&)?step=[0-9]+)?(&?menu=[^&]*)?(&?key=[^&]*)?&?', '')
                ELSE split_part(t.url, '?', 2) END,
           CASE WHEN length(t.body) = 0 THEN 'no body' WHEN jsonb_typeof(d.document) = 'object' THEN 'JSON body'
                WHEN encode(t.body, 'escape') ~ '^[^=&{ ]+=' THEN 'form body' ELSE 'another body' END,
           CASE WHEN d.document IS NULL THEN encode(t.body, 'escape') END, d.document, ivr.headers(t.headers), t.http_status, t.reply
    FROM ivr.traces AS t, LATERAL (SELECT ivr.parse_json(t.body) AS document OFFSET 0) AS d
    WHERE t.method <> 'HEAD' AND NOT EXISTS (SELECT FROM ivr.test_calls AS c WHERE c.call_id = t.call_id);
$$;
COMMENT ON FUNCTION ivr.traced_requests() IS
    'Traces taken apart: without monitors'' HEAD, test calls, and in a redirect''s query without what we have put there ourselves.';
