-- menu_funnel.sql: where callers get stuck or leave.
BEGIN;
\ir lib/day.psql
SELECT plan(7);

SELECT results_eq($$SELECT menu, attempt, asked, pressed, choices, invalid, nothing, hung_up, waiting, pressed_percent FROM ivr.menu_funnel
                    WHERE day = '2026-05-29' ORDER BY menu, attempt$$,
$$VALUES ('department', 1, 1::bigint, 1::bigint, '1: 1', 0::bigint, 0::bigint, 0::bigint, 0::bigint, 100.0),
         ('main', 1, 7, 3, '1: 1, 3: 1, 4: 1', 1, 1, 1, 1, 42.9),
         ('main', 2, 2, 1, '2: 1', 0, 1, 0, 0, 50.0)$$, 'each menu and attempt has what callers did');
SELECT ok(bool_and(asked = pressed + invalid + nothing + hung_up + waiting), 'nobody is lost between the columns') FROM ivr.menu_funnel;
SELECT is((SELECT sum(asked) FROM ivr.menu_funnel), (SELECT count(*)::numeric FROM ivr.questions), 'and no question');
SELECT scene.begin('again', 900) \g /dev/null
SELECT scene.answer('again', 2, 1, 'transfer', 905, '1') \g /dev/null
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT choices FROM ivr.menu_funnel WHERE menu = 'main' AND attempt = 1), '1: 2, 3: 1, 4: 1', 'the same key is counted up');

UPDATE ivr.answers SET config_version = 2 WHERE call_id IN ('again', 'wrong');
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT array_agg(asked ORDER BY config_version) FROM ivr.menu_funnel WHERE menu = 'main' AND attempt = 1), ARRAY[6, 2]::bigint[],
          'each configuration has its own figures');
UPDATE ivr.calls SET to_number = '+15551230003' WHERE call_id = 'again';
SELECT is((SELECT array_agg(to_number || ': ' || asked ORDER BY to_number) FROM ivr.menu_funnel WHERE menu = 'main' AND attempt = 1 AND config_version = 2),
          ARRAY['+15551230002: 1', '+15551230003: 1'], 'and each number');

SELECT is(count(*) FILTER (WHERE line ~ ' on answers( |$)'), 1::bigint, 'the answers of the day are read once')
FROM scene.plan('SELECT * FROM ivr.menu_funnel WHERE day = current_date') AS line;

SELECT * FROM finish();
ROLLBACK;
