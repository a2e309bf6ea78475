CREATE OR REPLACE FUNCTION ivr.done(message text) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ivr.answers AS a
                   WHERE a.call_id = message AND starts_with(a.menu, 'message_box:') AND a.decision = 'menu') THEN
        RAISE EXCEPTION 'there is no message of the call %', coalesce(message, 'null')
            USING ERRCODE = 'no_data_found', HINT = 'Which there are: SELECT call_id FROM ivr.messages WHERE NOT done.';
    END IF;
    INSERT INTO ivr.dealt_with (call_id) VALUES (message) ON CONFLICT DO NOTHING;
    RETURN (SELECT d.done_at FROM ivr.dealt_with AS d WHERE d.call_id = message);
END;
$$;
COMMENT ON FUNCTION ivr.done(text) IS
    'Says that somebody has dealt with the message of this call; returns when that was said first. See ivr.messages.';
