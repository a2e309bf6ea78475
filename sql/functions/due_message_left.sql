CREATE OR REPLACE FUNCTION ivr.due_message_left(p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE plpgsql STABLE ROWS 100
AS $$
BEGIN
    RETURN QUERY
    SELECT m.call_id, m.call_id,
           jsonb_build_array(m.ended, m.recording, m.seconds, ivr.masked_word(m.recording_id))::text,
           m.left_at, m.department, c.to_number,
           jsonb_build_object(
               'call_id', m.call_id, 'left_at', m.left_at, 'department', m.department,
               'from', CASE WHEN p_plain THEN c.from_number ELSE ivr.masked(c.from_number) END,
               'to', CASE WHEN p_plain THEN c.to_number ELSE ivr.masked(c.to_number) END,
               'ended', m.ended, 'recording', m.recording, 'seconds', m.seconds,
               'recording_id', CASE WHEN p_plain THEN m.recording_id ELSE ivr.masked_word(m.recording_id) END)
    FROM (SELECT p_subject AS call_id WHERE p_subject IS NOT NULL
          UNION
          SELECT call_id FROM ivr.call_events WHERE arrival > (p_after).arrival AND arrival <= (p_upto).arrival
          UNION
          SELECT call_id FROM ivr.answers WHERE call_id IS NOT NULL AND stored_at > (p_after).at AND stored_at <= (p_upto).at) AS moved
    JOIN ivr.messages AS m ON m.call_id = moved.call_id
    JOIN ivr.calls AS c ON c.call_id = m.call_id
    WHERE m.ended <> 'speaking';
END;
$$;
COMMENT ON FUNCTION ivr.due_message_left(ivr.log_place, ivr.log_place, text, boolean) IS
    'What is due of the kind message.left: the messages of ivr.messages that are over and of whose call something was stored between two places of the log, or this one. What the platform says of the recording afterwards, hours later perhaps, is another word, and told again. What was said is not: read it in ivr.messages.';
