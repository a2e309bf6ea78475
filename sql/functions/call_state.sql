CREATE OR REPLACE FUNCTION ivr.call_state(p_call_id text, p_asked_step integer, p_first boolean)
RETURNS TABLE (
    response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    last  ivr.answers;
    asked ivr.answers;
BEGIN
    SELECT * INTO last FROM ivr.answers WHERE answers.call_id = p_call_id ORDER BY step DESC LIMIT 1;
    next_step := greatest(coalesce(last.step, 0), CASE WHEN p_first THEN 0 ELSE coalesce(p_asked_step, 0) END) + 1;

    IF p_first THEN
        IF last.endpoint = 'answer' THEN
            response := last.response::text;
        END IF;
        RETURN NEXT;
        RETURN;
    END IF;

    asked_step := coalesce(p_asked_step, last.step);
    SELECT answers.response::text INTO response
    FROM ivr.answers
    WHERE answers.call_id = p_call_id AND answers.asked_step = p_asked_step;
    IF p_asked_step IS NULL AND last.decision IN ('transfer', 'fallback') THEN
        response := last.response::text;  -- nothing follows a transfer: the same question again
    END IF;
    IF response IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;

    SELECT * INTO asked FROM ivr.answers
    WHERE answers.call_id = p_call_id AND answers.step = call_state.asked_step;
    menu := asked.menu;
    SELECT count(*) FILTER (WHERE a.decision = 'no_input'), count(*) FILTER (WHERE a.decision = 'invalid')
    INTO no_inputs, invalids
    FROM ivr.answers AS a
    WHERE a.call_id = p_call_id AND a.menu = asked.menu;
    SELECT g.digits, g.digest INTO digits, gathered_digest
    FROM ivr.gathered(p_call_id, coalesce(call_state.asked_step, 0)) AS g;
    RETURN NEXT;
END;
$$;
COMMENT ON FUNCTION ivr.call_state(text, integer, boolean) IS
    'What is known of a call when an endpoint is asked about it, as one row. response: the stored answer, when this very question has been answered before (p_first: answer was asked and nothing later). Else: the number of the next answer, the menu that was asked, how often each kind of repeat was given, and the digits of call.gathered (null when it is not stored yet, empty for none).';
