-- answer_problems.sql: answers that were not what they should be. The condition is that of the index, word for word.
CREATE OR REPLACE VIEW ivr.answer_problems AS
SELECT a.answered_at AS at,
       concat_ws(', ',
           CASE WHEN a.decision = 'fallback' THEN 'fallback' END,
           CASE WHEN a.decision = 'unavailable' THEN 'no configuration' END,
           CASE WHEN a.stored_at - a.answered_at > interval '1 second' OR a.config_version IS NULL THEN 'database missed' END,
           CASE WHEN a.took_ms - a.waited_ms > 250 THEN 'slow' END,
           CASE WHEN a.call_id IS NULL THEN 'no call id' END) AS problem,
       ivr.shown_text(a.reason) AS reason,
       a.call_id, a.step, a.endpoint, a.menu, ivr.shown_word(a.digits) AS digits,
       round(a.took_ms::numeric, 1) AS took_ms, a.waited_ms,
       CASE WHEN a.stored_at - a.answered_at > interval '1 second'
            THEN round(extract(epoch FROM a.stored_at - a.answered_at)) END AS stored_seconds_later
FROM ivr.answers AS a
WHERE (a.decision IN ('fallback', 'unavailable') OR a.config_version IS NULL OR a.call_id IS NULL
   OR a.stored_at - a.answered_at > interval '1 second' OR a.took_ms - a.waited_ms > 250)
  AND (a.call_id IS NULL OR a.call_id NOT IN (SELECT call_id FROM ivr.test_calls));

COMMENT ON VIEW ivr.answer_problems IS
    'Which answers were not what callers should get? Fallbacks, answers given without the database, slow ones, and requests that told no call: WHERE at >= current_date ORDER BY at DESC.';
COMMENT ON COLUMN ivr.answer_problems.at IS 'When it was given.';
COMMENT ON COLUMN ivr.answer_problems.problem IS
    'fallback, no configuration, database missed (the snapshot in memory decided), slow (over 250 ms without waiting for the digit), no call id (nothing told which call it was); several at once are possible.';
COMMENT ON COLUMN ivr.answer_problems.reason IS 'Why, in words, where that is known.';
COMMENT ON COLUMN ivr.answer_problems.call_id IS 'The call; null when the request told none.';
COMMENT ON COLUMN ivr.answer_problems.step IS 'The number of the answer in its call.';
COMMENT ON COLUMN ivr.answer_problems.endpoint IS 'The program that answered.';
COMMENT ON COLUMN ivr.answer_problems.menu IS 'The menu that it was about.';
COMMENT ON COLUMN ivr.answer_problems.digits IS 'What had been pressed; empty for nothing.';
COMMENT ON COLUMN ivr.answer_problems.took_ms IS 'How long the answer took in all, in ms.';
COMMENT ON COLUMN ivr.answer_problems.waited_ms IS 'How much of that was waiting for the digit, in ms.';
COMMENT ON COLUMN ivr.answer_problems.stored_seconds_later IS 'How long after it was given it could be stored; null for at once.';
