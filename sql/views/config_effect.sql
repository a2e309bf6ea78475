CREATE OR REPLACE VIEW ivr.config_effect AS
SELECT change.version, change.changed_at, figures.menu,
       figures.asked_before, figures.asked_after,
       round(100.0 * figures.pressed_before / nullif(figures.asked_before, 0), 1) AS pressed_before,
       round(100.0 * figures.pressed_after / nullif(figures.asked_after, 0), 1) AS pressed_after,
       round(100.0 * figures.invalid_before / nullif(figures.asked_before, 0), 1) AS invalid_before,
       round(100.0 * figures.invalid_after / nullif(figures.asked_after, 0), 1) AS invalid_after,
       round(100.0 * figures.nothing_before / nullif(figures.asked_before, 0), 1) AS nothing_before,
       round(100.0 * figures.nothing_after / nullif(figures.asked_after, 0), 1) AS nothing_after,
       round(100.0 * figures.hung_up_before / nullif(figures.asked_before, 0), 1) AS hung_up_before,
       round(100.0 * figures.hung_up_after / nullif(figures.asked_after, 0), 1) AS hung_up_after,
       round(figures.seconds_before, 1) AS seconds_before,
       round(figures.seconds_after, 1) AS seconds_after
FROM ivr.config_versions AS change
CROSS JOIN LATERAL (
    SELECT menu,
           count(*) FILTER (WHERE NOT after) AS asked_before,
           count(*) FILTER (WHERE after) AS asked_after,
           count(*) FILTER (WHERE NOT after AND outcome = 'pressed') AS pressed_before,
           count(*) FILTER (WHERE after AND outcome = 'pressed') AS pressed_after,
           count(*) FILTER (WHERE NOT after AND outcome = 'invalid') AS invalid_before,
           count(*) FILTER (WHERE after AND outcome = 'invalid') AS invalid_after,
           count(*) FILTER (WHERE NOT after AND outcome = 'nothing') AS nothing_before,
           count(*) FILTER (WHERE after AND outcome = 'nothing') AS nothing_after,
           count(*) FILTER (WHERE NOT after AND outcome = 'hung up') AS hung_up_before,
           count(*) FILTER (WHERE after AND outcome = 'hung up') AS hung_up_after,
           avg(seconds) FILTER (WHERE NOT after AND digits IS NOT NULL) AS seconds_before,
           avg(seconds) FILTER (WHERE after AND digits IS NOT NULL) AS seconds_after
    FROM (
        SELECT menu, outcome, digits, seconds, config_version >= change.version AS after
        FROM ivr.questions
        WHERE day BETWEEN change.changed_at::date - 7 AND change.changed_at::date + 7
          AND asked_at BETWEEN change.changed_at - interval '7 days' AND change.changed_at + interval '7 days'
          AND config_version IS NOT NULL
    ) AS question
    GROUP BY menu
) AS figures;

COMMENT ON VIEW ivr.config_effect IS
    'Did that change of the configuration help? For each menu, the figures of the seven days before a version and of the seven days from it on, side by side: WHERE version = 12. Which configuration a caller heard is known from the answer itself, not guessed from the clock.';
COMMENT ON COLUMN ivr.config_effect.version IS 'The version; see ivr.config_history for what it changed.';
COMMENT ON COLUMN ivr.config_effect.changed_at IS 'When it was made.';
COMMENT ON COLUMN ivr.config_effect.menu IS 'The menu whose figures these are, changed or not.';
COMMENT ON COLUMN ivr.config_effect.asked_before IS 'How often it was asked in the seven days before.';
COMMENT ON COLUMN ivr.config_effect.asked_after IS 'How often in the seven days after, so far.';
COMMENT ON COLUMN ivr.config_effect.pressed_before IS 'Callers who pressed one of its choices, in percent, before.';
COMMENT ON COLUMN ivr.config_effect.pressed_after IS 'The same, after.';
COMMENT ON COLUMN ivr.config_effect.invalid_before IS 'Callers who pressed something that is no choice, in percent, before.';
COMMENT ON COLUMN ivr.config_effect.invalid_after IS 'The same, after.';
COMMENT ON COLUMN ivr.config_effect.nothing_before IS 'Callers who pressed nothing, in percent, before.';
COMMENT ON COLUMN ivr.config_effect.nothing_after IS 'The same, after.';
COMMENT ON COLUMN ivr.config_effect.hung_up_before IS 'Callers who hung up in it, in percent, before.';
COMMENT ON COLUMN ivr.config_effect.hung_up_after IS 'The same, after.';
COMMENT ON COLUMN ivr.config_effect.seconds_before IS 'Seconds until a digit was pressed, on average, before.';
COMMENT ON COLUMN ivr.config_effect.seconds_after IS 'The same, after.';
