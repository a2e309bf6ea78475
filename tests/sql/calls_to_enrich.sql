-- calls_to_enrich.sql: of which calls the platform is asked for AI results, and what becomes of them.
BEGIN;
\ir lib/scene.psql
SELECT plan(16);

SELECT scene.store_event(id, 'call.created', NULL, '{}') FROM unnest(ARRAY['open', 'done', 'silent']) AS id \g /dev/null
SELECT scene.store_event(id, 'recording.completed', NULL, '{"x":1}') FROM unnest(ARRAY['open', 'done', 'old']) AS id \g /dev/null
SELECT scene.store_event(id, 'call.completed', NULL, '{"x":2}') FROM unnest(ARRAY['done', 'silent', 'old']) AS id \g /dev/null
UPDATE ivr.call_events SET received_at = now() - interval '4 days' WHERE call_id = 'old';
SELECT is(ivr.calls_to_enrich(0), '{}', 'at most as many as are wanted');
SELECT is(ivr.calls_to_enrich(10), ARRAY['done'], 'of those that were recorded and have ended, not long ago');
SELECT is(ivr.calls_to_enrich(10), '{}', 'not again at once');
SELECT is(ivr.store_ai('done', '{"transcription": {"status": "processing"}, "summary": null, "score": null}'), 1, 'what is there is stored');
SELECT is((SELECT array_agg(section || ' ' || status) FROM ivr.enrichments WHERE call_id = 'done'), ARRAY['transcription processing'], 'in its section');
SELECT is((SELECT missing FROM ivr.ai_requests WHERE call_id = 'done'), ARRAY['score', 'summary'], 'what is missing is noted, and is no failure');
SELECT ok((SELECT ask_again_at < now() + interval '1 hour' FROM ivr.ai_requests WHERE call_id = 'done'), 'it is asked for again');
UPDATE ivr.ai_requests SET ask_again_at = now() - interval '1 second';
SELECT is(ivr.calls_to_enrich(10), ARRAY['done'], 'when its time has come');
SELECT ok((SELECT asked = 2 AND ask_again_at > now() + interval '15 minutes' FROM ivr.ai_requests WHERE call_id = 'done'), 'later each time');
SELECT is(ivr.store_ai('done', '{"transcription": {"status": "completed", "content": {"text": "Hello."}}, "summary": {"status": "failed", "content": {}}, "topics": {"status": "completed", "content": []}}'),
          3, 'until all are there');
SELECT isnt((SELECT ask_again_at FROM ivr.ai_requests WHERE call_id = 'done'), 'infinity'::timestamptz, 'three of four are not all');
SELECT is(ivr.store_ai('done', '{"score": {"status": "completed", "content": {"score": 7}}, "summary": {"status": "failed", "content": {}}}'), 1, 'the fourth is new, and what is known is not');
SELECT is((SELECT (ask_again_at, missing)::text FROM ivr.ai_requests WHERE call_id = 'done'), '(infinity,{})', 'then never more; what failed is not missing');
SELECT is(ivr.store_ai('open', '{"score": {"status": "completed", "content": {}}}'), 0, 'of a call that was not given out nothing is stored');
SELECT is((SELECT count(*) FROM ivr.enrichments WHERE call_id = 'open'), 0::bigint, 'not a section');
SELECT ivr.purge_calls(ARRAY['done']) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.ai_requests), 0::bigint, 'what is purged leaves no note');

SELECT * FROM finish();
ROLLBACK;
