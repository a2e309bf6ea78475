CREATE OR REPLACE FUNCTION ivr.infer_closings(p_older_than interval DEFAULT NULL, p_batch integer DEFAULT 1000) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    age      interval := coalesce(p_older_than, (SELECT infer_after FROM ivr.history_settings));
    silent   record;
    call     ivr.calls;
    fact     jsonb;
    inferred bigint := 0;
BEGIN
    FOR silent IN
        SELECT call_id
        FROM (SELECT c.call_id
              FROM ivr.calls AS c
              WHERE c.closed_at IS NULL
                AND (c.started_at < now() - age OR c.started_at > now() + interval '1 day')
                AND NOT EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = c.call_id AND e.received_at >= now() - age)
                AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = c.call_id AND a.answered_at >= now() - age)
              ORDER BY c.started_at
              LIMIT least(p_batch, 5000)) AS oldest
        ORDER BY call_id  -- as the programs do, so that no two wait for each other
    LOOP
        PERFORM ivr.lock_call(silent.call_id);
        -- It may have ended, or been heard of, meanwhile.
        SELECT * INTO call FROM ivr.calls AS c WHERE c.call_id = silent.call_id AND c.closed_at IS NULL;
        CONTINUE WHEN NOT FOUND
            OR EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = call.call_id AND e.received_at >= now() - age)
            OR EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = call.call_id AND a.answered_at >= now() - age);
        fact := jsonb_build_object(
            'event', 'ivr.inferred',
            'created_at', to_char(greatest(call.last_event_at, call.last_answer_at) AT TIME ZONE 'UTC',
                                  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'call', jsonb_build_object('id', call.call_id),
            'data', jsonb_build_object('last_step', call.current_step,
                                       'silent_seconds', round(extract(epoch FROM age))));
        INSERT INTO ivr.call_events (call_id, event, occurred_at, payload, raw, digest)
        VALUES (call.call_id, 'ivr.inferred', greatest(call.last_event_at, call.last_answer_at), fact,
                convert_to(fact::text, 'UTF8'),
                sha256(convert_to(jsonb_build_array(call.call_id, 'ivr.inferred')::text, 'UTF8')))
        ON CONFLICT (call_id, digest) DO NOTHING;
        PERFORM ivr.refresh_calls(ARRAY[call.call_id]);
        inferred := inferred + 1;
    END LOOP;
    RETURN inferred;
END;
$$;
COMMENT ON FUNCTION ivr.infer_closings(interval, integer) IS
    'Closes calls whose terminal event never came: for each of which nothing has been heard for so long (history_settings.infer_after), at most p_batch of them, it adds an event ivr.inferred to ivr.call_events, dated when the call was last heard of; nothing that is stored is changed. A real terminal event that comes later wins over it. Never more than 5000 at once, since each holds a lock. Returns how many; call it again while it returns any.';
