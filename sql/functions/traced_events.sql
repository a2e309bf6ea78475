CREATE OR REPLACE FUNCTION ivr.traced_events() RETURNS TABLE (unknown text, fact text, trace_id bigint)
LANGUAGE sql STABLE
AS $$
    -- What was refused may be anybody's.
    WITH e AS MATERIALIZED (
        SELECT r.*, document ->> 'event' AS event, document ->> 'created_at' AS created_at, document -> 'data' AS data, document -> 'call' AS call,
               first_value(r.trace_id) OVER copies AS original, lag(r.received_at) OVER copies AS before, lag(r.http_status) OVER copies AS status_before
        FROM ivr.traced_requests() AS r
        WHERE program = 'webhook' AND (http_status < 300 OR http_status >= 500) AND document ? 'event'
        WINDOW copies AS (PARTITION BY r.call_id, document ->> 'event',
                                       CASE WHEN document ->> 'event' = 'call.gathered' THEN document::text END ORDER BY r.received_at, r.trace_id)
    ), gathered AS (
        SELECT *, coalesce(data -> 'digits', document -> 'digits') AS digits FROM e WHERE event = 'call.gathered' AND trace_id = original
    ), again AS (
        SELECT e.*, t.body AS bytes, o.body AS first_bytes, ivr.headers(o.headers) ->> 'x-minivoice-timestamp' AS first_stamp, o.received_at AS first_at
        FROM e JOIN ivr.traces AS t USING (trace_id) JOIN ivr.traces AS o ON o.trace_id = e.original
        WHERE e.trace_id <> e.original AND e.event ~ '^call\.(created|answered|gathered|completed|failed|cancell?ed)$'
    )
    SELECT 'U7', CASE WHEN bytes = first_bytes THEN 'came again with the same bytes'
                      WHEN document - 'created_at' = ivr.parse_json(first_bytes) - 'created_at' THEN 'came again with another created_at'
                      ELSE 'came again with other changes' END, trace_id FROM again
    UNION ALL
    SELECT 'U8', CASE WHEN data ? 'digits' THEN 'data.digits, ' || jsonb_typeof(digits) WHEN document ? 'digits' THEN 'digits at the top, ' || jsonb_typeof(digits)
                      ELSE 'no digits' END, trace_id FROM gathered
    UNION ALL
    SELECT 'U8', 'status ' || ivr.masked_word(data ->> 'status'), trace_id FROM gathered WHERE data ? 'status'
    UNION ALL
    SELECT 'U8', 'timed out: digits ' || CASE WHEN digits IS NULL THEN 'absent' WHEN digits = '""' THEN 'empty' WHEN digits = 'null' THEN 'null' ELSE 'partial' END, trace_id
    FROM gathered WHERE data -> 'timed_out' = 'true'
    UNION ALL
    SELECT 'U8', 'the finish key is in it', trace_id FROM gathered WHERE digits #>> '{}' LIKE '%_' || (data ->> 'finish_on_key')
    UNION ALL
    SELECT 'U11', 'sent again after ' || CASE WHEN received_at - before < '1 second' THEN 'less than 1 s' WHEN received_at - before < '10 seconds' THEN '1 to 10 s'
                      WHEN received_at - before < '1 minute' THEN '10 to 60 s' WHEN received_at - before < '1 hour' THEN '1 to 60 min' ELSE 'more than an hour' END, trace_id
    FROM again WHERE status_before >= 500
    UNION ALL
    SELECT 'U12', method || ', ' || coalesce(split_part(headers ->> 'content-type', ';', 1), 'no content-type'), trace_id FROM e
    UNION ALL
    SELECT 'U12', 'from ' || coalesce(remote_address, 'nowhere'), trace_id FROM e JOIN ivr.traces USING (trace_id)
    UNION ALL
    SELECT 'U13', 'created_at ' || CASE WHEN created_at IS NULL THEN 'absent' WHEN ivr.parse_time(created_at) IS NULL THEN 'no time'
                      ELSE CASE WHEN created_at ~ '[0-9]\.[0-9]' THEN 'with fractions' ELSE 'in whole seconds' END
                           || CASE WHEN created_at ~ 'Z$' THEN '' ELSE ', with an offset' END END, trace_id FROM e
    UNION ALL
    SELECT 'U13', CASE WHEN ivr.parse_time(created_at) < max(ivr.parse_time(created_at)) OVER (PARTITION BY call_id ORDER BY received_at, trace_id)
                       THEN 'overtaken by a later event' ELSE 'in order' END, trace_id FROM e WHERE trace_id = original
    UNION ALL
    SELECT 'U14', CASE WHEN stamp IS NULL THEN 'unsigned' WHEN stamp ~ '^[0-9]{10}$' THEN 'timestamp in seconds' WHEN stamp ~ '^[0-9]{13}$' THEN 'timestamp in milliseconds'
                      WHEN stamp ~ '^[0-9]{4}-.*T' THEN 'timestamp by RFC 3339' ELSE 'timestamp of another form' END, trace_id
    FROM (SELECT trace_id, headers ->> 'x-minivoice-timestamp' AS stamp FROM e) AS s
    UNION ALL
    SELECT 'U14', CASE WHEN headers ->> 'x-minivoice-timestamp' = first_stamp THEN 'sent again with the old timestamp' ELSE 'sent again with a new timestamp' END, trace_id
    FROM again WHERE received_at > first_at + interval '2 seconds'
    UNION ALL
    SELECT 'U15', ivr.masked_word(event) || ': ' || coalesce(ivr.masked_word(call ->> 'status'), 'no status'), trace_id FROM e
    UNION ALL
    SELECT 'U20', concat_ws(', ', 'min_digits ' || (data ->> 'min_digits'), 'max_digits ' || (data ->> 'max_digits'), 'timeout_seconds ' || (data ->> 'timeout_seconds'),
                            'finish_on_key ' || (data ->> 'finish_on_key')), trace_id FROM gathered WHERE data ?| '{min_digits,max_digits,timeout_seconds,finish_on_key}'
    UNION ALL
    SELECT 'U31', part || CASE WHEN number IS NULL THEN ' absent' WHEN number ~ '^\+[0-9]{7,15}$' THEN ' E.164' WHEN number ~* '^sips?:' THEN ' SIP URI'
                               WHEN NOT ivr.is_personal(number) THEN ' withheld' ELSE ' of another form' END, trace_id
    FROM e, LATERAL (VALUES ('from', call ->> 'from'), ('to', call ->> 'to')) AS n (part, number) WHERE event = 'call.created'
    UNION ALL
    SELECT 'I4', CASE WHEN NOT document ? 'variables' THEN 'no variables' WHEN document -> 'variables' = '{}' THEN 'variables, empty' ELSE 'variables with content' END, trace_id FROM e
    UNION ALL
    SELECT 'I7', CASE WHEN data ? 'event_key' THEN 'in ' ELSE 'not in ' END || ivr.masked_word(event), trace_id FROM e
    UNION ALL
    SELECT 'I6', CASE WHEN count(DISTINCT data ->> 'event_key') = count(*) THEN 'each gather of a call has its own' ELSE 'gathers of a call share one' END, max(trace_id)
    FROM gathered WHERE data ? 'event_key' GROUP BY call_id
    HAVING count(*) > 1 AND count(DISTINCT document - 'created_at') = count(*)
    UNION ALL
    SELECT 'I8', coalesce(ivr.masked_word(call ->> 'status'), 'no status') || ', ' || coalesce(ivr.masked_word(call ->> 'direction'), 'no direction'), trace_id FROM e WHERE event = 'call.created'
    UNION ALL
    SELECT 'I9', CASE WHEN event = 'call.gathered' THEN 'call.gathered with timed_out' ELSE 'gather_timeout' END, trace_id
    FROM e WHERE event = 'call.gathered' AND data -> 'timed_out' = 'true' OR document::text LIKE '%gather\_timeout%'
    UNION ALL
    SELECT 'I10', 'in call.gathered', trace_id FROM gathered WHERE digits #>> '{}' <> '';
$$;
COMMENT ON FUNCTION ivr.traced_events() IS
    'What the traces of webhook show: an unknown of the platform, a fact in fixed words, and the trace. For ivr.platform_findings().';
