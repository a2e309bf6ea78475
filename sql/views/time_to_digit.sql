CREATE OR REPLACE VIEW ivr.time_to_digit AS
SELECT q.day, q.to_number, q.menu, q.attempt,
       count(*) AS times,
       round(min(q.seconds), 1) AS fastest,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY q.seconds::double precision)::numeric, 1) AS half_within,
       round(percentile_cont(0.9) WITHIN GROUP (ORDER BY q.seconds::double precision)::numeric, 1) AS nine_of_ten_within,
       round(max(q.seconds), 1) AS slowest
FROM ivr.questions AS q
WHERE q.digits IS NOT NULL
GROUP BY q.day, q.to_number, q.menu, q.attempt;

COMMENT ON VIEW ivr.time_to_digit IS
    'How long do callers take to choose? In seconds from sending the question until the digit was brought to us, so the sentence being spoken is included. Callers who pressed nothing are not in it. A menu whose nine_of_ten_within comes near its sentence plus its timeout is too long or too hasty.';
COMMENT ON COLUMN ivr.time_to_digit.day IS 'The day on which the calls began, in the time zone of the session.';
COMMENT ON COLUMN ivr.time_to_digit.to_number IS 'Your number that was called; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.time_to_digit.menu IS 'The menu.';
COMMENT ON COLUMN ivr.time_to_digit.attempt IS '1: asked for the first time in the call; 2: asked again once; and so on.';
COMMENT ON COLUMN ivr.time_to_digit.times IS 'How many digits were pressed, wrong ones included.';
COMMENT ON COLUMN ivr.time_to_digit.fastest IS 'The shortest time, in seconds.';
COMMENT ON COLUMN ivr.time_to_digit.half_within IS 'Half of the callers had pressed after so many seconds.';
COMMENT ON COLUMN ivr.time_to_digit.nine_of_ten_within IS 'Nine of ten callers had pressed after so many seconds.';
COMMENT ON COLUMN ivr.time_to_digit.slowest IS 'The longest time, in seconds.';
