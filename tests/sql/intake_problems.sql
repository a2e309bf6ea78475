-- intake_problems.sql: what reached us and was not a good event in time.
BEGIN;
\ir lib/day.psql
SELECT plan(14);

CREATE FUNCTION scene.problem(wanted text) RETURNS text
LANGUAGE sql RETURN (SELECT (times, calls, detail)::text FROM ivr.intake_problems WHERE problem = wanted);

SELECT is((SELECT count(*) FROM ivr.intake_problems WHERE day = '2026-05-29'), 0::bigint, 'good events in time are no problem');
SELECT scene.store_rejected('webhook', 'signature', why, 401, '192.0.2.1', NULL, NULL, '{}', 2) FROM unnest(ARRAY['wrong', 'missing', 'wrong']) AS why \g /dev/null
SELECT is(scene.problem('bad signature'), '(3,0,wrong)', 'bad signatures are counted, with what is wrong most of the time');
SELECT scene.store_rejected('webhook', 'not an event', 'no call.id', 200, NULL, NULL, NULL, '[]', 2) \g /dev/null
SELECT is(scene.problem('not understood'), '(1,0,"no call.id")', 'so is what was signed and is no event');
SELECT scene.store_rejected('webhook', 'too large', 'larger than 262144 bytes', 413, NULL, NULL, NULL, '', 300000) \g /dev/null
SELECT is(scene.problem('rejected: too large'), '(1,0,"larger than 262144 bytes")', 'and any other rejection');
SELECT ok(example ~ '^rejected [0-9]+$', 'the example tells which one') FROM ivr.intake_problems WHERE problem = 'bad signature';
SELECT scene.event('l1', 'call.created', 2000, 2031) \g /dev/null
SELECT scene.event('l2', 'call.created', 2100, 2129) \g /dev/null
SELECT is(scene.problem('late'), '(1,1,"call.created came more than 30 s after it happened")', 'an event is late after 30 seconds');
SELECT scene.event('l3', 'call.created', 2200, 2190) \g /dev/null
SELECT is(scene.problem('clock ahead'), '(1,1,"call.created happened more than 5 s after it came")', 'or early, by a clock that is wrong');
SELECT scene.store_event('l4', 'call.created', NULL, '\xff') \g /dev/null
SELECT is(scene.problem('unreadable'), '(1,1,"call.created is stored, but its JSON cannot be read")', 'what is no JSON is told');
SELECT scene.store_event('l5', 'call.created', 'yesterday', '{"event": "call.created"}') \g /dev/null
SELECT is(scene.problem('no time'), '(1,1,"call.created tells no created_at that can be read")', 'and what has no time');
DELETE FROM ivr.event_repeats;
INSERT INTO ivr.event_repeats (call_id, digest, repeats) VALUES ('l1', '\x01', 3), ('l1', '\x02', 1), ('l2', '\x01', 1);
SELECT is(scene.problem('came again'), '(5,2,"delivered more than once, stored once")', 'repeats are counted, and their calls once');
SELECT is(scene.problem('came again at once'), NULL, 'none of them came at once');
UPDATE ivr.event_repeats SET at_once = 1;
SELECT is(scene.problem('came again'), '(2,1,"delivered more than once, stored once")', 'those that did are not counted among them');
SELECT is(scene.problem('came again at once'), '(3,2,"by MiniVoice, or by nginx or a program here that tried again; stored once")', 'but on their own');
SET LOCAL enable_seqscan = off;
SELECT is((SELECT array_agg(i) FROM unnest(ARRAY['call_events_with_problem', 'rejected_requests_by_time', 'event_repeats_by_time']) AS i
           WHERE NOT EXISTS (SELECT FROM scene.plan('SELECT * FROM ivr.intake_problems WHERE day = current_date') AS line WHERE strpos(line, i) > 0)),
          NULL, 'a day is read by the indexes on time, of events the troubled ones alone');

SELECT * FROM finish();
ROLLBACK;
