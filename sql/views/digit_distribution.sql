CREATE OR REPLACE VIEW ivr.digit_distribution AS
SELECT q.day, q.to_number, q.menu, q.digits, q.outcome = 'pressed' AS is_choice, q.led_to,
       count(*) AS times,
       round(100.0 * count(*) / sum(count(*)) OVER (PARTITION BY q.day, q.to_number, q.menu), 1) AS percent
FROM ivr.questions AS q
WHERE q.digits IS NOT NULL
GROUP BY q.day, q.to_number, q.menu, q.digits, q.outcome, q.led_to;

COMMENT ON VIEW ivr.digit_distribution IS
    'What do callers press? Per day, number and menu, each key or code that was pressed, the wrong ones too, and where it led: WHERE day = current_date.';
COMMENT ON COLUMN ivr.digit_distribution.day IS 'The day on which the calls began, in the time zone of the session.';
COMMENT ON COLUMN ivr.digit_distribution.to_number IS 'Your number that was called; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.digit_distribution.menu IS 'The menu in which it was pressed.';
COMMENT ON COLUMN ivr.digit_distribution.digits IS 'What was pressed.';
COMMENT ON COLUMN ivr.digit_distribution.is_choice IS 'True when it was one of the choices.';
COMMENT ON COLUMN ivr.digit_distribution.led_to IS 'The step that followed, e.g. transfer:sales, or menu:main when it was asked again.';
COMMENT ON COLUMN ivr.digit_distribution.times IS 'How often.';
COMMENT ON COLUMN ivr.digit_distribution.percent IS 'In percent of everything that was pressed in this menu on this day.';
