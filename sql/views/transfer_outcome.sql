CREATE OR REPLACE VIEW ivr.transfer_outcome AS
SELECT day.day, sent.department, ivr.shown(sent.transferred_to) AS destination, sent.calls, sent.answered, sent.failed,
       sent.canceled, sent.open, sent.unknown, sent.answered_percent, sent.talk_seconds, sent.average_talk_seconds,
       sent.longest_talk_seconds
FROM ivr.days AS day
CROSS JOIN LATERAL (
    SELECT c.department, c.transferred_to,
           count(*) AS calls,
           count(*) FILTER (WHERE c.current_step = 'completed') AS answered,
           count(*) FILTER (WHERE c.current_step = 'failed') AS failed,
           count(*) FILTER (WHERE c.current_step = 'canceled') AS canceled,
           count(*) FILTER (WHERE c.closed_at IS NULL) AS open,
           count(*) FILTER (WHERE c.current_step = 'unknown') AS unknown,
           round(100.0 * count(*) FILTER (WHERE c.current_step = 'completed')
                 / nullif(count(*) FILTER (WHERE c.current_step IN ('completed', 'failed')), 0), 1) AS answered_percent,
           round(sum(c.talk_seconds)) AS talk_seconds,
           round(avg(c.talk_seconds)) AS average_talk_seconds,
           round(max(c.talk_seconds)) AS longest_talk_seconds
    FROM ivr.calls AS c
    WHERE c.started_at >= day.starts_at AND c.started_at < day.ends_at AND c.transferred_to IS NOT NULL
      AND c.call_id NOT IN (SELECT call_id FROM ivr.test_calls)
    GROUP BY c.department, c.transferred_to
) AS sent;

COMMENT ON VIEW ivr.transfer_outcome IS
    'Were callers who were connected answered? Per day, department and destination: WHERE day = current_date. The platform tells of a transfer only how the call ended: answered counts call.completed, failed counts call.failed. A mailbox answers too.';
COMMENT ON COLUMN ivr.transfer_outcome.day IS 'The day on which the calls began, in the time zone of the session.';
COMMENT ON COLUMN ivr.transfer_outcome.department IS 'The department; null for a destination without one, such as an extension.';
COMMENT ON COLUMN ivr.transfer_outcome.destination IS 'The number or SIP URI that was dialled; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.transfer_outcome.calls IS 'How many callers were sent there, fallbacks included.';
COMMENT ON COLUMN ivr.transfer_outcome.answered IS 'How many of these calls ended normally (call.completed).';
COMMENT ON COLUMN ivr.transfer_outcome.failed IS 'How many ended with call.failed: busy, unreachable, not answered.';
COMMENT ON COLUMN ivr.transfer_outcome.canceled IS 'How many were canceled.';
COMMENT ON COLUMN ivr.transfer_outcome.open IS 'How many are not over.';
COMMENT ON COLUMN ivr.transfer_outcome.unknown IS 'Of how many the end was never told.';
COMMENT ON COLUMN ivr.transfer_outcome.answered_percent IS 'answered in percent of answered and failed.';
COMMENT ON COLUMN ivr.transfer_outcome.talk_seconds IS 'How long all of them were connected, ringing included.';
COMMENT ON COLUMN ivr.transfer_outcome.average_talk_seconds IS 'How long one was connected, on average.';
COMMENT ON COLUMN ivr.transfer_outcome.longest_talk_seconds IS 'How long the longest was connected.';
