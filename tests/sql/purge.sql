-- purge.sql: whole calls go, in transactions of their own; so this test commits. Its calls are of the year 2001 and are
-- gone in the end.
\set QUIET on
SET client_min_messages = warning;
SET search_path = public, tap;
\set scene pg_temp
\ir lib/one.psql
SELECT plan(15);

SELECT pg_temp.store_event('purge ' || n, 'call.created', '2001-01-0' || n || 'T12:00:00Z', '{}', '2001-01-01 12:00:00Z'::timestamptz + n * interval '1 day'),
       pg_temp.store_event('purge ' || n, 'call.created', '2001-01-0' || n || 'T12:00:00Z', '{}', '2001-01-01 12:00:00Z'::timestamptz + n * interval '1 day'),
       pg_temp.store_answer('purge ' || n, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, '2001-01-01 12:00:00Z'::timestamptz + n * interval '1 day', 1, false),
       ivr.store_enrichment('purge ' || n, 'score', 'completed', '{}')
FROM generate_series(1, 7) AS n \g /dev/null
SELECT pg_temp.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL,
                        '{"actions":[]}', 1, '2001-01-01 12:00:00Z', 1, false) \g /dev/null
-- One that began then and was heard of today, one that only says so, one that says it is yet to come.
SELECT pg_temp.store_event('purge not', 'call.created', '2001-01-01T12:00:00Z', '{}', '2001-01-01 12:00:00Z'),
       pg_temp.store_event('purge not', 'recording.completed', '2001-01-01T12:05:00Z', '{}'),
       pg_temp.store_event('purge clock', 'call.created', '2001-01-01T12:00:00Z', '{}'),
       pg_temp.store_event('purge future', 'call.created', '9999-01-01T12:00:00Z', '{}', '2001-01-01 12:00:00Z') \g /dev/null
SELECT pg_temp.store_rejected('webhook', 'signature', 'purge test', 401, NULL, NULL, NULL, 'purge', 5) AS old \gset
SELECT pg_temp.store_rejected('webhook', 'signature', 'purge test', 401, NULL, NULL, NULL, 'purge', 5) AS new \gset
SELECT pg_temp.store_rejected('webhook', 'signature', 'purge test', 401, NULL, NULL, NULL, '{"event":"x","call_id":"purge 3"}', 33) AS taken \gset
SELECT ivr.reingest(:taken) \g /dev/null
UPDATE ivr.call_events SET received_at = '2001-01-04 12:00:00Z' WHERE call_id = 'purge 3';
UPDATE ivr.rejected_requests SET received_at = '2001-01-01 12:00:00Z' WHERE rejected_id = :old;

SELECT set_eq($$SELECT * FROM ivr.calls_older_than('20 years') AS id WHERE id LIKE 'purge %'$$,
    $$SELECT 'purge ' || n FROM generate_series(1, 7) AS n UNION SELECT 'purge future'$$, 'of these calls everything is that old');
SELECT txid_current() AS before \gset
CALL ivr.purge('20 years', 3);
SELECT cmp_ok(txid_current() - :before, '>=', 4::bigint, 'it takes several transactions');
SELECT set_eq($$SELECT call_id FROM ivr.calls WHERE call_id LIKE 'purge %'$$, ARRAY['purge not', 'purge clock'],
              'the old ones are gone, those of which something is new are there');
SELECT set_eq($$SELECT call_id FROM ivr.call_events WHERE call_id LIKE 'purge %'$$, ARRAY['purge not', 'purge clock'], 'their events too');
SELECT is((SELECT count(*) FROM ivr.call_events WHERE call_id = 'purge not'), 2::bigint, 'calls go whole or not at all');
SELECT is_empty($$SELECT * FROM ivr.answers WHERE call_id LIKE 'purge %'$$, 'their answers are gone');
SELECT is_empty($$SELECT * FROM ivr.event_repeats WHERE call_id LIKE 'purge %'$$, 'and the count of what came again');
SELECT is_empty($$SELECT * FROM ivr.enrichments WHERE call_id LIKE 'purge %'$$, 'and what the AI said');
SELECT is_empty($$SELECT * FROM ivr.answers WHERE call_id IS NULL AND answered_at < now() - interval '20 years'$$, 'old answers without a call are gone');
SELECT is((SELECT array_agg(rejected_id) FROM ivr.rejected_requests WHERE detail = 'purge test'), ARRAY[:new]::bigint[],
          'so are old rejected requests, and those that became events of these calls');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT ivr.store_enrichment('purge nobody', 'score', 'completed', '{}') \g /dev/null
UPDATE ivr.enrichments SET received_at = '2001-01-01' WHERE call_id = 'purge nobody';
CALL ivr.purge('20 years');
SELECT is_empty($$SELECT * FROM ivr.enrichments WHERE call_id = 'purge nobody'$$, 'what the AI said of nobody goes, too');

-- By the settings, and by hand

UPDATE ivr.history_settings SET purge_after = NULL;
CALL ivr.purge();
SELECT is((SELECT count(*) FROM ivr.calls WHERE call_id LIKE 'purge %'), 2::bigint, 'without an age nothing is removed');
UPDATE ivr.history_settings SET purge_after = DEFAULT;
SELECT is(ivr.purge_calls(ARRAY['purge not', 'purge clock', 'purge nobody']), 2::bigint, 'calls can be removed by name');
DELETE FROM ivr.rejected_requests WHERE detail = 'purge test';
SELECT is(ivr.purge_calls(ARRAY(SELECT 'nobody ' || n FROM generate_series(1, 1500) AS n)), 0::bigint, 'any number of them');

SELECT * FROM finish();
