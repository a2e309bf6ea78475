-- questions.sql: every question asked, and what came of it.
BEGIN;
\ir lib/day.psql
SELECT plan(15);

SELECT results_eq($$SELECT call_id, step, menu, attempt, outcome, digits, led_to FROM ivr.questions WHERE day = '2026-05-29' ORDER BY asked_at$$,
$$VALUES ('sales', 1, 'main', 1, 'pressed', '1', 'transfer:sales'),
         ('wrong', 1, 'main', 1, 'invalid', '9', 'menu:main'),
         ('wrong', 2, 'main', 2, 'pressed', '2', 'transfer:support'),
         ('silent', 1, 'main', 1, 'nothing', NULL, 'menu:main'),
         ('silent', 2, 'main', 2, 'nothing', NULL, 'fallback:main'),
         ('gone', 1, 'main', 1, 'hung up', NULL, NULL),
         ('deeper', 1, 'main', 1, 'pressed', '3', 'menu:department'),
         ('deeper', 2, 'department', 1, 'pressed', '1', 'transfer:billing'),
         ('closed', 1, 'main', 1, 'pressed', '4', 'message:main'),
         ('open', 1, 'main', 1, 'waiting', NULL, NULL)$$, 'each question is there with what the caller did and where it led');
SELECT is((SELECT seconds FROM ivr.questions WHERE call_id = 'wrong' AND step = 2), 6.999, 'the time is the one until the digit was brought to us');
SELECT is((SELECT array_agg(DISTINCT config_version) FROM ivr.questions), ARRAY[1::bigint], 'each has the configuration that was heard');
SELECT is((SELECT count(*) FROM ivr.questions WHERE day <> '2026-05-29'), 0::bigint, 'no other day has any');
SELECT is((SELECT count(*) FROM ivr.questions), (SELECT sum(attempts) FROM ivr.calls), 'there are as many as the calls count');

-- A wrong key once too often, or too many redirects, is still a wrong key

SELECT scene.begin('end', 1000) \g /dev/null
SELECT scene.answer('end', 2, 1, 'fallback', 1005, '9', reason => 'invalid input') \g /dev/null
SELECT scene.begin('many', 1100) \g /dev/null
SELECT scene.answer('many', 2, 1, 'fallback', 1105, '9', reason => 'too many redirects') \g /dev/null
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT array_agg(outcome) FROM ivr.questions WHERE call_id IN ('end', 'many')), ARRAY['invalid', 'invalid'], 'a fallback for a wrong key is an invalid one');
SELECT scene.begin('shut', 1200) \g /dev/null
SELECT scene.answer('shut', 2, 1, 'fallback', 1205, '1', reason => 'closed') \g /dev/null
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT outcome FROM ivr.questions WHERE call_id = 'shut'), 'pressed', 'one for a department that is closed is a choice');

-- An attempt whose answer was never stored counts

SELECT scene.begin('lost', 1300) \g /dev/null
SELECT scene.answer('lost', 3, 2, 'no_input', 1315, '') \g /dev/null
UPDATE ivr.answers SET step = 3 WHERE call_id = 'lost' AND step = 2;
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT array_agg(attempt ORDER BY step) FROM ivr.questions WHERE call_id = 'lost'), ARRAY[1, 3], 'an attempt that was never stored is counted');

-- Asked anew, and answered twice

SELECT scene.begin('anew', 1400) \g /dev/null
SELECT scene.answer('anew', 2, 1, 'no_input', 1410, '') \g /dev/null
SELECT scene.answer('anew', 3, NULL, 'menu', 1420) \g /dev/null
SELECT scene.answer('anew', 4, 3, 'transfer', 1430, '1') \g /dev/null
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT array_agg(step || ' ' || outcome ORDER BY step) FROM ivr.questions WHERE call_id = 'anew'), ARRAY['1 nothing', '2 waiting', '3 pressed'],
          'where instructions are asked for anew, the question before was left');
SELECT scene.begin('twice', 1500) \g /dev/null
SELECT scene.answer('twice', 2, 1, 'no_input', 1510, '') \g /dev/null
SELECT scene.answer('twice', 2, 1, 'invalid', 1511, '9', given => true) \g /dev/null
SELECT scene.answer('twice', 4, 2, 'transfer', 1520, '1') \g /dev/null
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT array_agg(step || ' ' || outcome ORDER BY step) FROM ivr.questions WHERE call_id = 'twice'), ARRAY['1 nothing', '2 pressed', '3 waiting'],
          'of two answers to one question, the one that was followed has what the caller did');

-- Midnight, in the time zone of the session

SELECT scene.begin('midnight', 43195) \g /dev/null
SELECT scene.answer('midnight', 2, 1, 'transfer', 43205, '1') \g /dev/null
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT (day, outcome, led_to)::text FROM ivr.questions WHERE call_id = 'midnight'), '(2026-05-29,pressed,transfer:sales)',
          'a call over midnight belongs to the day on which it began');
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT is((SELECT day FROM ivr.questions WHERE call_id = 'midnight'), '2026-05-30', 'in the time zone of the session');
SET LOCAL TimeZone = 'UTC';

-- Answers that belong to no call

SELECT scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, scene.at(5), 1, false) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.questions WHERE call_id IS NULL), 0::bigint, 'a question without a call is not in it');

SET LOCAL enable_seqscan = off;
SELECT ok(bool_or(line ~ 'calls_by_start') AND NOT bool_or(line ~ 'Seq Scan'), 'one day is read by indexes')
FROM scene.plan('SELECT * FROM ivr.questions WHERE day = current_date') AS line;

SELECT ok(NOT bool_or(line ~ 'WindowAgg'), 'and no answer is put beside the next one')
FROM scene.plan('SELECT * FROM ivr.questions WHERE day = current_date') AS line;

SELECT * FROM finish();
ROLLBACK;
