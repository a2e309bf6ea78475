-- number_pattern.sql: a number is found however it is written, and nothing else is; and what is put in its place.
BEGIN;
\ir lib/scene.psql
SELECT plan(38);

SELECT is(regexp_replace(words, ivr.number_pattern(number), 'X', 'gi'), replaced, format('%s in %s', number, words))
FROM (VALUES
    ('+15551230001', '+15551230001', 'X'), ('+15551230001', 'a 15551230001 b', 'a X b'), ('+15551230001', '0015551230001', 'X'),
    ('+15551230001', '%2B15551230001', 'X'), ('+15551230001', '\u002B15551230001', 'X'), ('+15551230001', '\\u002b15551230001', 'X'),
    ('+15551230001', '+1 555 123-00 01', 'X'), ('15551230001', '+15551230001', 'X'), ('+1 (555) 123-0001', '+15551230001', 'X'),
    ('+15551230001', '+155512300012', '+155512300012'), ('+15551230001', '+915551230001', '+915551230001'), ('+15551230001', '+15551230002', '+15551230002'),
    ('sip:alice@example.com', 'to sip:alice@example.com.', 'to X.'), ('sip:alice@example.com', 'SIPS:Alice@Example.com;transport=tls', 'X'),
    ('sip:alice@example.com', 'alice%40example.com', 'X'), ('sip:alice@example.com', 'sip:malice@example.com', 'sip:malice@example.com'),
    ('sip:alice@example.com', 'sip:alice@examplexcom', 'sip:alice@examplexcom'), ('sip:a+b@example.com', 'sip:a+b@example.com', 'X'),
    ('1001', '1001', 'X'), ('1001', '{"from": "1001"}', '{"from": "X"}'), ('1001', 'waited 1001 ms', 'waited 1001 ms'),
    ('alice', '"alice"', '"X"'), ('alice', 'malice', 'malice'), ('a.c', '"abc"', '"abc"')) AS known (number, words, replaced);

SELECT is(ivr.json_without(document, ivr.number_pattern('+15551230001'), 'X'), replaced, document::text)
FROM (VALUES
    ('{"from": "+15551230001", "+15551230001": [15551230001, "a +15551230001", 7, null, {"x": "15551230001"}]}'::jsonb,
     '{"from": "X", "X": ["X", "a X", 7, null, {"x": "X"}]}'::jsonb),
    ('{"text": "it is: 15551230001, yes"}', '{"text": "it is: X, yes"}'), ('"+15551230001"', '"X"'), ('{}', '{}'), ('[]', '[]')) AS known (document, replaced);
SELECT is(ivr.json_without('{"from": "1001", "ms": 1001, "words": "1001 ms"}', ivr.number_pattern('1001'), 'X'),
          '{"from": "X", "ms": "X", "words": "1001 ms"}', 'a short number is replaced where it is the whole value');
SELECT is(ivr.json_without(NULL, 'x', 'X'), NULL, 'no document is none');

SELECT is(ivr.raw_without(raw, number, 'X'), replaced, what)
FROM (VALUES
    ('{"from":"+15551230001"}'::bytea, '+15551230001', '{"from":"X"}'::bytea, 'bytes of JSON'),
    ('\x00ff2b3135353531323330303031fe', '+15551230001', '\x00ff58fe', 'bytes of anything'),
    (convert_to('{"from":"sip:jörg@example.com","x":"a\\b"}', 'UTF8'), 'sip:jörg@example.com', convert_to('{"from":"X","x":"a\\b"}', 'UTF8'), 'an address beyond ASCII'),
    (convert_to('{"from":"\u002B15551230001"}', 'UTF8'), '+15551230001', '{"from":"X"}', 'an escaped plus sign'),
    ('\x5c00', '+15551230001', '\x5c00', 'backslashes stay'),
    ('', '+15551230001', '', 'no bytes are none'),
    (NULL, '+15551230001', NULL, 'null is null')) AS known (raw, number, replaced, what);

SELECT * FROM finish();
ROLLBACK;
