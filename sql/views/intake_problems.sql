-- intake_problems.sql: what reached us and was not a good event in time. The two conditions on ivr.call_events are
-- those of its index, word for word.
CREATE OR REPLACE VIEW ivr.intake_problems AS
SELECT day.day, found.problem, found.times, found.calls, found.detail, found.last_at, found.example
FROM ivr.days AS day
CROSS JOIN LATERAL (
    SELECT problem, sum(times)::bigint AS times, count(DISTINCT call_id) AS calls,
           ivr.shown_text(mode() WITHIN GROUP (ORDER BY detail)) AS detail, max(at) AS last_at,
           (array_agg(example ORDER BY at DESC))[1] AS example
    FROM (
        SELECT CASE reason WHEN 'signature' THEN 'bad signature' WHEN 'not an event' THEN 'not understood'
                           ELSE 'rejected: ' || reason END AS problem,
               1 AS times, NULL AS call_id, detail, received_at AS at, 'rejected ' || rejected_id AS example
        FROM ivr.rejected_requests
        WHERE received_at >= day.starts_at AND received_at < day.ends_at
          AND digest NOT IN (SELECT unnest(digests) FROM ivr.test_calls)
        UNION ALL
        SELECT kind.problem, 1, e.call_id, kind.detail, e.received_at, e.call_id
        FROM ivr.call_events AS e
        CROSS JOIN LATERAL (
            SELECT 'unreadable' AS problem, ivr.shown_word(e.event) || ' is stored, but its JSON cannot be read' AS detail
            WHERE e.payload IS NULL
            UNION ALL
            SELECT 'no time', ivr.shown_word(e.event) || ' tells no created_at that can be read'
            WHERE e.payload IS NOT NULL AND e.occurred_at IS NULL
            UNION ALL
            SELECT 'late', ivr.shown_word(e.event) || ' came more than 30 s after it happened'
            WHERE e.received_at - e.occurred_at > interval '30 seconds'
            UNION ALL
            SELECT 'clock ahead', ivr.shown_word(e.event) || ' happened more than 5 s after it came'
            WHERE e.occurred_at - e.received_at > interval '5 seconds'
        ) AS kind
        WHERE e.received_at >= day.starts_at AND e.received_at < day.ends_at AND e.event NOT LIKE 'ivr.%'
          AND (e.payload IS NULL OR e.occurred_at IS NULL
               OR e.received_at - e.occurred_at > interval '30 seconds'
               OR e.occurred_at - e.received_at > interval '5 seconds')
          AND e.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
        UNION ALL
        SELECT kind.problem, kind.times, r.call_id, kind.detail, r.last_at, r.call_id
        FROM ivr.event_repeats AS r
        CROSS JOIN LATERAL (
            VALUES ('came again', r.repeats - r.at_once, 'delivered more than once, stored once'),
                   ('came again at once', r.at_once, 'by MiniVoice, or by nginx or a program here that tried again; stored once')
        ) AS kind (problem, times, detail)
        WHERE r.last_at >= day.starts_at AND r.last_at < day.ends_at AND kind.times > 0
          AND r.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
    ) AS problem
    GROUP BY problem
) AS found;

COMMENT ON VIEW ivr.intake_problems IS
    'Is something wrong with what MiniVoice sends us? One row per day and problem: ORDER BY day DESC, times DESC. Bad signatures: a wrong secret, or somebody else. Clock ahead or late for every call: one of the two clocks is wrong. Came again is harmless: an event is stored once. At once, within 6 seconds, it may have been sent once: nginx asks another process when one died, and the programs send again what a lost connection did not confirm.';
COMMENT ON COLUMN ivr.intake_problems.day IS 'The day on which it reached us, in the time zone of the session.';
COMMENT ON COLUMN ivr.intake_problems.problem IS
    'bad signature, not understood, rejected: <why>, unreadable, no time, late, clock ahead, came again, or came again at once (maybe by ourselves).';
COMMENT ON COLUMN ivr.intake_problems.times IS 'How often.';
COMMENT ON COLUMN ivr.intake_problems.calls IS 'In how many calls; 0 where the request tells none.';
COMMENT ON COLUMN ivr.intake_problems.detail IS 'What exactly, most of the time.';
COMMENT ON COLUMN ivr.intake_problems.last_at IS 'When it last was so.';
COMMENT ON COLUMN ivr.intake_problems.example IS 'The last one: a call id, or rejected and the number in ivr.rejected_requests.';
