-- project_call.sql: the row of a call follows from its events and answers, in whatever order they came.
BEGIN;
\ir lib/scene.psql
SELECT plan(85);

SELECT is(ivr.project_call('nobody'), NULL, 'a call of which nothing is known has no row');

-- The words of current_step, one after the other

SELECT scene.event('c1', 'call.created', 0, status => 'ringing') \g /dev/null
SELECT is(scene.current_step('c1'), 'created', 'call.created makes it created');
SELECT scene.event('c1', 'call.answered', 1) \g /dev/null
SELECT is(scene.current_step('c1'), 'answered', 'call.answered makes it answered');
SELECT scene.answer('c1', 1, NULL, 'menu', 1.2) \g /dev/null
SELECT is(scene.current_step('c1'), 'menu:main', 'the menu makes it menu:main');
SELECT scene.press('c1', '9', 5) \g /dev/null
SELECT is(scene.current_step('c1'), 'gathered:main', 'call.gathered makes it gathered:main');
SELECT is((SELECT last_digits FROM ivr.calls WHERE call_id = 'c1'), '9', 'and tells the digits');
SELECT scene.answer('c1', 2, 1, 'invalid', 5.2, '9', scene.digest('c1', 'call.gathered', 5, '{"digits": "9"}')) \g /dev/null
SELECT is(scene.current_step('c1'), 'menu:main', 'a wrong key makes it menu:main again');
SELECT scene.press('c1', '', 11) \g /dev/null
SELECT is(scene.current_step('c1'), 'gathered:main', 'silence is gathered as well');
SELECT is((SELECT last_digits FROM ivr.calls WHERE call_id = 'c1'), '9', 'but is no digit');
SELECT scene.answer('c1', 3, 2, 'no_input', 11.2, '', scene.digest('c1', 'call.gathered', 11, '{"digits": ""}')) \g /dev/null
SELECT is(scene.current_step('c1'), 'menu:main', 'a silent caller is asked again');
SELECT scene.press('c1', '1', 17) \g /dev/null
SELECT scene.answer('c1', 4, 3, 'transfer', 17.2, '1', scene.digest('c1', 'call.gathered', 17, '{"digits": "1"}')) \g /dev/null
SELECT is(scene.current_step('c1'), 'transfer:sales', 'the transfer makes it transfer:sales');
SELECT is((SELECT (closed_at, disposition)::text FROM ivr.calls WHERE call_id = 'c1'), '(,)', 'an open call has no end');
SELECT scene.event('c1', 'call.completed', 60, status => 'completed') \g /dev/null
SELECT is(scene.current_step('c1'), 'completed', 'call.completed makes it completed');
SELECT is(to_jsonb(c) - 'transferred_to', jsonb_build_object(
        'call_id', 'c1', 'application_id', 'app_1', 'customer_id', 'cust_1', 'direction', 'inbound',
        'from_number', '+15551230001', 'to_number', '+15551230002', 'status', 'completed', 'current_step', 'completed',
        'last_menu', 'main', 'last_digits', '1', 'department', 'sales', 'started_at', scene.at(0),
        'answered_at', scene.at(1), 'closed_at', scene.at(60), 'disposition', 'transferred',
        'events', 6, 'gathers', 3, 'answers', 4, 'inferred', false, 'attempts', 3, 'asked_at', scene.at(1.2),
        'decided_at', scene.at(17.2), 'last_event_at', scene.at(60), 'last_answer_at', scene.at(17.2),
        'menu_seconds', 16, 'talk_seconds', 42.8),
    'its row tells the whole of it') FROM ivr.calls AS c WHERE call_id = 'c1';
SELECT is((SELECT transferred_to FROM ivr.calls WHERE call_id = 'c1'),
          (SELECT destination FROM ivr.departments WHERE department = 'sales'), 'and where the caller was sent');

SELECT scene.answer('fall', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('fall', 2, 1, 'fallback', 7, '') \g /dev/null
SELECT is(scene.current_step('fall'), 'fallback:main', 'the fallback makes it fallback:main');
SELECT scene.answer('unknown menu', 1, NULL, 'fallback', 1, menu => NULL) \g /dev/null
SELECT is(scene.current_step('unknown menu'), 'fallback:none', 'a fallback without a menu is fallback:none');
SELECT scene.answer('told', 1, NULL, 'message', 1, reason => 'closed') \g /dev/null
SELECT is(scene.current_step('told'), 'message:main', 'a sentence makes it message:main');
SELECT scene.answer('dialled', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.store_answer('dialled', 2, 1, 'route-menu', 'main', '1001', 'request', NULL, 0, 'transfer', 'extension', NULL, '+15551230099',
                        NULL, NULL, '{"actions":[]}', 1, scene.at(5), 1, false) \g /dev/null
SELECT is(scene.current_step('dialled'), 'transfer:extension', 'a transfer to no department is named after its reason');
SELECT scene.press('just digits', '1', 5) \g /dev/null
SELECT is(scene.current_step('just digits'), 'gathered', 'a gather of a menu that is not stored is gathered');
SELECT scene.answer('lost one', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('lost one', 2, 1, 'no_input', 7.5, '') \g /dev/null
SELECT scene.press('lost one', '1', 5, 9) \g /dev/null
SELECT is(scene.current_step('lost one'), 'menu:main', 'the late digit of attempt 1 is not what attempt 2 gathered');
SELECT is((SELECT last_digits FROM ivr.calls WHERE call_id = 'lost one'), NULL, 'nor the last digits');

-- Later facts win over earlier ones by what they are, not by when they come

SELECT scene.answer('early', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.event('early', 'call.created', 0, 2) \g /dev/null
SELECT scene.event('early', 'call.answered', 1.5, 2) \g /dev/null
SELECT is(scene.current_step('early'), 'menu:main', 'call.created and call.answered after the menu move nothing back');
SELECT is((SELECT (started_at, answered_at) FROM ivr.calls WHERE call_id = 'early'), (scene.at(0), scene.at(1.5)),
          'but their times are taken');
SELECT scene.event('early', 'conference.joined', 3) \g /dev/null
SELECT is(scene.current_step('early'), 'menu:main', 'an unknown event moves nothing');
SELECT is((SELECT events FROM ivr.calls WHERE call_id = 'early'), 3, 'but is counted');
SELECT scene.event('again', 'call.created', 5) \g /dev/null
SELECT scene.event('again', 'call.created', 3) \g /dev/null
SELECT is((SELECT started_at FROM ivr.calls WHERE call_id = 'again'), scene.at(3), 'of two call.created the earlier is the start');
SELECT scene.event('again', 'call.answered', 9) \g /dev/null
SELECT scene.event('again', 'call.answered', 8) \g /dev/null
SELECT is((SELECT answered_at FROM ivr.calls WHERE call_id = 'again'), scene.at(8), 'of two call.answered the earlier counts');
SELECT scene.event('status', 'call.answered', 9, status => 'in_progress') \g /dev/null
SELECT scene.event('status', 'call.created', 8, status => 'ringing') \g /dev/null
SELECT is((SELECT status FROM ivr.calls WHERE call_id = 'status'), 'in_progress', 'the status is that of the newest event, not of the last to come');

-- Every ending

CREATE FUNCTION scene.ending(ending text, last_answer text, reason text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    id text := concat_ws(' ', ending, last_answer, reason);
BEGIN
    PERFORM scene.event(id, 'call.created', 0);
    IF last_answer <> 'nothing' THEN
        PERFORM scene.answer(id, 1, NULL, 'menu', 1);
        IF last_answer <> 'menu' THEN
            PERFORM scene.answer(id, 2, 1, last_answer, 7, CASE WHEN reason = 'no input' THEN '' ELSE '1' END, reason => reason);
        END IF;
    END IF;
    PERFORM scene.event(id, ending, 60);
    RETURN (SELECT current_step || ', ' || disposition FROM ivr.calls WHERE call_id = id);
END;
$$;
SELECT is(scene.ending('call.completed', 'transfer'), 'completed, transferred', 'completed after a transfer: transferred');
SELECT is(scene.ending('call.completed', 'fallback', 'no input'), 'completed, no input', 'completed after a silent caller''s fallback: no input');
SELECT is(scene.ending('call.completed', 'fallback', 'invalid input'), 'completed, fallback', 'completed after another fallback: fallback');
SELECT is(scene.ending('call.completed', 'unavailable', 'no configuration'), 'completed, fallback', 'completed when nothing could be decided: fallback');
SELECT is(scene.ending('call.completed', 'message', 'closed'), 'completed, message', 'completed after a sentence: message');
SELECT is(scene.ending('call.completed', 'message', 'no input'), 'completed, no input', 'completed after a silent caller''s sentence: no input');
SELECT is(scene.ending('call.completed', 'menu'), 'completed, abandoned in menu', 'completed in a menu: abandoned');
SELECT is(scene.ending('call.completed', 'invalid'), 'completed, abandoned in menu', 'completed in a menu asked again: abandoned');
SELECT is(scene.ending('call.completed', 'nothing'), 'completed, completed', 'completed without a menu: completed');
SELECT is(scene.ending('call.failed', 'transfer'), 'failed, failed', 'failed after a transfer: failed');
SELECT is(scene.ending('call.failed', 'menu'), 'failed, failed', 'failed in a menu: failed');
SELECT is(scene.ending('call.canceled', 'nothing'), 'canceled, canceled', 'canceled: canceled');
SELECT is(scene.ending('call.cancelled', 'menu'), 'canceled, canceled', 'cancelled with two l: canceled');

-- How long

SELECT is((SELECT (menu_seconds, talk_seconds)::text FROM ivr.calls WHERE call_id = id), seconds, what)
FROM (VALUES
    ('call.completed transfer', '(6.000,53.000)', 'a completed transfer has seconds in the menu and of talk'),
    ('call.failed transfer', '(6.000,)', 'a failed one was no talk'),
    ('call.completed fallback no input', '(6.000,)', 'nor is a fallback counted as one'),
    ('call.completed message closed', '(6.000,)', 'a sentence ends the menu'),
    ('call.completed menu', '(59.000,)', 'a caller who hangs up was in the menu to the end'),
    ('call.completed nothing', '(,)', 'without a menu there are none')) AS known (id, seconds, what);
SELECT scene.answer('waiting', 1, NULL, 'menu', 1) \g /dev/null
SELECT is((SELECT menu_seconds FROM ivr.calls WHERE call_id = 'waiting'), NULL, 'a caller in the menu has no seconds yet');
SELECT scene.answer('skewed', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('skewed', 2, 1, 'transfer', 2, '1') \g /dev/null
SELECT scene.event('skewed', 'call.completed', -5) \g /dev/null
SELECT is((SELECT talk_seconds FROM ivr.calls WHERE call_id = 'skewed'), 0::numeric, 'two clocks make no time negative');
SELECT scene.store_event('ancient', 'call.completed', '0001-01-01T00:00:00Z', '{}'),
       scene.store_answer('ancient', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, '9999-12-31T23:59:59Z', 1, false) \g /dev/null
SELECT is((SELECT (disposition, menu_seconds)::text FROM ivr.calls WHERE call_id = 'ancient'), '("abandoned in menu",0.000)',
          'nor does any stamp keep an event out');

-- An inferred end

CREATE FUNCTION scene.infer(id text, seconds numeric) RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO ivr.call_events (call_id, event, occurred_at, payload, raw, digest)
    VALUES (id, 'ivr.inferred', scene.at(seconds), '{"event": "ivr.inferred", "call": {"status": "x"}}', '{}', 'inferred');
    SELECT scene.refresh_call(id);
$$;
SELECT scene.event('lost', 'call.created', 0, status => 'ringing') \g /dev/null
SELECT scene.infer('lost', 0) \g /dev/null
SELECT is((SELECT (current_step, disposition, closed_at, inferred, status, events)::text FROM ivr.calls WHERE call_id = 'lost'),
          ('unknown'::text, 'unknown'::text, scene.at(0), true, 'ringing'::text, 1)::text,
          'an inferred end closes a call, as unknown, and tells nothing else');
SELECT scene.answer('lost in menu', 1, NULL, 'menu', 1), scene.infer('lost in menu', 1) \g /dev/null
SELECT is((SELECT (disposition, menu_seconds)::text FROM ivr.calls WHERE call_id = 'lost in menu'), '(unknown,)',
          'what became of a caller in the menu is not known');
SELECT scene.answer('lost talk', 1, NULL, 'menu', 1), scene.answer('lost talk', 2, 1, 'transfer', 5, '1'),
       scene.infer('lost talk', 5) \g /dev/null
SELECT is((SELECT (current_step, disposition, menu_seconds, talk_seconds)::text FROM ivr.calls WHERE call_id = 'lost talk'),
          '(unknown,transferred,4.000,)', 'what was decided is; how long the talk was is not');
SELECT scene.event('lost', 'call.answered', 1, status => 'in_progress') \g /dev/null
SELECT is((SELECT (current_step, status)::text FROM ivr.calls WHERE call_id = 'lost'), '(unknown,in_progress)',
          'a late event does not reopen it');
SELECT scene.event('lost', 'call.ended', 30, status => 'busy') \g /dev/null
SELECT is((SELECT (current_step, closed_at, inferred)::text FROM ivr.calls WHERE call_id = 'lost'),
          ('failed'::text, scene.at(30), false)::text, 'a final status wins over it');
SELECT scene.event('lost', 'call.completed', 40, status => 'completed') \g /dev/null
SELECT is((SELECT (current_step, closed_at, inferred, status)::text FROM ivr.calls WHERE call_id = 'lost'),
          ('completed'::text, scene.at(40), false, 'completed'::text)::text, 'and a terminal event over both');
SELECT scene.event('known', 'call.completed', 40, status => 'completed'), scene.infer('known', 10) \g /dev/null
SELECT is((SELECT (current_step, closed_at, inferred)::text FROM ivr.calls WHERE call_id = 'known'),
          ('completed'::text, scene.at(40), false)::text, 'also when it was there before');

-- Closed once

SELECT scene.event('two', 'call.completed', 60, status => 'completed') \g /dev/null
SELECT scene.event('two', 'call.failed', 61, status => 'failed') \g /dev/null
SELECT is((SELECT (current_step, status, closed_at)::text FROM ivr.calls WHERE call_id = 'two'),
          ('completed'::text, 'completed'::text, scene.at(60))::text, 'of two terminal events the first closes the call');
SELECT scene.event('two back', 'call.failed', 61, status => 'failed') \g /dev/null
SELECT scene.event('two back', 'call.completed', 60, status => 'completed') \g /dev/null
SELECT is((SELECT (current_step, status, closed_at)::text FROM ivr.calls WHERE call_id = 'two back'),
          ('completed'::text, 'completed'::text, scene.at(60))::text, 'also when the second came first');
SELECT scene.event('two', 'call.completed', 62, status => 'completed') \g /dev/null
SELECT is((SELECT closed_at FROM ivr.calls WHERE call_id = 'two'), scene.at(60), 'a terminal event that comes again changes no end');
SELECT scene.event('two', 'call.answered', 63, status => 'in_progress') \g /dev/null
SELECT scene.event('two', 'call.created', 64, status => 'ringing') \g /dev/null
SELECT scene.press('two', '1', 65) \g /dev/null
SELECT is((SELECT (current_step, status, closed_at)::text FROM ivr.calls WHERE call_id = 'two'),
          ('completed'::text, 'completed'::text, scene.at(60))::text, 'no later event reopens a closed call');
SELECT scene.answer('two', 1, NULL, 'menu', 66) \g /dev/null
SELECT is((SELECT (current_step, disposition)::text FROM ivr.calls WHERE call_id = 'two'), '(completed,"abandoned in menu")',
          'nor does a later answer');
SELECT scene.event('recorded', 'call.completed', 60, status => 'completed') \g /dev/null
SELECT scene.event('recorded', 'recording.completed', 65, data => '{"size": 1}', status => 'archived') \g /dev/null
SELECT scene.event('recorded', 'recording.failed', 66) \g /dev/null
SELECT is((SELECT (current_step, status, closed_at, events)::text FROM ivr.calls WHERE call_id = 'recorded'),
          ('completed'::text, 'completed'::text, scene.at(60), 3)::text, 'recordings after the end are counted and change nothing');
SELECT scene.event('recording only', 'recording.completed', 65, status => 'completed') \g /dev/null
SELECT is((SELECT (current_step, closed_at)::text FROM ivr.calls WHERE call_id = 'recording only'), '(created,)',
          'a finished recording closes no call');

-- Unknown names

SELECT scene.event('busy', 'call.ended', 60, status => 'busy') \g /dev/null
SELECT is((SELECT (current_step, status, disposition, closed_at)::text FROM ivr.calls WHERE call_id = 'busy'),
          ('failed'::text, 'busy'::text, 'failed'::text, scene.at(60))::text, 'an unknown call event with a final status closes the call');
SELECT scene.event('named', 'call.ended', 60, status => 'busy') \g /dev/null
SELECT scene.event('named', 'call.completed', 61, status => 'completed') \g /dev/null
SELECT is((SELECT (current_step, status, closed_at)::text FROM ivr.calls WHERE call_id = 'named'),
          ('completed'::text, 'completed'::text, scene.at(61))::text, 'a terminal event by name wins over it');
SELECT scene.event('named before', 'call.completed', 59, status => 'completed') \g /dev/null
SELECT scene.event('named before', 'call.ended', 60, status => 'failed') \g /dev/null
SELECT is((SELECT (current_step, status, closed_at)::text FROM ivr.calls WHERE call_id = 'named before'),
          ('completed'::text, 'completed'::text, scene.at(59))::text, 'also when it came before');
SELECT scene.event('held', 'call.held', 60, status => 'held') \g /dev/null
SELECT is((SELECT (current_step, status)::text FROM ivr.calls WHERE call_id = 'held'), '(created,held)',
          'an unknown call event without a final status closes nothing, and its status is kept as sent');

-- What is told of the call

SELECT scene.store_event('sparse', 'call.created', scene.stamp(0), '{"event":"call.created","call":{"from":"anonymous"}}') \g /dev/null
SELECT is((SELECT (from_number, to_number, status)::text FROM ivr.calls WHERE call_id = 'sparse'), '(anonymous,,)',
          'what is not E.164 is kept as sent, what is absent is null');
SELECT scene.event('sparse', 'call.answered', 1) \g /dev/null
SELECT is((SELECT (from_number, to_number)::text FROM ivr.calls WHERE call_id = 'sparse'), '(anonymous,+15551230002)',
          'each is taken from the first event that tells it');
CREATE TABLE scene.odd AS
SELECT scene.store_event('odd', 'call.created', scene.stamp(n), convert_to(sent, 'UTF8'))
FROM unnest(ARRAY['5', '"x"', 'null', '[{"call":1}]', '{"call":"x"}', '{"call":[1]}', '{"call":null}', '{"data":7}'])
     WITH ORDINALITY AS bodies (sent, n);
SELECT is((SELECT (events, current_step)::text FROM ivr.calls WHERE call_id = 'odd'), '(8,created)',
          'bodies of any shape make a call');
SELECT scene.store_event('told', 'call.answered', scene.stamp(1), '{"call":{"from":{"a":1},"status":7}}') \g /dev/null
SELECT is((SELECT (from_number, status)::text FROM ivr.calls WHERE call_id = 'told'), '("{""a"": 1}",7)',
          'values of any type are kept as text');

-- Every order of arrival

CREATE TABLE scene.facts (
    fact integer, event text, second numeric, data jsonb, status text,
    step integer, decision text, digits text, used_second numeric
);
INSERT INTO scene.facts VALUES
    (1, 'call.created', 0, '{"event_key": "x:call.created"}', 'ringing'),
    (2, 'call.answered', 1, '{}', 'in_progress'),
    (4, 'call.gathered', 5, '{"digits": "9"}', 'in_progress'),
    (6, 'call.gathered', 10, '{"digits": "1"}', 'in_progress'),
    (8, 'recording.completed', 40, '{"size": 1}', 'in_progress'),
    (9, 'call.completed', 60, '{}', 'completed'),
    (10, 'recording.completed', 65, '{"size": 2}', 'archived');
INSERT INTO scene.facts (fact, second, step, decision, digits, used_second) VALUES
    (3, 1.2, 1, 'menu', NULL, NULL),
    (5, 5.1, 2, 'invalid', '9', 5),
    (7, 10.2, 3, 'transfer', '1', 10);

-- Tells one fact about a call, an answer in one of three ways: as the programs do, after an outage, straight into the log.
CREATE FUNCTION scene.tell(id text, f scene.facts, way text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    used bytea := scene.digest(id, 'call.gathered', f.used_second, jsonb_build_object('digits', f.digits));
BEGIN
    IF f.event IS NOT NULL THEN
        PERFORM scene.store_event(id, f.event, scene.stamp(f.second), scene.body(id, f.event, f.second, f.data, f.status));
    ELSIF way = 'log' THEN
        INSERT INTO ivr.answers (call_id, step, asked_step, endpoint, menu, digits, digits_source, gathered_digest, decision,
                                 department, destination, response, answered_at)
        VALUES (id, f.step, nullif(f.step - 1, 0), 'route-menu', 'main', f.digits, 'stored', used, f.decision,
                CASE f.decision WHEN 'transfer' THEN 'sales' END,
                (SELECT destination FROM ivr.departments WHERE department = 'sales' AND f.decision = 'transfer'), '{}',
                scene.at(f.second));
        PERFORM scene.refresh_call(id);
    ELSIF scene.answer(id, f.step, nullif(f.step - 1, 0), f.decision, f.second, f.digits, used, given => way = 'given') IS NULL THEN
        RAISE 'answer % of % was not stored', f.step, id;
    END IF;
END;
$$;

CREATE TABLE scene.told (id text, n integer, way text, as_projected boolean, closed boolean);

-- Each event once or twice, each answer once, shuffled. The programs store answers in the order of their steps, so there
-- only the events change places. After each fact the stored row is compared with the projection.
CREATE FUNCTION scene.shuffle(way text, times integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    id     text;
    fact   record;
    stored ivr.calls;
BEGIN
    FOR i IN 1 .. times LOOP
        id := way || ' ' || i;
        FOR fact IN
            WITH deck AS (
                SELECT f, random() AS place FROM scene.facts AS f
                UNION ALL
                SELECT f, random() FROM scene.facts AS f WHERE f.event IS NOT NULL AND random() < 0.4
            ), seats AS (
                SELECT place, row_number() OVER (ORDER BY place) AS seat FROM deck WHERE (f).step IS NOT NULL
            )
            SELECT deck.f
            FROM deck LEFT JOIN seats ON way = 'programs' AND seats.seat = (deck.f).step
            ORDER BY coalesce(seats.place, deck.place)
        LOOP
            PERFORM scene.tell(id, fact.f, way);
            SELECT * INTO stored FROM ivr.calls WHERE call_id = id;
            INSERT INTO scene.told
            VALUES (id, i, way, stored IS NOT DISTINCT FROM ivr.project_call(id),
                    CASE WHEN EXISTS (SELECT FROM ivr.call_events AS e WHERE e.call_id = id AND e.event = 'call.completed')
                         THEN (stored.current_step, stored.closed_at, stored.status) = ('completed', scene.at(60), 'completed')
                         ELSE stored.closed_at IS NULL AND stored.disposition IS NULL END);
        END LOOP;
    END LOOP;
END;
$$;

SET LOCAL jit = off;
SELECT setseed(0.710) \g /dev/null
SELECT scene.shuffle('programs', 300) \g /dev/null
SELECT scene.shuffle('log', 50) \g /dev/null
SELECT scene.shuffle('given', 50) \g /dev/null

CREATE VIEW scene.result AS
SELECT DISTINCT way, to_jsonb(c) - 'call_id' - 'transferred_to' AS row
FROM ivr.calls AS c JOIN scene.told ON c.call_id = told.id;

SELECT is((SELECT array_agg(DISTINCT way || ' ' || n) FROM (SELECT way, count(DISTINCT id) AS n FROM scene.told GROUP BY way) AS t),
          ARRAY['given 50', 'log 50', 'programs 300'], 'a call is told in 400 orders');
SELECT results_eq($$SELECT row FROM scene.result WHERE way = 'programs'$$,
    $$SELECT jsonb_build_object(
        'application_id', 'app_1', 'customer_id', 'cust_1', 'direction', 'inbound', 'from_number', '+15551230001',
        'to_number', '+15551230002', 'status', 'completed', 'current_step', 'completed', 'last_menu', 'main',
        'last_digits', '1', 'department', 'sales', 'started_at', scene.at(0), 'answered_at', scene.at(1),
        'closed_at', scene.at(60), 'disposition', 'transferred', 'events', 7, 'gathers', 2, 'answers', 3,
        'inferred', false, 'attempts', 2, 'asked_at', scene.at(1.2), 'decided_at', scene.at(10.2),
        'last_event_at', scene.at(65), 'last_answer_at', scene.at(10.2), 'menu_seconds', 9, 'talk_seconds', 49.8)$$,
    'its events and duplicates in any order give one and the same row');
SELECT results_eq($$SELECT row FROM scene.result WHERE way = 'log'$$, $$SELECT row FROM scene.result WHERE way = 'programs'$$,
    'with its answers in any order, too');
SELECT results_eq($$SELECT row FROM scene.result WHERE way = 'given'$$, $$SELECT row FROM scene.result WHERE way = 'programs'$$,
    'with its answers recorded after an outage in any order, too');
SELECT ok(bool_and(as_projected), 'after each fact the stored row is the projection') FROM scene.told;
SELECT ok(bool_and(closed), 'from the terminal event on the call is closed, before it open') FROM scene.told;
SELECT is(count(*), 0::bigint, 'in the end every stored row is the projection')
FROM scene.told JOIN ivr.calls AS c ON c.call_id = told.id WHERE c IS DISTINCT FROM ivr.project_call(told.id);
CREATE TABLE scene.before AS TABLE ivr.calls;
SELECT is(ivr.rebuild_calls(), (SELECT count(*) FROM scene.before), 'rebuild_calls makes as many rows');
SELECT set_eq('TABLE ivr.calls', 'TABLE scene.before', 'and the very same ones');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

-- In the same second, what is in them orders them

SELECT scene.press('tie', digits, 5) FROM unnest(ARRAY['1', '2', '3', '4', '5', '6']) AS digits \g /dev/null
SELECT ivr.project_call('tie')::text AS tie \gset
DELETE FROM ivr.call_events WHERE call_id = 'tie';
SELECT scene.press('tie', digits, 5) FROM unnest(ARRAY['6', '5', '4', '3', '2', '1']) AS digits \g /dev/null
SELECT is(ivr.project_call('tie')::text, :'tie', 'events of the same second give the same row in whatever order they came');
SELECT is((SELECT last_digits FROM ivr.calls WHERE call_id = 'tie'),
          (SELECT ivr.pressed(payload) FROM ivr.call_events WHERE call_id = 'tie' ORDER BY digest DESC LIMIT 1), 'the last one by its digest is the last');

SELECT * FROM finish();
ROLLBACK;
