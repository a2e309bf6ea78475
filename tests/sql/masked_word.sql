-- masked_word.sql: no phone number stays in an event name or in what was pressed, wherever in it.
BEGIN;
\ir lib/scene.psql
SELECT plan(22);

SELECT is(ivr.masked_word(word), masked, format('%L', word))
FROM (VALUES
    ('call.created', 'call.created'), ('ai.summary.v2.ready', 'ai.summary.v2.ready'), ('1', '1'), ('123456', '123456'), ('*#', '*#'), ('', ''), (NULL, NULL),
    ('x.15551230002', 'x.1555*****02'), ('call.+15551230002', 'call.+1555*****02'), ('call_15551230002', 'call_*****'), ('x15551230002', 'x*****'),
    ('15551230002x', '*****x'), ('x-15551230002', 'x-*****'), ('x.1555.123.0002', 'x.*****'), ('1 5 5 5 1 2 3 0 0 0 2', '*****'),
    ('T121000.123456789', 'T*****'), ('sip:alice@example.com', 'sip:*****@example.com'), ('15551230002', '1555*****02'), ('*15551230002#', '*1555*****02#'),
    ('1555*123*0002', '*****'), ('1234567', '*****67')) AS known (word, masked);
SELECT ok(pg_has_role('ivr_privileged', 'USAGE') AND ivr.shown_word('x15551230002') = 'x15551230002', 'the privileged see it as it is');

SELECT * FROM finish();
ROLLBACK;
