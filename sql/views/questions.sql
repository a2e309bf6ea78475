-- questions.sql: every question asked and what came of it: what the figures of menus are made of.
CREATE OR REPLACE VIEW ivr.questions AS
SELECT day.day, question.call_id, question.step, question.asked_at, number.shown AS to_number, question.menu,
       question.attempt, question.config_version, question.outcome, question.digits, question.led_to, question.seconds
FROM ivr.days AS day
CROSS JOIN LATERAL (
    -- What came next tells what had been asked.
    SELECT c.to_number, next.call_id, next.asked_step AS step, next.asked_at, next.asked_menu AS menu,
           next.asked_attempt AS attempt, next.asked_config_version AS config_version, next.outcome, next.digits,
           next.led_to, next.seconds
    FROM ivr.calls AS c JOIN ivr.turns AS next ON next.call_id = c.call_id
    WHERE c.started_at >= day.starts_at AND c.started_at < day.ends_at
      -- A call is in its menus for minutes: six hours after midnight is more than enough.
      AND next.answered_at >= day.starts_at AND next.answered_at < day.ends_at + interval '6 hours'
      AND next.asked_at IS NOT NULL
    UNION ALL
    -- Nothing came next. When each answer follows another one, that is so only where the last of them asked.
    SELECT c.to_number, asked.call_id, asked.step, asked.answered_at, asked.menu, asked.attempt, asked.config_version,
           CASE WHEN c.closed_at IS NULL THEN 'waiting' ELSE 'hung up' END, NULL, NULL, NULL
    FROM ivr.calls AS c JOIN ivr.turns AS asked ON asked.call_id = c.call_id
    WHERE c.started_at >= day.starts_at AND c.started_at < day.ends_at
      AND asked.answered_at >= day.starts_at AND asked.answered_at < day.ends_at + interval '6 hours'
      AND asked.attempt IS NOT NULL
      AND (c.attempts = c.answers
           OR c.call_id IN (SELECT a.call_id
                            FROM ivr.answers AS a
                            WHERE a.answered_at >= day.starts_at AND a.answered_at < day.ends_at + interval '6 hours'
                              AND a.asked_at IS NULL AND a.step > 1))
      AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = asked.call_id AND a.asked_step = asked.step)
) AS question
LEFT JOIN LATERAL (
    -- Masked once for each number instead of once for each question.
    SELECT to_number, ivr.shown(to_number) AS shown
    FROM ivr.calls
    WHERE started_at >= day.starts_at AND started_at < day.ends_at
    GROUP BY to_number
) AS number ON number.to_number = question.to_number;

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
