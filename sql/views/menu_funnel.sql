CREATE OR REPLACE VIEW ivr.menu_funnel AS
SELECT day, to_number, menu, attempt, config_version,
       sum(times)::bigint AS asked,
       coalesce(sum(times) FILTER (WHERE outcome = 'pressed'), 0)::bigint AS pressed,
       string_agg(format('%s: %s', digits, times), ', ' ORDER BY digits COLLATE "C")
           FILTER (WHERE outcome = 'pressed') AS choices,
       coalesce(sum(times) FILTER (WHERE outcome = 'invalid'), 0)::bigint AS invalid,
       coalesce(sum(times) FILTER (WHERE outcome = 'nothing'), 0)::bigint AS nothing,
       coalesce(sum(times) FILTER (WHERE outcome = 'hung up'), 0)::bigint AS hung_up,
       coalesce(sum(times) FILTER (WHERE outcome IN ('waiting', 'unknown')), 0)::bigint AS waiting,
       round(100.0 * coalesce(sum(times) FILTER (WHERE outcome = 'pressed'), 0) / sum(times), 1) AS pressed_percent
FROM (
    SELECT day, to_number, menu, attempt, config_version, outcome, digits, count(*) AS times
    FROM ivr.questions
    GROUP BY day, to_number, menu, attempt, config_version, outcome, digits
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
