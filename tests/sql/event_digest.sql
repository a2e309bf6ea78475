-- event_digest.sql: what makes two deliveries the same event.
BEGIN;
\ir lib/scene.psql
SELECT plan(21);

CREATE FUNCTION scene.digest_of(body text, call_id text DEFAULT 'c1', event text DEFAULT 'call.gathered',
                                created_at text DEFAULT '2026-05-29T12:00:05Z') RETURNS bytea
LANGUAGE sql
RETURN ivr.event_digest(call_id, event, created_at, ivr.parse_json(convert_to(body, 'UTF8')), convert_to(body, 'UTF8'));

SELECT is(length(scene.digest_of('{"data":{"digits":"1"}}')), 32, 'it is a SHA-256');
SELECT is(scene.digest_of('{"data":{"digits":"1"}}'), scene.digest_of(e' {\n "data" : { "digits" : "1" } }\n'),
          'white space does not matter');
SELECT is(scene.digest_of('{"data":{"a":1,"b":2}}'), scene.digest_of('{"data":{"b":2,"a":1}}'),
          'the order of keys does not matter');
SELECT is(scene.digest_of('{"data":{"digits":"1"}}'), scene.digest_of('{"data":{"digits":"\u0031"}}'),
          'how a character is written does not matter');
SELECT is(scene.digest_of('{"data":{"digits":"1"}}'),
          scene.digest_of('{"data":{"digits":"1"},"attempt":2,"call":{"status":"completed"},"variables":{"x":"y"}}'),
          'fields outside data do not matter');
SELECT is(scene.digest_of('{}'), scene.digest_of('{"data":null}'), 'absent data is null data');
SELECT isnt(scene.digest_of('{"data":{"digits":"1"}}'), scene.digest_of('{"data":{"digits":"2"}}'),
            'other data is another event');
SELECT isnt(scene.digest_of('{"data":{"digits":"1"}}'), scene.digest_of('{"data":{"digits":1}}'),
            'a number is other data than its text');
SELECT isnt(scene.digest_of('{"data":{"list":[1,2]}}'), scene.digest_of('{"data":{"list":[2,1]}}'),
            'the order of a list matters');
SELECT isnt(scene.digest_of('{"data":{}}'), scene.digest_of('{"data":{}}', call_id => 'c2'),
            'another call is another event');
SELECT isnt(scene.digest_of('{"data":{}}'), scene.digest_of('{"data":{}}', event => 'call.created'),
            'another name is another event');
SELECT isnt(scene.digest_of('{"data":{}}'), scene.digest_of('{"data":{}}', created_at => '2026-05-29T12:00:06Z'),
            'another created_at is another event');
SELECT isnt(scene.digest_of('{}', call_id => 'a', event => 'b,c'), scene.digest_of('{}', call_id => 'a,b', event => 'c'),
            'call id and name do not run into each other');
SELECT isnt(scene.digest_of('{}', call_id => 'a"', event => 'c'), scene.digest_of('{}', call_id => 'a', event => '"c'),
            'quotes in call id and name do not either');
SELECT is(scene.digest_of('{"data":{}}', created_at => NULL), sha256('{"data":{}}'),
          'without created_at the whole body is digested');
SELECT isnt(scene.digest_of('{"data":{}}', created_at => NULL), scene.digest_of('{"data":{} }', created_at => NULL),
            'without created_at any other byte is another event');
SELECT is(scene.digest_of('{"data":"\u0000"}'), sha256(convert_to('{"data":"\u0000"}', 'UTF8')),
          'a body that jsonb refuses is digested whole');
SELECT isnt(scene.digest_of('{"data":"\u0000"}'), scene.digest_of('{"data": "\u0000"}'),
            'of such a body any other byte is another event');
SELECT is(scene.digest_of('{"data":{}}', created_at => 'yesterday'), scene.digest_of('{"data": {}}', created_at => 'yesterday'),
          'a created_at that is no time counts as its text');
SELECT is(ivr.event_digest('c', 'e', 't', '5', '5'), ivr.event_digest('c', 'e', 't', '[]', '[]'),
          'a body that is no object has no data');

SELECT is((SELECT provolatile::text FROM pg_proc WHERE oid = 'ivr.event_digest'::regproc), 's', 'it is stable, as what it is made of: only so it costs no call of a function');

SELECT * FROM finish();
ROLLBACK;
