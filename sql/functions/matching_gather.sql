CREATE OR REPLACE FUNCTION ivr.matching_gather(p_call_id text, p_step integer)
RETURNS TABLE (digest bytea, digits text)
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
BEGIN
    -- In PL/pgSQL for its kept plan.
    RETURN QUERY
    WITH gather AS (
        SELECT event.digest, event.occurred_at, event.received_at,
               coalesce(ivr.pressed(payload), '') AS digits,
               -- Ended by a key that is not told, and not by the time.
               CASE WHEN payload #>> '{data,timed_out}' = 'false' THEN payload #>> '{data,finish_on_key}' END AS finished_with,
               row_number() OVER (ORDER BY coalesce(occurred_at, received_at), arrival) AS ordinal
        FROM ivr.call_events AS event
        WHERE event.call_id = p_call_id AND event.event = 'call.gathered'
    ),
    asked AS (
        -- The menu that is waiting for its digits, and its place among the menus of this call.
        -- A step that is not stored yet (the database was out of reach) is taken for a menu.
        SELECT p_step - count(*) FILTER (WHERE NOT ivr.asks_menu(decision)) AS ordinal,
               max(answered_at) FILTER (WHERE step = p_step) AS at,
               max(waited_ms) FILTER (WHERE step = p_step) AS waited_ms,
               min(answered_at) AS first_at,
               -- Where a message is taken, the finish key alone says that there is one.
               bool_or(step = p_step AND starts_with(menu, 'message_box:')) AS takes_message
        FROM ivr.answers
        WHERE call_id = p_call_id AND step <= p_step
    ),
    clock AS (
        -- How far the platform's clock is behind ours at least, judged by the call's other events. Up to two
        -- seconds is taken for their way here; a whole-second stamp is up to a second early. A clock that is
        -- behind stamps a call's beginning long before its first answer; where it does not, the events were slow.
        SELECT CASE WHEN came_after BETWEEN interval '0' AND interval '2 seconds' THEN interval '0'
                    WHEN whole THEN came_after - interval '1 second'
                    ELSE came_after END AS behind
        FROM (SELECT CASE WHEN event IN ('call.created', 'call.answered')
                          THEN least(received_at, greatest(asked.first_at, occurred_at))
                          ELSE received_at END - occurred_at AS came_after,
                     occurred_at = date_trunc('second', occurred_at) AS whole
              FROM ivr.call_events CROSS JOIN asked
              WHERE call_id = p_call_id AND event <> 'call.gathered' AND occurred_at IS NOT NULL
              ORDER BY came_after
              LIMIT 1) AS seen
    )
    SELECT gather.digest,
           CASE WHEN asked.takes_message AND gather.digits = '' THEN coalesce(gather.finished_with, '') ELSE gather.digits END
    FROM gather CROSS JOIN asked LEFT JOIN clock ON true
    WHERE NOT EXISTS (SELECT FROM ivr.answers
                      WHERE answers.call_id = p_call_id AND answers.gathered_digest = gather.digest)
      AND CASE WHEN asked.ordinal <= 1 THEN true
               -- A menu asked in the future: our clock was put back since, and only counting is left.
               WHEN asked.at > now() THEN gather.ordinal = asked.ordinal
               -- What came before the menu was asked is no reply to it.
               ELSE gather.received_at >= coalesce(asked.at, gather.received_at)
                    AND (gather.ordinal = asked.ordinal
                         -- The gather before it had ended when its redirect came, waited_ms before this menu was asked.
                         OR coalesce(gather.occurred_at + coalesce(clock.behind, interval '0'), gather.received_at) >
                            asked.at - asked.waited_ms * CASE WHEN gather.occurred_at = date_trunc('second', gather.occurred_at)
                                                              THEN interval '1 millisecond'
                                                              ELSE interval '0.5 milliseconds' END)
          END
    ORDER BY coalesce(gather.occurred_at, gather.received_at) DESC, gather.ordinal DESC
    LIMIT 1;
END;
$$;
COMMENT ON FUNCTION ivr.matching_gather(text, integer) IS
    'ivr.gathered() where there is any call.gathered that no answer has used.';
