-- 0007_followed_questions.sql: each answer says which question it follows, so that the figures of menus are one pass over
-- the answers of a day and nobody has to find the question again.

ALTER TABLE ivr.answers
    ADD COLUMN attempt integer,
    ADD COLUMN asked_menu text,
    ADD COLUMN asked_attempt integer,
    ADD COLUMN asked_config_version bigint,
    ADD COLUMN asked_at timestamptz;
COMMENT ON COLUMN ivr.answers.attempt IS
    'Of an answer that asks a menu: 1 for the first time in this call, one more for each time that it was asked again. Null for all others.';
COMMENT ON COLUMN ivr.answers.asked_menu IS 'The menu whose question this answer follows; null where it follows none that is stored.';
COMMENT ON COLUMN ivr.answers.asked_attempt IS 'Which attempt of that menu it was.';
COMMENT ON COLUMN ivr.answers.asked_config_version IS 'The configuration in which it was asked; null also when the database was out of reach then.';
COMMENT ON COLUMN ivr.answers.asked_at IS 'When it was sent to be asked: answered_at of the answer that asked.';

-- A repeat that was never stored, the database being out of reach, left its number free: steps are counted, not rows.
UPDATE ivr.answers AS a
SET attempt = coalesce(counted.attempt, a.step)
FROM (SELECT call_id, step,
             1 + step - max(step) FILTER (WHERE decision = 'menu') OVER (PARTITION BY call_id ORDER BY step) AS attempt
      FROM ivr.answers) AS counted
WHERE counted.call_id = a.call_id AND counted.step = a.step AND a.decision IN ('menu', 'no_input', 'invalid');
UPDATE ivr.answers AS a
SET asked_menu = asked.menu, asked_attempt = asked.attempt, asked_config_version = asked.config_version,
    asked_at = asked.answered_at
FROM ivr.answers AS asked
WHERE asked.call_id = a.call_id AND asked.step = a.asked_step AND asked.attempt IS NOT NULL;
