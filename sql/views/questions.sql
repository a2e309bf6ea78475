-- questions.sql: every question asked and what came of it: what the figures of menus are made of.
CREATE OR REPLACE VIEW ivr.questions AS
SELECT day.day, question.*
FROM ivr.days AS day
CROSS JOIN LATERAL (
    WITH call AS (
        SELECT call_id, to_number, closed_at
        FROM ivr.calls
        WHERE started_at >= day.starts_at AND started_at < day.ends_at
    ),
    number AS (
        -- Masked once for each number instead of once for each question.
        SELECT to_number, ivr.shown(to_number) AS shown FROM call GROUP BY to_number
    ),
    answer AS (
        -- A call is in its menus for minutes: six hours after midnight is more than enough.
        SELECT a.call_id, a.step, a.menu, a.config_version, a.answered_at, a.decision, c.to_number, c.closed_at,
               -- A repeat that was never stored, the database being out of reach, left its number free.
               1 + a.step - max(a.step) FILTER (WHERE a.decision = 'menu') OVER in_order AS attempt,
               lead(a.asked_step) OVER in_order AS follows,
               lead(a.decision) OVER in_order AS next_decision,
               lead(a.digits) OVER in_order AS digits,
               lead(a.reason) OVER in_order AS reason,
               lead(a.menu) OVER in_order AS next_menu,
               lead(a.department) OVER in_order AS department,
               lead(a.answered_at - coalesce(a.took_ms, 0) * interval '1 millisecond') OVER in_order AS told_at
        FROM call AS c JOIN ivr.answers AS a ON a.call_id = c.call_id
        WHERE a.answered_at >= day.starts_at AND a.answered_at < day.ends_at + interval '6 hours'
        WINDOW in_order AS (PARTITION BY a.call_id COLLATE "C" ORDER BY a.step)
    )
    SELECT asked.call_id, asked.step, asked.answered_at AS asked_at, number.shown AS to_number, asked.menu,
           coalesce(asked.attempt, asked.step) AS attempt, asked.config_version,
           CASE WHEN asked.followed IS NOT TRUE THEN
                    CASE WHEN asked.closed_at IS NULL THEN 'waiting' ELSE 'hung up' END
                WHEN asked.digits = '' THEN 'nothing'
                WHEN asked.digits IS NULL THEN 'unknown'
                WHEN asked.next_decision = 'invalid' OR asked.reason IN ('invalid input', 'too many redirects')
                    THEN 'invalid'
                ELSE 'pressed' END AS outcome,
           CASE WHEN asked.followed IS NOT TRUE OR asked.digits = '' THEN NULL
                WHEN length(asked.digits) < 7 THEN asked.digits
                ELSE ivr.shown_text(asked.digits) END AS digits,
           CASE WHEN asked.followed THEN
               CASE asked.next_decision
                   WHEN 'transfer' THEN 'transfer:' || coalesce(asked.department, asked.reason, 'none')
                   WHEN 'message' THEN 'message:' || coalesce(asked.next_menu, 'none')
                   WHEN 'fallback' THEN 'fallback:' || coalesce(asked.next_menu, 'none')
                   WHEN 'unavailable' THEN 'fallback:' || coalesce(asked.next_menu, 'none')
                   ELSE 'menu:' || asked.next_menu END END AS led_to,
           CASE WHEN asked.followed THEN
               round(extract(epoch FROM asked.told_at - asked.answered_at), 3) END AS seconds
    FROM (SELECT *, follows = step AS followed FROM answer) AS asked
    LEFT JOIN number ON number.to_number = asked.to_number
    WHERE asked.decision IN ('menu', 'no_input', 'invalid')
) AS question;

COMMENT ON VIEW ivr.questions IS
    'Which questions were asked, and what came of each? One row for each time that a menu was heard, of calls that began on that day: WHERE day = current_date. Menu figures of your own begin here. Answers to requests that told no call id belong to no call and are not in it.';
COMMENT ON COLUMN ivr.questions.day IS 'The day on which the call began, in the time zone of the session.';
COMMENT ON COLUMN ivr.questions.call_id IS 'The call; its story is in ivr.journey.';
COMMENT ON COLUMN ivr.questions.step IS 'Which of the call''s answers asked it.';
COMMENT ON COLUMN ivr.questions.asked_at IS 'When it was sent to be asked.';
COMMENT ON COLUMN ivr.questions.to_number IS 'Your number that was called; masked for readers outside ivr_privileged, where numbers that look alike count together.';
COMMENT ON COLUMN ivr.questions.menu IS 'The menu that was asked.';
COMMENT ON COLUMN ivr.questions.attempt IS '1 for the first time in this call, one more for each time that this menu was asked again.';
COMMENT ON COLUMN ivr.questions.config_version IS 'The configuration that was in force; null when the database was out of reach.';
COMMENT ON COLUMN ivr.questions.outcome IS
    'pressed (one of the choices), invalid (something else), nothing, hung up (the call ended first), waiting (the call is still open), or unknown.';
COMMENT ON COLUMN ivr.questions.digits IS 'What was pressed; null for nothing. As long as a phone number, it is masked like one.';
COMMENT ON COLUMN ivr.questions.led_to IS 'The step that followed, in the words of calls.current_step, e.g. transfer:sales or menu:main; null when none did.';
COMMENT ON COLUMN ivr.questions.seconds IS
    'From sending the question until the caller''s reaction was brought to us: speaking, thinking, pressing. Null when nothing was brought.';
