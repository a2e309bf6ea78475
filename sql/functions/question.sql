CREATE OR REPLACE FUNCTION ivr.question(p_call_id text, p_asked_step integer, p_first boolean)
RETURNS TABLE (response text, asked_step integer, next_step integer, last_step integer, last_menu text, last_asks boolean)
LANGUAGE sql STABLE
AS $$
    SELECT coalesce(answered.response,
                    -- answer asked again, or a redirect that tells no step: nothing follows a transfer
                    CASE WHEN p_first AND last.endpoint = 'answer'
                           OR NOT p_first AND p_asked_step IS NULL AND NOT ivr.asks_menu(last.decision)
                        THEN last.response END)::text,
           CASE WHEN NOT p_first THEN coalesce(p_asked_step, last.step) END,
           greatest(coalesce(last.step, 0), CASE WHEN NOT p_first THEN p_asked_step END) + 1,
           last.step, last.menu, coalesce(ivr.asks_menu(last.decision), false)
    FROM (SELECT) AS always
    LEFT JOIN LATERAL (
        SELECT * FROM ivr.answers AS a WHERE a.call_id = p_call_id ORDER BY a.step DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN LATERAL (
        SELECT a.response FROM ivr.answers AS a
        WHERE a.call_id = p_call_id AND a.asked_step = p_asked_step AND NOT p_first
        LIMIT 1
    ) AS answered ON true;
$$;
COMMENT ON FUNCTION ivr.question(text, integer, boolean) IS
    'Which question of a call this is, as one row: the answer stored for it, if it has been answered before; the step it follows; the number of the next answer; and the newest answer of the call: its step, its menu and whether it asks one. p_first: the endpoint answer asks, which has been answered before when nothing came after. A redirect that tells no step follows the newest one.';
