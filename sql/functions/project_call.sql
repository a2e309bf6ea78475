CREATE OR REPLACE FUNCTION ivr.project_call(p_call_id text) RETURNS ivr.calls
LANGUAGE sql STABLE
RETURN (SELECT projected FROM ivr.project_calls(ARRAY[p_call_id]) AS projected);
COMMENT ON FUNCTION ivr.project_call(text) IS
    'The row of ivr.calls as it follows from what is stored of this call: ivr.project_calls() for one; null when nothing is.';
