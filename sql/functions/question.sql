CREATE OR REPLACE FUNCTION ivr.question(p_call_id text, p_asked_step integer, p_first boolean)
RETURNS TABLE (response text, asked_step integer, next_step integer)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    last ivr.answers;
BEGIN
    SELECT * INTO last FROM ivr.answers WHERE answers.call_id = p_call_id ORDER BY step DESC LIMIT 1;
    next_step := greatest(coalesce(last.step, 0), CASE WHEN p_first THEN 0 ELSE coalesce(p_asked_step, 0) END) + 1;
    IF p_first THEN
        IF last.endpoint = 'answer' THEN
            response := last.response::text;
        END IF;
    ELSE
        asked_step := coalesce(p_asked_step, last.step);
        SELECT a.response::text INTO response
        FROM ivr.answers AS a
        WHERE a.call_id = p_call_id AND a.asked_step = p_asked_step;
        IF p_asked_step IS NULL AND last.decision NOT IN ('menu', 'no_input', 'invalid') THEN
            response := last.response::text;  -- nothing follows a transfer: the same question again
        END IF;
    END IF;
    RETURN NEXT;
END;
$$;
COMMENT ON FUNCTION ivr.question(text, integer, boolean) IS
    'Which question of a call this is, as one row: the answer stored for it, if it has been answered before; the step it follows; and the number of the next answer. p_first: the endpoint answer asks, which has been answered before when nothing came after. A redirect that tells no step follows the newest one.';
