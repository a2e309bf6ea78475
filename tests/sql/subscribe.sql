-- subscribe.sql: who may be told what, from where on, signed with which secrets, and until when.
BEGIN;
\ir lib/scene.psql
SELECT plan(30);

\set secret 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
\set other 'whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE='
CREATE FUNCTION scene.tries(url text, secret text, kinds text[], department text DEFAULT NULL) RETURNS text
LANGUAGE sql RETURN scene.refused(format('SELECT ivr.subscribe(%L, %L, %L, department => %L)', url, secret, kinds, department));

SELECT is(scene.tries('https://example.com', :'secret', '{call.closed,call stuck,configuration.changed}'), NULL, 'a URL, a secret and kinds that there are');
SELECT is(scene.tries('https://example.com', :'secret', kinds::text[]), '22023', format('not of these kinds: %s', kinds))
FROM unnest(ARRAY['{}', '{call.lost}', '{call.closed,of.kind}', '{of_kind}', '{call_closed}', '{closed}', '{"call.closed(ivr.log_place)"}']) AS kinds;
SELECT is(scene.tries('https://example.com', :'secret', NULL), '22023', 'nor of none');
SELECT is(scene.tries('https://example.com', secret, '{call.closed}'), '22023', format('not with the secret %s', secret))
FROM unnest(ARRAY['', 'secret', 'whsec_', 'whsec_MDEyMzQ1', substr(:'secret', 7), :'secret' || 'A', 'whsec_' || repeat('MDEy', 22)]) AS secret;
SELECT is(scene.tries('https://example.com', NULL, '{call.closed}'), '22023', 'nor without one');
SELECT is(scene.tries('example.com', :'secret', '{call.closed}'), 'subscriptions_url_is_one', 'not where nobody can be told');
SELECT is(scene.tries('https://example.com', :'secret', '{call.closed}', 'astronauts'), '22023', 'not for a department that there is not');

SELECT scene.event('old', 'call.completed', 0, 0), scene.event('new', 'call.completed', 9, 100) \g /dev/null
SELECT ivr.subscribe('https://example.com/a', :'secret', '{call stuck,call.closed,call.closed}', 'sales', '+15551230002', true) AS now_on \gset
SELECT is((SELECT (kinds, department, number, numbers_in_plain)::text FROM ivr.subscriptions WHERE subscription = :now_on), '("{call.closed,call.stuck}",sales,+15551230002,t)', 'what is wanted is noted');
SELECT is((SELECT (place).arrival FROM ivr.subscriptions WHERE subscription = :now_on), (SELECT max(arrival) FROM ivr.call_events), 'it begins where the log ends');
SELECT ivr.subscribe('https://example.com/a', :'secret', '{call.closed}', from_time => scene.at(50)) AS from_then \gset
SELECT is((SELECT (place).arrival FROM ivr.subscriptions WHERE subscription = :from_then), (SELECT arrival - 1 FROM ivr.call_events WHERE call_id = 'new'), 'or before the first event that came since then');
SELECT is((SELECT (place).version FROM ivr.subscriptions WHERE subscription = :from_then), 0::bigint, 'and before the configurations since then');

SELECT is((SELECT array_agg(encode(secret, 'escape')) FROM ivr.subscription_secrets WHERE subscription = :now_on), ARRAY['0123456789abcdef0123456789abcdef'], 'the secret is what the base64 says');
SELECT ivr.rotate_secret(:now_on, :'other') \g /dev/null
SELECT is((SELECT array_agg(nth ORDER BY nth) FROM ivr.subscription_secrets WHERE subscription = :now_on AND valid_until > clock_timestamp()), ARRAY[1, 2], 'for a day a new one is valid beside the old one');
SELECT ok((SELECT valid_until BETWEEN now() + interval '23 hours' AND now() + interval '25 hours' FROM ivr.subscription_secrets WHERE subscription = :now_on AND nth = 1), 'and no longer');
SELECT ivr.rotate_secret(:now_on, :'secret', '0') \g /dev/null
SELECT is((SELECT array_agg(nth ORDER BY nth) FROM ivr.subscription_secrets WHERE subscription = :now_on AND valid_until > clock_timestamp()), ARRAY[3], 'or at once alone');

SELECT ok(ivr.unsubscribe(:now_on) AND NOT ivr.unsubscribe(:now_on), 'it is ended once');
SELECT is((SELECT count(*) FROM ivr.subscription_secrets WHERE subscription = :now_on), 0::bigint, 'with its secrets');

SELECT ivr.subscribe('https://example.com', :'secret', '{call.closed}') FROM generate_series((SELECT count(*) FROM ivr.subscriptions WHERE ended_at IS NULL) + 1, 100) \g /dev/null
SELECT is(scene.tries('https://example.com', :'secret', '{call.closed}'), '53400', 'a hundred are enough');

SELECT * FROM finish();
ROLLBACK;
