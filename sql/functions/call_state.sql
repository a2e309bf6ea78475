CREATE OR REPLACE FUNCTION ivr.call_state(
    p_call_id text, p_asked_step integer, p_first boolean, p_from text DEFAULT NULL)
RETURNS TABLE (
    response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea, to_number text, application_id text, failed text, menu_before text,
    recorded boolean, caller_greeting text, caller_department text, caller_menu text, caller_blocked boolean,
    caller_message text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    caller_number text;
BEGIN
    SELECT q.response, q.asked_step, q.next_step INTO response, asked_step, next_step
    FROM ivr.question(p_call_id, p_asked_step, p_first) AS q;
    IF response IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;

    SELECT coalesce(p_from, c.from_number), c.to_number, c.application_id
    INTO caller_number, to_number, application_id
    FROM (SELECT) AS always LEFT JOIN ivr.calls AS c ON c.call_id = p_call_id;
    failed := ivr.failed_destinations(caller_number);
    SELECT coalesce(bool_or(a.response @> '{"actions": [{"start_recording": {}}]}'), false) INTO recorded
    FROM ivr.answers AS a
    WHERE a.call_id = p_call_id;
    IF p_first THEN
        SELECT c.greeting, c.department, c.menu, c.blocked, c.message
        INTO caller_greeting, caller_department, caller_menu, caller_blocked, caller_message
        FROM ivr.callers AS c
        WHERE c.number = caller_number;
        RETURN NEXT;
        RETURN;
    END IF;

    SELECT a.menu INTO menu FROM ivr.answers AS a WHERE a.call_id = p_call_id AND a.step = call_state.asked_step;
    SELECT count(*) FILTER (WHERE a.decision = 'no_input'), count(*) FILTER (WHERE a.decision = 'invalid')
    INTO no_inputs, invalids
    FROM ivr.answers AS a
    WHERE a.call_id = p_call_id AND a.menu = call_state.menu;
    menu_before := ivr.menu_before(p_call_id, call_state.asked_step);
    SELECT g.digits, g.digest INTO digits, gathered_digest
    FROM ivr.gathered(p_call_id, coalesce(call_state.asked_step, 0)) AS g;
    RETURN NEXT;
END;
$$;
COMMENT ON FUNCTION ivr.call_state(text, integer, boolean, text) IS
    'What is known of a call when an endpoint is asked about it, as one row. response: the stored answer, when this very question has been answered before; then nothing else matters. Else: the step that is followed and the number of the next answer; the menu that was asked there, how often each kind of repeat of it was given, the digits of its call.gathered (null when it is not stored yet, empty for none) and the menu before it; the called number and application; where the caller could not be connected a short time ago; whether the call is being recorded; and, for the first question, what ivr.callers says of the caller. p_first: the endpoint answer asks. p_from: the caller as told in the request.';
