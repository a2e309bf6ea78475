CREATE OR REPLACE FUNCTION ivr.project_calls(p_call_ids text[]) RETURNS SETOF ivr.calls
LANGUAGE sql STABLE
AS $$
    SELECT one.call_id, application_id, customer_id, direction,
           coalesce(e.from_number, a.from_number), coalesce(e.to_number, a.to_number),
           CASE WHEN rank > 1 THEN coalesce(closing_status, closing) ELSE e.status END,
           coalesce(closing,
                    CASE WHEN all_came_back THEN concat_ws(':', 'gathered', last_menu)
                         WHEN in_menu THEN 'menu:' || coalesce(a.menu, 'none')
                         WHEN a.decision = 'transfer' THEN 'transfer:' || coalesce(sent_to, a.reason, 'none')
                         WHEN a.decision = 'message' THEN 'message:' || coalesce(a.menu, 'none')
                         WHEN answers > 0 THEN 'fallback:' || coalesce(a.menu, 'none')
                         WHEN e.answered_at IS NOT NULL THEN 'answered'
                         ELSE 'created' END),
           last_menu, coalesce(CASE WHEN all_came_back THEN nullif(pressed, '') END, last_digits), a.department,
           transferred_to,
           least(e.first_at, a.first_at), e.answered_at, closed_at,
           CASE WHEN closing IN ('failed', 'canceled') THEN closing
                WHEN in_menu AND closing = 'completed' THEN 'abandoned in menu'
                WHEN in_menu OR answers = 0 OR closing IS NULL THEN closing
                WHEN a.decision = 'transfer' THEN 'transferred'
                WHEN a.reason = 'no input' THEN 'no input'
                WHEN a.decision = 'message' THEN 'message'
                ELSE 'fallback' END,
           events, gathers, answers, rank = 1, attempts, asked_at, decided_at, last_event_at, last_answer_at,
           CASE WHEN menu_ended_at IS NOT NULL
               THEN round(extract(epoch FROM greatest(menu_ended_at - asked_at, interval '0')), 3) END,
           CASE WHEN closing = 'completed' AND a.decision = 'transfer' AND rank > 2
               THEN round(extract(epoch FROM greatest(closed_at - decided_at, interval '0')), 3) END
    FROM unnest(p_call_ids) AS one (call_id)
    CROSS JOIN LATERAL (
        -- What is told first counts, of status and digits what is told last. Of ends the first one of the highest rank
        -- (array_position() finds the first): an unknown event with a final status only where no terminal event has come
        -- (PLATFORM U15: the name first, then the status), what the platform said when it was asked only where neither has,
        -- an inferred end only where none of them has.
        SELECT count(*) FILTER (WHERE rank > 2)::integer AS events,
               count(*) FILTER (WHERE event = 'call.gathered')::integer AS gathers,
               min(at) FILTER (WHERE rank > 2) AS first_at,
               max(at) FILTER (WHERE rank > 2) AS last_event_at,
               min(at) FILTER (WHERE event = 'call.answered') AS answered_at,
               (array_agg(application_id) FILTER (WHERE application_id IS NOT NULL))[1] AS application_id,
               (array_agg(customer_id) FILTER (WHERE customer_id IS NOT NULL))[1] AS customer_id,
               (array_agg(direction) FILTER (WHERE direction IS NOT NULL))[1] AS direction,
               (array_agg(from_number) FILTER (WHERE from_number IS NOT NULL))[1] AS from_number,
               (array_agg(to_number) FILTER (WHERE to_number IS NOT NULL))[1] AS to_number,
               (array_agg(status) FILTER (WHERE status IS NOT NULL))[count(status)] AS status,
               (array_agg(pressed) FILTER (WHERE event = 'call.gathered'))[count(*) FILTER (WHERE event = 'call.gathered')] AS pressed,
               coalesce(max(rank) FILTER (WHERE closes IS NOT NULL), 0) AS rank,
               array_position(array_agg(rank) FILTER (WHERE closes IS NOT NULL), max(rank) FILTER (WHERE closes IS NOT NULL)) AS nth,
               array_agg(closes) FILTER (WHERE closes IS NOT NULL) AS closings,
               array_agg(at) FILTER (WHERE closes IS NOT NULL) AS closing_times,
               array_agg(said) FILTER (WHERE closes IS NOT NULL) AS closing_statuses
        FROM (SELECT event, at, pressed, rank, said,
                     told ->> 'application_id' AS application_id, told ->> 'customer_id' AS customer_id,
                     told ->> 'direction' AS direction, told ->> 'from' AS from_number, told ->> 'to' AS to_number,
                     told ->> 'status' AS status, ivr.closing_word(event, said) AS closes
              FROM (-- Ordered by the sender's clock and then by content: never by arrival, so that any order of arrival
                    -- gives the same row. An inferred or reported end tells nothing else.
                    SELECT event, coalesce(occurred_at, received_at) AS at, ivr.pressed(payload) AS pressed,
                           CASE WHEN event NOT IN ('ivr.inferred', 'ivr.reported') THEN payload -> 'call' END AS told,
                           payload #>> '{call,status}' AS said,
                           CASE WHEN event IN ('call.completed', 'call.failed', 'call.canceled', 'call.cancelled') THEN 4
                                WHEN event = 'ivr.inferred' THEN 1
                                WHEN event = 'ivr.reported' THEN 2
                                ELSE 3 END AS rank
                    FROM ivr.call_events
                    WHERE call_events.call_id = one.call_id
                    ORDER BY coalesce(occurred_at, received_at), digest) AS in_order
              OFFSET 0) AS event  -- OFFSET 0: each of these is worked out once
    ) AS e
    CROSS JOIN LATERAL (
        -- In the order of steps. The numbers that the first one tells count; of everything else the last.
        SELECT count(*)::integer AS answers,
               count(*) FILTER (WHERE asks)::integer AS attempts,
               min(at) AS first_at,
               max(at) AS last_answer_at,
               (array_agg(decision))[count(*)] AS decision,
               (array_agg(reason))[count(*)] AS reason,
               (array_agg(menu))[count(*)] AS menu,
               (array_agg(department))[count(*)] AS sent_to,
               (array_agg(at) FILTER (WHERE asks))[1] AS asked_at,
               (array_agg(at) FILTER (WHERE NOT asks))[count(*) FILTER (WHERE NOT asks)] AS decided_at,
               (array_agg(from_number) FILTER (WHERE from_number IS NOT NULL))[1] AS from_number,
               (array_agg(to_number) FILTER (WHERE to_number IS NOT NULL))[1] AS to_number,
               (array_agg(menu) FILTER (WHERE menu IS NOT NULL))[count(menu)] AS last_menu,
               (array_agg(digits) FILTER (WHERE digits <> ''))[count(*) FILTER (WHERE digits <> '')] AS last_digits,
               (array_agg(department) FILTER (WHERE department IS NOT NULL))[count(department)] AS department,
               (array_agg(destination) FILTER (WHERE destination IS NOT NULL))[count(destination)] AS transferred_to
        FROM (SELECT answered_at AS at, ivr.asks_menu(decision) AS asks, decision, reason, menu, digits, department,
                     destination, from_number, to_number
              FROM ivr.answers
              WHERE answers.call_id = one.call_id
              ORDER BY step) AS answer
    ) AS a
    CROSS JOIN LATERAL (
        SELECT closings[nth] AS closing, closing_times[nth] AS closed_at, closing_statuses[nth] AS closing_status,
               coalesce(ivr.asks_menu(a.decision), false) AS in_menu
    ) AS so
    CROSS JOIN LATERAL (
        -- Every gather asked has come back, and nothing has been decided since.
        SELECT in_menu AND gathers >= attempts OR answers = 0 AND gathers > 0 AS all_came_back,
               CASE WHEN asked_at IS NULL THEN NULL
                    WHEN NOT in_menu THEN decided_at
                    WHEN rank > 2 THEN closed_at END AS menu_ended_at
    ) AS and_so
    WHERE events + answers > 0;
$$;
COMMENT ON FUNCTION ivr.project_calls(text[]) IS
    'The rows of ivr.calls as they follow from the events and answers stored for these calls; none for a call of which nothing is stored. The one place where that is decided. A step is ranked by what it is before when it was: a terminal event wins over all, an answer over call.answered and call.created; what the platform said when it was asked (ivr.reported) only where no event told an end, and an inferred end only over what is no end.';
