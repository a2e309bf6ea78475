-- without_access_key.sql: the access key is taken from a redirect, and nothing else from anything.
BEGIN;
\ir lib/scene.psql
SELECT plan(9);

CREATE FUNCTION scene.redirect(url text) RETURNS text
LANGUAGE sql RETURN format('{"actions":[{"type":"redirect","url":"%s"}]}', url);
SELECT is(ivr.without_access_key(scene.redirect(url)), scene.redirect(bare), format('%s becomes %s', url, bare))
FROM (VALUES ('https://h/m?key=k', 'https://h/m'), ('https://h/m?call_id=c&step=1&key=k%20k', 'https://h/m?call_id=c&step=1'),
             ('https://h/m?call_id=c&step=1', 'https://h/m?call_id=c&step=1'), ('https://h/m', 'https://h/m'),
             ('https://h/m?monkey=k', 'https://h/m?monkey=k'), ('https://h/m?call_id=%26key=c', 'https://h/m?call_id=%26key=c')) AS v (url, bare);
SELECT is(ivr.without_access_key(scene.redirect('https://h/m?key=k')::jsonb::text)::jsonb, scene.redirect('https://h/m')::jsonb, 'as the database writes JSON too');
SELECT is(ivr.without_access_key(said), said, 'what is said is said: ' || said)
FROM unnest(ARRAY['{"actions":[{"say":{"text":"Ask for h?key=k"}}]}', '{"actions":[{"say":{"text":"\"url\": \"h?key=k\""}}]}']) AS said;

SELECT * FROM finish();
ROLLBACK;
