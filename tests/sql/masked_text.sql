-- masked_text.sql: numbers and SIP users within words.
BEGIN;
\ir lib/scene.psql
SELECT plan(35);

SELECT is(ivr.masked_text(words), masked, format('%L', left(words, 60)))
FROM (VALUES
    ('call from +15551230100 to +15551230002', 'call from +1555*****00 to +1555*****02'),
    ('sent to sales at sip:alice@pbx.example.com', 'sent to sales at sip:*****@pbx.example.com'),
    ('https://example.com/x?from=%2B15551230002&to=sip%3Aalice%40example.com', 'https://example.com/x?from=%2B1555*****02&to=sip%3A*****%40example.com'),
    ('call +1 555 123 0002, twice', 'call +1*****02, twice'),
    ('(555) 123-0002 or 555.123.0002', '*****02 or *****02'),
    ('15551230002', '1555*****02'), ('tel:15551230002', 'tel:1555*****02'), ('"15551230002"', '"1555*****02"'),
    ('write to bob.smith@example.org', 'write to *****@example.org'),
    ('sip:bob:secret@192.0.2.1', 'sip:*****@192.0.2.1'),
    ('+15551230001+15551230002', '+1555*****01+1555*****02'),
    ('x.15551230002', 'x.1555*****02'), ('call.+15551230002', 'call.+1555*****02'), ('v1.15551230002.ended', 'v1.1555*****02.ended'),
    ('*15551230002#', '*1555*****02#'), ('tel%3A15551230002', 'tel%3A1555*****02'), ('+1555.123.0002', '+1555*****02'), ('+4930 123456', '+4930*****56'),
    ('T121000.15551230002', 'T121000.1555*****02'), ('al!ce@example.com', '*****@example.com'),
    -- what is no number stays
    ('call.call_20260529T121000.123456789', 'call.call_20260529T121000.123456789'), ('2026-05-29T12:10:00.123456789Z', '2026-05-29T12:10:00.123456789Z'),
    ('score: 0.87345123', 'score: 0.87345123'), ('cust_1234567890', 'cust_1234567890'),
    ('call_20260529T120000.123456789', 'call_20260529T120000.123456789'), ('2026-05-29T12:10:00Z', '2026-05-29T12:10:00Z'),
    ('2026-05-29 12:10:00+00', '2026-05-29 12:10:00+00'), ('Press 1 for sales or 2 for support.', 'Press 1 for sales or 2 for support.'),
    ('anon:1234567890123456', 'anon:1234567890123456'), ('c1f7a0b2-1234-4aaa-8bbb-123456789012', 'c1f7a0b2-1234-4aaa-8bbb-123456789012'),
    ('waited 1500 ms', 'waited 1500 ms'), ('', ''), (NULL, NULL)) AS known (words, masked);

SELECT is(ivr.masked_text('said: "It is 1 5 5 5 1 2 3 0 0 0 1. Right?"'), 'said: "It is *****. Right?"', 'a number that is read back');
SELECT is(ivr.masked_text('Press 1 2 3 or 4'), 'Press 1 2 3 or 4', 'a few digits are no number');

SELECT * FROM finish();
ROLLBACK;
