-- question.sql: which question of a call is asked, and whether it has been answered before.
BEGIN;
\ir lib/scene.psql
SELECT plan(28);

-- What it says, as the decision of the stored answer, the step that is followed and the number of the next answer.
CREATE FUNCTION scene.question(call_id text, asked_step integer, first boolean DEFAULT false) RETURNS text
LANGUAGE sql
RETURN (SELECT concat_ws(' ', coalesce((SELECT a.decision FROM ivr.answers AS a WHERE a.call_id = $1 AND a.response = q.response::jsonb), 'new'),
                         coalesce(q.asked_step::text, '-'), q.next_step)
        FROM ivr.question(call_id, asked_step, first) AS q);

-- A call that nobody knows

SELECT is(count(*), 1::bigint, 'there is always one row') FROM ivr.question('nobody', NULL, false);
SELECT is(scene.question('nobody', NULL, true), 'new - 1', 'the first question of an unknown call is the first');
SELECT is(scene.question('nobody', NULL), 'new - 1', 'so is a redirect that tells no step');
SELECT is(scene.question('nobody', 3), 'new 3 4', 'a redirect that tells a step follows it, stored or not');
SELECT is(scene.question(NULL, NULL, true), 'new - 1', 'without a call it is the first');
SELECT is(scene.question(NULL, 2), 'new 2 3', 'or follows the step that is told');

-- In the menu

SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.question('c1', NULL, true), 'menu - 2', 'the first question again has its answer');
SELECT is(scene.question('c1', 1, true), 'menu - 2', 'whatever step it tells');
SELECT is((SELECT response::jsonb FROM ivr.question('c1', NULL, true)), scene.response('menu', 1, NULL)::jsonb, 'the very one that was given');
SELECT is(scene.question('c1', 1), 'new 1 2', 'the redirect of the first answer is a new question');
SELECT is(scene.question('c1', NULL), 'new 1 2', 'a redirect that tells no step follows the newest one');
SELECT is(scene.question('c1', 5), 'new 5 6', 'a step that was not stored yet is counted');
SELECT scene.answer('c1', 2, 1, 'no_input', 7, '') \g /dev/null
SELECT is(scene.question('c1', 1), 'no_input 1 3', 'a redirect again has its answer');
SELECT is(scene.question('c1', 2), 'new 2 3', 'the next has none');
SELECT is(scene.question('c1', NULL), 'new 2 3', 'nor has one that tells no step, while the caller is asked');
SELECT is(scene.question('c1', NULL, true), 'new - 3', 'the first question after a later one is a new question');
SELECT is(scene.question('c1', 9, true), 'new - 3', 'whatever step it tells');
SELECT scene.answer('c1', 3, 2, 'invalid', 13, '9') \g /dev/null
SELECT is(scene.question('c1', NULL), 'new 3 4', 'after a wrong digit the caller is asked, too');

-- After the end: nothing follows, so it is the same question again

SELECT scene.answer('c1', 4, 3, 'transfer', 20, '1') \g /dev/null
SELECT is(scene.question('c1', NULL), 'transfer 4 5', 'a redirect that tells no step has the transfer');
SELECT is(scene.question('c1', 3), 'transfer 3 5', 'so has the one that led to it');
SELECT is(scene.question('c1', 1), 'no_input 1 5', 'while an early one keeps its own answer');
SELECT is(scene.question('c1', 4), 'new 4 5', 'a redirect of the transfer itself would be a new question');
SELECT is(scene.question('c1', NULL, true), 'new - 5', 'and so is the first question');
SELECT scene.answer(decision, 1, NULL, decision, 1, department => 'operator')
FROM unnest(ARRAY['fallback', 'message', 'unavailable']) AS decision \g /dev/null
SELECT is(scene.question(decision, NULL), decision || ' 1 2', format('a redirect that tells no step has the %s', decision))
FROM unnest(ARRAY['fallback', 'message', 'unavailable']) AS decision;

-- Other calls

SELECT scene.answer('c2', 7, 6, 'menu', 1, given => true) \g /dev/null
SELECT is(scene.question('c2', 1), 'new 1 8', 'answers of another call are not its own; numbers go on behind the highest');
SELECT scene.store_answer(NULL, 5, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, NULL, 1, false) \g /dev/null
SELECT is(scene.question(NULL, NULL, true), 'new - 1', 'answers without a call belong to nobody');

SELECT * FROM finish();
ROLLBACK;
