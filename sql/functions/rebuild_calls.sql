CREATE OR REPLACE FUNCTION ivr.rebuild_calls() RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    rebuilt bigint;
BEGIN
    LOCK TABLE ivr.calls IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ivr.calls;
    INSERT INTO ivr.calls
    SELECT projected.*
    FROM (SELECT call_id FROM ivr.call_events
          UNION
          SELECT call_id FROM ivr.answers WHERE call_id IS NOT NULL) AS known
    CROSS JOIN LATERAL ivr.project_calls(ARRAY[known.call_id]) AS projected;
    GET DIAGNOSTICS rebuilt = ROW_COUNT;
    RETURN rebuilt;
END;
$$;
COMMENT ON FUNCTION ivr.rebuild_calls() IS
    'Makes ivr.calls anew from the logs and returns the number of calls. Programs wait while it runs.';
