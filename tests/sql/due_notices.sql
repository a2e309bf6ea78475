-- due_notices.sql: what is to be told now, in which order, and how it is signed.
BEGIN;
\ir lib/scene.psql
SELECT plan(18);

\set secret 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
CREATE FUNCTION scene.due(busy bigint[] DEFAULT '{}') RETURNS SETOF jsonb
LANGUAGE sql AS 'SELECT jsonb_array_elements(ivr.due_notices(busy))';
CREATE FUNCTION scene.signature(n jsonb, key text) RETURNS text
LANGUAGE sql RETURN 'v1,' || encode(ivr.hmac_sha256(convert_to(key, 'UTF8'), convert_to((n ->> 'id') || '.' || (n ->> 'timestamp') || '.' || (n ->> 'body'), 'UTF8')), 'base64');

SELECT is(ivr.due_notices('{}'), '[]', 'nothing is due');
SELECT ivr.subscribe('https://example.com/a', :'secret', '{call.closed}') AS a \gset
SELECT scene.event('one', 'call.ended', 10, status => 'busy') \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT scene.event('one', 'call.completed', 20), scene.event('two', 'call.completed', 30) \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT count(*) FROM ivr.notices), 3::bigint, 'three things are noted of two calls');
SELECT is((SELECT array_agg(n -> 'notice' ORDER BY n -> 'notice') FROM scene.due() AS n), (SELECT ARRAY[to_jsonb(min(notice)), to_jsonb(max(notice))] FROM ivr.notices), 'of each call the first is due');
SELECT is((SELECT n - ARRAY['notice', 'timestamp', 'signature', 'body'] FROM scene.due() AS n LIMIT 1), (SELECT jsonb_build_object('url', 'https://example.com/a', 'id', message_id) FROM ivr.notices ORDER BY notice LIMIT 1), 'where, and under which name');
SELECT ok((SELECT abs((n ->> 'timestamp')::bigint - extract(epoch FROM clock_timestamp())) < 10 FROM scene.due() AS n LIMIT 1), 'when, in seconds since 1970');
SELECT is((SELECT n ->> 'signature' FROM scene.due() AS n LIMIT 1), (SELECT scene.signature(n, '0123456789abcdef0123456789abcdef') FROM scene.due() AS n LIMIT 1), 'signed');
SELECT is((SELECT (n ->> 'body')::jsonb ->> 'timestamp' FROM scene.due() AS n WHERE n ->> 'body' LIKE '%two%'), '2026-05-29T12:00:30+00:00', 'the body says when it was');
SELECT ivr.rotate_secret(:a, 'whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=') \g /dev/null
SELECT is((SELECT n ->> 'signature' FROM scene.due() AS n LIMIT 1), (SELECT scene.signature(n, repeat('a', 32)) || ' ' || scene.signature(n, '0123456789abcdef0123456789abcdef') FROM scene.due() AS n LIMIT 1),
          'with each secret that is valid, the newest first');
SELECT is((SELECT count(*) FROM scene.due() AS n WHERE n::text ~ 'YWFhYWFh|aaaaaaaa|0123456789abcdef'), 0::bigint, 'no secret is handed out');

SELECT min(notice) AS first, max(notice) AS last FROM ivr.notices \gset
SELECT is((SELECT array_agg(n -> 'notice') FROM scene.due(ARRAY[:first]) AS n), ARRAY[to_jsonb(:last)], 'while the first is being told the second waits');
UPDATE ivr.notices SET done_at = now(), outcome = 'told' WHERE notice = :first;
SELECT is((SELECT count(*) FROM scene.due()), 2::bigint, 'then it is due');
UPDATE ivr.notices SET next_try_at = now() + interval '1 hour' WHERE notice = :first + 1;
SELECT is((SELECT array_agg(n -> 'notice') FROM scene.due() AS n), ARRAY[to_jsonb(:last)], 'not before its time');
UPDATE ivr.subscriptions SET not_before = now() + interval '1 hour';
SELECT is((SELECT count(*) FROM scene.due()), 0::bigint, 'nor before the receiver''s');
UPDATE ivr.subscriptions SET not_before = '-infinity';
UPDATE ivr.notices SET next_try_at = now();

SELECT scene.event('many ' || n, 'call.completed', 40) FROM generate_series(1, 20) AS n \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT count(*) FROM scene.due(ARRAY[:last])), 7::bigint, 'eight at once, those under way counted');
UPDATE ivr.subscriptions SET failures = 5;
SELECT is((SELECT count(*) FROM scene.due()), 1::bigint, 'one alone where five have failed on end');
UPDATE ivr.subscriptions SET failures = 0;

DELETE FROM ivr.calls WHERE call_id = 'two';
SELECT ok((SELECT bool_and(n ->> 'body' NOT LIKE '%two%') FROM scene.due() AS n), 'what is no longer there is not told');
SELECT is((SELECT outcome FROM ivr.notifications WHERE call_id = 'two'), 'gone', 'and done with');
SELECT ivr.unsubscribe(:a) \g /dev/null
SELECT is(ivr.due_notices('{}'), '[]', 'who is no longer subscribed is told nothing');

SELECT * FROM finish();
ROLLBACK;
