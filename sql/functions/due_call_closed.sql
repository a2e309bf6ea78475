CREATE OR REPLACE FUNCTION ivr.due_call_closed(p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    RETURN QUERY
    SELECT c.call_id, c.call_id,
           jsonb_build_array(c.current_step, c.disposition, c.inferred, extract(epoch FROM c.closed_at), c.department, c.last_menu,
                             ivr.masked_word(c.last_digits))::text,
           c.closed_at, c.department, c.to_number,
           jsonb_build_object(
               'call_id', c.call_id, 'direction', c.direction, 'outcome', c.disposition, 'end', c.current_step, 'end_was_told', NOT c.inferred,
               'from', CASE WHEN p_plain THEN c.from_number ELSE ivr.masked(c.from_number) END,
               'to', CASE WHEN p_plain THEN c.to_number ELSE ivr.masked(c.to_number) END,
               'department', c.department,
               'transferred_to', CASE WHEN p_plain THEN c.transferred_to ELSE ivr.masked(c.transferred_to) END,
               'menu', c.last_menu, 'digits', CASE WHEN p_plain THEN c.last_digits ELSE ivr.masked_word(c.last_digits) END,
               'attempts', c.attempts, 'started_at', c.started_at, 'answered_at', c.answered_at, 'closed_at', c.closed_at,
               'menu_seconds', c.menu_seconds, 'talk_seconds', c.talk_seconds)
    FROM (SELECT p_subject AS call_id WHERE p_subject IS NOT NULL
          UNION
          SELECT call_id FROM ivr.call_events WHERE arrival > (p_after).arrival AND arrival <= (p_upto).arrival
          UNION
          SELECT call_id FROM ivr.answers WHERE call_id IS NOT NULL AND stored_at > (p_after).at AND stored_at <= (p_upto).at) AS moved
    JOIN ivr.calls AS c ON c.call_id = moved.call_id
    WHERE c.closed_at IS NOT NULL AND NOT EXISTS (SELECT FROM ivr.test_calls AS t WHERE t.call_id = c.call_id);
END;
$$;
COMMENT ON FUNCTION ivr.due_call_closed(ivr.log_place, ivr.log_place, text, boolean) IS
    'What is due of the kind call.closed: the calls that are over and of which something was stored between two places of the log, or this one call. A call that has a newer word, a real end after an inferred one or an answer that came late, is due again with another word; what comes late and says nothing new is the same fact. Calls that minivoice-check plays are not told.';
