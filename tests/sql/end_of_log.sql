-- end_of_log.sql: how far the logs can be read without missing what is committed late. That it waits for another connection's
-- writer is tried in tests/integration/43-notify.t.
BEGIN;
\ir lib/scene.psql
SELECT plan(5);

SELECT scene.event('one', 'call.created', 0) \g /dev/null
SELECT is((SELECT (p).arrival FROM ivr.end_of_log() AS p), (SELECT max(arrival) FROM ivr.call_events), 'to the newest event, although this connection writes');
SELECT is((SELECT (p).version FROM ivr.end_of_log() AS p), (SELECT max(version) FROM ivr.config_versions), 'to the newest configuration');
SELECT ok((SELECT (p).at BETWEEN clock_timestamp() - interval '10 seconds' AND clock_timestamp() FROM ivr.end_of_log() AS p), 'and to this moment');
SELECT scene.event('one', 'call.completed', 9) \g /dev/null
SELECT is((SELECT (p).arrival FROM ivr.end_of_log() AS p), (SELECT max(arrival) FROM ivr.call_events), 'then to the next one');
SELECT is((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND mode = 'ExclusiveLock'
           AND (classid::bigint << 32 | objid::bigint) = ivr.lock_key('')), 0::bigint, 'and locks nobody out');

SELECT * FROM finish();
ROLLBACK;
