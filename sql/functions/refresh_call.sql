CREATE OR REPLACE FUNCTION ivr.refresh_call(p_call_id text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    fresh  ivr.calls := ivr.project_call(p_call_id);
    stored ivr.calls;
BEGIN
    IF fresh.call_id IS NULL THEN
        DELETE FROM ivr.calls WHERE calls.call_id = p_call_id;
        RETURN;
    END IF;
    SELECT * INTO stored FROM ivr.calls WHERE calls.call_id = p_call_id;
    IF stored IS NOT DISTINCT FROM fresh THEN
        RETURN;
    END IF;
    IF stored.call_id IS NULL THEN
        INSERT INTO ivr.calls SELECT fresh.*;
        RETURN;
    END IF;
    UPDATE ivr.calls
    SET application_id = fresh.application_id, customer_id = fresh.customer_id, direction = fresh.direction,
        from_number = fresh.from_number, to_number = fresh.to_number, status = fresh.status,
        current_step = fresh.current_step, last_menu = fresh.last_menu, last_digits = fresh.last_digits,
        department = fresh.department, transferred_to = fresh.transferred_to,
        started_at = fresh.started_at, answered_at = fresh.answered_at, closed_at = fresh.closed_at,
        disposition = fresh.disposition, events = fresh.events, gathers = fresh.gathers,
        answers = fresh.answers, inferred = fresh.inferred, attempts = fresh.attempts,
        asked_at = fresh.asked_at, decided_at = fresh.decided_at, last_event_at = fresh.last_event_at,
        last_answer_at = fresh.last_answer_at, menu_seconds = fresh.menu_seconds,
        talk_seconds = fresh.talk_seconds
    WHERE calls.call_id = p_call_id;
END;
$$;
COMMENT ON FUNCTION ivr.refresh_call(text) IS
    'Writes the row of ivr.calls anew from the logs. The caller holds ivr.lock_call().';
