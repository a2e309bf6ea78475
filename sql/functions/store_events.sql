CREATE OR REPLACE FUNCTION ivr.store_events(
    p_places integer[], p_call_ids text[], p_events text[], p_created_ats text[], p_raws bytea[],
    p_received_ats timestamptz[] DEFAULT NULL)
RETURNS TABLE (place integer, result text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = ivr, pg_temp
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    locked   text[] := ivr.try_lock_calls(p_call_ids);
    now_at   timestamptz := clock_timestamp();
    payloads jsonb[] := ivr.parse_jsons(p_raws);
    kept     jsonb[] := payloads;
    raws     bytea[] := p_raws;
    secret   bytea;
    codes    boolean;      -- whether any is set: mostly none, and then no event costs a look
    moved    text[];       -- the calls of which something is new,
    fresh    bytea[];      -- its digests,
    facts    ivr.calls[];  -- and what it tells by itself
BEGIN
    IF locked = '{}' THEN
        RETURN;
    END IF;
    SELECT digest_key, EXISTS (SELECT FROM ivr.codes) INTO secret, codes FROM ivr.pseudonym_key WHERE one_row;
    IF codes AND 'call.gathered' = ANY (p_events) THEN
        -- What is pressed for a code is judged, and not kept.
        SELECT judged.* INTO kept, raws FROM ivr.judged_events(p_call_ids, p_events, payloads, p_raws) AS judged;
    END IF;
    WITH stored AS (
        INSERT INTO ivr.call_events (call_id, event, event_key, occurred_at, received_at, payload, raw, digest)
        SELECT call_id, event, payload #>> '{data,event_key}', occurred_at, coalesce(came, now_at), judged, judged_raw,
               ivr.keyed_digest(secret, ivr.event_digest(call_id, event, created_at, payload, raw))
        FROM unnest(p_call_ids, p_events, p_created_ats, ivr.parse_times(p_created_ats), payloads, p_raws, p_received_ats, kept, raws)
             AS t (call_id, event, created_at, occurred_at, payload, raw, came, judged, judged_raw)
        WHERE call_id = ANY (locked)
        ON CONFLICT (call_id, digest) DO NOTHING
        RETURNING call_id, digest, event, event = 'call.answered' AS answered, event = 'call.gathered' AS gathered,
                  coalesce(occurred_at, received_at) AS at, ivr.pressed(payload) AS pressed, payload -> 'call' AS told,
                  ivr.closing_word(event, payload #>> '{call,status}') AS closes
    )
    SELECT array_agg(call_id), array_agg(digest),
           array_agg(ROW(call_id, told ->> 'application_id', told ->> 'customer_id', told ->> 'direction', told ->> 'from', told ->> 'to',
                         coalesce(told ->> 'status', closes),
                         coalesce(closes, CASE WHEN gathered THEN 'gathered' WHEN answered THEN 'answered' ELSE 'created' END),
                         NULL, CASE WHEN gathered THEN nullif(pressed, '') END, NULL, NULL,
                         at, CASE WHEN answered THEN at END, CASE WHEN closes IS NOT NULL THEN at END, closes,
                         1, gathered::integer, 0, event IN ('ivr.inferred', 'ivr.reported'), 0, NULL, NULL, at, NULL, NULL, NULL)::ivr.calls)
    INTO moved, fresh, facts
    FROM stored;
    IF facts IS NOT NULL THEN
        PERFORM ivr.move_calls(facts);
    END IF;
    IF cardinality(fresh) = cardinality(p_places) THEN
        RETURN QUERY SELECT unnest(p_places), 'stored';
        RETURN;
    END IF;

    -- Some were there before, or twice in this set: of each event the first one is new, if any.
    RETURN QUERY
    WITH told AS (
        SELECT place, call_id, digest, came,
               row_number() OVER (PARTITION BY call_id, digest ORDER BY nth) = 1
               AND EXISTS (SELECT FROM unnest(moved, fresh) AS f (id, known) WHERE id = call_id AND known = digest) AS first
        FROM (SELECT place, call_id, ivr.keyed_digest(secret, ivr.event_digest(call_id, event, created_at, payload, raw)) AS digest,
                     coalesce(came, now_at) AS came, nth
              FROM unnest(p_places, p_call_ids, p_events, p_created_ats, payloads, p_raws, p_received_ats) WITH ORDINALITY
                   AS t (place, call_id, event, created_at, payload, raw, came, nth)
              WHERE call_id = ANY (locked)
              OFFSET 0) AS sent
    ), repeated AS (
        INSERT INTO ivr.event_repeats AS r (call_id, digest, repeats, at_once, first_at, last_at)
        SELECT call_id, digest, count(*),
               -- What was spooled came before it was tried again: either may be the first.
               count(*) FILTER (WHERE came - coalesce(first_came, came) BETWEEN interval '-6 seconds' AND interval '6 seconds'),
               min(came), max(came)
        FROM (SELECT t.call_id, t.digest, t.came,
                     (SELECT e.received_at FROM ivr.call_events AS e WHERE e.call_id = t.call_id AND e.digest = t.digest) AS first_came
              FROM told AS t WHERE NOT t.first) AS again
        GROUP BY call_id, digest
        ON CONFLICT (call_id, digest) DO UPDATE
        SET repeats = r.repeats + excluded.repeats, at_once = r.at_once + excluded.at_once, first_at = least(r.first_at, excluded.first_at),
            last_at = greatest(r.last_at, excluded.last_at)
    )
    SELECT place, CASE WHEN first THEN 'stored' ELSE 'duplicate' END FROM told;
END;
$$;
COMMENT ON FUNCTION ivr.store_events(integer[], text[], text[], text[], bytea[], timestamptz[]) IS
    'Stores webhook events, any number of them and of any calls, and moves their calls. Arguments, one element for each event: a number by which the caller knows it, call.id, event, created_at as sent (null when absent), the signed bytes; and when it was received, null for now. Returns for each its number and stored, or duplicate when it is already there (it is counted in ivr.event_repeats, those within 6 seconds of the first apart: they may be our own). An event without a row in the result was not stored: somebody else is writing to its call, try again.';
