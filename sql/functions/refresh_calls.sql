CREATE OR REPLACE FUNCTION ivr.refresh_calls(p_call_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE
-- Everything is looked up by its key: one plan is the best, whatever statistics say of tables that were empty once.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    written bigint;
BEGIN
    INSERT INTO ivr.calls AS stored
    SELECT * FROM ivr.project_calls(p_call_ids)
    ON CONFLICT (call_id) DO UPDATE
    SET application_id = excluded.application_id, customer_id = excluded.customer_id, direction = excluded.direction,
        from_number = excluded.from_number, to_number = excluded.to_number, status = excluded.status,
        current_step = excluded.current_step, last_menu = excluded.last_menu, last_digits = excluded.last_digits,
        department = excluded.department, transferred_to = excluded.transferred_to,
        started_at = excluded.started_at, answered_at = excluded.answered_at, closed_at = excluded.closed_at,
        disposition = excluded.disposition, events = excluded.events, gathers = excluded.gathers,
        answers = excluded.answers, inferred = excluded.inferred, attempts = excluded.attempts,
        asked_at = excluded.asked_at, decided_at = excluded.decided_at, last_event_at = excluded.last_event_at,
        last_answer_at = excluded.last_answer_at, menu_seconds = excluded.menu_seconds,
        talk_seconds = excluded.talk_seconds
    WHERE stored IS DISTINCT FROM excluded;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < cardinality(p_call_ids) THEN
        -- They were right already, or nothing is left of them.
        DELETE FROM ivr.calls AS c
        WHERE c.call_id = ANY (p_call_ids)
          AND NOT EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = c.call_id)
          AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = c.call_id);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr.refresh_calls(text[]) IS
    'Writes the rows of these calls in ivr.calls anew from the logs, each named once; a call of which nothing is stored goes. The caller holds their locks: see ivr.lock_call() and ivr.try_lock_calls().';
