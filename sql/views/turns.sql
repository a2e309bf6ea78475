-- turns.sql: each answer as one turn of the conversation. What it follows stands in its own row, so that the figures of
-- menus are one pass over the answers of a day. Calls that minivoice-check played count here and in the other views as nothing:
-- a list that is looked up, where a join would change what is read by which index.
CREATE OR REPLACE VIEW ivr.turns AS
SELECT a.answered_at, a.call_id, a.step, a.menu, a.attempt, a.config_version,
       a.asked_step, a.asked_at, a.asked_menu, a.asked_attempt, a.asked_config_version,
       CASE WHEN a.asked_at IS NULL THEN NULL
            WHEN a.digits = '' THEN 'nothing'
            WHEN a.digits IS NULL THEN 'unknown'
            WHEN a.decision = 'invalid' OR a.reason IN ('invalid input', 'too many redirects') THEN 'invalid'
            ELSE 'pressed' END AS outcome,
       CASE WHEN length(a.digits) < 7 THEN nullif(a.digits, '') ELSE ivr.shown_word(a.digits) END AS digits,
       CASE a.decision
           WHEN 'transfer' THEN 'transfer:' || coalesce(a.department, a.reason, 'none')
           WHEN 'message' THEN 'message:' || coalesce(a.menu, 'none')
           WHEN 'fallback' THEN 'fallback:' || coalesce(a.menu, 'none')
           WHEN 'unavailable' THEN 'fallback:' || coalesce(a.menu, 'none')
           ELSE 'menu:' || a.menu END AS led_to,
       greatest(round(extract(epoch FROM a.answered_at - coalesce(a.took_ms, 0) * interval '1 millisecond' - a.asked_at), 3), 0) AS seconds
FROM ivr.answers AS a
WHERE a.call_id IS NOT NULL AND a.call_id NOT IN (SELECT call_id FROM ivr.test_calls);

COMMENT ON VIEW ivr.turns IS
    'What did each answer ask, and what does it tell of the question that it follows? One row for each answer of a call, which ivr.questions and the figures of menus are made of: WHERE answered_at >= current_date. Most owners want ivr.questions.';
COMMENT ON COLUMN ivr.turns.answered_at IS 'When it was given.';
COMMENT ON COLUMN ivr.turns.call_id IS 'The call; its story is in ivr.journey.';
COMMENT ON COLUMN ivr.turns.step IS 'Its number in the call.';
COMMENT ON COLUMN ivr.turns.menu IS 'The menu that it asked, or in which it ended the conversation.';
COMMENT ON COLUMN ivr.turns.attempt IS 'Which attempt of that menu it asked; null when it asked nothing.';
COMMENT ON COLUMN ivr.turns.config_version IS 'The configuration that was in force; null when the database was out of reach.';
COMMENT ON COLUMN ivr.turns.asked_step IS 'The step that it follows, as the redirect told it.';
COMMENT ON COLUMN ivr.turns.asked_at IS 'When the question that it follows was sent; null when it follows none that is stored.';
COMMENT ON COLUMN ivr.turns.asked_menu IS 'The menu of that question.';
COMMENT ON COLUMN ivr.turns.asked_attempt IS 'Which attempt of that menu the question was.';
COMMENT ON COLUMN ivr.turns.asked_config_version IS 'The configuration in which it was asked.';
COMMENT ON COLUMN ivr.turns.outcome IS 'What the caller did: pressed (one of the choices), invalid (something else), nothing, or unknown; null when it follows no question.';
COMMENT ON COLUMN ivr.turns.digits IS 'What was pressed; null for nothing. As long as a phone number, it is masked like one.';
COMMENT ON COLUMN ivr.turns.led_to IS 'Where it led, in the words of calls.current_step, e.g. transfer:sales or menu:main.';
COMMENT ON COLUMN ivr.turns.seconds IS
    'From sending the question until the caller''s reaction was brought to us: speaking, thinking, pressing; 0 where our clock was put back meanwhile. Null when it follows no question.';
