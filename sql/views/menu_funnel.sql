-- menu_funnel.sql: where callers get stuck or leave. One pass over the answers of a day counts what they asked and what
-- they followed; who was asked and followed by nothing is what remains.
CREATE OR REPLACE VIEW ivr.menu_funnel AS
SELECT day, to_number, menu, attempt, config_version,
       sum(asked)::bigint AS asked,
       coalesce(sum(followed) FILTER (WHERE outcome = 'pressed'), 0)::bigint AS pressed,
       string_agg(format('%s: %s', digits, followed), ', ' ORDER BY digits COLLATE "C")
           FILTER (WHERE outcome = 'pressed') AS choices,
       coalesce(sum(followed) FILTER (WHERE outcome = 'invalid'), 0)::bigint AS invalid,
       coalesce(sum(followed) FILTER (WHERE outcome = 'nothing'), 0)::bigint AS nothing,
       sum(left_over - left_open)::bigint AS hung_up,
       (sum(left_open) + coalesce(sum(followed) FILTER (WHERE outcome = 'unknown'), 0))::bigint AS waiting,
       round(100.0 * coalesce(sum(followed) FILTER (WHERE outcome = 'pressed'), 0) / sum(asked), 1) AS pressed_percent
FROM (
    SELECT day.day, ivr.shown(counted.to_number) AS to_number, side.menu, side.attempt, side.config_version,
           side.outcome, side.digits,
           sum(side.asked) AS asked,
           sum(side.followed) AS followed,
           sum(side.asked - side.followed) AS left_over,
           coalesce(sum(side.asked - side.followed) FILTER (WHERE counted.open), 0) AS left_open
    FROM ivr.days AS day
    CROSS JOIN LATERAL (
        -- Not an inner join: the planner would take the day for ten answers and sort them all.
        SELECT c.to_number, c.closed_at IS NULL AS open, t.menu, t.attempt, t.config_version,
               t.asked_menu, t.asked_attempt, t.asked_config_version, t.outcome, t.digits, count(c.call_id) AS times
        FROM ivr.turns AS t
        LEFT JOIN ivr.calls AS c
            ON c.call_id = t.call_id AND c.started_at >= day.starts_at AND c.started_at < day.ends_at
        -- A call is in its menus for minutes: six hours after midnight is more than enough.
        WHERE t.answered_at >= day.starts_at AND t.answered_at < day.ends_at + interval '6 hours'
        GROUP BY c.to_number, c.closed_at IS NULL, t.menu, t.attempt, t.config_version,
                 t.asked_menu, t.asked_attempt, t.asked_config_version, t.outcome, t.digits
        HAVING count(c.call_id) > 0
    ) AS counted
    CROSS JOIN LATERAL (
        SELECT menu, attempt, config_version, NULL AS outcome, NULL AS digits, times AS asked, 0 AS followed
        WHERE attempt IS NOT NULL
        UNION ALL
        SELECT asked_menu, asked_attempt, asked_config_version, outcome, digits, 0, times
        WHERE outcome IS NOT NULL
    ) AS side
    GROUP BY day.day, ivr.shown(counted.to_number), side.menu, side.attempt, side.config_version, side.outcome, side.digits
) AS counted
GROUP BY day, to_number, menu, attempt, config_version;

COMMENT ON VIEW ivr.menu_funnel IS
    'Where do callers get stuck or leave? Per day, number, menu, attempt and configuration: how often it was asked and what callers did: WHERE day = current_date. asked = pressed + invalid + nothing + hung_up + waiting.';
COMMENT ON COLUMN ivr.menu_funnel.day IS 'The day on which the calls began, in the time zone of the session.';
COMMENT ON COLUMN ivr.menu_funnel.to_number IS 'Your number that was called; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.menu_funnel.menu IS 'The menu.';
COMMENT ON COLUMN ivr.menu_funnel.attempt IS '1: asked for the first time in the call; 2: asked again once; and so on.';
COMMENT ON COLUMN ivr.menu_funnel.config_version IS 'The configuration that callers heard; see ivr.config_effect. Null: heard while the database was out of reach.';
COMMENT ON COLUMN ivr.menu_funnel.asked IS 'How often it was asked.';
COMMENT ON COLUMN ivr.menu_funnel.pressed IS 'How many callers pressed one of its choices.';
COMMENT ON COLUMN ivr.menu_funnel.choices IS 'Which ones, and how many pressed each: 1: 40, 2: 12.';
COMMENT ON COLUMN ivr.menu_funnel.invalid IS 'How many pressed something that is no choice.';
COMMENT ON COLUMN ivr.menu_funnel.nothing IS 'How many pressed nothing until the time was up.';
COMMENT ON COLUMN ivr.menu_funnel.hung_up IS 'How many were gone before they chose.';
COMMENT ON COLUMN ivr.menu_funnel.waiting IS 'How many are still in it, or it is not known what they did.';
COMMENT ON COLUMN ivr.menu_funnel.pressed_percent IS 'pressed in percent of asked.';
