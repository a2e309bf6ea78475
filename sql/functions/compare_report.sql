CREATE OR REPLACE FUNCTION ivr.compare_report(p_call_id text, p_report jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
RETURN (
    SELECT jsonb_agg(jsonb_build_object(
               'field', field,
               'theirs', CASE WHEN personal THEN ivr.masked(theirs) ELSE theirs END,
               'ours', CASE WHEN personal THEN ivr.masked(ours) ELSE ours END,
               -- What one of the two does not tell is no difference.
               'agrees', coalesce(theirs = ours, true)) ORDER BY place)
    FROM (SELECT) AS one
    LEFT JOIN ivr.calls AS c ON c.call_id = p_call_id
    CROSS JOIN LATERAL (VALUES
        (1, 'call', 'known', CASE WHEN c.call_id IS NULL THEN 'unknown' ELSE 'known' END, false),
        (2, 'end', coalesce(ivr.closing_word('ivr.reported', p_report ->> 'status'), 'none'),
         CASE WHEN c.closed_at IS NOT NULL THEN c.current_step WHEN c.call_id IS NOT NULL THEN 'none' END, false),
        (3, 'direction', p_report ->> 'direction', c.direction, false),
        (4, 'from', p_report ->> 'from', c.from_number, true),
        (5, 'to', p_report ->> 'to', c.to_number, true)) AS f (place, field, theirs, ours, personal)
);
COMMENT ON FUNCTION ivr.compare_report(text, jsonb) IS
    'What the platform says of a call beside what we have: an array of field, theirs, ours, agrees. Fields are call (known or unknown), end (completed, failed, canceled, unknown when it was inferred, none), direction, from and to, numbers masked. What one of the two does not tell agrees. Changes nothing.';
