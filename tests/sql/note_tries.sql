-- note_tries.sql: what comes of a try, and when the next one is. ivr.notifications shows each; ivr.notify_again() begins anew.
BEGIN;
\ir lib/scene.psql
SELECT plan(33);

SELECT ivr.subscribe('https://user.example.com:8443/secret/path?token=x', 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=', '{call.closed}') AS s \gset
SELECT scene.event('c' || n, 'call.completed', n) FROM generate_series(1, 9) AS n \g /dev/null
SELECT ivr.take_notices() \g /dev/null
CREATE FUNCTION scene.notice(id text) RETURNS bigint LANGUAGE sql RETURN (SELECT notice FROM ivr.notices WHERE of_call = id);
CREATE FUNCTION scene.try(id text, status integer, after integer DEFAULT NULL, fault text DEFAULT NULL, at timestamptz DEFAULT clock_timestamp()) RETURNS integer
LANGUAGE sql RETURN ivr.note_tries(jsonb_build_array(jsonb_build_object('notice', scene.notice(id), 'tried_at', at, 'http_status', status, 'fault', fault, 'took_ms', 7, 'retry_after', after)));
CREATE FUNCTION scene.pause(id text) RETURNS numeric LANGUAGE sql RETURN (SELECT round(extract(epoch FROM next_try_at - clock_timestamp())) FROM ivr.notices WHERE of_call = id);
CREATE FUNCTION scene.subscription() RETURNS ivr.subscriptions LANGUAGE sql RETURN (SELECT s FROM ivr.subscriptions AS s);

SELECT is((SELECT (outcome, tried_at, next_try_at IS NOT NULL)::text FROM ivr.notifications WHERE call_id = 'c1'), '(due,,t)', 'before the first try it is due');
SELECT is((SELECT receiver FROM ivr.notifications WHERE call_id = 'c1'), 'user.example.com:8443', 'of the receiver no more is shown than its host');
SELECT is(scene.try('c1', 204), 1, 'a try that has told it');
SELECT is((SELECT (outcome, http_status, took_ms, next_try_at)::text FROM ivr.notifications WHERE call_id = 'c1'), '(told,204,7,)', 'is the last');
SELECT is(ivr.note_tries(jsonb_build_array(jsonb_build_object('notice', -1, 'tried_at', now()))), 0, 'what was purged meanwhile is nothing');

SELECT is(scene.try('c2', 500), 1, 'one that fails');
SELECT ok(scene.pause('c2') BETWEEN 4 AND 6, 'is followed by another in five seconds');
SELECT scene.try('c2', 302) \g /dev/null
SELECT ok(scene.pause('c2') BETWEEN 17 AND 23, 'then in twenty');
SELECT scene.try('c2', NULL, fault => 'timed out') \g /dev/null
SELECT ok(scene.pause('c2') BETWEEN 71 AND 89, 'and in eighty');
SELECT is((SELECT array_agg(concat_ws(' ', http_status, fault, outcome) ORDER BY tried_at) FROM ivr.notifications WHERE call_id = 'c2'),
          ARRAY['500 failed, due again', '302 failed, due again', 'timed out failed, due again'], 'each is shown');
SELECT is((scene.subscription()).failures, 3, 'the receiver''s failures are counted');
UPDATE ivr.notices SET tries = 20 WHERE of_call = 'c2';
SELECT scene.try('c2', 500) \g /dev/null
SELECT ok(scene.pause('c2') BETWEEN 38800 AND 47600, 'half a day is the longest pause');
SELECT is((scene.subscription()).not_before, '-infinity'::timestamptz, 'four failures on end are no reason to leave the receiver alone');
SELECT scene.try('c3', 500) \g /dev/null
SELECT ok((scene.subscription()).not_before > clock_timestamp() + interval '0.5 seconds', 'five are');
SELECT scene.try('c3', 500) FROM generate_series(1, 20) \g /dev/null
SELECT ok((scene.subscription()).not_before BETWEEN clock_timestamp() + interval '50 seconds' AND clock_timestamp() + interval '61 seconds', 'for a minute at most');
SELECT scene.try('c4', 200) \g /dev/null
SELECT is((scene.subscription()).failures, 0, 'until it hears again');

UPDATE ivr.subscriptions SET not_before = '-infinity';
SELECT scene.try('c5', 503, 3600) \g /dev/null
SELECT ok(scene.pause('c5') BETWEEN 3590 AND 3600, 'Retry-After is honoured');
SELECT ok((scene.subscription()).not_before > clock_timestamp() + interval '3590 seconds', 'for the receiver as well');
SELECT scene.try('c5', 429, 2000000000) \g /dev/null
SELECT ok(scene.pause('c5') <= 86400, 'for a day at most');
SELECT scene.try('c6', 503, 1) \g /dev/null
SELECT ok(scene.pause('c6') >= 4, 'a shorter one than our own pause changes nothing');

SELECT clock_timestamp() AS moment \gset
SELECT is(scene.try('c7', 500, at => :'moment') || ' ' || scene.try('c7', 500, at => :'moment'), '1 0', 'a try that is noted twice counts once');
SELECT is((SELECT tries FROM ivr.notices WHERE of_call = 'c7'), 1, 'and prolongs no pause');

UPDATE ivr.notices SET first_try_at = now() - interval '3 days' WHERE of_call = 'c8';
SELECT scene.try('c8', 500) \g /dev/null
SELECT is((SELECT outcome FROM ivr.notifications WHERE call_id = 'c8'), 'given up', 'after three days it is given up');
SELECT is(ivr.notify_again(scene.notice('c8')), 'due', 'unless it is wanted again');
SELECT ok(scene.pause('c8') <= 0, 'then it is due at once');
SELECT scene.try('c8', 500) \g /dev/null
SELECT ok(scene.pause('c8') BETWEEN 4 AND 6, 'and begins anew');
SELECT is(ivr.notify_again(-1), 'there is no such notice', 'what there is not cannot be told again');

SELECT scene.try('c9', 410) \g /dev/null
SELECT is((scene.subscription()).ended_because, 'the receiver said that it is gone (410)', '410 ends the subscription');
SELECT is((SELECT outcome FROM ivr.notifications WHERE call_id = 'c9'), 'ended', 'with all that was due');
SELECT is((SELECT count(*) FROM ivr.subscription_secrets), 0::bigint, 'its secrets go');
SELECT is(ivr.notify_again(scene.notice('c9')), 'the subscription has ended', 'which is not told again');
SELECT scene.try('c9', 500) \g /dev/null
SELECT is((scene.subscription()).ended_because, 'the receiver said that it is gone (410)', 'whatever was still under way');
SELECT is((SELECT count(*) FROM ivr.notice_tries AS t JOIN ivr.notices USING (notice) WHERE of_call = 'c9'), 2::bigint, 'and is noted');

SELECT * FROM finish();
ROLLBACK;
