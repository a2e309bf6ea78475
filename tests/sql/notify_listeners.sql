-- notify_listeners.sql: NOTIFY for those who listen. That it is heard, and once, is tried in tests/integration/43-notify.t.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

SELECT is((SELECT count(*) FROM ivr.subscriptions), 0::bigint, 'it is off');
SELECT ivr.notify_listeners(true), ivr.notify_listeners(true) \g /dev/null
SELECT is((SELECT array_agg(url) FROM ivr.subscriptions WHERE ended_at IS NULL), ARRAY['notify:ivr'], 'on it is on once');
SELECT scene.event('one', 'call.completed', 1) \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT outcome FROM ivr.notifications), 'told', 'what is read is told');
SELECT is(ivr.notify_again((SELECT notice FROM ivr.notices)), 'listeners are told once', 'and not again');
SELECT ok(ivr.unsubscribe((SELECT subscription FROM ivr.subscriptions)), 'it can be ended like any other');
SELECT ivr.notify_listeners(true), ivr.notify_listeners(false) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.subscriptions WHERE ended_at IS NULL), 0::bigint, 'off it is off');

SELECT * FROM finish();
ROLLBACK;
