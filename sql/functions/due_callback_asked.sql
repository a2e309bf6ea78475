CREATE OR REPLACE FUNCTION ivr.due_callback_asked(p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    RETURN QUERY
    SELECT r.call_id || ' ' || r.department, r.call_id, r.times::text, r.asked_at, r.department, c.to_number,
           jsonb_build_object(
               'call_id', r.call_id, 'asked_at', r.asked_at, 'department', r.department, 'times', r.times,
               'number', CASE WHEN p_plain THEN r.number ELSE ivr.masked(r.number) END,
               'from', CASE WHEN p_plain THEN r.caller ELSE ivr.masked(r.caller) END)
    FROM ivr.callback_requests AS r
    JOIN ivr.calls AS c ON c.call_id = r.call_id
    WHERE CASE WHEN p_subject IS NOT NULL THEN r.call_id || ' ' || r.department = p_subject
               ELSE r.times > 1 AND r.done_at IS NULL
                    -- On a shard it comes some moments after its answer, from the router; what is read twice is noticed once.
                    OR r.call_id IN (SELECT a.call_id FROM ivr.answers AS a
                                     WHERE a.stored_at > (p_after).at - CASE WHEN ivr.is_shard() THEN interval '10 seconds' ELSE interval '0' END
                                       AND a.stored_at <= (p_upto).at)
          END
      AND NOT EXISTS (SELECT FROM ivr.test_calls AS t WHERE t.call_id = r.call_id);
END;
$$;
COMMENT ON FUNCTION ivr.due_callback_asked(ivr.log_place, ivr.log_place, text, boolean) IS
    'What is due of the kind callback.asked: the requests of ivr.callbacks that were made between two places of the log, or this one (call and department, a blank between them). Who asks again in another call makes it another fact; where that is stored tells no place, so the open ones that were asked for more than once are looked at each time.';
