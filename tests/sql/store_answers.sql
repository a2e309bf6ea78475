-- store_answers.sql: an answer is stored once for each question, and the stored one is the one to give.
BEGIN;
\ir lib/scene.psql
SELECT plan(104);

-- As it should go

SELECT is(scene.answer('c1', 1, NULL, 'menu', 1), scene.response('menu', 1, NULL), 'the answer is returned as it was handed over');
SELECT results_eq(
    $$SELECT step, asked_step, endpoint, menu, digits, digits_source, waited_ms, decision, response, config_version,
             answered_at, took_ms, stored_at BETWEEN transaction_timestamp() AND clock_timestamp()
      FROM ivr.answers WHERE call_id = 'c1'$$,
    $$VALUES (1, NULL::integer, 'answer', 'main', NULL::text, NULL::text, 0, 'menu',
              scene.response('menu', 1, NULL)::jsonb, 1::bigint, scene.at(1), 1.5::real, true)$$,
    'and kept with everything that led to it');
SELECT is(scene.current_step('c1'), 'menu:main', 'its call is moved');
SELECT scene.press('c1', '1', 5) \g /dev/null
SELECT is(scene.answer('c1', 2, 1, 'transfer', 5.2, '1', scene.digest('c1', 'call.gathered', 5, '{"digits": "1"}'), 120,
                       source => 'awaited'),
          scene.response('transfer', 2, 'sales'), 'the next answer is stored');
SELECT results_eq(
    $$SELECT asked_step, digits, digits_source, waited_ms, department, destination, gathered_digest
      FROM ivr.answers WHERE call_id = 'c1' AND step = 2$$,
    $$VALUES (1, '1', 'awaited', 120, 'sales', (SELECT destination FROM ivr.departments WHERE department = 'sales'),
              scene.digest('c1', 'call.gathered', 5, '{"digits": "1"}'))$$,
    'with the digit it used, how long that took and where the caller went');
SELECT is(scene.current_step('c1'), 'transfer:sales', 'its call is moved again');
SELECT scene.store_answer('now', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL,
                        '+15551230001', '+15551230002', '{"actions":[]}', 1, NULL, 1, false) \g /dev/null
SELECT ok((SELECT answered_at BETWEEN transaction_timestamp() AND clock_timestamp()
           FROM ivr.answers WHERE call_id = 'now'), 'without a time told it was answered now');
SELECT is((SELECT (from_number, to_number)::text FROM ivr.calls WHERE call_id = 'now'), '(+15551230001,+15551230002)',
          'the numbers told in the request are the call''s, where no event has told them');

-- The same question twice

SELECT is(scene.answer('c1', 2, 1, 'no_input', 5.3, '', source => 'none')::jsonb, scene.response('transfer', 2, 'sales')::jsonb,
          'two redirects of one step at once get the answer that was stored first');
SELECT is(scene.answer('c1', 3, 1, 'no_input', 5.3, '', source => 'none')::jsonb, scene.response('transfer', 2, 'sales')::jsonb,
          'also when the second counts on from there');
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'c1'), 2::bigint, 'nothing is stored for the second');
SELECT scene.answer('twice', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.answer('twice', 1, NULL, 'menu', 1.1, menu => 'department')::jsonb, scene.response('menu', 1, NULL)::jsonb,
          'answer asked twice at once gets the answer that was stored first');
SELECT is((SELECT array_agg(menu) FROM ivr.answers WHERE call_id = 'twice'), ARRAY['main'], 'and asks one menu');

-- The call has moved on

SELECT is(scene.answer('c1', 2, NULL, 'menu', 6), NULL, 'an answer whose step is taken is not stored');
SELECT is(scene.answer('c1', 9, NULL, 'menu', 6), NULL, 'nor is one that leaves steps out');
SELECT is(scene.answer('c1', 3, NULL, 'menu', 6), scene.response('menu', 3, NULL), 'with the right step it is');
SELECT is(scene.answer('c1', 4, 3, 'transfer', 6.2, '1', scene.digest('c1', 'call.gathered', 5, '{"digits": "1"}')), NULL,
          'an answer that uses a used digit is not stored');
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'c1'), 3::bigint, 'nothing is left of these attempts');
SELECT is(scene.answer('c9', 1, NULL, 'transfer', 6.2, '1', scene.digest('c1', 'call.gathered', 5, '{"digits": "1"}')),
          scene.response('transfer', 1, 'sales'), 'a used digit is only used for its own call');

-- A call without an id

SELECT is(scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                           '{"actions":[1]}', 1, NULL, 1, false),
          '{"actions":[1]}', 'an answer without a call id is stored');
SELECT is(scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                           '{"actions":[2]}', 1, NULL, 1, false),
          '{"actions":[2]}', 'and the next one as well');
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id IS NULL), 2::bigint, 'each as a row');
SELECT is((SELECT count(*) FROM ivr.calls WHERE call_id IS NULL), 0::bigint, 'they make no call');

-- Given already, while the database was out of reach

SELECT is(scene.answer('g', 1, NULL, 'menu', 1, given => true), scene.response('menu', 1, NULL), 'an answer given already is recorded');
SELECT is(scene.answer('g', 1, NULL, 'menu', 1, given => true), scene.response('menu', 1, NULL), 'handed over again it is returned');
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'g'), 1::bigint, 'and recorded once');
SELECT is((SELECT answered_at FROM ivr.answers WHERE call_id = 'g'), scene.at(1), 'with the time at which it was given');
SELECT scene.answer('took', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('took', 1, NULL, 'menu', 1.1, given => true) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'took'), 1::bigint,
          'an answer that the database took after all is not recorded a second time');

SELECT scene.answer('h', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('h', '1', 5) \g /dev/null
SELECT scene.answer('h', 2, 1, 'transfer', 5.2, '1', scene.digest('h', 'call.gathered', 5, '{"digits": "1"}')) \g /dev/null
SELECT is(scene.answer('h', 2, 1, 'no_input', 5.3, '', given => true), scene.response('no_input', 2, NULL),
          'a given answer is recorded where its question has another answer');
SELECT is((SELECT (step, asked_step)::text FROM ivr.answers WHERE call_id = 'h' AND decision = 'no_input'), '(3,)',
          'under the next free number, and the question stays with the first');
SELECT scene.answer('h', 2, 1, 'no_input', 5.3, '', given => true) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'h'), 3::bigint,
          'handed over again it is recorded once, although its number has changed');
SELECT scene.answer('h', 2, 1, 'no_input', 7.3, '', given => true) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'h'), 4::bigint,
          'the same words given at another moment are another answer');
SELECT is(scene.answer('h', 7, 6, 'transfer', 9, '1', scene.digest('h', 'call.gathered', 5, '{"digits": "1"}'), given => true),
          scene.response('transfer', 7, 'sales'), 'a given answer is recorded though its digit is used');
SELECT is((SELECT (step, asked_step, gathered_digest IS NULL)::text FROM ivr.answers WHERE call_id = 'h' AND step = 7), '(7,6,t)',
          'under its own number, and the digit stays with the first');
SELECT is(scene.answer('h', 8, 7, 'fallback', 11, '', given => true), scene.response('fallback', 8, 'operator'),
          'the next given answer follows it');
SELECT is(scene.current_step('h'), 'fallback:main', 'given answers move the call');

-- Two programs catch up in any order

SELECT scene.answer('late', 2, 1, 'transfer', 6, '1', given => true) \g /dev/null
SELECT scene.answer('late', 1, NULL, 'menu', 1, given => true) \g /dev/null
SELECT is((SELECT array_agg(step || ' ' || decision ORDER BY step) FROM ivr.answers WHERE call_id = 'late'),
          ARRAY['1 menu', '2 transfer'], 'a given answer keeps its number where that is free');
SELECT is(scene.current_step('late'), 'transfer:sales', 'the step of the call is that of the last answer, not of the last to arrive');
SELECT is((SELECT asked_step FROM ivr.answers WHERE call_id = 'late' AND step = 2), 1, 'and the question stays with its answer');

-- Menus of menus, and other ends

SELECT scene.answer('tree', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.store_answer('tree', 2, 1, 'route-menu', 'department', '3', 'request', NULL, 0, 'menu', 'back', NULL, NULL, NULL, NULL,
                           scene.response('menu', 2, NULL), 1, scene.at(6), 1, false), scene.response('menu', 2, NULL), 'a menu may follow a menu');
SELECT is(scene.current_step('tree'), 'menu:department', 'its call is there');
SELECT is((SELECT (menu, reason)::text FROM ivr.answers WHERE call_id = 'tree' AND step = 2), '(department,back)', 'it is kept with why it was asked');
SELECT is(scene.answer('tree', 3, 2, 'message', 12, '8', menu => 'department', reason => 'closed'), scene.response('message', 3, NULL), 'a sentence may end it');
SELECT is(scene.current_step('tree'), 'message:department', 'its call says so');
SELECT is(scene.answer('tree', 3, 2, 'transfer', 13, '1')::jsonb, scene.response('message', 3, NULL)::jsonb, 'asked once more it is the sentence again');
SELECT is(scene.store_answer('tree', 4, NULL, 'route-menu', 'department', '1', 'request', NULL, 0, 'transfer', NULL, 'sales', '+15551230011', NULL, NULL,
                           '{"actions":[]}', 1, NULL, 1, false)::jsonb, scene.response('message', 3, NULL)::jsonb, 'also for a redirect that tells no step');
SELECT scene.answer('ext', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.store_answer('ext', 2, 1, 'route-menu', 'main', '101', 'request', NULL, 0, 'transfer', 'extension', '101', '+15551230042', NULL, NULL,
                           '{"actions":[]}', 1, NULL, 1, false), '{"actions":[]}', 'an extension is no department, and is stored');
SELECT is((SELECT transferred_to FROM ivr.calls WHERE call_id = 'ext'), '+15551230042', 'with where it rings');
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id = 'tree'), 3::bigint, 'nothing is stored twice');

-- What is no answer

SELECT throws_ok($$SELECT scene.store_answer('bad', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL,
                   NULL, NULL, '{"actions":', 1, NULL, 1, false)$$, '22P02', NULL, 'a response that is no JSON is refused');
SELECT throws_ok($$SELECT scene.store_answer('bad', 1, NULL, 'answer', 'main', '1', 'guessed', NULL, 0, 'menu', NULL, NULL, NULL,
                   NULL, NULL, '{"actions":[]}', 1, NULL, 1, false)$$, '23514', NULL, 'an unknown source of digits is refused');
SELECT is((SELECT count(*) FROM ivr.calls WHERE call_id = 'bad'), 0::bigint, 'neither leaves a call behind');
SELECT throws_ok($$SELECT scene.store_answer('bad', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL,
                   NULL, NULL, '{"actions":[]}', 1, NULL, 1, true)$$, '23502', NULL, 'an answer without a decision is refused');

-- Assumed, without looking

CREATE FUNCTION scene.assume(call_id text, step integer, asked_step integer, decision text, digits text DEFAULT NULL, menu text DEFAULT 'main',
                             from_number text DEFAULT NULL, how text DEFAULT 'assumed', digest bytea DEFAULT NULL) RETURNS text
LANGUAGE sql
AS $$
    SELECT concat_ws(' ', s.result, s.response::jsonb ->> 'n')
    FROM ivr.store_answers(ARRAY[1], ARRAY[$1], ARRAY[jsonb_build_object(
        'step', $2, 'asked_step', $3, 'endpoint', CASE WHEN asked_step IS NULL THEN 'answer' ELSE 'route-menu' END, 'menu', menu, 'digits', digits,
        'gathered_digest', digest, 'waited_ms', 0, 'decision', decision, 'from_number', $7, 'config_version', 1, 'answered_at', now(), 'took_ms', 1,
        'how', how)], ARRAY[format('{"n":%s}', (SELECT count(*) FROM ivr.answers))]) AS s;
$$;
INSERT INTO ivr.callers (number, name) VALUES ('+15551239999', 'Anna');
DELETE FROM ivr.answers;
SELECT ivr.rebuild_calls() \g /dev/null
SELECT is(scene.assume('as', 1, NULL, 'menu'), 'stored', 'the first answer of a call may be assumed');
SELECT is(scene.assume('as', 1, NULL, 'menu'), 'known 0', 'asked again it is known, with the answer to give');
SELECT is(scene.assume('as', 2, 1, 'transfer', '1'), 'stored', 'the answer to the newest menu may be assumed');
SELECT is(scene.assume('as', 2, 1, 'transfer', '2'), 'known 1', 'asked again it is known');
SELECT is(scene.assume('as', 3, 2, 'transfer', '2'), 'moved', 'nothing follows a transfer by assumption');
SELECT is(scene.assume('as', 1, NULL, 'menu'), 'moved', 'a first question after other answers is to be looked at');
SELECT is(scene.assume('as', 3, NULL, 'menu'), 'moved', 'with whatever number');
SELECT is(scene.assume('as', 3, NULL, 'menu', how => 'looked'), 'stored', 'having looked it is stored');
SELECT is(scene.assume('as', 4, 3, 'transfer', '1', menu => 'department'), 'moved', 'an answer to another menu than the one that was asked is to be looked at');
SELECT is(scene.assume('as', 4, 3, 'transfer', '1', menu => NULL), 'moved', 'so is one to no menu');
SELECT is(scene.assume('as', 5, 3, 'transfer', '1'), 'moved', 'and one that leaves a number out');
SELECT is(scene.assume('as', 4, 3, 'invalid', '9'), 'stored', 'a repeat may be assumed');
SELECT is(scene.assume('as', 5, 3, 'transfer', '1'), 'known 3', 'an early step has its own answer');
SELECT is(scene.assume('as', 2, 7, 'transfer', '1'), 'moved', 'of a step that was never stored nothing can be assumed');
SELECT is(scene.assume('nobody', 2, 1, 'transfer', '1'), 'moved', 'nor of an unknown call');
SELECT is(scene.assume('kn', 1, NULL, 'menu', from_number => '+15551239999'), 'moved', 'a known caller is to be looked at');
SELECT is(scene.assume('kn', 1, NULL, 'menu', from_number => '+15551239999', how => 'looked'), 'stored', 'having looked it is stored');
UPDATE ivr.callers SET number = '+15551230001' WHERE number = '+15551239999';
SELECT scene.event('ev', 'call.created', 0) \g /dev/null
SELECT is(scene.assume('ev', 1, NULL, 'menu'), 'moved', 'also where only an event has told who calls');
SELECT is(scene.assume('ev', 1, NULL, 'menu', from_number => '+15551239998'), 'stored', 'what the request tells comes first');
SELECT scene.press('ev', '1', 5) AS digest \gset
SELECT is(scene.assume('ev', 2, 1, 'invalid', '1', digest => :'digest'), 'stored', 'an assumed answer may use a digit');
SELECT is(scene.assume('ev', 3, 2, 'transfer', '1', digest => :'digest'), 'moved', 'once');
SELECT is((SELECT array_agg(call_id || step ORDER BY call_id, step) FROM ivr.answers), ARRAY['as1', 'as2', 'as3', 'as4', 'ev1', 'ev2', 'kn1'], 'nothing else is stored');
SELECT is(scene.assume('gi', 1, NULL, 'menu', how => 'given'), 'stored', 'what was given already is stored');
SELECT is((SELECT s.result || (s.response::jsonb = a.response)::text
           FROM ivr.answers AS a
           CROSS JOIN LATERAL ivr.store_answers(ARRAY[1], ARRAY['gi'], ARRAY[jsonb_build_object(
               'step', 1, 'endpoint', 'answer', 'menu', 'main', 'waited_ms', 0, 'decision', 'menu', 'answered_at', a.answered_at, 'how', 'given')],
               ARRAY[a.response::text]) AS s
           WHERE a.call_id = 'gi'), 'knowntrue', 'handed over again it is known');

-- Two answers to one question: the first one was stored by a program that died, the second one given by one that could
-- not know of it

SELECT scene.assume('be', 1, NULL, 'menu'), scene.assume('be', 2, 1, 'transfer', '1') \g /dev/null
SELECT is(scene.assume('be', 2, 1, 'no_input', '', how => 'given'), 'stored', 'another answer to the same question is stored');
SELECT is((SELECT array_agg(concat_ws(' ', step, decision, coalesce(asked_step::text, '-'), coalesce(beside_step::text, '-')) ORDER BY step) FROM ivr.answers WHERE call_id = 'be'),
          ARRAY['1 menu - -', '2 transfer 1 -', '3 no_input - 1'], 'under the next number, and tells its question');
SELECT is(scene.assume('be', 2, 1, 'fallback', '', how => 'looked'), 'known ' || (SELECT response ->> 'n' FROM ivr.answers WHERE call_id = 'be' AND step = 2),
          'asked again, the question has its first answer');
SELECT is(scene.assume('be', 4, 3, 'transfer', '2'), 'stored', 'the next question follows the second one');
SELECT is((SELECT words ~ 'another answer to its question is stored' FROM ivr.journey WHERE call_id = 'be' AND step = 3 AND source <> 'MiniVoice'), true, 'the journey tells it');
SELECT throws_ok($$UPDATE ivr.answers SET beside_step = 1 WHERE call_id = 'be' AND step = 2$$, '23514', NULL, 'an answer follows its question, or stands beside another one');

SELECT scene.assume('bf', 1, NULL, 'menu'), scene.assume('bf', 2, 1, 'no_input', '') \g /dev/null
CREATE FUNCTION scene.give_transfer(step integer, asked_step integer, answered_at text) RETURNS text
LANGUAGE sql
RETURN (SELECT s.result FROM ivr.store_answers(ARRAY[1], ARRAY['bf'], ARRAY[jsonb_build_object('step', step, 'asked_step', asked_step, 'endpoint', 'route-menu',
            'menu', 'main', 'digits', '1', 'waited_ms', 0, 'decision', 'transfer', 'answered_at', answered_at, 'how', 'given')], ARRAY['{"n":"same"}']) AS s);
SELECT is(ARRAY[scene.give_transfer(2, 1, '2026-05-29T12:00:00Z'), scene.give_transfer(3, 2, '2026-05-29T12:00:01Z')], ARRAY['stored', 'stored'],
          'the same list given to the next question is another answer, though the first one has its number');
SELECT is(ARRAY[scene.give_transfer(2, 1, '2026-05-29T12:00:00Z'), scene.give_transfer(3, 2, '2026-05-29T12:00:01Z')], ARRAY['known', 'known'],
          'and each is known');

-- Given answers that tell no call are known by their record

CREATE FUNCTION scene.hand_over(record text, answered_at text) RETURNS text
LANGUAGE sql
RETURN (SELECT s.result FROM ivr.store_answers(ARRAY[1], ARRAY[NULL], ARRAY[jsonb_build_object('step', 1, 'endpoint', 'answer', 'menu', 'main',
            'waited_ms', 0, 'decision', 'menu', 'answered_at', answered_at, 'how', 'given', 'spool_record', record)], ARRAY['{"n":1}']) AS s);
SELECT is(ARRAY[scene.hand_over('7-1-0', '2026-05-29T12:00:00Z'), scene.hand_over('7-1-1', '2026-05-29T12:00:00Z')], ARRAY['stored', 'stored'],
          'two alike of the same moment are two');
SELECT is(scene.hand_over('7-1-0', '2026-05-29T12:00:00Z'), 'known', 'handed over again one is known');
SELECT is((SELECT array_agg(s.result ORDER BY s.place) FROM (SELECT '{"step": 1, "endpoint": "answer", "menu": "main", "waited_ms": 0, "decision": "menu",
               "answered_at": "2026-05-29T12:00:00Z", "how": "given", "spool_record": "7-1-1"}'::jsonb AS one) AS given
           CROSS JOIN LATERAL ivr.store_answers(ARRAY[1, 2, 3], ARRAY[NULL, NULL, NULL], ARRAY[one, one - 'spool_record', one || '{"answered_at": "2026-05-29T12:00:01Z", "spool_record": "7-1-1"}'],
               ARRAY['{"n":1}', '{"n":1}', '{"n":1}']) AS s), ARRAY['known', 'stored', 'stored'], 'by its moment and its name');
DELETE FROM ivr.answers WHERE call_id IS NULL AND (spool_record IS NULL OR answered_at > '2026-05-29T12:00:00Z');
SELECT is((SELECT array_agg(spool_record ORDER BY spool_record) FROM ivr.answers WHERE call_id IS NULL AND spool_record IS NOT NULL), ARRAY['7-1-0', '7-1-1'], 'and there once');
SELECT is((SELECT count(*) FROM ivr.answers WHERE call_id IS NOT NULL AND spool_record IS NOT NULL), 0::bigint, 'an answer of a call needs no such name');
DELETE FROM ivr.answers WHERE call_id IS NULL;

-- Which question an answer follows

CREATE FUNCTION scene.follows(call_id text) RETURNS text[]
LANGUAGE sql
RETURN (SELECT array_agg(concat_ws(' ', step, coalesce(attempt::text, '-'), coalesce(asked_menu, '-'), asked_attempt, asked_config_version, extract(epoch FROM asked_at - scene.at(0))::integer) ORDER BY step)
        FROM ivr.answers AS a WHERE a.call_id = $1);
SELECT scene.answer('fo', 1, NULL, 'menu', 1), scene.answer('fo', 2, 1, 'no_input', 8, ''), scene.answer('fo', 3, 2, 'invalid', 15, '9') \g /dev/null
SELECT scene.answer('fo', 4, 3, 'menu', 20, '3', menu => 'department', given => true), scene.answer('fo', 5, 4, 'no_input', 29, '', menu => 'department') \g /dev/null
SELECT scene.answer('fo', 6, 5, 'transfer', 35, '1', menu => 'department'), scene.answer('fo', 7, NULL, 'menu', 40), scene.answer('fo', 8, 6, 'fallback', 41, '') \g /dev/null
SELECT is(scene.follows('fo'), ARRAY['1 1 -', '2 2 main 1 1 1', '3 3 main 2 1 8', '4 1 main 3 1 15', '5 2 department 1 1 20', '6 - department 2 1 29', '7 1 -', '8 - -'],
          'each tells the question that it follows, and which attempt it is itself');
SELECT scene.answer('fg', 3, 2, 'transfer', 15, '1', given => true), scene.answer('fg', 2, 1, 'no_input', 8, '', given => true) \g /dev/null
SELECT is(scene.follows('fg'), ARRAY['2 2 -', '3 - main 2 1 8'], 'where the question comes to be known later, it tells it then');
SELECT scene.answer('fg', 1, NULL, 'menu', 1, given => true) \g /dev/null
SELECT is(scene.follows('fg'), ARRAY['1 1 -', '2 2 main 1 1 1', '3 - main 2 1 8'], 'in whatever order the program catches up');
SELECT scene.answer('fl', 1, NULL, 'menu', 1), scene.answer('fl', 4, 3, 'no_input', 20, '', given => true) \g /dev/null
SELECT is(scene.follows('fl'), ARRAY['1 1 -', '4 4 -'], 'repeats that were never stored are counted');

-- Sets

SELECT results_eq($$SELECT place, result, response FROM ivr.store_answers(
        ARRAY[40, 20, 30, 10, 50], ARRAY['m1', 'm2', 'm1', NULL, 'm2'],
        ARRAY(SELECT jsonb_build_object('endpoint', 'answer', 'menu', 'main', 'step', 1, 'decision', 'menu', 'waited_ms', 0, 'how', 'assumed') || a
              FROM unnest(ARRAY['{}', '{}', '{"endpoint": "route-menu", "step": 2, "asked_step": 1, "digits": "1", "digits_source": "request",
                                              "decision": "transfer", "department": "sales"}', '{}', '{}']::jsonb[]) AS a),
        ARRAY['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}']) ORDER BY place$$,
    $$VALUES (10, 'stored', NULL), (20, 'stored', NULL), (30, 'stored', NULL), (40, 'stored', NULL), (50, 'known', '{"n": 2}')$$,
    'two of one call in a set are handled one after the other: the second sees the first');
SELECT is((SELECT array_agg(coalesce(attempt::text, 'none')) FROM ivr.answers WHERE call_id IS NULL), ARRAY['none'], 'an answer without a call counts no attempts');
SELECT is((SELECT array_agg(current_step ORDER BY call_id) FROM ivr.calls WHERE call_id LIKE 'm_'), ARRAY['transfer:sales', 'menu:main'], 'and their calls are where the last one leaves them');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

-- What the signature of the question was worth, and the access key, by both ways into the table

CREATE FUNCTION scene.store_keyed(call_id text, more jsonb) RETURNS text
LANGUAGE sql
RETURN (SELECT s.result FROM ivr.store_answers(ARRAY[1], ARRAY[call_id],
            ARRAY['{"step": 1, "endpoint": "answer", "menu": "main", "waited_ms": 0, "decision": "menu", "how": "looked"}'::jsonb || more],
            ARRAY['{"actions":[{"type":"redirect","url":"https://h/m?call_id=c&step=1&key=hush"}]}']) AS s);
SELECT is(scene.store_keyed('s1', '{"signature": "stale"}'), 'stored', 'an answer may tell what the signature of its question was worth');
SELECT is(scene.store_keyed('s2', '{"signature": "good", "how": "given", "answered_at": "2026-05-29T12:00:00Z"}'), 'stored', 'also one given already');
SELECT is(scene.store_keyed('s2', '{"how": "given", "answered_at": "2026-05-29T12:00:00Z"}'), 'known', 'which is known again');
SELECT is(scene.store_keyed('s3', '{}'), 'stored', 'or not');
SELECT is((SELECT array_agg(signature ORDER BY call_id COLLATE "C") FROM ivr.answers WHERE call_id LIKE 's_'), ARRAY['stale', 'good', NULL], 'it is kept');
SELECT is((SELECT array_agg(DISTINCT response #>> '{actions,0,url}') FROM ivr.answers WHERE call_id LIKE 's_'), ARRAY['https://h/m?call_id=c&step=1'],
          'an access key that an older program left in the redirect is not');

SELECT * FROM finish();
ROLLBACK;
