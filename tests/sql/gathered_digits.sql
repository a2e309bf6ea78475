-- gathered_digits.sql: what redirects that wait for their digit ask again and again, all of them at once.
BEGIN;
\ir lib/scene.psql
SELECT plan(14);

CREATE FUNCTION scene.waiting(call_id text, asked_step integer) RETURNS text
LANGUAGE sql
RETURN (SELECT concat_ws(' ', coalesce(quote_literal(digits), '-'), CASE WHEN gathered_digest IS NOT NULL THEN 'event' END, CASE WHEN answered THEN 'answered' END)
        FROM ivr.gathered_digits(ARRAY[1], ARRAY[call_id], ARRAY[asked_step]));

SELECT is(scene.waiting('nobody', 1), '-', 'of an unknown call there is none');
SELECT is(scene.waiting('nobody', NULL), '-', 'also when no step is told');
SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.waiting('c1', 1), '-', 'before call.gathered came there is none');
SELECT scene.press('c1', '2', 5) \g /dev/null
SELECT is(scene.waiting('c1', 1), '''2'' event', 'then there it is, with its event');
SELECT is(scene.waiting('c1', NULL), '''2'' event', 'also for a redirect that tells no step');
SELECT is((SELECT gathered_digest FROM ivr.gathered_digits(ARRAY[1], ARRAY['c1'], ARRAY[1])), scene.digest('c1', 'call.gathered', 5, '{"digits": "2"}'), 'which is the one that came');
SELECT scene.answer('c1', 2, 1, 'invalid', 5.2, '2', scene.digest('c1', 'call.gathered', 5, '{"digits": "2"}')) \g /dev/null
SELECT is(scene.waiting('c1', 1), '- answered', 'after the answer it is used up, and the question is answered');
SELECT is(scene.waiting('c1', 2), '-', 'the next question waits for its own');
SELECT scene.press('c1', '', 11) \g /dev/null
SELECT is(scene.waiting('c1', 2), ''''' event', 'a gather without digits is empty, not unknown');
SELECT scene.answer('c1', 3, 2, 'transfer', 11.2, '1') \g /dev/null
SELECT is(scene.waiting('c1', NULL), '- answered', 'after a transfer nothing is asked any more');
SELECT scene.press('other', '1', 5) \g /dev/null
SELECT is(scene.waiting('c3', 1), '-', 'the digit of another call is never told');

-- Sets

SELECT results_eq($$SELECT place, digits, answered FROM ivr.gathered_digits(ARRAY[30, 10, 20, 40], ARRAY['c1', 'other', 'nobody', 'other'], ARRAY[1, NULL, 1, 1]) ORDER BY place$$,
                  $$VALUES (10, '1', false), (20, NULL, false), (30, '', true), (40, '1', false)$$, 'each place has its row, two of one call as well');
SELECT is_empty($$SELECT * FROM ivr.gathered_digits('{}', '{}', '{}')$$, 'an empty set has none');
SELECT is((SELECT provolatile::text FROM pg_proc WHERE oid = 'ivr.gathered_digits'::regproc), 's', 'it changes nothing');

SELECT * FROM finish();
ROLLBACK;
