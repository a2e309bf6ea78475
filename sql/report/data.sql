-- data.sql: all that a page is made of, each section a line of JSON, out of the views as ivr_report sees them.
--
-- Variables: first and last (dates, or words like yesterday), listed (how many calls a list holds), versions (of how many
-- changes the effect is told). One snapshot, so that the figures of a page agree with each other.

SET ROLE ivr_report;
SET jit = off;
SET work_mem = '64MB';
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

SELECT date :'first' AS first, date :'last' AS last,
       (date :'first')::timestamptz AS since, (date :'last' + 1)::timestamptz AS until \gset

SELECT jsonb_build_object('about', jsonb_build_object(
    'first', date :'first', 'last', date :'last', 'today', current_date, 'time_zone', current_setting('TimeZone'),
    'made', to_char(now(), 'YYYY-MM-DD HH24:MI')));

-- When they call, and what came of it
WITH counted AS MATERIALIZED (
    SELECT day, hour, sum(calls) AS calls, sum(transferred) AS transferred, sum(fallback) AS fallback, sum(message) AS message,
           sum(abandoned) AS abandoned, sum(failed) AS failed, sum(other) AS other, sum(open) AS open
    FROM ivr.calls_by_hour
    WHERE day BETWEEN :'first' AND :'last'
    GROUP BY GROUPING SETS ((hour), (day))
)
SELECT jsonb_build_object(
    'hours', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'day' ORDER BY hour), '[]') FROM counted AS c WHERE hour IS NOT NULL),
    'days', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'hour' ORDER BY day), '[]') FROM counted AS c WHERE day IS NOT NULL));

-- What they press, and where they leave
WITH funnel AS MATERIALIZED (
    SELECT * FROM ivr.menu_funnel WHERE day BETWEEN :'first' AND :'last'
), choice AS (
    SELECT menu, attempt, digits, sum(times::bigint) AS times
    FROM funnel
    CROSS JOIN LATERAL string_to_table(choices, ', ') AS choice (words)
    CROSS JOIN LATERAL (SELECT split_part(words, ': ', 1) AS digits, split_part(words, ': ', 2) AS times) AS pair
    GROUP BY menu, attempt, digits
)
SELECT jsonb_build_object('funnel', (
    SELECT coalesce(jsonb_agg(f ORDER BY f.menu COLLATE "C", f.attempt), '[]')
    FROM (SELECT menu, attempt, sum(asked) AS asked, sum(pressed) AS pressed, sum(invalid) AS invalid,
                 sum(nothing) AS nothing, sum(hung_up) AS hung_up, sum(waiting) AS waiting,
                 round(100.0 * sum(pressed) / sum(asked), 1) AS pressed_percent,
                 (SELECT jsonb_agg(c ORDER BY c.digits COLLATE "C")
                  FROM (SELECT digits, times FROM choice
                        WHERE (choice.menu, choice.attempt) = (funnel.menu, funnel.attempt)) AS c) AS choices
          FROM funnel
          GROUP BY menu, attempt) AS f));

-- How long they take, by the words of ivr.time_to_digit, which has a row a day and number; and which way they go
WITH asked AS MATERIALIZED (
    SELECT menu, attempt, outcome, digits, led_to, seconds
    FROM ivr.questions
    WHERE day BETWEEN :'first' AND :'last'
)
SELECT jsonb_build_object('times', (
    SELECT coalesce(jsonb_agg(t ORDER BY t.menu COLLATE "C", t.attempt), '[]')
    FROM (SELECT menu, attempt, count(*) AS times, round(min(seconds), 1) AS fastest,
                 round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds::double precision)::numeric, 1) AS half_within,
                 round(percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds::double precision)::numeric, 1) AS nine_of_ten_within,
                 round(max(seconds), 1) AS slowest
          FROM asked
          WHERE digits IS NOT NULL
          GROUP BY menu, attempt) AS t),
    'seconds', (
    SELECT coalesce(jsonb_agg(s ORDER BY s.menu COLLATE "C", s.second), '[]')
    FROM (SELECT menu, least(floor(seconds), 20) AS second, count(*) AS times
          FROM asked
          WHERE digits IS NOT NULL AND seconds IS NOT NULL
          GROUP BY menu, second) AS s),
    'taken', (
    SELECT coalesce(jsonb_agg(t ORDER BY t.from_place COLLATE "C", t.outcome COLLATE "C", t.times DESC, t.digits COLLATE "C", t.led_to COLLATE "C"), '[]')
    FROM (SELECT 'menu:' || menu AS from_place, outcome, digits, led_to, count(*) AS times
          FROM asked
          GROUP BY menu, outcome, digits, led_to
          UNION ALL
          SELECT from_place, 'began', NULL, led_to, sum(calls)
          FROM ivr.beginnings
          WHERE day BETWEEN :'first' AND :'last'
          GROUP BY from_place, led_to) AS t));

-- Where they were sent
SELECT jsonb_build_object('transfers', (
    SELECT coalesce(jsonb_agg(t ORDER BY t.calls DESC, t.department COLLATE "C", t.destination COLLATE "C"), '[]')
    FROM (SELECT department, destination, sum(calls) AS calls, sum(answered) AS answered, sum(failed) AS failed,
                 sum(canceled) AS canceled, sum(open) AS open, sum(unknown) AS unknown,
                 round(100.0 * sum(answered) / nullif(sum(answered) + sum(failed), 0), 1) AS answered_percent,
                 sum(talk_seconds) AS talk_seconds, max(longest_talk_seconds) AS longest_talk_seconds
          FROM ivr.transfer_outcome
          WHERE day BETWEEN :'first' AND :'last'
          GROUP BY department, destination) AS t));

-- The tree
SELECT jsonb_build_object('places', (SELECT coalesce(jsonb_agg(p ORDER BY p.place COLLATE "C"), '[]') FROM ivr.places AS p),
                          'ways', (SELECT coalesce(jsonb_agg(w ORDER BY w.from_place COLLATE "C", w.to_place COLLATE "C", w.how COLLATE "C"), '[]')
                                   FROM ivr.ways AS w));
-- What hangs, and what went wrong. A variable keeps the ids whose pages are made below.
SELECT coalesce(jsonb_agg(s ORDER BY s.silent_seconds, s.call_id COLLATE "C") FILTER (WHERE place <= :listed), '[]') AS hanging,
       count(*) AS hanging_all
FROM (SELECT call_id, from_number, why, silent_seconds, started_at, row_number() OVER (ORDER BY silent_seconds, call_id COLLATE "C") AS place
      FROM ivr.stuck_calls
      WHERE started_at >= :'since' AND started_at < :'until') AS s \gset
SELECT coalesce(jsonb_agg(f ORDER BY f.place) FILTER (WHERE place <= :listed), '[]') AS failed, count(*) AS failed_all
FROM (SELECT call_id, to_char(started_at, 'YYYY-MM-DD HH24:MI') AS started, from_number, outcome, summary,
             row_number() OVER (ORDER BY started_at DESC, call_id COLLATE "C") AS place
      FROM ivr.call_summary
      WHERE started_at >= :'since' AND started_at < :'until' AND outcome IN ('failed', 'unknown')) AS f \gset
SELECT coalesce(jsonb_agg(c ORDER BY c.started_at DESC, c.call_id COLLATE "C"), '[]') AS newest
FROM (SELECT call_id, started_at, to_char(started_at, 'YYYY-MM-DD HH24:MI') AS started, from_number, outcome, summary
      FROM ivr.call_summary
      WHERE started_at >= :'since' AND started_at < :'until'
      ORDER BY call_summary.started_at DESC, call_id COLLATE "C"
      LIMIT :listed) AS c \gset
SELECT coalesce(jsonb_agg(a ORDER BY a.times DESC, a.problem, a.reason), '[]') AS answers
FROM (SELECT problem, reason, count(*) AS times, count(DISTINCT call_id) AS calls,
             (array_agg(call_id ORDER BY at DESC, call_id COLLATE "C") FILTER (WHERE call_id IS NOT NULL))[1:3] AS examples
      FROM ivr.answer_problems
      WHERE at >= :'since' AND at < :'until'
      GROUP BY problem, reason) AS a \gset
SELECT coalesce(jsonb_agg(m ORDER BY m.calls DESC, m.expected), '[]') AS missing
FROM (SELECT expected, mode() WITHIN GROUP (ORDER BY because) AS because, count(DISTINCT call_id) AS calls,
             (array_agg(call_id ORDER BY started_at DESC, call_id COLLATE "C"))[1:3] AS examples
      FROM ivr.expected_not_observed
      WHERE day BETWEEN :'first' AND :'last'
      GROUP BY expected) AS m \gset
SELECT coalesce(jsonb_agg(i ORDER BY i.times DESC, i.problem), '[]') AS intake
FROM (SELECT problem, sum(times) AS times, sum(calls) AS calls, mode() WITHIN GROUP (ORDER BY detail) AS detail,
             (array_agg(example ORDER BY last_at DESC))[1] AS example
      FROM ivr.intake_problems
      WHERE day BETWEEN :'first' AND :'last'
      GROUP BY problem) AS i \gset
SELECT jsonb_build_object('hanging', :'hanging'::jsonb, 'hanging_all', :hanging_all, 'failed', :'failed'::jsonb,
                          'failed_all', :failed_all, 'newest', :'newest'::jsonb, 'answers', :'answers'::jsonb,
                          'missing', :'missing'::jsonb, 'intake', :'intake'::jsonb);

-- What was changed, and whether it helped
SELECT jsonb_build_object('changes', (
    SELECT coalesce(jsonb_agg(h ORDER BY h.version DESC, h.what COLLATE "C") FILTER (WHERE place <= 4 * :listed), '[]')
    FROM (SELECT version, to_char(changed_at, 'YYYY-MM-DD HH24:MI') AS changed, changed_by, what,
                 row_number() OVER (ORDER BY version DESC, what COLLATE "C") AS place
          FROM ivr.config_history
          WHERE changed_at >= :'since' AND changed_at < :'until') AS h),
    'changes_all', (SELECT count(*) FROM ivr.config_history WHERE changed_at >= :'since' AND changed_at < :'until'));
SELECT coalesce(jsonb_agg(version), '[]') AS told
FROM (SELECT DISTINCT version
      FROM ivr.config_history
      WHERE changed_at >= :'since' AND changed_at < :'until'
      ORDER BY version DESC
      LIMIT :versions) AS v \gset
SELECT jsonb_build_object('effects', (
    SELECT coalesce(jsonb_agg(e ORDER BY e.version DESC, e.menu COLLATE "C"), '[]')
    FROM ivr.config_effect AS e
    WHERE version IN (SELECT v::bigint FROM jsonb_array_elements_text(:'told') AS v)
      AND asked_before + asked_after > 0));

-- The pages of single calls
SELECT jsonb_path_query_array(jsonb_build_array(:'hanging'::jsonb, :'failed'::jsonb, :'newest'::jsonb), '$[*][*].call_id')
       || jsonb_path_query_array(jsonb_build_array(:'answers'::jsonb, :'missing'::jsonb), '$[*][*].examples[*]')
       || jsonb_path_query_array(:'intake'::jsonb, '$[*] ? (!(@.example starts with "rejected ")).example') AS ids \gset
SELECT jsonb_build_object('call', jsonb_build_object('call_id', c.call_id, 'outcome', c.outcome, 'summary', c.summary,
           'from_number', c.from_number, 'to_number', c.to_number, 'department', c.department,
           'started', to_char(c.started_at, 'YYYY-MM-DD HH24:MI:SS'), 'total_seconds', c.total_seconds,
           'destination', coalesce(c.department, c.transferred_to)),
       'journey', (SELECT jsonb_agg(j ORDER BY j.line)
                   FROM (SELECT line, ms, source, what, words, digits, waited_ms, heard
                         FROM ivr.journey WHERE journey.call_id = c.call_id ORDER BY line LIMIT 200) AS j))
FROM ivr.call_summary AS c
WHERE c.call_id IN (SELECT id FROM jsonb_array_elements_text(:'ids') AS id);
COMMIT;
