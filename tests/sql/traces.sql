-- traces.sql: requests as they came are kept within bounds, and go with the person and the call.
BEGIN;
\ir lib/scene.psql
SELECT plan(21);

CREATE FUNCTION scene.trace(call_id text, at timestamptz DEFAULT now(), url text DEFAULT '/minivoice/answer', headers text DEFAULT '',
                            body bytea DEFAULT '', reply text DEFAULT '{}') RETURNS bigint
LANGUAGE sql
RETURN (SELECT count(*) FROM ivr.store_traces(ARRAY[7], ARRAY[(extract(epoch FROM at) * 1000000)::bigint], ARRAY[1500], ARRAY['answer'], ARRAY[call_id], ARRAY['GET'], ARRAY[url],
                                              ARRAY['192.0.2.1'], ARRAY[headers], ARRAY[body], ARRAY[length(body)], ARRAY[200], ARRAY[reply], ARRAY[0]));
CREATE FUNCTION scene.traces() RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(call_id ORDER BY trace_id) FROM ivr.traces);

SELECT is(scene.trace('c1', body => 'abc'), 1::bigint, 'a trace is stored');
SELECT is((SELECT (program, method, url, body, body_length, http_status, took_us, bytes_before)::text FROM ivr.traces),
          '(answer,GET,/minivoice/answer,"\\x616263",3,200,1500,0)', 'as it was told');
SELECT scene.trace('c2') \g /dev/null
SELECT is((SELECT bytes_before FROM ivr.traces WHERE call_id = 'c2'),
          (SELECT 500 + 3 + 2 + length(url) + octet_length(headers) FROM ivr.traces WHERE call_id = 'c1')::bigint, 'the bytes are counted');
SELECT is((SELECT array_agg(place) FROM ivr.store_traces(ARRAY[3, 4], ARRAY[1767225600000000, 1767225600000001], ARRAY[1, 1], ARRAY['a', 'a'], ARRAY['c3', 'c4'], ARRAY['GET', 'GET'],
             ARRAY['/', '/'], ARRAY[NULL, NULL], ARRAY['', ''], ARRAY['', '']::bytea[], ARRAY[0, 0], ARRAY[200, 200], ARRAY['', ''], ARRAY[0, 501])), ARRAY[3],
          'several are stored at once');
SELECT is((SELECT array_agg(bytes_before - t.first ORDER BY trace_id) FROM ivr.traces, (SELECT min(bytes_before) AS first FROM ivr.traces WHERE call_id IN ('c3', 'c4')) AS t
             WHERE call_id IN ('c3', 'c4')), ARRAY[0, 501]::bigint[], 'and their bytes counted');
SELECT is((SELECT received_at FROM ivr.traces WHERE call_id = 'c4'), '2026-01-01 00:00:00.000001+00', 'to the microsecond');
SELECT is(ivr.headers(E'x-a: b: c\ncontent-type: text/plain\n'), '{"x-a": "b: c", "content-type": "text/plain"}', 'headers are found by name');
UPDATE ivr.traces SET received_at = now() WHERE call_id IN ('c3', 'c4');
SELECT is(scene.traces(), '{c1,c2,c3,c4}', 'in their order');
SELECT is(current_setting('synchronous_commit'), 'off', 'and cost no flush');

-- Bounds
SELECT is(ivr.trim_traces(), 0::bigint, 'within the bounds nothing goes');
UPDATE ivr.traces SET received_at = now() - interval '15 days' WHERE call_id = 'c1';
SELECT scene.trace('c5') \g /dev/null
SELECT is(scene.traces(), '{c2,c3,c4,c5}', 'what is older than 14 days goes when the next one comes');
UPDATE ivr.traces SET bytes_before = bytes_before + 256 * 1024 * 1024 WHERE call_id = 'c5';
SELECT scene.trace('c6') \g /dev/null
SELECT is(scene.traces(), '{c4,c5,c6}', 'beyond 256 MB the oldest go, two for each that comes');
SELECT is(ivr.housekeep_rest('test', 10), 1::bigint, 'the housekeeping goes on');
SELECT is(scene.traces(), '{c5,c6}', 'until the bound is kept');
ALTER TABLE ivr.traces ALTER trace_id RESTART WITH 200000;
SELECT scene.trace('c7') \g /dev/null
SELECT is(scene.traces(), '{c7}', 'nothing stays beyond 100,000 rows');
SELECT throws_ok($$SELECT scene.trace('c8', body => convert_to(repeat('x', 65537), 'UTF8'))$$, '23514', NULL, 'no body is larger than 64 KiB');

-- Erasing
SELECT scene.trace('his', url => '/minivoice/answer?from=%2B15559990001'), scene.trace(NULL, body => '{"from":"+15559990001"}'),
       scene.trace(NULL, headers => 'x-from: sip:15559990001@example.com'), scene.trace(NULL, reply => '{"destination":"+15559990001"}'),
       scene.trace(NULL, body => '{"from":"\\u002b15559990001"}'), scene.trace('hers', url => '/minivoice/answer?from=%2B15559990003') \g /dev/null
SELECT is((SELECT how_many FROM ivr.forget('+15559990001') WHERE what = 'traces removed'), 5::bigint, 'a person''s traces go with the person');
SELECT is(scene.traces(), '{c7,hers}', 'nobody else''s');
SELECT ivr.purge_calls(ARRAY['hers']) \g /dev/null
SELECT is(scene.traces(), '{c7}', 'a call that is removed takes its traces along');
SELECT ivr.pseudonymise_calls(ARRAY['c7']) \g /dev/null
SELECT is(scene.traces(), NULL, 'one whose numbers become pseudonyms too');
SELECT scene.trace(NULL, now() - interval '3 days'), scene.trace('c9') \g /dev/null
SELECT ivr.purge_rest('2 days') \g /dev/null
SELECT is(scene.traces(), '{c9}', 'what belongs to no call goes by its age');

SELECT * FROM finish();
ROLLBACK;
