-- beginnings.sql: how calls begin. What they do afterwards is in ivr.questions.
CREATE OR REPLACE VIEW ivr.beginnings AS
SELECT day.day,
       coalesce(number.place, CASE began.led_to WHEN 'menu:department' THEN 'start:department' ELSE 'start' END) AS from_place,
       began.led_to, sum(began.calls)::bigint AS calls
FROM ivr.days AS day
CROSS JOIN LATERAL (
    SELECT c.to_number, t.led_to, count(*) AS calls
    FROM ivr.calls AS c JOIN ivr.turns AS t ON t.call_id = c.call_id
    WHERE c.started_at >= day.starts_at AND c.started_at < day.ends_at
      -- A call is in its menus for minutes: six hours after midnight is more than enough.
      AND t.answered_at >= day.starts_at AND t.answered_at < day.ends_at + interval '6 hours'
      AND t.step = 1
    GROUP BY c.to_number, t.led_to
) AS began
LEFT JOIN (
    -- The names that ivr.places gives to the numbers.
    SELECT number, 'number:' || row_number() OVER (ORDER BY number COLLATE "C") AS place
    FROM ivr.numbers
) AS number ON number.number = began.to_number
GROUP BY day.day, number.place, began.led_to;

COMMENT ON VIEW ivr.beginnings IS
    'How do calls begin? Per day, by which of your numbers they came, as a place of ivr.ways, and where they were led first: WHERE day = current_date. Calls that asked for no instructions are not in it.';
COMMENT ON COLUMN ivr.beginnings.day IS 'The day on which the calls began, in the time zone of the session.';
COMMENT ON COLUMN ivr.beginnings.from_place IS 'number:1 and so on; start for a number that is not in ivr.numbers, start:department for such a one that was led to the menu department.';
COMMENT ON COLUMN ivr.beginnings.led_to IS 'The first step, in the words of calls.current_step, e.g. menu:main, or transfer:sales for a known caller.';
COMMENT ON COLUMN ivr.beginnings.calls IS 'How many calls.';
