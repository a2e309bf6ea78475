-- pseudonym.sql: the same caller has the same pseudonym, and nobody knows whose it is.
BEGIN;
\ir lib/scene.psql
SELECT plan(16);

SELECT matches(ivr.pseudonym('+15551230001'), '^anon:[0-9a-f]{16}$', 'it is anon: and 16 hex digits');
SELECT is(ivr.pseudonym(form), ivr.pseudonym('+15551230001'), format('%s is the same caller', form))
FROM unnest(ARRAY['15551230001', '0015551230001', '+1 (555) 123-0001']) AS form;
SELECT isnt(ivr.pseudonym('+15551230002'), ivr.pseudonym('+15551230001'), 'another number has another one');
SELECT is(ivr.pseudonym('SIP:Alice@example.com;transport=tls'), ivr.pseudonym('sip:alice@example.com'), 'case and parameters of an address do not matter');
SELECT isnt(ivr.pseudonym('sip:bob@example.com'), ivr.pseudonym('sip:alice@example.com'), 'another user is another caller');
SELECT is(ivr.pseudonym(word), word, format('%L stays', word))
FROM unnest(ARRAY['anonymous', 'unknown', '', 'forgotten', 'anon:0123456789abcdef']) AS word;
SELECT is(ivr.pseudonym(NULL), NULL, 'null stays null');
SELECT is(ivr.pseudonym('+15551230001'), (SELECT 'anon:' || left(encode(ivr.hmac_sha256(key, '15551230001'), 'hex'), 16) FROM ivr.pseudonym_key),
          'it is a hash under the key');
SELECT ivr.pseudonym('+15551230001') AS before \gset
UPDATE ivr.pseudonym_key SET key = sha256('another');
SELECT isnt(ivr.pseudonym('+15551230001'), :'before', 'with another key it is another one');
SELECT is(scene.refused_as(role, 'SELECT * FROM ivr.pseudonym_key'), '42501', role || ' cannot read the key')
FROM unnest(ARRAY['ivr_report']) AS role;

SELECT * FROM finish();
ROLLBACK;
