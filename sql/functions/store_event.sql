CREATE OR REPLACE FUNCTION ivr.store_event(p_call_id text, p_event text, p_created_at text, p_raw bytea)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    parsed jsonb := ivr.parse_json(p_raw);
BEGIN
    PERFORM ivr.lock_call(p_call_id);
    INSERT INTO ivr.call_events (call_id, event, event_key, occurred_at, payload, raw, digest)
    VALUES (p_call_id, p_event, parsed #>> '{data,event_key}', ivr.parse_time(p_created_at), parsed, p_raw,
            ivr.event_digest(p_call_id, p_event, p_created_at, parsed, p_raw))
    ON CONFLICT (call_id, digest) DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'duplicate';
    END IF;
    PERFORM ivr.refresh_call(p_call_id);
    RETURN 'stored';
END;
$$;
COMMENT ON FUNCTION ivr.store_event(text, text, text, bytea) IS
    'Stores one webhook event and moves its call: returns stored, or duplicate when it is already there. Arguments: call.id, event, created_at as sent (null when absent), the signed bytes.';
