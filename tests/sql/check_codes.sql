-- check_codes.sql: codes: what opens, what is counted, and that what was pressed is kept nowhere.
BEGIN;
\ir lib/scene.psql
SELECT plan(28);

SELECT ivr.set_code('doctors', '471147', 'sales') \g /dev/null
INSERT INTO ivr.menu_options (menu, digits, code) VALUES ('main', '7', 'doctors');
SELECT ok(ivr.opens('doctors', '471147'), 'the right digits open');
SELECT ok(NOT ivr.opens('doctors', '471148') AND NOT ivr.opens('doctors', '47114') AND NOT ivr.opens('doctors', NULL), 'others do not');
SELECT ok(NOT ivr.opens('nobody', '471147'), 'nor do they open what is not there');
SELECT ok(ivr.same_bytes('\x0102', '\x0102') AND NOT ivr.same_bytes('\x0102', '\x0103') AND NOT ivr.same_bytes('\x0102', '\x01') AND ivr.same_bytes('', ''), 'bytes are compared whole');
SELECT hash AS before FROM ivr.codes \gset
SELECT ivr.set_code('doctors', '471147') \g /dev/null
SELECT isnt((SELECT hash FROM ivr.codes), :'before', 'set once more it has another salt');
SELECT is((SELECT department FROM ivr.codes), 'sales', 'and opens what it opened');
SELECT throws_ok($$SELECT ivr.set_code('x', '123', 'sales')$$, '22023', 'a code has 4 to 12 digits', 'three digits are no code');
SELECT is((SELECT concat_ws(' ', menu, takes, num_digits, opens_department, department) FROM ivr.made_menus), 'code:doctors code 6 sales sales', 'it is a menu');
SELECT is((SELECT array_agg(to_place || ' ' || how ORDER BY how) FROM ivr.ways WHERE from_place = 'menu:code:doctors' AND kind = 'option'), ARRAY['department:sales the code'], 'with a way');
SELECT ok(ivr.config_snapshot()::text || ivr.settings(NULL) !~ '471147|hash|salt', 'neither settings nor versions have it');
SELECT is_empty($$SELECT * FROM ivr.check_config() WHERE severity = 'error'$$, 'nothing is wrong with it');

-- A call in which it was asked for
CREATE FUNCTION scene.ask_code(call_id text, caller text, steps integer DEFAULT 1) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM scene.store_event(call_id, 'call.created', scene.stamp(0), convert_to(jsonb_build_object('event', 'call.created', 'created_at', scene.stamp(0),
                              'call', jsonb_build_object('id', call_id, 'from', caller))::text, 'UTF8'));
    FOR i IN 1..steps LOOP
        PERFORM scene.answer(call_id, i, nullif(i - 1, 0), 'menu', i * 10, CASE WHEN i > 1 THEN 'code' END, source => CASE WHEN i > 1 THEN 'request' END, menu => 'code:doctors', given => true);
    END LOOP;
END;
$$;
CREATE FUNCTION scene.try(call_id text, step integer, digits text, digest bytea DEFAULT NULL) RETURNS text
LANGUAGE sql RETURN (SELECT result FROM ivr.check_codes(ARRAY[1], ARRAY[call_id], ARRAY[step], ARRAY[digits], ARRAY[digest::text]));

SELECT scene.ask_code('c1', '+15551230001', 5) \g /dev/null
SELECT is(scene.try('c1', 1, '000000'), 'wrong', 'a wrong code is wrong');
SELECT is(scene.try('c1', 1, '471147'), 'wrong', 'and stays so, however often it is asked about');
SELECT is(scene.try('c1', 2, '471147'), 'right', 'the right one is right');
SELECT is(scene.try('c1', 3, '111111') || scene.try('c1', 4, '222222'), 'wrongwrong', 'three may be wrong');
SELECT is(scene.try('c1', 5, '471147'), 'refused', 'then none is taken in this call');
SELECT is(scene.try('nobody', 1, '471147'), 'refused', 'of a call that is not known none is');
SELECT scene.answer('c2', 1, NULL, 'menu', 1) \g /dev/null
SELECT is(scene.try('c2', 1, '471147'), 'refused', 'nor of one that was not asked');
SELECT scene.ask_code('d' || n, '+15551230002', 3) FROM generate_series(1, 4) AS n \g /dev/null
SELECT is((SELECT string_agg(scene.try('d' || n, step, '000000'), ' ') FROM generate_series(1, 3) AS n, generate_series(1, 3) AS step), rtrim(repeat('wrong ', 9)), 'a caller may be wrong in several calls');
SELECT is(scene.try('d4', 1, '000000') || scene.try('d4', 2, '471147'), 'wrongrefused', 'ten times in an hour');
UPDATE ivr.code_tries SET tried_at = tried_at - interval '61 minutes';
SELECT is(scene.try('d4', 2, '471147'), 'right', 'and again in the next');

-- What was pressed

SELECT scene.ask_code('e1', '+15551230003') \g /dev/null
SELECT scene.event('e1', 'call.gathered', 15, data => '{"digits": "471147#", "entered": "471147", "timed_out": false}') AS pressed \gset
SELECT is(scene.gathered('e1', 1), 'right', 'an event that has the code says that it was right');
SELECT ok(NOT EXISTS (SELECT FROM ivr.call_events WHERE call_id = 'e1' AND (payload::text ~ '471147' OR position('471147'::bytea IN raw) > 0)), 'and not what it is');
SELECT is((SELECT e.result FROM ivr.store_events(ARRAY[1], ARRAY['e1'], ARRAY['call.gathered'], ARRAY[scene.stamp(15)],
              ARRAY[scene.body('e1', 'call.gathered', 15, '{"digits": "471147#", "entered": "471147", "timed_out": false}')]) AS e), 'duplicate', 'it is known all the same when it comes again');
SELECT is(scene.try('e1', 1, NULL, (SELECT digest FROM ivr.call_events WHERE call_id = 'e1' AND event = 'call.gathered')), 'right', 'its judgement counts');
-- The question comes to be stored after the event.
SELECT scene.event('e2', 'call.created', 0), scene.event('e2', 'call.gathered', 15, 1e9, data => '{"digits": "471148"}') \g /dev/null
SELECT scene.answer('e2', 1, NULL, 'menu', 10, menu => 'code:doctors', given => true) \g /dev/null
SELECT is((SELECT ivr.pressed(payload) FROM ivr.call_events WHERE call_id = 'e2' AND event = 'call.gathered'), 'wrong', 'an event that came before its question was stored is judged then');
SELECT ivr.store_traces(ARRAY[1, 2], array_fill((extract(epoch FROM now()) * 1000000)::bigint, ARRAY[2]), ARRAY[1, 1], ARRAY['route-menu', 'route-menu'], ARRAY['e1', 'e9'], ARRAY['GET', 'GET'], ARRAY['/?digits=471147', '/?digits=1'],
                        ARRAY[NULL, NULL], ARRAY['', ''], ARRAY[''::bytea, ''], ARRAY[0, 0], ARRAY[200, 200], ARRAY['{}', '{}'], ARRAY[0, 0]) \g /dev/null
SELECT is((SELECT array_agg(call_id) FROM ivr.traces), ARRAY['e9'], 'of a call that was asked for a code no request is kept');
SELECT is((SELECT count(*) FROM ivr.drift()), 0::bigint, 'rows are what the log says');

SELECT * FROM finish();
ROLLBACK;
