CREATE OR REPLACE VIEW ivr.notifications AS
SELECT n.notice, n.subscription, coalesce(substring(s.url FROM '^https?://([^/?]+)'), s.url) AS receiver, n.kind, n.of_call AS call_id, n.subject, n.message_id,
       n.noticed_at, t.tried_at, t.http_status, t.fault, t.took_ms,
       coalesce(n.outcome, CASE WHEN s.ended_at IS NOT NULL THEN 'ended' WHEN n.tries = 0 THEN 'due' ELSE 'failed, due again' END) AS outcome,
       CASE WHEN n.done_at IS NULL AND s.ended_at IS NULL THEN greatest(n.next_try_at, s.not_before) END AS next_try_at
FROM ivr.notices AS n
JOIN ivr.subscriptions AS s ON s.subscription = n.subscription
LEFT JOIN ivr.notice_tries AS t ON t.notice = n.notice;

COMMENT ON VIEW ivr.notifications IS
    'Who was told what, and when? One row for each try, one without a try for what is still to be told: WHERE call_id = ''call_123'' ORDER BY notice, tried_at. SELECT ivr.notify_again(notice) has it told once more.';
COMMENT ON COLUMN ivr.notifications.notice IS 'Its number, for ivr.notify_again().';
COMMENT ON COLUMN ivr.notifications.subscription IS 'Who is told, in ivr.subscriptions.';
COMMENT ON COLUMN ivr.notifications.receiver IS 'The host and port of its URL; the rest of it may be a secret.';
COMMENT ON COLUMN ivr.notifications.kind IS 'The kind of fact, as call.closed.';
COMMENT ON COLUMN ivr.notifications.call_id IS 'The call; null where it is about none.';
COMMENT ON COLUMN ivr.notifications.subject IS 'What it is about: the call id, the version of a configuration.';
COMMENT ON COLUMN ivr.notifications.message_id IS 'The webhook-id by which the receiver knows it.';
COMMENT ON COLUMN ivr.notifications.noticed_at IS 'When it was found in the log.';
COMMENT ON COLUMN ivr.notifications.tried_at IS 'When this try was made; null: none was yet.';
COMMENT ON COLUMN ivr.notifications.http_status IS 'What the receiver replied; null: nothing.';
COMMENT ON COLUMN ivr.notifications.fault IS 'Why there was no reply.';
COMMENT ON COLUMN ivr.notifications.took_ms IS 'From the sending to the reply.';
COMMENT ON COLUMN ivr.notifications.outcome IS
    'What has become of it so far: due; failed, due again; told; given up; gone: what it was about is no longer there; ended: its subscription is over.';
COMMENT ON COLUMN ivr.notifications.next_try_at IS 'When it is tried next; null: never.';
