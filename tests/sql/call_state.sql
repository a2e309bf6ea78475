-- call_state.sql: what is known of a call when an endpoint is asked about it.
BEGIN;
\ir lib/scene.psql
SELECT plan(39);

CREATE FUNCTION scene.state(call_id text, asked_step integer, first boolean DEFAULT false)
RETURNS TABLE (response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
               digits text, has_digest boolean)
LANGUAGE sql
AS $$
    SELECT response, asked_step, next_step, menu, no_inputs, invalids, digits, gathered_digest IS NOT NULL
    FROM ivr.call_state($1, $2, $3);
$$;

-- A call that nobody knows

SELECT is(count(*), 1::bigint, 'there is always one row') FROM ivr.call_state('nobody', NULL, true);
SELECT is(s.next_step, 1, 'answer opens the first step of an unknown call') FROM scene.state('nobody', NULL, true) AS s;
SELECT is(s.response, NULL, 'an unknown call has no stored answer') FROM scene.state('nobody', NULL, true) AS s;
SELECT is(s::text, '(,,1,,0,0,,f)', 'a bare redirect of an unknown call knows nothing and opens the first step')
FROM scene.state('nobody', NULL) AS s;
SELECT is(s::text, '(,2,3,,0,0,,f)', 'a redirect that tells a step of an unknown call opens the step after it')
FROM scene.state('nobody', 2) AS s;

-- answer asked again

SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(s.response::jsonb, scene.response('menu', 1, NULL)::jsonb, 'answer asked again gives its stored answer')
FROM scene.state('c1', NULL, true) AS s;
SELECT is(s.response, NULL, 'the redirect of step 1 has no answer yet') FROM scene.state('c1', 1) AS s;
SELECT is(s.asked_step, 1, 'it is about step 1') FROM scene.state('c1', 1) AS s;
SELECT is(s.next_step, 2, 'it opens step 2') FROM scene.state('c1', 1) AS s;
SELECT is(s.menu, 'main', 'it tells the menu that was asked') FROM scene.state('c1', 1) AS s;
SELECT is(s.digits, NULL, 'no digits are known before call.gathered came') FROM scene.state('c1', 1) AS s;
SELECT is(s::text, (SELECT t::text FROM scene.state('c1', 1) AS t), 'a bare redirect is about the newest step')
FROM scene.state('c1', NULL) AS s;

SELECT scene.press('c1', '', 6) \g /dev/null
SELECT is(s.digits, '', 'a gather without digits is empty, not unknown') FROM scene.state('c1', 1) AS s;
SELECT ok(s.has_digest, 'and names its event') FROM scene.state('c1', 1) AS s;
SELECT is(s.gathered_digest, scene.digest('c1', 'call.gathered', 6, '{"digits": ""}'), 'which is the one that came')
FROM ivr.call_state('c1', 1, false) AS s;

-- Repeats are counted for each kind

SELECT scene.answer('c1', 2, 1, 'no_input', 6.5, '', scene.digest('c1', 'call.gathered', 6, '{"digits": ""}')) \g /dev/null
SELECT is(s.response::jsonb, scene.response('no_input', 2, NULL)::jsonb, 'a redirect asked again gives its stored answer')
FROM scene.state('c1', 1) AS s;
SELECT is(s.no_inputs, 1, 'one silent attempt is counted') FROM scene.state('c1', 2) AS s;
SELECT is(s.invalids, 0, 'and no wrong one') FROM scene.state('c1', 2) AS s;
SELECT is(s.digits, NULL, 'a used digit is not offered again') FROM scene.state('c1', 2) AS s;
SELECT is(s.response, NULL, 'answer asked again after a later step has no stored answer') FROM scene.state('c1', NULL, true) AS s;
SELECT is(s.next_step, 3, 'and opens a new step') FROM scene.state('c1', NULL, true) AS s;

SELECT scene.answer('c1', 3, 2, 'invalid', 12, '9') \g /dev/null
SELECT scene.answer('c1', 4, 3, 'invalid', 18, '8') \g /dev/null
SELECT is((s.no_inputs, s.invalids)::text, '(1,2)', 'silent and wrong attempts are counted apart') FROM scene.state('c1', 4) AS s;
SELECT is(s.response::jsonb, scene.response('no_input', 2, NULL)::jsonb, 'an early step asked again still gives its own answer')
FROM scene.state('c1', 1) AS s;
SELECT is(s.response, NULL, 'a bare redirect after a repeat is a new question') FROM scene.state('c1', NULL) AS s;
SELECT is((s.asked_step, s.next_step)::text, '(4,5)', 'about the newest step') FROM scene.state('c1', NULL) AS s;

-- Another menu of the same call starts at nought

SELECT scene.answer('c1', 5, NULL, 'menu', 20, menu => 'department') \g /dev/null
SELECT is((s.menu, s.no_inputs, s.invalids)::text, '(department,0,0)', 'attempts are counted for each menu')
FROM scene.state('c1', 5) AS s;
SELECT is((s.menu, s.no_inputs, s.invalids)::text, '(,0,0)', 'a step that was never stored has no menu')
FROM scene.state('c1', 7) AS s;
SELECT is(s.next_step, 8, 'the next step lies behind a step that was told but never stored') FROM scene.state('c1', 7) AS s;
SELECT is(s.next_step, 6, 'a step told to answer does not count') FROM scene.state('c1', 7, true) AS s;

-- After the end

SELECT scene.answer('c1', 6, 5, 'transfer', 25, '1', menu => 'department', department => 'billing') \g /dev/null
SELECT is(s.response::jsonb, scene.response('transfer', 6, 'billing')::jsonb, 'a redirect that led to a transfer gives it again')
FROM scene.state('c1', 5) AS s;
SELECT is(s.response::jsonb, scene.response('transfer', 6, 'billing')::jsonb,
          'a bare redirect after a transfer is the same question again')
FROM scene.state('c1', NULL) AS s;
SELECT is(s.next_step, 7, 'answer after a transfer opens a new step') FROM scene.state('c1', NULL, true) AS s;
SELECT scene.answer('f', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('f', 2, 1, 'fallback', 7, '') \g /dev/null
SELECT is(s.response::jsonb, scene.response('fallback', 2, 'operator')::jsonb,
          'a bare redirect after a fallback is the same question again')
FROM scene.state('f', NULL) AS s;

-- Other calls

SELECT scene.answer('other', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('stranger', '1', 5) \g /dev/null
SELECT is(s.digits, NULL, 'the digit of another call is never told') FROM scene.state('other', 1) AS s;
SELECT is((s.no_inputs, s.invalids)::text, '(0,0)', 'nor are its attempts') FROM scene.state('other', 1) AS s;
SELECT is(s.response, NULL, 'nor is its answer') FROM scene.state('other', 2) AS s;
SELECT is(s.digits, '1', 'digits of a call without an answer are found by a bare redirect') FROM scene.state('stranger', NULL) AS s;
SELECT ivr.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, NULL, 1, false) \g /dev/null
SELECT is(s::text, '(,,1,,,,,f)', 'answers without a call id belong to no call') FROM scene.state(NULL, NULL, true) AS s;
SELECT is(s.response, NULL, 'and are given to nobody') FROM scene.state(NULL, 1) AS s;

SELECT * FROM finish();
ROLLBACK;
