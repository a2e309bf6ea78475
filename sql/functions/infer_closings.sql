CREATE OR REPLACE FUNCTION ivr.infer_closings(p_older_than interval DEFAULT NULL, p_batch integer DEFAULT 200) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    age      interval := coalesce(p_older_than, (SELECT infer_after FROM ivr.history_settings));
    silent   text[];
    inferred text[];
BEGIN
    silent := ARRAY(
        SELECT c.call_id
        FROM ivr.calls AS c
        WHERE c.closed_at IS NULL
          AND (c.started_at < now() - age OR c.started_at > now() + interval '1 day')
          AND NOT EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = c.call_id AND e.received_at >= now() - age)
          AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = c.call_id AND a.answered_at >= now() - age)
        ORDER BY c.started_at
        LIMIT least(p_batch, 1000));
    PERFORM ivr.lock_calls(silent);
    -- One of them may have ended, or been heard of, meanwhile.
    WITH ended AS (
        SELECT c.call_id, greatest(c.last_event_at, c.last_answer_at) AS at, jsonb_build_object(
                   'event', 'ivr.inferred',
                   'created_at', to_char(greatest(c.last_event_at, c.last_answer_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   'call', jsonb_build_object('id', c.call_id),
                   'data', jsonb_build_object('last_step', c.current_step, 'silent_seconds', round(extract(epoch FROM age)))) AS fact
        FROM ivr.calls AS c
        WHERE c.call_id = ANY (silent) AND c.closed_at IS NULL
          AND NOT EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = c.call_id AND e.received_at >= now() - age)
          AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = c.call_id AND a.answered_at >= now() - age)
    ), stored AS (
        INSERT INTO ivr.call_events (call_id, event, occurred_at, payload, raw, digest)
        SELECT call_id, 'ivr.inferred', at, fact, convert_to(fact::text, 'UTF8'),
               sha256(convert_to(jsonb_build_array(call_id, 'ivr.inferred')::text, 'UTF8'))
        FROM ended
        ON CONFLICT (call_id, digest) DO NOTHING
    )
    SELECT array_agg(call_id) INTO inferred FROM ended;
    PERFORM ivr.refresh_calls(inferred);
    RETURN coalesce(cardinality(inferred), 0);
END;
$$;
COMMENT ON FUNCTION ivr.infer_closings(interval, integer) IS
    'Closes calls whose terminal event never came: for each of which nothing has been heard for so long (history_settings.infer_after), at most p_batch of them, it adds an event ivr.inferred to ivr.call_events, dated when the call was last heard of; nothing that is stored is changed. A real terminal event that comes later wins over it. Never more than 1000 at once: their writers wait until the transaction ends. Returns how many; call it again while it returns any.';
