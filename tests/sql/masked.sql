-- masked.sql: a number without what tells whose it is.
BEGIN;
\ir lib/scene.psql
SELECT plan(23);

SELECT is(ivr.masked(number), masked, format('%L is %L', number, masked))
FROM (VALUES
    ('+15551230002', '+1555*****02'), ('+4930123456', '+493*****56'), ('15551230002', '1555*****02'), ('+1234567', '+*****67'),
    ('+1 (555) 123-0002', '+1555*****02'), ('0049 30 1234567', '0049*****67'), ('1001', '*****'), ('911', '*****'), ('alice', '*****'),
    ('sip:alice@example.com', 'sip:*****@example.com'), ('sips:+15551230002@pbx.example.com:5061;transport=tls', 'sips:*****@pbx.example.com:5061;transport=tls'),
    ('"Alice Smith" <sip:alice@example.com>', '*****@example.com>'), ('sip:al!ce@example.com', 'sip:*****@example.com'),
    ('alice@example.com', '*****@example.com'), ('tel:+15551230002', '*****'), ('{"a": 1}', '*****'),
    ('anonymous', 'anonymous'), ('Restricted', 'Restricted'), ('unknown', 'unknown'), ('', ''), (NULL, NULL),
    ('anon:0123456789abcdef', 'anon:0123456789abcdef'), ('+123456789012345', '+1234*****45')) AS known (number, masked);

SELECT * FROM finish();
ROLLBACK;
