CREATE OR REPLACE VIEW ivr.call_summary AS
SELECT c.call_id,
       c.started_at,
       ivr.shown(c.from_number) AS from_number,
       ivr.shown(c.to_number) AS to_number,
       coalesce(c.disposition, 'open') AS outcome,
       concat_ws(', ',
           CASE WHEN c.attempts = 1 THEN format('asked %s', c.last_menu)
                WHEN c.attempts > 1 THEN format('asked %s times, last %s', c.attempts, c.last_menu) END,
           CASE WHEN c.attempts > 0 AND (c.last_digits IS NOT NULL OR c.closed_at IS NOT NULL) THEN
               coalesce('pressed ' || ivr.shown_word(c.last_digits), 'pressed nothing') END,
           CASE WHEN starts_with(c.last_menu, 'message_box:')
                THEN format('may have left a message for %s', substr(c.last_menu, length('message_box:') + 1)) END,
           CASE WHEN c.transferred_to IS NOT NULL
                THEN format('sent to %s', concat_ws(' at ', c.department, ivr.shown(c.transferred_to))) END,
           CASE WHEN c.closed_at IS NULL THEN 'not over'
                WHEN c.inferred THEN 'no end was told'
                WHEN c.disposition = 'transferred' THEN NULL
                ELSE c.disposition END,
           CASE WHEN c.talk_seconds IS NOT NULL THEN
               format('talked %s', CASE WHEN c.talk_seconds < 120 THEN round(c.talk_seconds) || ' s'
                                        ELSE round(c.talk_seconds / 60) || ' min' END) END) AS summary,
       c.last_menu, ivr.shown_word(c.last_digits) AS last_digits, c.department,
       ivr.shown(c.transferred_to) AS transferred_to, c.attempts,
       round(c.menu_seconds, 1) AS menu_seconds, round(c.talk_seconds) AS talk_seconds,
       round(extract(epoch FROM c.closed_at - c.started_at)) AS total_seconds,
       c.closed_at
FROM ivr.calls AS c
WHERE c.call_id NOT IN (SELECT call_id FROM ivr.test_calls);

COMMENT ON VIEW ivr.call_summary IS
    'What came of each call, in one line? WHERE started_at >= current_date ORDER BY started_at DESC, or WHERE call_id = ''call_123''.';
COMMENT ON COLUMN ivr.call_summary.call_id IS 'The call; its whole story is in ivr.journey.';
COMMENT ON COLUMN ivr.call_summary.started_at IS 'When it began.';
COMMENT ON COLUMN ivr.call_summary.from_number IS 'Who called; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.call_summary.to_number IS 'Your number that was called; masked in the same way.';
COMMENT ON COLUMN ivr.call_summary.outcome IS
    'open, or how it ended: transferred, fallback, message, no input, abandoned in menu, completed (nothing was asked), failed, canceled, unknown.';
COMMENT ON COLUMN ivr.call_summary.summary IS 'The call as a sentence.';
COMMENT ON COLUMN ivr.call_summary.last_menu IS 'The menu that the caller heard last.';
COMMENT ON COLUMN ivr.call_summary.last_digits IS 'What was pressed last; null for nothing.';
COMMENT ON COLUMN ivr.call_summary.department IS 'The department that the caller was sent to.';
COMMENT ON COLUMN ivr.call_summary.transferred_to IS 'The number or SIP URI that the caller was sent to; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.call_summary.attempts IS 'How many menus were asked, repeats included.';
COMMENT ON COLUMN ivr.call_summary.menu_seconds IS 'How long the caller was in menus.';
COMMENT ON COLUMN ivr.call_summary.talk_seconds IS 'How long the caller was connected, ringing included; null where that is not known.';
COMMENT ON COLUMN ivr.call_summary.total_seconds IS 'From the beginning to the end; null while it is open.';
COMMENT ON COLUMN ivr.call_summary.closed_at IS 'When it ended; null while it is open.';
