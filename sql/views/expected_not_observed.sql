-- expected_not_observed.sql: what the platform should have told and did not. Each rule looks first at the row of the
-- call, which is at hand, and at its log only where that leaves a doubt.
CREATE OR REPLACE VIEW ivr.expected_not_observed AS
SELECT day.day, missing.call_id, missing.expected, missing.because, missing.current_step, missing.started_at,
       missing.inferred
FROM ivr.days AS day
CROSS JOIN LATERAL (
    SELECT c.call_id, rule.expected, rule.because, c.current_step, c.started_at, c.inferred
    FROM ivr.calls AS c
    CROSS JOIN LATERAL (
        SELECT 'call.created' AS expected,
               CASE WHEN c.events = 0 THEN 'instructions were asked for, but no event of the call came: is the webhook_url set?'
                    ELSE 'other events of the call came' END AS because
        WHERE c.events = 0
           OR NOT EXISTS (SELECT FROM ivr.call_events AS e
                          WHERE e.call_id = c.call_id AND e.event = 'call.created')
        UNION ALL
        SELECT 'call.gathered',
               format('menus left by a redirect: %s, gathers told: %s', followed.menus, c.gathers)
        FROM (SELECT count(*) AS menus
              FROM ivr.answers AS a
              WHERE a.call_id = c.call_id AND a.asked_at IS NOT NULL) AS followed
        WHERE c.gathers < c.answers - 1 AND c.gathers < followed.menus
        UNION ALL
        SELECT 'answer_url', 'the call was answered and ended, but nobody asked what to do'
        WHERE c.answers = 0 AND c.current_step = 'completed' AND c.direction IS DISTINCT FROM 'outbound'
        UNION ALL
        SELECT 'call.completed or call.failed',
               CASE WHEN c.transferred_to IS NOT NULL
                    THEN format('the caller was sent to %s', coalesce(c.department, ivr.shown(c.transferred_to)))
                    ELSE 'the call began' END
        WHERE c.inferred
           OR c.closed_at IS NULL AND greatest(c.last_event_at, c.last_answer_at) < now() - interval '4 hours'
              -- What MiniVoice says when it is asked is no event that it has sent.
           OR c.closed_at IS NOT NULL
              AND EXISTS (SELECT FROM ivr.reconciliations AS r WHERE r.call_id = c.call_id AND r.outcome = 'reported')
              AND NOT EXISTS (SELECT FROM ivr.call_events AS e
                              WHERE e.call_id = c.call_id AND e.event NOT LIKE 'ivr.%'
                                AND ivr.closing_word(e.event, e.payload #>> '{call,status}') IS NOT NULL)
    ) AS rule
    WHERE c.started_at >= day.starts_at AND c.started_at < day.ends_at
      -- What is a minute old may still come.
      AND greatest(c.last_event_at, c.last_answer_at) < now() - interval '1 minute'
      AND c.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
) AS missing;

COMMENT ON VIEW ivr.expected_not_observed IS
    'What should MiniVoice have told, and did not? One row for each thing that is missing of a call: WHERE day = current_date. A few are lost events; many are a wrong webhook_url or answer_url.';
COMMENT ON COLUMN ivr.expected_not_observed.day IS 'The day on which the call began, in the time zone of the session.';
COMMENT ON COLUMN ivr.expected_not_observed.call_id IS 'The call; what is known of it is in ivr.journey.';
COMMENT ON COLUMN ivr.expected_not_observed.expected IS
    'What did not come: call.created; a call.gathered for a menu that was left; the request to the answer_url; an end, after 4 hours of silence, or where only asking told it (ivr.reported).';
COMMENT ON COLUMN ivr.expected_not_observed.because IS 'Why it was expected.';
COMMENT ON COLUMN ivr.expected_not_observed.current_step IS 'Where the call is, or how it ended.';
COMMENT ON COLUMN ivr.expected_not_observed.started_at IS 'When the call began.';
COMMENT ON COLUMN ivr.expected_not_observed.inferred IS 'True when its end was inferred because none was told.';
