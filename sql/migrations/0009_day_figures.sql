-- 0009_day_figures.sql: the figures of a day read what they need from indexes, without the rows: most of a row is what was
-- sent or came. The names and digits in them are short: menus and departments 63 characters, digits 32, reasons a few
-- words of ours.

DROP INDEX ivr.answers_by_time;
CREATE INDEX answers_by_time ON ivr.answers (answered_at)
    INCLUDE (call_id, step, menu, attempt, config_version, asked_step, asked_menu, asked_attempt, asked_config_version,
             asked_at, digits, decision, reason, department, took_ms);
COMMENT ON INDEX ivr.answers_by_time IS 'ivr.turns and the views on it: what was asked and answered on this day?';

CREATE INDEX answers_out_of_line ON ivr.answers (answered_at) WHERE asked_at IS NULL AND step > 1;
COMMENT ON INDEX ivr.answers_out_of_line IS
    'ivr.questions: which answers follow no stored question, though they are not the first of their call? A healthy answer pays nothing for it.';

CREATE INDEX call_events_created ON ivr.call_events (call_id) WHERE event = 'call.created';
COMMENT ON INDEX ivr.call_events_created IS 'ivr.expected_not_observed: of which calls was the beginning told?';
