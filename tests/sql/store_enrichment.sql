-- store_enrichment.sql: the last state of each AI section of a call.
BEGIN;
\ir lib/scene.psql
SELECT plan(12);

SELECT scene.event('c1', 'call.created', 0), scene.event('c1', 'call.completed', 60) \g /dev/null
CREATE TABLE scene.before AS TABLE ivr.calls;
SELECT is(ivr.store_enrichment('c1', 'transcription', 'processing', NULL), 'stored', 'a section that is begun is stored');
SELECT is(ivr.store_enrichment('c1', 'transcription', 'processing', NULL), 'kept', 'the same again changes nothing');
SELECT is(ivr.store_enrichment('c1', 'transcription', 'completed', '{"text": "Hello."}'), 'stored', 'its result takes its place');
SELECT is(ivr.store_enrichment('c1', 'transcription', 'processing', NULL), 'kept', 'an older state that comes late does not');
SELECT is(ivr.store_enrichment('c1', 'transcription', 'completed', '{"text": "Hello!"}'), 'stored', 'a better result does');
SELECT is(ivr.store_enrichment('c1', 'summary', 'failed', NULL), 'stored', 'another section has its own state');
SELECT results_eq($$SELECT section, status, content FROM ivr.enrichments WHERE call_id = 'c1' ORDER BY section$$,
    $$VALUES ('summary', 'failed', NULL), ('transcription', 'completed', '{"text": "Hello!"}'::jsonb)$$, 'one row a section');
SELECT ok((SELECT first_received_at < received_at FROM ivr.enrichments WHERE section = 'transcription'), 'it says when it was heard of first, and last');
SELECT is(ivr.store_enrichment('unknown', 'score', 'completed', '{"score": 7}'), 'stored', 'a call that is not known yet may have one');
SELECT set_eq('TABLE ivr.calls', 'TABLE scene.before', 'the call itself is not touched');
SELECT is(scene.refused($$SELECT ivr.store_enrichment('c1', 'horoscope', 'completed', NULL)$$), 'enrichments_section_is_known', 'there are four sections');
SELECT is(scene.refused($$SELECT ivr.store_enrichment('', 'score', 'completed', NULL)$$), 'enrichments_call_id_is_short', 'a call has an id');

SELECT * FROM finish();
ROLLBACK;
