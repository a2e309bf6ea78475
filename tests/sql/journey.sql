-- journey.sql: one row per event or answer, in order and in words.
BEGIN;
\ir lib/scene.psql
SELECT plan(64);

-- The clock of the tests is another one: what they play was stored at once.
CREATE FUNCTION scene.story(call_id text) RETURNS text[]
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE ivr.answers AS a SET stored_at = answered_at + interval '2 milliseconds' WHERE a.call_id = $1;
    RETURN (SELECT array_agg(concat_ws(' | ', ms, source, what, words) ORDER BY line) FROM ivr.journey AS j WHERE j.call_id = $1);
END;
$$;
-- Only what each row brings the call to, or the event where it brings it nowhere.
CREATE FUNCTION scene.steps(call_id text) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(coalesce(what, detail ->> 'event', source) ORDER BY line) FROM ivr.journey AS j WHERE j.call_id = $1);

SELECT is(scene.story('nobody'), NULL, 'an unknown call has no journey');

-- A whole call

SELECT scene.event('c1', 'call.created', 0, 0.1) \g /dev/null
SELECT scene.event('c1', 'call.answered', 1, 1.1) \g /dev/null
SELECT scene.answer('c1', 1, NULL, 'menu', 1.2) \g /dev/null
SELECT scene.press('c1', '9', 5, 5.1) \g /dev/null
SELECT scene.answer('c1', 2, 1, 'invalid', 5.2, '9', scene.digest('c1', 'call.gathered', 5, '{"digits": "9"}')) \g /dev/null
SELECT scene.press('c1', '', 11, 12.5) \g /dev/null
SELECT scene.answer('c1', 3, 2, 'no_input', 12.7, '', scene.digest('c1', 'call.gathered', 11, '{"digits": ""}'), 1400, source => 'awaited') \g /dev/null
SELECT scene.answer('c1', 4, 3, 'transfer', 20, '1', department => 'support') \g /dev/null
SELECT scene.event('c1', 'recording.completed', 50, 50.1) \g /dev/null
SELECT scene.event('c1', 'call.completed', 60, 60.2, status => 'completed') \g /dev/null
SELECT scene.event('c1', 'recording.completed', 62, 362, '{"late": true}') \g /dev/null
SELECT is(scene.story('c1'), ARRAY[
    '0 | MiniVoice | created | call.created, inbound call from +15551230001 to +15551230002',
    '1000 | MiniVoice | answered | call.answered',
    '1100 | answer | menu:main | asked: "menu 1"',
    '5000 | MiniVoice | gathered:main | call.gathered, the caller pressed 9',
    '5100 | route-menu | menu:main | got 9, told by call.gathered, no such choice, asked again: "invalid 2"',
    '10900 | MiniVoice | gathered:main | call.gathered, the caller pressed nothing',
    '12600 | route-menu | menu:main | got no digit, told by call.gathered after waiting 1400 ms, asked again: "no_input 3"',
    format('19900 | route-menu | transfer:support | got 1, told in the request, sent to support at %s', destination),
    '50000 | MiniVoice | recording.completed',
    '60100 | MiniVoice | completed | call.completed',
    '61900 | MiniVoice | recording.completed, told 300 s later'], 'a whole call reads in order and in words')
FROM ivr.departments WHERE department = 'support';
SELECT is(array_agg(line ORDER BY at, line), (SELECT array_agg(n) FROM generate_series(1::bigint, 11) AS n), 'lines count up with the time')
FROM ivr.journey WHERE call_id = 'c1';
SELECT is(array_agg(step ORDER BY line), ARRAY[NULL, NULL, 1, 1, 2, 2, 3, 4, NULL, NULL, NULL]::integer[],
          'answers and what was gathered for them have the number of the step') FROM ivr.journey WHERE call_id = 'c1';
SELECT is(array_agg(digits ORDER BY line), ARRAY[NULL, NULL, NULL, '9', '9', '', '', '1', NULL, NULL, NULL], 'digits stand with both')
FROM ivr.journey WHERE call_id = 'c1';
SELECT is(count(*), (SELECT (c.events + c.answers)::bigint FROM ivr.calls AS c WHERE call_id = 'c1'), 'there is one row for each event and answer')
FROM ivr.journey WHERE call_id = 'c1';
SELECT is(array_agg(detail ORDER BY step), (SELECT array_agg(response ORDER BY step) FROM ivr.answers WHERE call_id = 'c1'),
          'the detail of an answer is what was returned') FROM ivr.journey WHERE call_id = 'c1' AND source <> 'MiniVoice';
SELECT is((SELECT what FROM ivr.journey WHERE call_id = 'c1' AND what IS NOT NULL ORDER BY line DESC LIMIT 1), scene.current_step('c1'),
          'the last step is the current step of the call');
SELECT scene.event('c1', 'call.created', 0) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.journey WHERE call_id = 'c1'), 11::bigint, 'an event that comes twice is there once');

-- The other endings

SELECT scene.answer('f', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('f', 2, 1, 'fallback', 8.5, '', waited_ms => 1500) \g /dev/null
SELECT scene.event('f', 'call.failed', 20) \g /dev/null
SELECT is(scene.story('f'), ARRAY[
    '0 | answer | menu:main | asked: "menu 1"',
    format('7500 | route-menu | fallback:main | got no digit, call.gathered did not come within 1500 ms, gave up (no input), sent to operator at %s', destination),
    '19050 | MiniVoice | failed | call.failed'], 'a silent caller''s call reads to its end')
FROM ivr.departments WHERE department = 'operator';
SELECT scene.event('can', 'call.cancelled', 20) \g /dev/null
SELECT is(scene.story('can'), ARRAY['0 | MiniVoice | canceled | call.cancelled'], 'so does a cancelled one');
SELECT scene.event('busy', 'call.ended', 20, status => 'busy') \g /dev/null
SELECT is(scene.story('busy'), ARRAY['0 | MiniVoice | failed | call.ended, busy'], 'and one that ends by its status');
SELECT scene.store_answer('un', 1, NULL, 'answer', NULL, NULL, NULL, NULL, 0, 'unavailable', 'no configuration', NULL, '+15551230010',
                        NULL, NULL, '{"actions":[]}', NULL, scene.at(1), 1, false) \g /dev/null
SELECT is(scene.story('un'), ARRAY['0 | answer | fallback:none | unavailable: no configuration'], 'and one for which there was no configuration');

-- A gather stands between its menu and the next answer, whatever clocks and ways do

SELECT scene.answer('late', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('late', 2, 1, 'no_input', 7.5, '', waited_ms => 1500) \g /dev/null
SELECT scene.answer('late', 3, 2, 'fallback', 15, '', waited_ms => 1500) \g /dev/null
SELECT scene.press('late', '1', 5, 30) \g /dev/null
SELECT scene.press('late', '2', 12, 31) \g /dev/null
SELECT is(scene.steps('late'), ARRAY['menu:main', 'gathered:main', 'menu:main', 'gathered:main', 'fallback:main'],
          'digits that came after everything stand where they were pressed');
SELECT is((SELECT array_agg(words ORDER BY line) FROM ivr.journey WHERE call_id = 'late' AND digits <> ''),
          ARRAY['call.gathered, the caller pressed 1, told 25 s later', 'call.gathered, the caller pressed 2, told 19 s later'],
          'and how late they were told');

SELECT scene.answer('ahead', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('ahead', '1', 35, 5.1) \g /dev/null
SELECT scene.answer('ahead', 2, 1, 'transfer', 5.2, '1', scene.digest('ahead', 'call.gathered', 35, '{"digits": "1"}')) \g /dev/null
SELECT is(scene.steps('ahead'), ARRAY['menu:main', 'gathered:main', 'transfer:sales'], 'a platform clock that is ahead moves no digit behind its answer');
SELECT scene.answer('behind', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('behind', '1', -25, 5.1) \g /dev/null
SELECT scene.answer('behind', 2, 1, 'transfer', 5.2, '1', scene.digest('behind', 'call.gathered', -25, '{"digits": "1"}')) \g /dev/null
SELECT is(scene.steps('behind'), ARRAY['menu:main', 'gathered:main', 'transfer:sales'], 'one that is behind moves none before its menu');

SELECT scene.answer('lost', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('lost', 2, 1, 'no_input', 7.5, '', waited_ms => 1500) \g /dev/null
SELECT scene.press('lost', '2', 12, 12.1) \g /dev/null
SELECT scene.answer('lost', 3, 2, 'transfer', 12.2, '2', scene.digest('lost', 'call.gathered', 12, '{"digits": "2"}'), department => 'support') \g /dev/null
SELECT is(scene.steps('lost'), ARRAY['menu:main', 'menu:main', 'gathered:main', 'transfer:support'],
          'where the first digit was lost, the second stands before the answer that used it');
SELECT is((SELECT step FROM ivr.journey WHERE call_id = 'lost' AND source = 'MiniVoice'), 2, 'with the number of its menu');

SELECT scene.answer('open', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('open', '1', 5, 5.25) \g /dev/null
SELECT is((SELECT at FROM ivr.journey WHERE call_id = 'open' AND source = 'MiniVoice'), scene.at(5.25),
          'a digit that has no answer yet has its own time');
SELECT scene.press('stray', '1', 5, 5.25) \g /dev/null
SELECT is(scene.steps('stray'), ARRAY['gathered'], 'a digit without a menu stands alone');

-- The end stands at the end

SELECT scene.answer('end', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('end', 2, 1, 'transfer', 5.7, '1') \g /dev/null
SELECT scene.event('end', 'call.completed', 5, 8) \g /dev/null
SELECT is(scene.steps('end'), ARRAY['menu:main', 'transfer:sales', 'completed'], 'a terminal event stands after the last answer, though its second is earlier');
SELECT scene.answer('end behind', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('end behind', '1', -25, 5.1) \g /dev/null
SELECT scene.event('end behind', 'call.completed', -24, 6) \g /dev/null
SELECT is(scene.steps('end behind'), ARRAY['menu:main', 'gathered:main', 'completed'], 'also when the clock is behind');
SELECT scene.answer('hung up', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('hung up', '', 5, 5.9) \g /dev/null
SELECT scene.event('hung up', 'call.completed', 5, 7) \g /dev/null
SELECT is(scene.steps('hung up'), ARRAY['menu:main', 'gathered:main', 'completed'], 'and after what was gathered in the same second');
SELECT scene.event('two', 'call.completed', 60) \g /dev/null
SELECT scene.event('two', 'call.completed', 61) \g /dev/null
SELECT is(scene.steps('two'), ARRAY['completed', 'completed'], 'two terminal events are both there');

-- The beginning stands in its order

SELECT scene.event('begin', 'call.created', 0, 0.9) \g /dev/null
SELECT scene.event('begin', 'call.answered', 0, 1.3) \g /dev/null
SELECT is(scene.steps('begin'), ARRAY['created', 'answered'], 'created comes before answered in the same second');
SELECT scene.event('begin back', 'call.answered', 0, 0.2) \g /dev/null
SELECT scene.event('begin back', 'call.created', 0, 0.9) \g /dev/null
SELECT is(scene.steps('begin back'), ARRAY['created', 'answered'], 'also when it arrived later');

-- Odd events

SELECT scene.store_event('odd', 'call.created', NULL, '\xff') \g /dev/null
SELECT is(scene.story('odd'), ARRAY['0 | MiniVoice | created | call.created, a call from unknown to unknown'], 'an event that cannot be read has its line');
SELECT scene.store_event('odd gather', 'call.gathered', NULL, '\xff') \g /dev/null
SELECT is((SELECT (what, words IS NOT NULL)::text FROM ivr.journey WHERE call_id = 'odd gather'), '(gathered,t)', 'so has a gather that cannot be read');
SELECT is(scene.story('odd gather'), ARRAY['0 | MiniVoice | gathered | call.gathered, the caller pressed nothing'], 'it tells no digit');
SELECT scene.event('x', 'ai.summary.ready', 3, data => '{"a": 1}') \g /dev/null
SELECT is(scene.story('x'), ARRAY['0 | MiniVoice | ai.summary.ready'], 'an unknown event has its line and no step');
SELECT is((SELECT detail #>> '{data,a}' FROM ivr.journey WHERE call_id = 'x'), '1', 'and its payload');
SELECT scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, NULL, 1, false) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.journey WHERE call_id IS NULL), 0::bigint, 'answers without a call have no journey');
SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.journey WHERE call_id IN ('can', 'busy')), ARRAY['busy', 'can'],
          'several calls can be asked for at once');

-- What the answers of a larger menu say

SELECT scene.answer('more', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.answer('more', 2, 1, 'menu', 5, '3', menu => 'department', given => true) \g /dev/null
SELECT scene.answer('more', 3, 2, 'menu', 9, '*', reason => 'back', given => true) \g /dev/null
SELECT scene.answer('more', 4, 3, 'message', 14, '4', reason => 'closed') \g /dev/null
UPDATE ivr.answers SET response = '{"actions":[{"say":{"text":"We are closed."}},{"type":"say","text":"Good bye."}]}' WHERE call_id = 'more' AND step = 4;
SELECT is(scene.story('more'), ARRAY[
    '0 | answer | menu:main | asked: "menu 1"',
    '4000 | answer | menu:department | got 3, told in the request, asked: "menu 2"',
    '8000 | answer | menu:main | got *, told in the request, back, asked: "menu 3"',
    '13000 | route-menu | message:main | got 4, told in the request, closed, said: "We are closed. Good bye.", which ends the call'],
    'menus of menus, the way back and a last message read in words');
SELECT is((SELECT array_agg(heard ORDER BY line) FROM ivr.journey WHERE call_id = 'more'), ARRAY['menu 1', 'menu 2', 'menu 3', 'We are closed. Good bye.'],
          'and so does everything that the caller heard, in both forms of say');
SELECT is((SELECT what FROM ivr.journey WHERE call_id = 'more' ORDER BY line DESC LIMIT 1), scene.current_step('more'), 'the last step is the call''s');
SELECT scene.store_answer('ext', 1, NULL, 'route-menu', 'main', '42', 'request', NULL, 0, 'transfer', 'extension', NULL, '+15551230042',
                        NULL, NULL, '{"actions":[{"say":{"text":"One moment."}},{"type":"transfer","destination":"+15551230042"}]}', 1, scene.at(1), 1, false) \g /dev/null
SELECT is(scene.story('ext'), ARRAY['0 | route-menu | transfer:extension | got 42, told in the request, extension, said: "One moment.", sent to +15551230042'],
          'an extension has no department');
SELECT is((SELECT what FROM ivr.journey WHERE call_id = 'ext'), scene.current_step('ext'), 'and the same step as the call');
SELECT scene.store_answer('emergency', 1, NULL, 'answer', NULL, NULL, NULL, NULL, 0, 'fallback', 'emergency', 'operator', '+15551230010',
                        NULL, NULL, '{"actions":[{"type":"transfer","destination":"+15551230010"}]}', 1, scene.at(1), 1, false) \g /dev/null
SELECT is(scene.story('emergency'), ARRAY['0 | answer | fallback:none | emergency, sent to operator at +15551230010'], 'nobody gave up where the owner switched');

-- Given without the database

SELECT scene.answer('outage', 1, NULL, 'menu', 1) \g /dev/null
UPDATE ivr.answers SET stored_at = answered_at + interval '12 seconds' WHERE call_id = 'outage';
SELECT is((SELECT words FROM ivr.journey WHERE call_id = 'outage'), 'asked: "menu 1", decided without the database and stored 12 s later',
          'an answer that the database missed says so');

-- What comes with and after the end

SELECT scene.event('failed', 'call.failed', 20, data => '{"reason": "user busy"}', status => 'failed') \g /dev/null
SELECT is(scene.story('failed'), ARRAY['0 | MiniVoice | failed | call.failed, user busy'], 'a failure tells its reason where one is told');
INSERT INTO ivr.event_repeats (call_id, digest) SELECT call_id, digest FROM ivr.call_events WHERE call_id = 'failed';
SELECT is(scene.story('failed'), ARRAY['0 | MiniVoice | failed | call.failed, user busy, came twice'], 'an event that came twice says so');
UPDATE ivr.event_repeats SET repeats = 4;
SELECT is(scene.story('failed'), ARRAY['0 | MiniVoice | failed | call.failed, user busy, came 5 times'], 'and how often');
UPDATE ivr.event_repeats SET at_once = 3;
SELECT is(scene.story('failed'), ARRAY['0 | MiniVoice | failed | call.failed, user busy, came twice'], 'what may be our own trying again is not counted');
UPDATE ivr.event_repeats SET at_once = 4;
SELECT is(scene.story('failed'), ARRAY['0 | MiniVoice | failed | call.failed, user busy, came again at once'], 'and said where there is nothing else');
SELECT scene.event('rec', 'recording.started', 2) \g /dev/null
SELECT scene.event('rec', 'call.completed', 20, status => 'completed') \g /dev/null
SELECT scene.event('rec', 'recording.completed', 25, 625, '{"recording": {"duration_seconds": 18, "size_bytes": 289000}}') \g /dev/null
SELECT scene.event('rec', 'recording.failed', 26, data => '{"error": {"code": "disk", "message": "disk full"}}') \g /dev/null
INSERT INTO ivr.enrichments (call_id, section, status, content, received_at) VALUES
    ('rec', 'summary', 'completed', '{"data": {"summary": "Asks for a new invoice, reach me at +15551230077"}}', scene.at(3600)),
    ('rec', 'topics', 'failed', NULL, scene.at(3700));
SELECT is(scene.story('rec'), ARRAY[
    '0 | MiniVoice | recording.started', '18000 | MiniVoice | completed | call.completed',
    '22950 | MiniVoice | recording.completed, 18 s, 289 kB, told 600 s later', '24000 | MiniVoice | recording.failed, disk full',
    '3597950 | MiniVoice AI | summary: completed, "Asks for a new invoice, reach me at +15551230077"',
    '3697950 | MiniVoice AI | topics: failed'], 'recordings and AI results stand where they came');
SELECT is(scene.current_step('rec'), 'completed', 'and reopen nothing');
SELECT is((SELECT late_ms FROM ivr.journey WHERE call_id = 'rec' AND words LIKE 'recording.completed%'), 600000::bigint, 'how late an event was is there in ms');
SELECT scene.event('inferred', 'call.created', 2) \g /dev/null
INSERT INTO ivr.call_events (call_id, event, occurred_at, payload, raw, digest)
VALUES ('inferred', 'ivr.inferred', scene.at(3), '{"event": "ivr.inferred", "data": {"silent_seconds": 21600}}', '', '\x01');
SELECT is((SELECT (source, what, words)::text FROM ivr.journey WHERE call_id = 'inferred' ORDER BY line DESC LIMIT 1),
          '(ivr,unknown,"ivr.inferred, nothing was heard of the call for 21600 s: it is taken to have ended")', 'an inferred end is no word of the platform');
SELECT ivr.store_report('inferred', 'reported', 200, '{"status": "ringing"}'), ivr.store_report('inferred', 'reported', 200, '{"status": "no_answer"}') \g /dev/null
SELECT is((SELECT (source, what, words)::text FROM ivr.journey WHERE call_id = 'inferred' AND what = 'failed'),
          '(MiniVoice,failed,"ivr.reported, MiniVoice was asked and says: no answer, not since when")', 'with the end that it tells');
SELECT is((SELECT (source, what, words)::text FROM ivr.journey WHERE call_id = 'inferred' AND words LIKE '%ringing%'),
          '(MiniVoice,,"ivr.reported, MiniVoice was asked and says: ringing, which ends nothing")', 'and where it ends nothing, that is said');

-- Numbers

CREATE FUNCTION scene.seen_as(role name, wanted text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    seen text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    SELECT string_agg(j::text, e'\n') INTO seen FROM ivr.journey AS j WHERE j.call_id = wanted;
    RESET ROLE;
    RETURN seen;
END;
$$;
SELECT unalike(scene.seen_as('ivr_report', c), '%+1555123%', format('ivr_report sees no number in the journey of %s', c))
FROM unnest(ARRAY['c1', 'f', 'ext', 'rec']) AS c;
SELECT alike(scene.seen_as('ivr_privileged', 'rec'), '%+15551230077%', 'ivr_privileged sees them');

-- Clocks that differ

SELECT scene.event('clock-ahead', 'call.created', 240, 0.1), scene.event('clock-ahead', 'call.answered', 241, 1.1),
       scene.answer('clock-ahead', 1, NULL, 'menu', 1.2), scene.press('clock-ahead', '1', 245, 5.1),
       scene.answer('clock-ahead', 2, 1, 'transfer', 5.2, '1', scene.digest('clock-ahead', 'call.gathered', 245, '{"digits": "1"}')),
       scene.event('clock-ahead', 'call.completed', 300, 60, status => 'completed') \g /dev/null
SELECT is(scene.steps('clock-ahead'), ARRAY['created', 'answered', 'menu:main', 'gathered:main', 'transfer:sales', 'completed'],
          'a platform whose clock is ahead: in the order in which it came');
SELECT scene.event('put-back', 'call.created', 100), scene.answer('put-back', 1, NULL, 'menu', 42),
       scene.answer('put-back', 2, 1, 'no_input', 49, ''), scene.answer('put-back', 3, 2, 'transfer', 20, '1') \g /dev/null
SELECT is(scene.steps('put-back'), ARRAY['created', 'menu:main', 'menu:main', 'transfer:sales'],
          'our clock is put back, twice: it begins with the beginning, and steps count up');

-- The signature of a question

SELECT scene.answer('signed', 1, NULL, 'menu', 1), scene.answer('signed', 2, 1, 'no_input', 8, '') \g /dev/null
UPDATE ivr.answers SET signature = CASE step WHEN 1 THEN 'good' ELSE 'no_time' END WHERE call_id = 'signed';
SELECT unalike((SELECT words FROM ivr.journey WHERE call_id = 'signed' AND step = 1), '%signature%', 'a good signature is not spoken of');
SELECT alike((SELECT words FROM ivr.journey WHERE call_id = 'signed' AND step = 2), '%, the signature of the question was not good: no time', 'any other is');

-- One call is found by its keys, however many there are, and so are the calls that another view has found

CREATE FUNCTION scene.plan(statement text) RETURNS SETOF text
LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || statement; END; $$;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT is((SELECT array_agg(btrim(line)) FROM scene.plan(statement) AS line WHERE line ~ 'Seq Scan'), NULL, 'no table is read as a whole: ' || statement)
FROM unnest(ARRAY['SELECT * FROM ivr.journey WHERE call_id = ''c1''',
                  'SELECT * FROM ivr.call_summary JOIN ivr.journey USING (call_id) WHERE started_at > now()']) AS statement;
SELECT is((SELECT count(*) FROM scene.plan('SELECT * FROM ivr.journey WHERE call_id = ''c1''') AS line
           WHERE line ~ 'Index Cond: .*call_id = (''c1''|call.call_id|\$0)'), 5::bigint, 'each of the five tables is asked for that call alone');

SELECT * FROM finish();
ROLLBACK;
