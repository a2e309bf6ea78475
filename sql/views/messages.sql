-- messages.sql: one row for each call in which a message box was opened, whatever became of it.
CREATE OR REPLACE VIEW ivr.messages AS
SELECT box.call_id, box.left_at, box.department,
       ivr.shown(c.from_number) AS from_number,
       ivr.shown(c.to_number) AS to_number,
       CASE WHEN box.ended_at IS NOT NULL THEN 'finished'
            WHEN c.closed_at IS NOT NULL THEN 'hung up'
            ELSE 'speaking' END AS ended,
       coalesce(recording.state, 'not confirmed') AS recording,
       recording.seconds,
       ivr.shown_word(recording.id) AS recording_id,
       ivr.shown_text(transcription.words) AS transcription,
       ivr.shown_text(summary.words) AS summary,
       done.done_at IS NOT NULL AS done,
       done.done_at, done.done_by
FROM (
    SELECT a.call_id, min(a.answered_at) AS left_at, min(substr(a.menu, length('message_box:') + 1)) AS department,
           (SELECT min(z.answered_at) FROM ivr.answers AS z
            WHERE z.call_id = a.call_id AND starts_with(z.menu, 'message_box:') AND z.decision = 'message') AS ended_at
    FROM ivr.answers AS a
    WHERE starts_with(a.menu, 'message_box:') AND a.decision = 'menu' AND a.call_id IS NOT NULL
    GROUP BY a.call_id
) AS box
JOIN ivr.calls AS c ON c.call_id = box.call_id
LEFT JOIN LATERAL (
    -- What the platform has confirmed. Events may come in any order, hours late: the one that says most counts.
    SELECT CASE e.event WHEN 'recording.completed' THEN 'recorded' WHEN 'recording.failed' THEN 'failed' ELSE 'started' END AS state,
           coalesce(told.data #>> '{recording,id}', told.data ->> 'recording_id', told.data ->> 'id') AS id,
           nullif(CASE WHEN told.length ~ '^[0-9]{1,9}(\.[0-9]{1,6})?$' THEN told.length::numeric END, 0) AS seconds
    FROM ivr.call_events AS e
    CROSS JOIN LATERAL (
        SELECT e.payload -> 'data' AS data,
               coalesce(e.payload #>> '{data,recording,duration_seconds}', e.payload #>> '{data,duration_seconds}') AS length) AS told
    WHERE e.call_id = box.call_id AND e.event IN ('recording.started', 'recording.completed', 'recording.failed')
    ORDER BY array_position(ARRAY['recording.completed', 'recording.failed'], e.event), e.received_at DESC
    LIMIT 1
) AS recording ON true
LEFT JOIN LATERAL (
    SELECT coalesce(n.content ->> 'text', n.content ->> 'transcription', n.content ->> 'transcript', n.content::text) AS words
    FROM ivr.enrichments AS n
    WHERE n.call_id = box.call_id AND n.section = 'transcription' AND n.content IS NOT NULL
) AS transcription ON true
LEFT JOIN LATERAL (
    SELECT coalesce(n.content ->> 'summary', n.content ->> 'text', n.content::text) AS words
    FROM ivr.enrichments AS n
    WHERE n.call_id = box.call_id AND n.section = 'summary' AND n.content IS NOT NULL
) AS summary ON true
LEFT JOIN ivr.dealt_with AS done ON done.call_id = box.call_id
WHERE box.call_id NOT IN (SELECT call_id FROM ivr.test_calls);

COMMENT ON VIEW ivr.messages IS
    'Who has left a message, for whom, and has somebody dealt with it? One row for each call in which a message box was opened: WHERE NOT done ORDER BY left_at. A caller who hung up in it has left one too. What the platform has not confirmed is not promised: see recording.';
COMMENT ON COLUMN ivr.messages.call_id IS 'The call; ivr.done() takes it. Its story is in ivr.journey.';
COMMENT ON COLUMN ivr.messages.left_at IS 'When the caller was asked for the message.';
COMMENT ON COLUMN ivr.messages.department IS 'For which department.';
COMMENT ON COLUMN ivr.messages.from_number IS 'Who called; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.messages.to_number IS 'Your number that was called; masked in the same way.';
COMMENT ON COLUMN ivr.messages.ended IS
    'finished (the caller heard the closing sentence), hung up (in the middle, which is a message as well), or speaking (the call is open).';
COMMENT ON COLUMN ivr.messages.recording IS
    'What the platform has said of the recording: recorded, failed, started (no more was told), or not confirmed (no event came: perhaps there is none).';
COMMENT ON COLUMN ivr.messages.seconds IS 'How long the recording is, as the platform tells it; null where it does not.';
COMMENT ON COLUMN ivr.messages.recording_id IS 'The recording''s id at the platform; masked where it holds a phone number.';
COMMENT ON COLUMN ivr.messages.transcription IS 'What was said, when it has been fetched; phone numbers masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.messages.summary IS 'The platform''s summary of it, in the same way.';
COMMENT ON COLUMN ivr.messages.done IS 'Whether somebody has dealt with it: SELECT ivr.done(call_id).';
COMMENT ON COLUMN ivr.messages.done_at IS 'When that was said.';
COMMENT ON COLUMN ivr.messages.done_by IS 'By which database role.';
