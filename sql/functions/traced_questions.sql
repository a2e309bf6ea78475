CREATE OR REPLACE FUNCTION ivr.traced_questions() RETURNS TABLE (unknown text, fact text, trace_id bigint)
LANGUAGE sql STABLE
AS $$
    WITH q AS MATERIALIZED (
        SELECT * FROM ivr.traced_requests() WHERE program <> 'webhook' AND http_status = 200
    ), told AS MATERIALIZED (
        -- Names as the programs read them: in lower case, without separators.
        SELECT q.trace_id, place, lower(regexp_replace(name, '[^[:alnum:]]', '', 'g')) AS name, value
        FROM q, LATERAL (
            SELECT 'query', split_part(pair, '=', 1), split_part(pair, '=', 2) FROM regexp_split_to_table(query, '&') AS pair
            UNION ALL
            SELECT 'form', split_part(pair, '=', 1), split_part(pair, '=', 2) FROM regexp_split_to_table(form, '&') AS pair WHERE q.body = 'form body'
            UNION ALL
            SELECT 'JSON body', key, m.value
            FROM (VALUES (document), (document -> 'call'), (document -> 'data')) AS part (object),
                 jsonb_each_text(CASE jsonb_typeof(object) WHEN 'object' THEN object ELSE '{}' END) AS m
            UNION ALL
            SELECT 'header ' || key, regexp_replace(key, '^x-(minivoice-)?', ''), m.value FROM jsonb_each_text(headers) AS m WHERE key LIKE 'x-%'
        ) AS t (place, name, value)
    ), ids AS (
        SELECT trace_id, min(place) AS place FROM told WHERE name IN ('callid', 'callcallid', 'calluuid', 'callsid', 'id') AND value <> '' GROUP BY trace_id
    ), pressed AS (
        SELECT trace_id, min(place) AS place, bool_and(value = '') AS empty
        FROM told WHERE name IN ('digits', 'digit', 'dtmf', 'gathereddigits', 'pressed') GROUP BY trace_id
    )
    SELECT 'U1', method || ', ' || body, trace_id FROM q WHERE first
    UNION ALL
    SELECT 'U2', coalesce('call id in the ' || place, 'no call id'), trace_id FROM q LEFT JOIN ids USING (trace_id) WHERE first
    UNION ALL
    SELECT DISTINCT 'U2', CASE name WHEN 'applicationid' THEN 'application_id' ELSE name END || ' in the ' || place, trace_id
    FROM q JOIN told USING (trace_id) WHERE first AND name IN ('from', 'to', 'direction', 'applicationid', 'variables')
    UNION ALL
    SELECT 'U3', coalesce('call id in the ' || place, 'no call id of the platform''s'), trace_id FROM q LEFT JOIN ids USING (trace_id) WHERE NOT first
    UNION ALL
    SELECT 'U3', CASE WHEN place IS NULL THEN 'no digits' ELSE 'digits in the ' || place || CASE WHEN empty THEN ', empty' ELSE '' END END, trace_id
    FROM q LEFT JOIN pressed USING (trace_id) WHERE NOT first
    UNION ALL
    SELECT 'U3', method || ', ' || body, trace_id FROM q WHERE NOT first
    UNION ALL
    SELECT 'U3', CASE WHEN url ~ '[?&]step=[0-9]' THEN 'our query came back' ELSE 'our query was lost' END, trace_id
    FROM q JOIN ivr.traces USING (trace_id)
    WHERE NOT first AND (url ~ '[?&]step=[0-9]' OR EXISTS (SELECT FROM q AS a WHERE a.first AND a.call_id = q.call_id AND a.reply ~ '[?&]step=[0-9]'))
    UNION ALL
    SELECT 'U4', CASE WHEN place IS NOT NULL THEN 'a redirect tells its call' WHEN q.call_id IS NOT NULL THEN 'a redirect brings our call_id back'
                      ELSE 'nothing ties a redirect to its call' END, trace_id
    FROM q LEFT JOIN ids USING (trace_id) WHERE NOT first
    UNION ALL
    SELECT 'U6', CASE WHEN headers ? 'x-minivoice-signature' THEN 'signed' WHEN headers ? 'authorization' THEN 'with an authorization' ELSE 'unsigned' END, trace_id FROM q
    UNION ALL
    SELECT 'I10', 'in the redirect', trace_id FROM q JOIN pressed USING (trace_id) WHERE NOT first AND NOT empty
    UNION ALL
    SELECT DISTINCT ON (q.call_id) 'I3', 'a list of both forms was carried out', q.trace_id
    FROM q JOIN q AS a USING (call_id) WHERE NOT q.first AND a.first AND a.received_at < q.received_at AND a.reply LIKE '%{"gather":%"type":"redirect"%'
    UNION ALL
    SELECT 'U23', CASE WHEN count(*) <= 5 THEN '1 to 5 in a call' WHEN count(*) <= 10 THEN '6 to 10 in a call'
                               WHEN count(*) <= 20 THEN '11 to 20 in a call' ELSE 'more than 20 in a call' END, max(trace_id)
    FROM q WHERE NOT first AND call_id IS NOT NULL GROUP BY call_id;
$$;
COMMENT ON FUNCTION ivr.traced_questions() IS
    'What the traces of answer, route-menu and department show: an unknown of the platform, a fact in fixed words, and the trace. For ivr.platform_findings().';
