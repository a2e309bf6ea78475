CREATE OR REPLACE FUNCTION ivr.traced_orders() RETURNS TABLE (unknown text, fact text, trace_id bigint)
LANGUAGE sql STABLE
AS $$
    -- Of each call the first of a kind: what comes again tells nothing of the order.
    WITH r AS MATERIALIZED (
        SELECT DISTINCT ON (call_id, what) call_id, what, received_at, trace_id, silent
        FROM (SELECT call_id, received_at, trace_id, document #> '{data,timed_out}' = 'true' AS silent,
                     CASE WHEN program = 'webhook' THEN document ->> 'event' WHEN first THEN 'answer' ELSE 'redirect' END AS what
              FROM ivr.traced_requests() WHERE call_id IS NOT NULL AND (http_status < 300 OR http_status >= 500)) AS t
        ORDER BY call_id, what, received_at, trace_id
    )
    SELECT 'U5', CASE WHEN ahead <= '0' THEN 'call.gathered came first' ELSE 'the redirect came first, by ' ||
                      CASE WHEN ahead < '0.1 seconds' THEN 'less than 0.1 s' WHEN ahead < '0.5 seconds' THEN '0.1 to 0.5 s' WHEN ahead < '1.5 seconds' THEN '0.5 to 1.5 s'
                           ELSE 'more than 1.5 s' END END, trace_id
    FROM (SELECT g.received_at - r.received_at AS ahead, r.trace_id FROM r JOIN r AS g USING (call_id) WHERE r.what = 'redirect' AND g.what = 'call.gathered') AS pair
    UNION ALL
    SELECT 'U21', CASE WHEN n.call_id IS NULL THEN 'no redirect after a time-out' ELSE 'a redirect after a time-out' END, coalesce(n.trace_id, g.trace_id)
    FROM r AS g LEFT JOIN r AS n ON n.call_id = g.call_id AND n.what = 'redirect'
    WHERE g.what = 'call.gathered' AND g.silent
      AND (n.call_id IS NOT NULL OR EXISTS (SELECT FROM r AS c WHERE c.call_id = g.call_id AND c.what IN ('call.completed', 'call.failed')))
    UNION ALL
    SELECT 'U26', 'answer is asked ' || CASE WHEN a.received_at < e.received_at THEN 'before ' ELSE 'after ' END || e.what, a.trace_id
    FROM r AS a JOIN r AS e USING (call_id) WHERE a.what = 'answer' AND e.what IN ('call.created', 'call.answered')
    UNION ALL
    SELECT 'I1', 'then ' || ivr.masked_word(e.what), e.trace_id
    FROM r AS e
    WHERE e.what IN ('call.completed', 'call.failed', 'call.canceled')
      AND EXISTS (SELECT FROM ivr.traces AS t WHERE t.call_id = e.call_id AND t.program <> 'webhook' AND t.reply LIKE '%"transfer"%"destination"%');
$$;
COMMENT ON FUNCTION ivr.traced_orders() IS
    'What the order of a call''s traced requests shows: an unknown of the platform, a fact in fixed words, and the trace. For ivr.platform_findings().';
