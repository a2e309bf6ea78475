-- pseudonymise.sql: callers' numbers give way to pseudonyms, everywhere, and callers stay countable. It commits; its calls
-- are of the year 2001 and are removed in the end.
\set QUIET on
SET client_min_messages = warning;
SET search_path = public, tap;
SELECT plan(22);

CREATE SCHEMA scene2;
\set scene scene2
\ir lib/one.psql
CREATE FUNCTION scene2.event(id text, event text, caller text, called text, direction text DEFAULT 'inbound', extra text DEFAULT '{}') RETURNS text
LANGUAGE sql
RETURN scene2.store_event(id, event, '2001-01-01T12:00:00Z', convert_to(format(
    '{"event":"%s","created_at":"2001-01-01T12:00:00Z","call":{"id":"%s","direction":"%s","from":"%s","to":"%s"},"data":%s}',
    event, id, direction, caller, called, extra), 'UTF8'), '2001-01-01 12:00:01Z');

SELECT scene2.event('anon in', 'call.created', '+15559990001', '+15559990002'),
       scene2.event('anon in', 'call.gathered', '15559990001', '+15559990002', extra => '{"digits":"1","callback":["tel:+1 555 999 0001"],"n":15559990001}'),
       scene2.store_answer('anon in', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, '+15559990001', '+15559990002',
                        '{"actions":[{"say":{"text":"You call from +15559990001"}}]}', 1, '2001-01-01 12:00:02Z', 1, false),
       ivr.store_enrichment('anon in', 'summary', 'completed', '{"text":"+15559990001 wants to know."}'),
       scene2.event('anon again', 'call.created', '+15559990001', '+15559990002'),
       scene2.event('anon other', 'call.created', '+15559990003', '+15559990002'),
       scene2.event('anon out', 'call.created', '+15559990002', '+15559990001', 'outbound'),
       scene2.event('anon sip', 'call.created', 'sip:alice@example.com', '+15559990002'),
       scene2.event('anon odd', 'call.created', '\u002B1555\u0039990001', '+15559990002'),
       scene2.event('anon withheld', 'call.created', 'anonymous', '+15559990002'),
       scene2.store_event('anon broken', 'call.created', '2001-01-01T12:00:00Z', convert_to('{"call":{"from":"+15559990001"},"x":"\u0000"}', 'UTF8'), '2001-01-01 12:00:01Z'),
       scene2.store_event('anon new', 'call.created', '2001-01-01T12:00:00Z', '{"call":{"from":"+15559990001"}}') \g /dev/null
SELECT scene2.store_rejected('webhook', 'signature', 'from +15559990001', 401, NULL, NULL, NULL, '{"call":{"from":"+15559990001","to":"1001"} broken', 48) AS id \gset
UPDATE ivr.rejected_requests SET received_at = '2001-01-01' WHERE rejected_id = :id;
CREATE TABLE scene2.before AS SELECT call_id, digest FROM ivr.call_events WHERE call_id LIKE 'anon %';

CALL ivr.pseudonymise('20 years', 2);

SELECT is((SELECT from_number FROM ivr.calls WHERE call_id = 'anon in'), ivr.pseudonym('+15559990001'), 'the caller has a pseudonym');
SELECT is((SELECT to_number FROM ivr.calls WHERE call_id = 'anon in'), '+15559990002', 'the number that was called stays');
SELECT is((SELECT (from_number, to_number)::text FROM ivr.calls WHERE call_id = 'anon out'), ('+15559990002', ivr.pseudonym('+15559990001'))::text,
          'of an outbound call it is the one who was called');
SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.calls WHERE from_number = ivr.pseudonym('+15559990001')),
          ARRAY['anon again', 'anon in', 'anon odd'], 'a caller who comes again can be counted, however his number was written');
SELECT isnt((SELECT from_number FROM ivr.calls WHERE call_id = 'anon other'), (SELECT from_number FROM ivr.calls WHERE call_id = 'anon in'), 'another is another');
SELECT is((SELECT from_number FROM ivr.calls WHERE call_id = 'anon sip'), ivr.pseudonym('sip:alice@example.com'), 'a SIP address has one, too');
SELECT is((SELECT from_number FROM ivr.calls WHERE call_id = 'anon withheld'), 'anonymous', 'a withheld number stays withheld');
SELECT is((SELECT from_number FROM ivr.calls WHERE call_id = 'anon new'), '+15559990001', 'what was received lately keeps its number');
SELECT is_empty($$SELECT call_id, e::text FROM ivr.call_events AS e WHERE call_id LIKE 'anon %' AND call_id NOT IN ('anon new', 'anon broken')
    AND (encode(raw, 'escape') ~ '5559990001|alice|999[ -]?0001' OR payload::text ~ '5559990001|alice|999 ?0001')$$, 'no event has the number, nor its bytes');
SELECT is_empty($$SELECT * FROM ivr.answers WHERE call_id LIKE 'anon %' AND (from_number, to_number, response)::text ~ '5559990001'$$, 'nor any answer');
SELECT is_empty($$SELECT * FROM ivr.enrichments WHERE call_id LIKE 'anon %' AND content::text ~ '5559990001'$$, 'nor what the AI said');
SELECT set_eq($$SELECT call_id, digest FROM ivr.call_events WHERE call_id LIKE 'anon %'$$, 'TABLE scene2.before', 'digests stay');
SELECT is(scene2.event('anon in', 'call.created', '+15559990001', '+15559990002'), 'duplicate', 'so an event that comes again is still known');
SELECT is((SELECT payload #>> '{data,digits}' FROM ivr.call_events WHERE call_id = 'anon in' AND event = 'call.gathered'), '1', 'other things stay as they are');
SELECT ok((SELECT bool_and(payload = ivr.parse_json(raw)) FROM ivr.call_events WHERE call_id LIKE 'anon %' AND payload IS NOT NULL), 'the bytes still say what the payload says');
SELECT is((SELECT encode(raw, 'escape') ~ '5559990001' OR detail ~ '5559990001' FROM ivr.rejected_requests WHERE rejected_id = :id), false,
          'nor has a rejected request');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');
SELECT is(ivr.pseudonymise_calls(ARRAY['anon in', 'anon out', 'anon sip']), 0::bigint, 'a second time there is nothing to do');
SELECT is(ivr.pseudonymise_rejected('20 years'), 0::bigint, 'nor in rejected requests');
SELECT is(ivr.numbers_of_person('anon new'), ARRAY['+15559990001'], 'the numbers of the person are those of the other end');

UPDATE ivr.history_settings SET pseudonymise_after = NULL;
CALL ivr.pseudonymise();
SELECT is((SELECT from_number FROM ivr.calls WHERE call_id = 'anon new'), '+15559990001', 'without an age nothing is changed');
UPDATE ivr.history_settings SET pseudonymise_after = DEFAULT;

-- The timer
SELECT scene2.store_event('anon timer', 'call.created', '2001-01-01T12:00:00Z', '{}', now() - interval '7 hours') \g /dev/null
UPDATE ivr.history_settings SET purge_after = '100 years';
CALL ivr.housekeep();
SELECT is((SELECT (inferred, current_step)::text FROM ivr.calls WHERE call_id = 'anon timer'), '(t,unknown)', 'housekeep does all of it by the settings');
UPDATE ivr.history_settings SET purge_after = DEFAULT;

SELECT ivr.purge_calls(ARRAY(SELECT call_id FROM ivr.calls WHERE call_id LIKE 'anon %')) \g /dev/null
DELETE FROM ivr.rejected_requests WHERE rejected_id = :id;
SET client_min_messages = error;
DROP SCHEMA scene2 CASCADE;
SELECT * FROM finish();
