CREATE OR REPLACE FUNCTION ivr.project_call(p_call_id text) RETURNS ivr.calls
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    call     ivr.calls;         -- what is returned
    seen     record;
    in_menu  boolean := false;  -- the last answer asked a menu
    pressed  text;              -- digits of the newest call.gathered
    decided  text;
    why      text;
    closing  text;              -- completed, failed, canceled or unknown
    rank     integer := 0;      -- of what closed it: 3 a terminal event by name, 2 by status, 1 inferred
    answered boolean := false;
    first_at timestamptz;
BEGIN
    call.call_id := p_call_id;
    call.events := 0;
    call.gathers := 0;
    call.answers := 0;
    call.attempts := 0;
    call.inferred := false;

    -- Ordered by the sender's clock and then by content: never by arrival, so that any order of
    -- arrival gives the same row.
    FOR seen IN
        SELECT event, payload -> 'call' AS told, coalesce(occurred_at, received_at) AS at,
               ivr.pressed(payload) AS digits,
               ivr.closing_word(event, payload #>> '{call,status}') AS closes,
               CASE WHEN event IN ('call.completed', 'call.failed', 'call.canceled', 'call.cancelled') THEN 3
                    WHEN event = 'ivr.inferred' THEN 1
                    ELSE 2 END AS rank
        FROM ivr.call_events
        WHERE call_events.call_id = p_call_id
        ORDER BY coalesce(occurred_at, received_at), digest
    LOOP
        -- The first terminal event of the highest rank closes, once: an unknown event with a final status only
        -- where no terminal event has come (PLATFORM U15: the name first, then the status), an inferred end only
        -- where neither has.
        IF seen.closes IS NOT NULL AND seen.rank > rank THEN
            closing := seen.closes;
            rank := seen.rank;
            call.closed_at := seen.at;
            call.status := CASE WHEN rank = 1 THEN call.status ELSE coalesce(seen.told ->> 'status', seen.closes) END;
        ELSIF rank < 2 THEN
            call.status := coalesce(seen.told ->> 'status', call.status);
        END IF;
        IF seen.event = 'ivr.inferred' THEN
            CONTINUE;  -- it tells nothing else
        END IF;
        call.events := call.events + 1;
        first_at := least(first_at, seen.at);
        call.last_event_at := seen.at;
        call.application_id := coalesce(call.application_id, seen.told ->> 'application_id');
        call.customer_id := coalesce(call.customer_id, seen.told ->> 'customer_id');
        call.direction := coalesce(call.direction, seen.told ->> 'direction');
        call.from_number := coalesce(call.from_number, seen.told ->> 'from');
        call.to_number := coalesce(call.to_number, seen.told ->> 'to');
        IF seen.event = 'call.answered' THEN
            answered := true;
            call.answered_at := coalesce(call.answered_at, seen.at);
        ELSIF seen.event = 'call.gathered' THEN
            call.gathers := call.gathers + 1;
            pressed := seen.digits;
        END IF;
    END LOOP;

    FOR seen IN
        SELECT step, menu, digits, decision, reason, a.department, destination, a.from_number, a.to_number,
               a.answered_at AS at
        FROM ivr.answers AS a
        WHERE a.call_id = p_call_id
        ORDER BY step
    LOOP
        call.answers := call.answers + 1;
        first_at := least(first_at, seen.at);
        call.last_answer_at := greatest(call.last_answer_at, seen.at);
        call.from_number := coalesce(call.from_number, seen.from_number);
        call.to_number := coalesce(call.to_number, seen.to_number);
        call.last_menu := coalesce(seen.menu, call.last_menu);
        call.last_digits := coalesce(nullif(seen.digits, ''), call.last_digits);
        call.department := coalesce(seen.department, call.department);
        call.transferred_to := coalesce(seen.destination, call.transferred_to);
        decided := seen.decision;
        why := seen.reason;
        in_menu := decided IN ('menu', 'no_input', 'invalid');
        IF in_menu THEN
            call.attempts := call.attempts + 1;
            call.asked_at := coalesce(call.asked_at, seen.at);
        ELSE
            call.decided_at := seen.at;
        END IF;
        call.current_step := CASE
            WHEN in_menu THEN 'menu:' || coalesce(seen.menu, 'none')
            WHEN decided = 'transfer' THEN 'transfer:' || coalesce(seen.department, seen.reason, 'none')
            WHEN decided = 'message' THEN 'message:' || coalesce(seen.menu, 'none')
            ELSE 'fallback:' || coalesce(seen.menu, 'none')
        END;
    END LOOP;

    IF call.events + call.answers = 0 THEN
        RETURN NULL;
    END IF;

    -- Every gather asked has come back, and nothing has been decided since.
    IF (in_menu AND call.gathers >= call.attempts) OR (call.answers = 0 AND call.gathers > 0) THEN
        call.current_step := concat_ws(':', 'gathered', call.last_menu);
        call.last_digits := coalesce(nullif(pressed, ''), call.last_digits);
    END IF;
    call.current_step := coalesce(closing, call.current_step,
                                  CASE WHEN answered THEN 'answered' ELSE 'created' END);
    call.started_at := first_at;
    call.inferred := rank = 1;
    IF closing IS NOT NULL THEN
        call.disposition := CASE
            WHEN closing IN ('failed', 'canceled') THEN closing
            WHEN in_menu AND closing = 'completed' THEN 'abandoned in menu'
            WHEN in_menu OR call.answers = 0 THEN closing
            WHEN decided = 'transfer' THEN 'transferred'
            WHEN why = 'no input' THEN 'no input'
            WHEN decided = 'message' THEN 'message'
            ELSE 'fallback'
        END;
    END IF;
    IF call.asked_at IS NOT NULL THEN
        call.menu_seconds := round(extract(epoch FROM greatest(
            CASE WHEN NOT in_menu THEN call.decided_at WHEN rank > 1 THEN call.closed_at END - call.asked_at,
            CASE WHEN NOT in_menu OR rank > 1 THEN interval '0' END)), 3);
    END IF;
    IF closing = 'completed' AND decided = 'transfer' THEN
        call.talk_seconds := round(extract(epoch FROM greatest(call.closed_at - call.decided_at, interval '0')), 3);
    END IF;
    RETURN call;
END;
$$;
COMMENT ON FUNCTION ivr.project_call(text) IS
    'The row of ivr.calls as it follows from the events and answers stored for this call; null when there are none. The one place where that is decided. A step is ranked by what it is before when it was: a terminal event wins over all, an answer over call.answered and call.created; an inferred end only over what is no end.';
