-- check.sql: compares what a design stored with what it acknowledged; standard input has a line for each call: its id,
-- acknowledged events, answers got, whether it was closed. Prints what is wrong, nothing when all is well.
\set ON_ERROR_STOP on
CREATE TEMP TABLE told (call_id text PRIMARY KEY, events bigint, answers bigint, closed boolean);
\copy told from pstdin
ANALYZE told;
SELECT format('%s: %s of %s events, %s of %s answers, closed %s, told %s', t.call_id, e.n, t.events, a.n, t.answers,
              c.closed_at IS NOT NULL, t.closed)
FROM told AS t
LEFT JOIN :calls AS c USING (call_id)
CROSS JOIN LATERAL (SELECT count(*) AS n FROM :events AS s WHERE s.call_id = t.call_id) AS e
CROSS JOIN LATERAL (SELECT count(*) AS n FROM :answers AS s WHERE s.call_id = t.call_id) AS a
WHERE e.n <> t.events OR a.n <> t.answers OR (c.closed_at IS NOT NULL) <> t.closed
LIMIT 5;
