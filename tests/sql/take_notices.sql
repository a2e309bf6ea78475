-- take_notices.sql: what is read from the log for whom.
BEGIN;
\ir lib/scene.psql
SELECT plan(19);

\set secret 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
CREATE FUNCTION scene.noted(of bigint) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(subject ORDER BY notice) FROM ivr.notices WHERE subscription = of);

SELECT is(ivr.take_notices(), 0, 'for nobody nothing');
SELECT ivr.subscribe('https://example.com/a', :'secret', '{call.closed}') AS all_calls,
       ivr.subscribe('https://example.com/b', :'secret', '{call.closed,configuration.changed}', department => 'support') AS support,
       ivr.subscribe('https://example.com/c', :'secret', '{call.closed}', number => '+15559999999') AS other \gset
SELECT scene.event('b', 'call.completed', 20), scene.event('a', 'call.completed', 10), scene.event('open', 'call.created', 10),
       scene.event('c', 'call.created', 0), scene.answer('c', 1, NULL, 'menu', 1), scene.answer('c', 2, 1, 'transfer', 5, '2', department => 'support'), scene.event('c', 'call.completed', 30) \g /dev/null
SELECT ok(ivr.take_notices() > 0, 'what has come is taken');
SELECT is(scene.noted(:all_calls), ARRAY['a', 'b', 'c'], 'each call that is over, in the order in which they ended');
SELECT is(scene.noted(:support), ARRAY['c'], 'of one department those that were sent there');
SELECT is(scene.noted(:other), NULL, 'of another number none');
SELECT is((SELECT (place).arrival FROM ivr.subscriptions WHERE subscription = :other), (SELECT max(arrival) FROM ivr.call_events), 'its place moves all the same');
SELECT is(ivr.take_notices(), 0, 'then there is nothing more');
SELECT is(cardinality(scene.noted(:all_calls)), 3, 'and nothing is noted twice');
UPDATE ivr.subscriptions SET place = ROW(0, '-infinity', 0);
SELECT ivr.take_notices() \g /dev/null
SELECT is(cardinality(scene.noted(:all_calls)), 3, 'nor when the log is read again from its beginning');
SELECT ok((scene.noted(:support))[2] = '1', 'configurations are told whatever the department');
SELECT is((SELECT count(DISTINCT message_id) FROM ivr.notices WHERE subject = 'c'), 1::bigint, 'the same fact has the same name for all');

SELECT scene.event('d', 'call.ended', 30, status => 'busy') \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT scene.event('d', 'call.completed', 40) \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT count(DISTINCT message_id) FROM ivr.notices WHERE subject = 'd' AND subscription = :all_calls), 2::bigint, 'a newer word of a call is another notice');

SELECT ivr.purge_calls(ARRAY['d']) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.notices WHERE subject = 'd'), 0::bigint, 'with the call goes what was noted of it');
UPDATE ivr.notices SET done_at = now() - interval '3 years', outcome = 'told' WHERE of_call IS NULL;
SELECT ivr.purge_rest('1 year') \g /dev/null
SELECT is((SELECT count(*) FROM ivr.notices WHERE of_call IS NULL), 0::bigint, 'what is old and about no call goes by itself');

SELECT ivr.unsubscribe(:all_calls) \g /dev/null
SELECT scene.event('e', 'call.completed', 50) \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT count(*) FROM ivr.notices WHERE subject = 'e'), 0::bigint, 'for a subscription that is over nothing is noted');

SELECT ivr.subscribe('https://example.com/d', :'secret', '{call.closed}') AS away \gset
INSERT INTO ivr.notices (subscription, kind, subject, of_call, message_id) SELECT :away, 'call.closed', 'x' || n, 'x' || n, 'x' || n FROM generate_series(1, 1000) AS n;
SELECT scene.event('f', 'call.completed', 60) \g /dev/null
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT count(*) FROM ivr.notices WHERE subject = 'f'), 0::bigint, 'nor for one that a thousand wait for');
UPDATE ivr.notices SET done_at = now(), outcome = 'gone' WHERE message_id = 'x1';
SELECT ivr.take_notices() \g /dev/null
SELECT is((SELECT count(*) FROM ivr.notices WHERE subject = 'f'), 1::bigint, 'until there is room: the log has kept it');

-- A new kind is one function.
CREATE FUNCTION ivr.due_coffee_made(p_after ivr.log_place, p_upto ivr.log_place, p_subject text, p_plain boolean) RETURNS SETOF ivr.due
LANGUAGE sql AS $$SELECT 'cup 1', NULL, '', now(), NULL, NULL, '{"strength": 9}'::jsonb$$;
SELECT ivr.subscribe('https://example.com/e', :'secret', '{coffee.made}') AS thirsty \gset
SELECT ivr.take_notices() \g /dev/null
SELECT is(scene.noted(:thirsty), ARRAY['cup 1'], 'a kind is there as soon as its function is');
SELECT is((SELECT (n ->> 'body')::jsonb - 'timestamp' FROM jsonb_array_elements(ivr.due_notices('{}')) AS n WHERE n ->> 'url' LIKE '%/e'), '{"type": "coffee.made", "data": {"strength": 9}}', 'and told as it says');

SELECT * FROM finish();
ROLLBACK;
