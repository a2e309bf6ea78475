CREATE OR REPLACE FUNCTION ivr.store_events(
    p_places integer[], p_call_ids text[], p_events text[], p_created_ats text[], p_raws bytea[],
    p_received_at timestamptz DEFAULT NULL)
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    locked  text[] := ivr.try_lock_calls(p_call_ids);
    came    timestamptz := coalesce(p_received_at, clock_timestamp());
    places  integer[];
    results text[];
    moved   text[];
BEGIN
    WITH told AS MATERIALIZED (
        SELECT t.*, ivr.event_digest(call_id, event, created_at, payload, raw) AS digest
        FROM unnest(p_places, p_call_ids, p_events, p_created_ats, ivr.parse_times(p_created_ats), p_raws, ivr.parse_jsons(p_raws))
             AS t (place, call_id, event, created_at, occurred_at, raw, payload)
        WHERE call_id = ANY (locked)
    ), known AS MATERIALIZED (
        -- Twice in one set it is stored once, too.
        SELECT told.*, stored IS NOT NULL OR row_number() OVER (PARTITION BY told.digest, call_id ORDER BY told.place) > 1 AS again
        FROM told
        LEFT JOIN LATERAL (
            SELECT true AS stored FROM ivr.call_events AS e WHERE e.call_id = told.call_id AND e.digest = told.digest LIMIT 1
        ) AS before ON true
    ), stored AS (
        INSERT INTO ivr.call_events (call_id, event, event_key, occurred_at, received_at, payload, raw, digest)
        SELECT call_id, event, payload #>> '{data,event_key}', occurred_at, came, payload, raw, digest
        FROM known
        WHERE NOT again
        ORDER BY known.place
    ), repeated AS (
        INSERT INTO ivr.event_repeats AS r (call_id, digest, repeats, first_at, last_at)
        SELECT call_id, digest, count(*), came, came
        FROM known
        WHERE again
        GROUP BY call_id, digest
        ON CONFLICT (call_id, digest) DO UPDATE
        SET repeats = r.repeats + excluded.repeats, first_at = least(r.first_at, excluded.first_at),
            last_at = greatest(r.last_at, excluded.last_at)
    )
    SELECT array_agg(known.place), array_agg(CASE WHEN again THEN 'duplicate' ELSE 'stored' END),
           array_agg(DISTINCT call_id) FILTER (WHERE NOT again)
    INTO places, results, moved
    FROM known;
    PERFORM ivr.refresh_calls(moved);
    RETURN QUERY SELECT * FROM unnest(places, results);
END;
$$;
COMMENT ON FUNCTION ivr.store_events(integer[], text[], text[], text[], bytea[], timestamptz) IS
    'Stores webhook events, any number of them and of any calls, and moves their calls. Arguments, one element for each event: a number by which the caller knows it, call.id, event, created_at as sent (null when absent), the signed bytes; and, for events that were received before, when. Returns for each its number and stored, or duplicate when it is already there (it is counted in ivr.event_repeats). An event without a row in the result was not stored: somebody else is writing to its call, try again.';
