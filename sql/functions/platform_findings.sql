CREATE OR REPLACE FUNCTION ivr.platform_findings()
RETURNS TABLE (unknown text, question text, seen text, times bigint, example text, meaning text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    WITH facts AS MATERIALIZED (
        SELECT unknown, fact, count(*) AS times, max(trace_id) AS trace_id
        FROM (SELECT * FROM ivr.traced_questions() UNION ALL SELECT * FROM ivr.traced_events() UNION ALL SELECT * FROM ivr.traced_orders()) AS seen
        GROUP BY unknown, fact
    )
    SELECT q.unknown, q.question, coalesce(f.seen, 'not seen yet'), coalesce(f.times, 0),
           (SELECT left(ivr.masked_text(format('%s %s: %s %s %s', t.trace_id, t.program, t.method, t.url, encode(t.body, 'escape'))), 500)
            FROM ivr.traces AS t WHERE t.trace_id = f.example),
           CASE WHEN f.seen IS NULL THEN 'Still open: ' || q.try || '.'
                ELSE coalesce((SELECT string_agg(DISTINCT m.meaning, ' ') FROM ivr.platform_meanings() AS m JOIN facts USING (unknown)
                               WHERE m.unknown = q.unknown AND facts.fact LIKE m.fact), 'Nothing is to be set.') END
    FROM ivr.platform_questions() AS q
    LEFT JOIN (SELECT unknown, string_agg(format('%s (%s)', fact, times), '; ' ORDER BY times DESC, fact COLLATE "C") AS seen, sum(times)::bigint AS times,
                      (array_agg(trace_id ORDER BY times DESC, fact COLLATE "C"))[1] AS example
               FROM facts GROUP BY unknown) AS f USING (unknown)
    ORDER BY q.place;
$$;
COMMENT ON FUNCTION ivr.platform_findings() IS
    'What does the platform really do? One row for each question that its documents leave open and a trace (IVR_TRACE) can settle: SELECT * FROM ivr.platform_findings(). seen: each fact, with how often; times: all of them; example: a trace, by its number, of the fact seen most, numbers masked; meaning: for the settings, or what to try where nothing was seen yet.';
