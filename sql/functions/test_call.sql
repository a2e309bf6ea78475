CREATE OR REPLACE FUNCTION ivr.test_call(p_call_id text)
RETURNS TABLE (events bigint, answers bigint, disposition text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    SELECT (SELECT count(*) FROM ivr.call_events AS e WHERE e.call_id = t.call_id),
           (SELECT count(*) FROM ivr.answers AS a WHERE a.call_id = t.call_id),
           (SELECT c.disposition FROM ivr.calls AS c WHERE c.call_id = t.call_id)
    FROM ivr.test_calls AS t
    WHERE t.call_id = p_call_id;
$$;
COMMENT ON FUNCTION ivr.test_call(text) IS
    'What of a call that ivr.begin_test_call() marked has come here: its events, its answers and how it ended. No row for any other call.';
