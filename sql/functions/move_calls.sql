CREATE OR REPLACE FUNCTION ivr.move_calls(p_facts ivr.calls[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    twice boolean := false;  -- some call is: of that the logs tell
    moved text[];
BEGIN
    IF cardinality(p_facts) > 1 THEN
        twice := (SELECT count(DISTINCT call_id) < count(*) FROM unnest(p_facts));
    END IF;
    IF NOT twice THEN
        WITH moved AS (
            INSERT INTO ivr.calls AS c
            SELECT * FROM unnest(p_facts) WHERE NOT inferred
            ON CONFLICT (call_id) DO UPDATE
            SET application_id = coalesce(c.application_id, excluded.application_id),
                customer_id = coalesce(c.customer_id, excluded.customer_id),
                direction = coalesce(c.direction, excluded.direction),
                from_number = coalesce(c.from_number, excluded.from_number),
                to_number = coalesce(c.to_number, excluded.to_number),
                status = CASE WHEN c.closed_at IS NULL THEN coalesce(excluded.status, c.status) ELSE c.status END,
                current_step = CASE
                    WHEN excluded.closed_at IS NOT NULL OR excluded.answers = 1 THEN excluded.current_step
                    WHEN excluded.gathers = 1 AND (c.answers = 0 OR c.current_step ~ '^(menu|gathered)' AND c.gathers + 1 >= c.attempts)
                        THEN concat_ws(':', 'gathered', c.last_menu)
                    WHEN c.current_step = 'created' THEN excluded.current_step
                    ELSE c.current_step END,
                last_menu = coalesce(excluded.last_menu, c.last_menu),
                last_digits = CASE
                    WHEN excluded.gathers = 0 OR c.answers = 0 OR c.current_step ~ '^(menu|gathered)' AND c.gathers + 1 >= c.attempts
                        THEN coalesce(excluded.last_digits, c.last_digits)
                    ELSE c.last_digits END,
                department = coalesce(excluded.department, c.department),
                transferred_to = coalesce(excluded.transferred_to, c.transferred_to),
                started_at = least(c.started_at, excluded.started_at),
                answered_at = least(c.answered_at, excluded.answered_at),
                closed_at = coalesce(c.closed_at, excluded.closed_at),
                disposition = CASE
                    WHEN c.closed_at IS NOT NULL OR excluded.closed_at IS NULL THEN c.disposition
                    WHEN c.answers = 0 OR excluded.disposition <> 'completed' THEN excluded.disposition
                    WHEN c.current_step ~ '^transfer' THEN 'transferred'
                    ELSE 'abandoned in menu' END,
                events = c.events + excluded.events,
                gathers = c.gathers + excluded.gathers,
                answers = c.answers + excluded.answers,
                attempts = c.attempts + excluded.attempts,
                asked_at = coalesce(c.asked_at, excluded.asked_at),
                decided_at = coalesce(excluded.decided_at, c.decided_at),
                last_event_at = greatest(c.last_event_at, excluded.last_event_at),
                last_answer_at = greatest(c.last_answer_at, excluded.last_answer_at),
                menu_seconds = CASE
                    WHEN excluded.attempts = 1 OR c.asked_at IS NULL THEN NULL
                    WHEN excluded.answers = 1
                      OR c.closed_at IS NULL AND excluded.closed_at IS NOT NULL AND c.current_step ~ '^(menu|gathered)'
                        THEN round(extract(epoch FROM greatest(coalesce(excluded.decided_at, excluded.closed_at) - c.asked_at, interval '0')), 3)
                    ELSE c.menu_seconds END,
                talk_seconds = CASE
                    WHEN c.closed_at IS NULL AND excluded.disposition = 'completed' AND c.current_step ~ '^transfer'
                        THEN round(extract(epoch FROM greatest(excluded.closed_at - c.decided_at, interval '0')), 3)
                    ELSE c.talk_seconds END
            WHERE NOT c.inferred
                  -- Of two ends the log tells which one counts; after a fallback or a message, the answer tells why.
              AND (excluded.closed_at IS NULL OR c.closed_at IS NULL AND c.current_step !~ '^(fallback|message)')
                  -- What an event tells first counts: both tell the same, or one of them tells nothing.
              AND coalesce(c.application_id = excluded.application_id, true)
              AND coalesce(c.customer_id = excluded.customer_id, true)
              AND coalesce(c.direction = excluded.direction, true)
              AND (excluded.answers = 1
                   OR coalesce(c.from_number = excluded.from_number, true) AND coalesce(c.to_number = excluded.to_number, true))
                  -- The status that is told last counts, until the end: it is the same, or this is the last.
              AND (coalesce(c.status = excluded.status, true) OR num_nonnulls(c.closed_at, excluded.closed_at) > 0
                   OR excluded.last_event_at > c.last_event_at)
                  -- So do the digits; where none were pressed, those of the answers.
              AND (excluded.gathers = 0
                   OR c.closed_at IS NULL
                      AND (c.gathers = 0 OR excluded.last_event_at > c.last_event_at AND excluded.last_digits IS NOT NULL))
                  -- An answer puts an end to what was gathered, unless more has come back than was asked.
              AND (excluded.answers = 0
                   OR c.closed_at IS NULL AND (excluded.attempts = 0 OR c.gathers <= c.attempts)
                      AND (excluded.last_digits IS NOT NULL OR c.current_step !~ '^gathered'))
            RETURNING call_id, events + answers = 1 AS new
        )
        -- Of an inferred or reported end alone there is no row.
        SELECT array_agg(call_id) INTO moved
        FROM moved
        WHERE NOT (new AND EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = moved.call_id AND e.event IN ('ivr.inferred', 'ivr.reported')));
    END IF;
    IF moved IS NULL OR cardinality(moved) < cardinality(p_facts) THEN
        PERFORM ivr.refresh_calls(ARRAY(SELECT DISTINCT call_id FROM unnest(p_facts) WHERE call_id <> ALL (coalesce(moved, '{}'))));
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr.move_calls(ivr.calls[]) IS
    'Moves the rows of calls of which something was just stored: by that fact alone where the row alone tells what becomes of it, and otherwise anew from the logs, by ivr.refresh_calls(). The one place that says when: what comes out is always what ivr.project_calls() says, and a set costs half as much. A fact is the row that ivr.project_calls() gives for a call of which this event, or this answer, is all that is stored; an answer is the newest of its call. Before these facts the rows were right; the caller holds their locks.';
