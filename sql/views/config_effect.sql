-- config_effect.sql: whether a change helped. One pass over the answers of two weeks counts what they asked and what they
-- followed. Of what was followed by nothing, the caller is still in the menu where the call is open, and hung up elsewhere.
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
           coalesce(sum(asked) FILTER (WHERE NOT after), 0)::bigint AS asked_before,
           coalesce(sum(asked) FILTER (WHERE after), 0)::bigint AS asked_after,
           coalesce(sum(times) FILTER (WHERE outcome = 'pressed' AND NOT after), 0) AS pressed_before,
           coalesce(sum(times) FILTER (WHERE outcome = 'pressed' AND after), 0) AS pressed_after,
           coalesce(sum(times) FILTER (WHERE outcome = 'invalid' AND NOT after), 0) AS invalid_before,
           coalesce(sum(times) FILTER (WHERE outcome = 'invalid' AND after), 0) AS invalid_after,
           coalesce(sum(times) FILTER (WHERE outcome = 'nothing' AND NOT after), 0) AS nothing_before,
           coalesce(sum(times) FILTER (WHERE outcome = 'nothing' AND after), 0) AS nothing_after,
           coalesce(sum(asked - times) FILTER (WHERE NOT after), 0) AS hung_up_before,
           coalesce(sum(asked - times) FILTER (WHERE after), 0) AS hung_up_after,
           sum(seconds) FILTER (WHERE NOT after) / sum(times) FILTER (WHERE NOT after AND seconds IS NOT NULL) AS seconds_before,
           sum(seconds) FILTER (WHERE after) / sum(times) FILTER (WHERE after AND seconds IS NOT NULL) AS seconds_after
    FROM (
        SELECT side.menu, side.config_version >= change.version AS after, side.outcome, side.asked, side.times, side.seconds
        FROM (
            SELECT t.attempt IS NOT NULL AND t.answered_at <= change.changed_at + interval '7 days' AS asks,
                   t.asked_at BETWEEN change.changed_at - interval '7 days' AND change.changed_at + interval '7 days' AS follows,
                   t.menu, t.config_version, t.asked_menu, t.asked_config_version, t.outcome, count(*) AS times,
                   sum(t.seconds) FILTER (WHERE t.outcome IN ('pressed', 'invalid')) AS seconds
            FROM ivr.turns AS t
            -- What was asked in the last moment is followed soon after.
            WHERE t.answered_at >= change.changed_at - interval '7 days'
              AND t.answered_at <= change.changed_at + interval '7 days 6 hours'
            GROUP BY asks, follows, t.menu, t.config_version, t.asked_menu, t.asked_config_version, t.outcome
        ) AS counted
        CROSS JOIN LATERAL (
            SELECT menu, config_version, NULL AS outcome, times AS asked, 0 AS times, NULL::numeric AS seconds
            WHERE asks
            UNION ALL
            SELECT asked_menu, asked_config_version, outcome, 0, times, seconds
            WHERE follows
        ) AS side
        UNION ALL
        SELECT t.menu, t.config_version >= change.version, 'waiting', 0, 1, NULL
        FROM ivr.calls AS c JOIN ivr.turns AS t ON t.call_id = c.call_id
        WHERE c.closed_at IS NULL AND t.attempt IS NOT NULL
          AND t.answered_at BETWEEN change.changed_at - interval '7 days' AND change.changed_at + interval '7 days'
          AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = t.call_id AND a.asked_step = t.step)
    ) AS question
    WHERE after IS NOT NULL
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
