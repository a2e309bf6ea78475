CREATE OR REPLACE FUNCTION ivr.called_back(callback text, reached boolean DEFAULT true) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    tried integer;
BEGIN
    UPDATE ivr.callback_requests AS r
    SET tries = r.tries + 1, tried_at = clock_timestamp(),
        done_at = CASE WHEN reached THEN clock_timestamp() END, done_by = CASE WHEN reached THEN session_user END
    WHERE r.call_id = callback AND r.done_at IS NULL
    RETURNING r.tries INTO tried;
    IF tried IS NULL THEN
        RAISE EXCEPTION 'nobody is to be called back for the call %', coalesce(callback, 'null')
            USING ERRCODE = 'no_data_found', HINT = 'Who is: SELECT call_id FROM ivr.callbacks WHERE NOT done.';
    END IF;
    RETURN tried;
END;
$$;
COMMENT ON FUNCTION ivr.called_back(text, boolean) IS
    'Says that somebody has tried to call back who asked for it in this call, and, unless reached is false, that it is done; returns how often it was tried. See ivr.callbacks.';
