CREATE OR REPLACE FUNCTION ivr.store_event(p_call_id text, p_event text, p_created_at text, p_raw bytea,
                                           p_received_at timestamptz DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
DECLARE
    parsed jsonb := ivr.parse_json(p_raw);
    known  bytea := ivr.event_digest(p_call_id, p_event, p_created_at, parsed, p_raw);
BEGIN
    PERFORM ivr.lock_call(p_call_id);
    INSERT INTO ivr.call_events (call_id, event, event_key, occurred_at, received_at, payload, raw, digest)
    VALUES (p_call_id, p_event, parsed #>> '{data,event_key}', ivr.parse_time(p_created_at),
            coalesce(p_received_at, clock_timestamp()), parsed, p_raw, known)
    ON CONFLICT (call_id, digest) DO NOTHING;
    IF NOT FOUND THEN
        INSERT INTO ivr.event_repeats AS r (call_id, digest, first_at, last_at)
        SELECT p_call_id, known, at, at FROM coalesce(p_received_at, clock_timestamp()) AS at
        ON CONFLICT (call_id, digest) DO UPDATE
        SET repeats = r.repeats + 1, first_at = least(r.first_at, excluded.first_at),
            last_at = greatest(r.last_at, excluded.last_at);
        RETURN 'duplicate';
    END IF;
    PERFORM ivr.refresh_call(p_call_id);
    RETURN 'stored';
END;
$$;
COMMENT ON FUNCTION ivr.store_event(text, text, text, bytea, timestamptz) IS
    'Stores one webhook event and moves its call: returns stored, or duplicate when it is already there (it is counted in ivr.event_repeats). Arguments: call.id, event, created_at as sent (null when absent), the signed bytes; and, for an event that was received before, when.';
