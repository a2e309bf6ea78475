CREATE OR REPLACE FUNCTION ivr.due_call_stuck(p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    RETURN QUERY
    SELECT s.call_id, s.call_id, extract(epoch FROM s.last_heard_at)::text, s.last_heard_at, c.department, c.to_number,
           jsonb_build_object(
               'call_id', s.call_id, 'step', s.current_step, 'why', s.why, 'last_heard_at', s.last_heard_at, 'started_at', s.started_at,
               'from', CASE WHEN p_plain THEN c.from_number ELSE ivr.masked(c.from_number) END,
               'to', CASE WHEN p_plain THEN c.to_number ELSE ivr.masked(c.to_number) END,
               'department', c.department)
    FROM ivr.stuck_calls AS s
    JOIN ivr.calls AS c ON c.call_id = s.call_id
    WHERE p_subject IS NULL OR s.call_id = p_subject;
END;
$$;
COMMENT ON FUNCTION ivr.due_call_stuck(ivr.log_place, ivr.log_place, text, boolean) IS
    'What is due of the kind call.stuck: the calls of ivr.stuck_calls, or this one of them. That a call hangs is stored nowhere, time makes it so: places say nothing of it, and each is one fact until the call is heard of again.';
