-- call_states.sql: what is known of a call when an endpoint is asked about it.
BEGIN;
\ir lib/scene.psql
SELECT plan(87);

CREATE FUNCTION scene.state(call_id text, asked_step integer, first boolean DEFAULT false)
RETURNS TABLE (response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
               digits text, has_digest boolean)
LANGUAGE sql
AS $$
    SELECT response, asked_step, next_step, menu, no_inputs, invalids, digits, gathered_digest IS NOT NULL
    FROM scene.call_state($1, $2, $3);
$$;

-- A call that nobody knows

SELECT is(count(*), 1::bigint, 'there is always one row') FROM scene.call_state('nobody', NULL, true);
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
FROM scene.call_state('c1', 1, false) AS s;

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
SELECT scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, NULL, 1, false) \g /dev/null
SELECT is(s::text, '(,,1,,,,,f)', 'answers without a call id belong to no call') FROM scene.state(NULL, NULL, true) AS s;
SELECT is(s.response, NULL, 'and are given to nobody') FROM scene.state(NULL, 1) AS s;

-- The caller, known for the first question only

INSERT INTO ivr.callers (number, name, greeting, department, menu, blocked, message) VALUES
    ('+15551230001', 'Ms. Meier', 'Hello Ms. Meier.', NULL, 'department', false, NULL), ('+15551230003', NULL, NULL, 'sales', NULL, false, NULL),
    ('+15551230004', NULL, NULL, NULL, NULL, true, 'Please write to us.'), ('sip:anna@example.com', 'Anna', 'Hello Anna.', NULL, NULL, false, NULL);
CREATE FUNCTION scene.caller(call_id text, asked_step integer, first boolean, told text) RETURNS text
LANGUAGE sql
RETURN (SELECT (caller_greeting, caller_department, caller_menu, caller_blocked, caller_message)::text FROM scene.call_state($1, $2, $3, $4));
SELECT is(scene.caller('k', NULL, true, '+15551230001'), '("Hello Ms. Meier.",,department,f,)', 'a known caller is told with his greeting and his menu');
SELECT is(scene.caller('k', NULL, true, '+15551230003'), '(,sales,,f,)', 'or his department');
SELECT is(scene.caller('k', NULL, true, '+15551230004'), '(,,,t,"Please write to us.")', 'or that he is blocked, and what he hears');
SELECT is(scene.caller('k', NULL, true, 'sip:anna@example.com'), '("Hello Anna.",,,f,)', 'by whatever the platform calls him');
SELECT is(scene.caller('k', NULL, true, '+15551230009'), '(,,,,)', 'of a stranger nothing is known');
SELECT is(scene.caller('k', NULL, true, NULL), '(,,,,)', 'nor of a caller without a number');
SELECT is(scene.caller(NULL, NULL, true, '+15551230001'), '("Hello Ms. Meier.",,department,f,)', 'a call without an id may have a known caller');
SELECT is(scene.caller('k', NULL, false, '+15551230001'), '(,,,,)', 'a redirect does not ask who calls');
SELECT is(scene.caller('k', 1, false, '+15551230004'), '(,,,,)', 'not even a blocked one');
SELECT scene.event('k', 'call.created', 0) \g /dev/null
SELECT is(scene.caller('k', NULL, true, NULL), '("Hello Ms. Meier.",,department,f,)', 'where the request does not tell who calls, the events of the call do');
SELECT is(scene.caller('k', NULL, true, '+15551230003'), '(,sales,,f,)', 'what the request tells comes first');
SELECT scene.answer('k', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.caller('k', NULL, true, NULL), '(,,,,)', 'where the answer is stored, nothing else matters');
SELECT is((SELECT to_jsonb(s) - 'response' - 'next_step' FROM scene.call_state('k', NULL, true, '+15551230001') AS s),
          (SELECT jsonb_object_agg(key, NULL) FROM scene.call_state('x', NULL, true) AS s, jsonb_object_keys(to_jsonb(s) - 'response' - 'next_step') AS key),
          'nothing else is told');
UPDATE ivr.callers SET greeting = 'Hello.' WHERE number = '+15551230001';
SELECT is(scene.caller('k2', NULL, true, '+15551230001'), '(Hello.,,department,f,)', 'a change of ivr.callers is heard by the next call');

-- The called number

SELECT is((s.to_number, s.application_id)::text, '(,)', 'of an unknown call the called number is not known') FROM scene.call_state('nobody', NULL, true) AS s;
SELECT scene.event('n', 'call.created', 0) \g /dev/null
SELECT is((s.to_number, s.application_id)::text, '(+15551230002,app_1)', 'it is told when an event has told it') FROM scene.call_state('n', NULL, true) AS s;
SELECT is((s.to_number, s.application_id)::text, '(+15551230002,app_1)', 'to redirects, too') FROM scene.call_state('n', 1, false) AS s;
SELECT is((s.to_number, s.application_id)::text, '(,)', 'that of another call is not told') FROM scene.call_state('n2', 1, false) AS s;

-- Where the caller could not be connected

SELECT is(s.failed, NULL, 'a caller who was connected everywhere, or not at all, is told nothing') FROM scene.call_state('f1', NULL, true, '+15551230005') AS s;
INSERT INTO ivr.calls (call_id, from_number, current_step, disposition, department, transferred_to, started_at, closed_at, events, gathers, answers)
SELECT 'failed ' || n, '+15551230005', 'failed', 'failed', 'sales', '+1555123004' || n, now(), now() - interval '1 minute', 1, 1, 1 FROM generate_series(1, 2) AS n;
SELECT is(s.failed, e'+15551230041\n+15551230042', 'where he could not be connected a minute ago is told, one a line') FROM scene.call_state('f1', NULL, true, '+15551230005') AS s;
SELECT is(s.failed, e'+15551230041\n+15551230042', 'to redirects, too: there it is decided') FROM scene.call_state('f1', 1, false, '+15551230005') AS s;
SELECT is(s.failed, NULL, 'not to others') FROM scene.call_state('f1', 1, false, '+15551230006') AS s;
SELECT is(s.failed, NULL, 'nor to callers without a number') FROM scene.call_state('f1', 1, false) AS s;
INSERT INTO ivr.calls (call_id, from_number, current_step, started_at, events, gathers, answers) VALUES ('f2', '+15551230005', 'created', now(), 1, 0, 0);
SELECT is(s.failed, e'+15551230041\n+15551230042', 'where the request does not tell who calls, the events of the call do') FROM scene.call_state('f2', 1, false) AS s;

-- The menu before

SELECT is(s.menu_before, NULL, 'the first question has no menu before it') FROM scene.call_state('m', NULL, true) AS s;
SELECT scene.answer('m', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(s.menu_before, NULL, 'nor has the first menu') FROM scene.call_state('m', 1, false) AS s;
SELECT scene.answer('m', 2, 1, 'menu', 7, '3', menu => 'department', given => true) \g /dev/null
SELECT is((s.menu, s.menu_before)::text, '(department,main)', 'the next has the first') FROM scene.call_state('m', 2, false) AS s;
SELECT is((s.menu, s.menu_before)::text, '(department,main)', 'also when the redirect tells no step') FROM scene.call_state('m', NULL, false) AS s;
SELECT scene.answer('m', 3, 2, 'no_input', 14, '', menu => 'department') \g /dev/null
SELECT is((s.menu, s.menu_before)::text, '(department,main)', 'and when it was asked again') FROM scene.call_state('m', 3, false) AS s;
SELECT scene.answer('m', 4, 3, 'menu', 21, '0', menu => 'main', reason => 'back', given => true) \g /dev/null
SELECT is((s.menu, s.menu_before)::text, '(main,)', 'back again there is none') FROM scene.call_state('m', 4, false) AS s;

-- Whether it is being recorded

SELECT is(s.recorded, false, 'an unknown call is not recorded') FROM scene.call_state('r', NULL, true) AS s;
SELECT scene.answer('r', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(s.recorded, false, 'nor is one whose answers do not say so') FROM scene.call_state('r', 1, false) AS s;
UPDATE ivr.answers SET response = '{"actions": [{"say": {"text": "start_recording"}}, {"type": "redirect", "url": "https://example.com/?start_recording"}]}' WHERE call_id = 'r';
SELECT is(s.recorded, false, 'the word alone records nothing') FROM scene.call_state('r', 1, false) AS s;
UPDATE ivr.answers SET response = '{"actions": [{"say": {"text": "Calls are recorded."}}, {"start_recording": {}}, {"gather": {}}]}' WHERE call_id = 'r';
SELECT is(s.recorded, true, 'an answer that starts recording is remembered') FROM scene.call_state('r', 1, false) AS s;
SELECT scene.answer('r', 2, 1, 'invalid', 7, '9') \g /dev/null
SELECT is(s.recorded, true, 'whatever comes after it') FROM scene.call_state('r', 2, false) AS s;
SELECT is(s.recorded, true, 'also when the first question is asked anew') FROM scene.call_state('r', NULL, true) AS s;
SELECT is(s.recorded, false, 'other calls are not recorded') FROM scene.call_state('m', 4, false) AS s;

-- What the programs read by its place

SELECT is((SELECT proargnames[pronargs + 1:] FROM pg_proc WHERE oid = 'ivr.call_states'::regproc),
          ARRAY['place', 'response', 'asked_step', 'next_step', 'menu', 'no_inputs', 'invalids', 'digits', 'gathered_digest', 'to_number', 'application_id',
                'failed', 'menu_before', 'recorded', 'caller_greeting', 'caller_department', 'caller_menu', 'caller_blocked', 'caller_message', 'is_open', 'language', 'caller_language', 'from_number'],
          'the columns are in the order in which the programs read them');

-- Whether a digit may come

SELECT is(s.is_open, false, 'an unknown call is not open') FROM scene.call_state('w', 1, false) AS s;
SELECT scene.event('w', 'call.created', 0) \g /dev/null
SELECT is(s.is_open, true, 'a known one is where the step is not stored: its question may be') FROM scene.call_state('w', 1, false) AS s;
SELECT scene.answer('w', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(s.is_open, true, 'in a menu it is') FROM scene.call_state('w', 1, false) AS s;
SELECT is(s.is_open, true, 'also where no step is told') FROM scene.call_state('w', NULL, false) AS s;
SELECT scene.answer('w', 2, 1, 'transfer', 5, '1') \g /dev/null
SELECT is(s.is_open, false, 'after a transfer it is not') FROM scene.call_state('w', 2, false) AS s;
SELECT scene.answer('x', 1, NULL, 'menu', 1), scene.event('x', 'call.completed', 9) \g /dev/null
SELECT is(s.is_open, false, 'nor when the call is over') FROM scene.call_state('x', 1, false) AS s;
SELECT is(s.is_open, false, 'of no call nothing is open') FROM scene.call_state(NULL, 1, false) AS s;

-- Sets

SELECT results_eq($$SELECT place, next_step, is_open FROM ivr.call_states(ARRAY[8, 2, 5, 3], ARRAY['x', 'w', NULL, 'w'], ARRAY[1, NULL, NULL, 2],
                      ARRAY[false, true, true, false], ARRAY[NULL, NULL, NULL, NULL]) ORDER BY place$$,
                  $$VALUES (2, 3, true), (3, 3, false), (5, 1, false), (8, 2, false)$$, 'each place has its row, two of one call as well');
SELECT is_empty($$SELECT * FROM ivr.call_states('{}', '{}', '{}', '{}', '{}')$$, 'an empty set has none');
SELECT is((SELECT provolatile::text FROM pg_proc WHERE oid = 'ivr.call_states'::regproc), 's', 'it changes nothing');

SELECT * FROM finish();
ROLLBACK;
