-- parse_jsons.sql: a set of bodies, of which some are no JSON.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

SELECT is(ivr.parse_jsons(ARRAY['{"a":1}', '[2]', '"3"']::bytea[]), ARRAY['{"a":1}', '[2]', '"3"']::jsonb[], 'each body is parsed');
SELECT is(ivr.parse_jsons(ARRAY['{"a":1}'::bytea, '{"a":"\\u0000"}', '\xff', 'x', '1e200', '{"b":2}']), ARRAY['{"a":1}', NULL, NULL, NULL, NULL, '{"b":2}']::jsonb[],
          'one that jsonb refuses, or that would be too large as text, is null; the others are there, in their places');
SELECT is(ivr.parse_jsons(ARRAY[NULL, '{}'::bytea]), ARRAY[NULL, '{}']::jsonb[], 'nothing is nothing');
SELECT is(ivr.parse_jsons('{}'), '{}', 'an empty set is an empty set');
SELECT is(ivr.parse_jsons(NULL), NULL, 'and no set is none');
SELECT is(ivr.parse_jsons(ARRAY[raw]), ARRAY[ivr.parse_json(raw)], 'one alone is what ivr.parse_json() says') FROM convert_to('{"a":[1,{"b":null}]}', 'UTF8') AS raw;

SELECT * FROM finish();
ROLLBACK;
