-- parse_json.sql: bytes become jsonb or null, never an error.
BEGIN;
\ir lib/scene.psql
SELECT plan(23);

CREATE FUNCTION scene.parsed(body text) RETURNS jsonb
LANGUAGE sql RETURN ivr.parse_json(convert_to(body, 'UTF8'));

SELECT is(scene.parsed('{"a": [1, "x", null]}'), '{"a": [1, "x", null]}', 'an object is parsed');
SELECT is(scene.parsed('"word"'), '"word"', 'a scalar is parsed');
SELECT is(scene.parsed('{"a": "ż"}') ->> 'a', 'ż', 'UTF-8 is kept');
SELECT is(scene.parsed('{"a": "\ud83d\ude00"}') ->> 'a', '😀', 'a surrogate pair is one character');
SELECT is(ivr.parse_json(NULL), NULL, 'no bytes are null');
SELECT is(scene.parsed(''), NULL, 'an empty body is null');
SELECT is(scene.parsed('hello'), NULL, 'what is no JSON is null');
SELECT is(scene.parsed('{"a": 1'), NULL, 'a cut body is null');
SELECT is(scene.parsed('{"a": 1} x'), NULL, 'bytes after the end are null');
SELECT is(scene.parsed('{"a": "\u0000"}'), NULL, 'an escaped NUL is null');
SELECT is(ivr.parse_json('\x7b2261223a2200227d'), NULL, 'a NUL byte is null');
SELECT is(scene.parsed('{"a": "\ud83d"}'), NULL, 'a lone high surrogate is null');
SELECT is(scene.parsed('{"a": "\ude00"}'), NULL, 'a lone low surrogate is null');
SELECT is(scene.parsed('{"a": NaN}'), NULL, 'NaN is null');
SELECT is(ivr.parse_json('\x7b2261223a22ff227d'), NULL, 'broken UTF-8 is null');
SELECT is(scene.parsed(repeat('[', 100000) || repeat(']', 100000)), NULL, 'what is nested too deep is null');
SELECT is(scene.parsed('{"a": 1e999999}'), NULL, 'a number that does not fit is null');
SELECT ok(scene.parsed('{"data": {"x": 1e100000}}') IS NULL, 'a number of a hundred thousand digits is null');
SELECT ok(scene.parsed('{"data": [0, {"x": -1e-16000}]}') IS NULL, 'a number of sixteen thousand decimals is null');
SELECT is(scene.parsed('{"x": 1e30}') ->> 'x', '1000000000000000000000000000000', 'a large number is kept');
SELECT is(scene.parsed('{"x": -1.5E-10}') ->> 'x', '-0.00000000015', 'a small number is kept');
SELECT is(scene.parsed('{"x": 0e-999, "y": 1}') ->> 'y', '1', 'a nought is kept however it is written');
SELECT is(scene.parsed('{"id": "3f2e1234-5e100000"}') ->> 'id', '3f2e1234-5e100000',
          'a string that looks like a huge number is kept');

SELECT * FROM finish();
ROLLBACK;
