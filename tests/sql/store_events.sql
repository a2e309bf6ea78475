-- store_events.sql: an event is stored once, whatever its bytes, and moves its call.
BEGIN;
\ir lib/scene.psql
SELECT plan(53);

CREATE FUNCTION scene.send(body text, created_at text DEFAULT '2026-05-29T12:00:05Z', call_id text DEFAULT 'c1',
                           event text DEFAULT 'call.gathered') RETURNS text
LANGUAGE sql RETURN scene.store_event(call_id, event, created_at, convert_to(body, 'UTF8'));

-- The same event again

SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"1","event_key":"c1:call.gathered"}}'), 'stored',
          'a new event is stored');
SELECT results_eq(
    $$SELECT call_id, event, event_key, occurred_at, raw, payload #>> '{data,digits}', length(digest),
             received_at BETWEEN transaction_timestamp() AND clock_timestamp()
      FROM ivr.call_events$$,
    $$VALUES ('c1', 'call.gathered', 'c1:call.gathered', timestamptz '2026-05-29 12:00:05+00',
              '{"event":"call.gathered","data":{"digits":"1","event_key":"c1:call.gathered"}}'::bytea, '1', 32, true)$$,
    'with its key, its time, its bytes, its payload and the time of receipt');
SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"1","event_key":"c1:call.gathered"}}'), 'duplicate',
          'the same bytes are a duplicate');
SELECT is(scene.send('{ "event": "call.gathered", "data": {"digits": "1", "event_key": "c1:call.gathered"} }'), 'duplicate',
          'other white space is a duplicate');
SELECT is(scene.send('{"data":{"event_key":"c1:call.gathered","digits":"1"},"event":"call.gathered"}'), 'duplicate',
          'another order of keys is a duplicate');
SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"1","event_key":"c1:call.gathered"},"attempt":2,"call":{"status":"completed"}}'),
          'duplicate', 'other fields outside data are a duplicate');
SELECT is((SELECT count(*) FROM ivr.call_events), 1::bigint, 'a duplicate adds no row');
SELECT is((SELECT convert_from(raw, 'UTF8') FROM ivr.call_events),
          '{"event":"call.gathered","data":{"digits":"1","event_key":"c1:call.gathered"}}',
          'the bytes that came first are kept');
SELECT is((SELECT events FROM ivr.calls WHERE call_id = 'c1'), 1, 'a duplicate is not counted');

-- Another event

SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"1"}}', '2026-05-29T12:00:11Z'), 'stored',
          'the same digit of a menu asked again is another event');
SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"2"}}', '2026-05-29T12:00:11Z'), 'stored',
          'another digit in the same second is another event');
SELECT is((SELECT gathers FROM ivr.calls WHERE call_id = 'c1'), 3, 'all of them are counted as gathers');
SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"1"}}', '2026-05-29T12:00:11Z', call_id => 'c2'), 'stored',
          'the same bytes of another call are another event');
SELECT is(scene.send('{"event":"call.gathered","data":{"digits":"1"}}', '2026-05-29T12:00:11Z', event => 'call.other'), 'stored',
          'the same bytes by another name are another event');

-- Without created_at

SELECT is(scene.send('{"event":"call.created"}', NULL, 'c3', 'call.created'), 'stored', 'an event without created_at is stored');
SELECT is(scene.send('{"event":"call.created"}', NULL, 'c3', 'call.created'), 'duplicate', 'the same bytes are its duplicate');
SELECT is(scene.send('{"event":"call.created" }', NULL, 'c3', 'call.created'), 'stored', 'any other byte is another event');
SELECT ok((SELECT bool_and(occurred_at IS NULL) FROM ivr.call_events WHERE call_id = 'c3'), 'its time is unknown');
SELECT ok((SELECT started_at BETWEEN transaction_timestamp() AND clock_timestamp() FROM ivr.calls WHERE call_id = 'c3'),
          'its call starts when it came');
SELECT is(scene.send('{"event":"call.created"}', 'last week', 'c4', 'call.created'), 'stored',
          'an event with an unreadable created_at is stored');
SELECT is((SELECT occurred_at FROM ivr.call_events WHERE call_id = 'c4'), NULL, 'and its time is unknown');

-- What jsonb refuses

SELECT is(scene.store_event('odd', 'call.gathered', '2026-05-29T12:00:05Z', raw), 'stored', what || ' is stored')
FROM (VALUES
    (convert_to('{"event":"call.gathered","data":{"digits":"\u0000"}}', 'UTF8'), 'an escaped NUL'),
    (convert_to('{"event":"call.gathered","data":{"digits":"\ud800"}}', 'UTF8'), 'a lone surrogate'),
    (convert_to('{"event":"call.gathered","data":{"digits":NaN}}', 'UTF8'), 'NaN'),
    ('\x7b2261223a22ff227d'::bytea, 'broken UTF-8'),
    (convert_to(repeat('[', 100000), 'UTF8'), 'deep nesting'),
    (convert_to('{"data":{"cost":1e131000}}', 'UTF8'), 'an enormous number'),
    (''::bytea, 'an empty body')
) AS odd (raw, what);
SELECT ok((SELECT bool_and(payload IS NULL) AND count(*) = 7 FROM ivr.call_events WHERE call_id = 'odd'),
          'none of them has a payload');
SELECT is((SELECT count(DISTINCT raw) FROM ivr.call_events WHERE call_id = 'odd'), 7::bigint, 'all of them keep their bytes');
SELECT is((SELECT (events, gathers, current_step)::text FROM ivr.calls WHERE call_id = 'odd'), '(7,7,gathered)',
          'their names still move the call');
SELECT is(scene.store_event('odd', 'call.gathered', '2026-05-29T12:00:05Z',
                          convert_to('{"event":"call.gathered","data":{"digits":"\u0000"}}', 'UTF8')),
          'duplicate', 'the same bytes are a duplicate');
SELECT is((SELECT event_key FROM ivr.call_events WHERE call_id = 'odd' LIMIT 1), NULL, 'they have no event key');

-- Names and ids

SELECT is(scene.send('{}', call_id => repeat('x', 255), event => repeat('y', 255)), 'stored',
          'a call id and a name of 255 characters are stored');
SELECT is(scene.send('{}', call_id => 'call_20260529T121000.000000001', event => 'ai.summary.ready'), 'stored',
          'an unknown event is stored');
SELECT is(scene.current_step('call_20260529T121000.000000001'), 'created', 'and its call is created');
SELECT is(scene.send('[]', call_id => 'list'), 'stored', 'a body that is no object is stored');
SELECT throws_ok($$SELECT scene.store_event('', 'call.created', NULL, '{}')$$, '23514', NULL, 'an empty call id is refused');

-- Sets

CREATE FUNCTION scene.send_set(places integer[], ids text[], digits text[]) RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT s.place || ' ' || s.result
    FROM ivr.store_events(places, ids, array_fill('call.gathered'::text, ARRAY[cardinality(ids)]), array_fill(scene.stamp(5), ARRAY[cardinality(ids)]),
                          ARRAY(SELECT scene.body(id, 'call.gathered', 5, jsonb_build_object('digits', d)) FROM unnest(ids, digits) AS t (id, d))) AS s
    ORDER BY s.place;
$$;
SELECT results_eq($$SELECT scene.send_set(ARRAY[3, 1, 2], ARRAY['s1', 's2', 's1'], ARRAY['1', '1', '2'])$$, ARRAY['1 stored', '2 stored', '3 stored'],
                  'each event of a set has its row, with the number by which it is known');
SELECT is((SELECT array_agg((call_id, events, gathers)::text ORDER BY call_id) FROM ivr.calls WHERE call_id LIKE 's_'), ARRAY['(s1,2,2)', '(s2,1,1)'],
          'two of one call in a set are both stored, and move it');
SELECT results_eq($$SELECT scene.send_set(ARRAY[1, 2, 3, 4], ARRAY['s1', 's3', 's3', 's2'], ARRAY['1', '7', '7', '3'])$$,
                  ARRAY['1 duplicate', '2 stored', '3 duplicate', '4 stored'], 'what is there already, or twice in the set, is a duplicate');
SELECT is((SELECT array_agg((call_id, repeats)::text ORDER BY call_id) FROM ivr.event_repeats WHERE call_id LIKE 's_'), ARRAY['(s1,1)', '(s3,1)'], 'each is counted');
SELECT results_eq($$SELECT scene.send_set(ARRAY[1, 2, 3], ARRAY['s1', 's1', 's1'], ARRAY['1', '1', '1'])$$, ARRAY['1 duplicate', '2 duplicate', '3 duplicate'], 'as often as it comes');
SELECT is((SELECT repeats FROM ivr.event_repeats WHERE call_id = 's1'), 4, 'which is counted, too');
SELECT is((SELECT at_once FROM ivr.event_repeats WHERE call_id = 's1'), 4, 'all at once: they may be our own');
UPDATE ivr.call_events SET received_at = received_at - interval '6.5 seconds' WHERE call_id = 's1';
SELECT scene.send_set(ARRAY[1], ARRAY['s1'], ARRAY['1']) \g /dev/null
SELECT is((SELECT (repeats, at_once)::text FROM ivr.event_repeats WHERE call_id = 's1'), '(5,4)', 'what comes after more than 6 seconds is not');
SELECT scene.send_set(ARRAY[1, 2, 3], ARRAY['s4', 's4', 's5'], ARRAY['1', '2', '1']) \g /dev/null
SELECT is((SELECT array_agg(call_id || (payload #>> '{data,digits}') ORDER BY arrival) FROM ivr.call_events WHERE call_id IN ('s4', 's5')), ARRAY['s41', 's42', 's51'],
          'they arrived in the order in which the set has them');
SELECT is_empty($$SELECT * FROM ivr.store_events('{}', '{}', '{}', '{}', '{}')$$, 'an empty set stores nothing');

-- Events that were received before, and spooled

CREATE FUNCTION scene.send_old(call_ids text[], received text[]) RETURNS text
LANGUAGE sql
RETURN (SELECT string_agg(s.result, ' ' ORDER BY s.place)
        FROM ivr.store_events(ARRAY(SELECT generate_series(1, cardinality(call_ids))), call_ids, array_fill('call.created'::text, ARRAY[cardinality(call_ids)]),
                              array_fill(NULL::text, ARRAY[cardinality(call_ids)]), array_fill('{}'::bytea, ARRAY[cardinality(call_ids)]),
                              received::timestamptz[]) AS s);
SELECT scene.send_old('{o1,o2,o3}', '{2026-05-29T12:00:00.123456Z,NULL,2026-05-29T12:00:01Z}') \g /dev/null
SELECT is((SELECT array_agg(call_id || coalesce(to_char(nullif(received_at, greatest(received_at, transaction_timestamp())) AT TIME ZONE 'UTC', ' SS.US'), ' now') ORDER BY call_id)
           FROM ivr.call_events WHERE call_id LIKE 'o_'), ARRAY['o1 00.123456', 'o2 now', 'o3 01.000000'], 'each of a set is received when it came');
SELECT is(scene.send_old('{o1}', '{2026-05-29T12:00:00.123456Z}'), 'duplicate', 'handed over once more it is a duplicate');
SELECT is(scene.send_old('{o3,o3}', '{2026-05-29T11:59:56Z,2026-05-29T11:59:54Z}'), 'duplicate duplicate', 'so is what was spooled and stored all the same');
SELECT is((SELECT array_agg((call_id, repeats, at_once, first_at)::text ORDER BY call_id) FROM ivr.event_repeats WHERE call_id LIKE 'o_'),
          ARRAY['(o1,1,1,"2026-05-29 12:00:00.123456+00")', '(o3,2,1,"2026-05-29 11:59:54+00")'], 'which may be our own for 6 seconds before the first one, too');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT * FROM finish();
ROLLBACK;
