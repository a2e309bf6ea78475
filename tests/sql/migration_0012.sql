-- migration_0012.sql: what was stored with bare digests is known under the key, and repeats within seconds are told apart.
BEGIN;
\ir lib/scene.psql
SELECT plan(9);

DROP VIEW ivr.journey, ivr.intake_problems CASCADE;
ALTER TABLE ivr.pseudonym_key DROP COLUMN digest_key;
ALTER TABLE ivr.event_repeats DROP COLUMN at_once;
CREATE TABLE scene.was AS
SELECT *, sha256(raw) AS digest
FROM (VALUES ('quick', '{"a":"+15559990001"}'::bytea, interval '5 seconds', interval '6 seconds', 3), ('slow', '{"b":1}', '60 seconds', '70 seconds', 2),
             ('both', '{"c":1}', '1 second', '60 seconds', 2)) AS v (call_id, raw, first, last, repeats);
INSERT INTO ivr.call_events (call_id, event, received_at, payload, raw, digest)
SELECT call_id, 'call.created', scene.at(0), ivr.parse_json(raw), raw, digest FROM scene.was;
INSERT INTO ivr.call_events (call_id, event, raw, digest) VALUES ('slow', 'ivr.inferred', '', sha256('slow'));
INSERT INTO ivr.event_repeats (call_id, digest, repeats, first_at, last_at)
SELECT call_id, digest, repeats, scene.at(0) + first, scene.at(0) + last FROM scene.was;
INSERT INTO ivr.answers (call_id, step, endpoint, decision, response, gathered_digest) SELECT call_id, 1, 'answer', 'menu', '{}', digest FROM scene.was;
INSERT INTO ivr.rejected_requests (digest, endpoint, reason, http_status, raw, raw_length, reingested_call_id, reingested_digest, pseudonymised_at)
SELECT sha256('+15559990001'), 'webhook', 'signature', 401, raw, 7, call_id, digest, now() FROM scene.was WHERE call_id = 'slow';

\ir ../../sql/migrations/0012_keyed_digests.sql
SELECT is_empty($$SELECT FROM ivr.call_events JOIN scene.was USING (digest)$$, 'no bare digest of an event is left');
SELECT is_empty($$SELECT FROM ivr.event_repeats JOIN scene.was USING (digest)$$, 'nor of a repeat');
SELECT is_empty($$SELECT FROM ivr.answers JOIN scene.was ON digest = gathered_digest$$, 'nor of a digit that was used');
SELECT is((SELECT count(*) FROM ivr.call_events AS e JOIN ivr.event_repeats USING (call_id, digest) JOIN ivr.answers AS a ON a.call_id = e.call_id AND a.gathered_digest = e.digest),
          3::bigint, 'they still name each other');
SELECT is((SELECT (r.digest = sha256(r.raw), e.event)::text FROM ivr.rejected_requests AS r JOIN ivr.call_events AS e ON e.call_id = reingested_call_id AND e.digest = reingested_digest),
          '(t,call.created)', 'a pseudonymised request has the digest of its bytes, and names the event that it is');
SELECT is((SELECT count(*) FROM ivr.call_events WHERE digest = sha256('slow')), 1::bigint, 'the digest of an inferred end stays');
SELECT is((SELECT array_agg((call_id, at_once)::text ORDER BY call_id COLLATE "C") FROM ivr.event_repeats), ARRAY['(both,1)', '(quick,3)', '(slow,0)'],
          'what came again within 6 seconds is told apart, as far as is known');
SELECT is(scene.store_event('quick', 'call.created', NULL, '{"a":"+15559990001"}'), 'duplicate', 'what comes again is known');
SELECT is(scene.store_event('quick', 'call.created', NULL, '{"a":"+15559990002"}'), 'stored', 'anything else is not');

SELECT * FROM finish();
ROLLBACK;
