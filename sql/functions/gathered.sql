CREATE OR REPLACE FUNCTION ivr.gathered(p_call_id text, p_step integer)
RETURNS TABLE (digest bytea, digits text)
LANGUAGE sql STABLE
SET search_path = ivr, pg_temp
AS $$
    WITH gather AS (
        SELECT event.digest, event.occurred_at, event.received_at,
               coalesce(ivr.pressed(payload), '') AS digits,
               row_number() OVER (ORDER BY coalesce(occurred_at, received_at), arrival) AS ordinal
        FROM ivr.call_events AS event
        WHERE event.call_id = p_call_id AND event.event = 'call.gathered'
    ),
    asked AS (
        -- The menu that is waiting for its digits, and its place among the menus of this call.
        SELECT count(*) AS ordinal,
               max(answered_at) FILTER (WHERE step = p_step) AS at,
               max(waited_ms) FILTER (WHERE step = p_step) AS waited_ms
        FROM ivr.answers
        WHERE call_id = p_call_id AND step <= p_step AND decision IN ('menu', 'no_input', 'invalid')
    ),
    clock AS (
        -- How far the platform's clock is off, judged by the call's other events. Up to two seconds
        -- is taken for the way here and for whole-second stamps.
        SELECT CASE WHEN offset_seen BETWEEN interval '0' AND interval '2 seconds' THEN interval '0'
                    ELSE coalesce(offset_seen, interval '0') END AS behind
        FROM (SELECT min(received_at - occurred_at) AS offset_seen
              FROM ivr.call_events
              WHERE call_id = p_call_id AND event <> 'call.gathered') AS seen
    )
    SELECT gather.digest, gather.digits
    FROM gather CROSS JOIN asked CROSS JOIN clock
    WHERE NOT EXISTS (SELECT FROM ivr.answers
                      WHERE answers.call_id = p_call_id AND answers.gathered_digest = gather.digest)
      AND (asked.ordinal <= 1
           OR gather.ordinal = asked.ordinal
           OR coalesce(gather.occurred_at + clock.behind, gather.received_at) >=
              CASE WHEN gather.occurred_at = date_trunc('second', gather.occurred_at)
                   THEN date_trunc('second', asked.at)
                   ELSE asked.at - asked.waited_ms * interval '0.5 milliseconds' END)
    ORDER BY coalesce(gather.occurred_at, gather.received_at) DESC, gather.ordinal DESC
    LIMIT 1;
$$;
COMMENT ON FUNCTION ivr.gathered(text, integer) IS
    'The call.gathered that belongs to the menu asked at this step, if it is stored and no answer has used it: digest and digits as sent (empty for none). For the first menu of a call any gather will do. For a later one it must be as manieth as the menu, or have been created after the menu was asked, on the platform''s clock as far as the call shows it: the late digit of an earlier attempt is never taken for this one''s.';
