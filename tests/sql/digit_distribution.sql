-- digit_distribution.sql: what callers press.
BEGIN;
\ir lib/day.psql
SELECT plan(4);

SELECT results_eq($$SELECT menu, digits, is_choice, led_to, times, percent FROM ivr.digit_distribution WHERE day = '2026-05-29' ORDER BY menu, digits$$,
$$VALUES ('department', '1', true, 'transfer:billing', 1::bigint, 100.0), ('main', '1', true, 'transfer:sales', 1, 20.0),
         ('main', '2', true, 'transfer:support', 1, 20.0), ('main', '3', true, 'menu:department', 1, 20.0),
         ('main', '4', true, 'message:main', 1, 20.0), ('main', '9', false, 'menu:main', 1, 20.0)$$,
'each key stands with where it led, in the menu in which it was pressed');
SELECT is((SELECT sum(times) FROM ivr.digit_distribution), (SELECT count(*)::numeric FROM ivr.questions WHERE outcome IN ('pressed', 'invalid')),
          'callers who press nothing are not in it');
SELECT ok(bool_and(total BETWEEN 99 AND 101), 'a menu''s shares of a day are a whole')
FROM (SELECT sum(percent) AS total FROM ivr.digit_distribution GROUP BY day, to_number, menu) AS shares;

SELECT is(count(*) FILTER (WHERE line ~ ' on answers( |$)'), 1::bigint, 'the answers of the day are read once, those who pressed nothing not again')
FROM scene.plan('SELECT * FROM ivr.digit_distribution WHERE day = current_date') AS line;

SELECT * FROM finish();
ROLLBACK;
