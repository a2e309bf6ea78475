CREATE OR REPLACE FUNCTION ivr.check_database()
RETURNS TABLE (id text, severity text, problem text, hint text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT 'configuration', CASE severity WHEN 'error' THEN 'fault' ELSE 'warning' END, subject || ' ' || problem, hint
    FROM ivr.check_config();

    -- Never, on the first day, is no fault yet.
    RETURN QUERY
    SELECT 'housekeeping', 'warning',
           CASE WHEN h.done_at IS NULL THEN 'the housekeeping was never done'
                ELSE format('the last housekeeping was %s hours ago', floor(extract(epoch FROM now() - h.done_at) / 3600)) END,
           'Let a timer do it every hour or night: minivoice-db housekeep. Without it calls whose end was never told stay open, and numbers are kept in plain.'
    FROM (SELECT min(applied_at) AS at FROM ivr.migrations) AS installed
    CROSS JOIN (SELECT max(ended_at) AS done_at FROM ivr.housekeepings) AS h
    WHERE coalesce(h.done_at, installed.at) < now() - interval '26 hours';

    -- Callers who heard the last resort, since no configuration was at hand.
    RETURN QUERY
    SELECT 'answers', 'warning', format('callers who got no menu in the last 24 hours: %s', count(*)),
           'SELECT * FROM ivr.answer_problems ORDER BY at DESC tells when. IVR_SETTINGS_CACHE keeps the last menus for the time without a database.'
    FROM ivr.answers AS a
    WHERE a.decision = 'unavailable' AND a.answered_at > now() - interval '1 day'
      AND (a.call_id IS NULL OR a.call_id NOT IN (SELECT call_id FROM ivr.test_calls))
    HAVING count(*) > 0;

    -- Of the newest calls alone: all of them take minutes where there are millions.
    RETURN QUERY
    WITH newest AS MATERIALIZED (
        SELECT c AS stored FROM ivr.calls AS c ORDER BY started_at DESC LIMIT 500
    ), drifted AS (
        SELECT count(*) AS calls
        FROM newest
        LEFT JOIN ivr.project_calls(ARRAY(SELECT (stored).call_id FROM newest)) AS p ON p.call_id = (stored).call_id
        WHERE stored IS DISTINCT FROM p
    )
    SELECT 'drift', 'fault', format('%s of the newest 500 calls are not what their log says', calls),
           'SELECT * FROM ivr.drift() tells which; SELECT ivr.rebuild_calls() makes them right. Whoever wrote to ivr.calls by hand must not.'
    FROM drifted
    WHERE calls > 0;
END;
$$;
COMMENT ON FUNCTION ivr.check_database() IS
    'What the database knows to be wrong, for minivoice-check, one row for each problem, none when all is well: a short name, fault for what callers will notice and warning for the rest, what is wrong, what to do. What ivr.check_config() says, whether the housekeeping is done, whether callers got no menu, and whether the newest 500 calls are what their logs say.';
