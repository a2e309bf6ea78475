-- calls_to_reconcile.sql: which calls the platform is asked for, and when again.
BEGIN;
\ir lib/scene.psql
SELECT plan(11);

SELECT scene.event('ended', 'call.created', 0), scene.event('ended', 'call.completed', 60) \g /dev/null
SELECT scene.event('lost', 'call.created', 5) \g /dev/null
SELECT scene.event('older', 'call.created', 0) \g /dev/null
SELECT scene.store_event('now', 'call.created', NULL, '{}') \g /dev/null
SELECT is(ivr.calls_to_reconcile(0), '{}', 'at most as many as are wanted');
SELECT is(ivr.calls_to_reconcile(1), ARRAY['older'], 'the one that waits longest first');
SELECT is(ivr.calls_to_reconcile(10), ARRAY['lost'], 'then the others that are overdue; none that was just taken up, has ended long ago, or goes on');
SELECT is(ivr.calls_to_reconcile(10), '{}', 'none is left');
UPDATE ivr.reconciliations SET ask_again_at = now() - interval '1 second' WHERE call_id = 'lost';
SELECT is(ivr.calls_to_reconcile(10), ARRAY['lost'], 'one whose time has come is asked for again');
SELECT is((SELECT outcome FROM ivr.reconciliations WHERE call_id = 'lost'), 'asking', 'somebody has taken it up');

INSERT INTO ivr.call_events (call_id, event, occurred_at, payload, raw, digest)
SELECT 'inferred', name, now() - interval '2 days', '{}', '', name::bytea FROM unnest(ARRAY['call.created', 'ivr.inferred']) AS name;
SELECT ivr.refresh_calls(ARRAY['inferred']) \g /dev/null
SELECT is(ivr.calls_to_reconcile(10), ARRAY['inferred'], 'so is one whose end was only inferred');
SELECT scene.store_event('recent ' || n, 'call.created', NULL, '{}'), scene.store_event('recent ' || n, 'call.completed', NULL, '{"x":1}') FROM generate_series(1, 400) AS n \g /dev/null
SELECT is(cardinality(ivr.calls_to_reconcile(100)), 10, 'and ten of those that have just ended');
SELECT ok(cardinality(ivr.calls_to_reconcile(100)) <= 10, 'others the next time');
UPDATE ivr.reconciliations SET ask_again_at = now() - interval '1 second' WHERE call_id LIKE 'recent%';
SELECT ok(NOT EXISTS (SELECT FROM unnest(ivr.calls_to_reconcile(100)) AS id JOIN ivr.reconciliations AS r ON r.call_id = id WHERE r.asked_at < now() - interval '1 minute'),
          'none of them twice');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('probe', '{}');
SELECT scene.event('probe', 'call.created', 0) \g /dev/null
SELECT ok('probe' <> ALL (ivr.calls_to_reconcile(100)), 'nor a call that was played here');

SELECT * FROM finish();
ROLLBACK;
