-- forget.sql: one person is erased, and no trace of the number is left anywhere in the schema.
BEGIN;
\ir lib/scene.psql
SELECT plan(22);

-- Where in the schema some text stands: every column of every table that can hold it, bytes included.
CREATE FUNCTION scene.traces(pattern text) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    col   record;
    found bigint;
BEGIN
    FOR col IN
        SELECT c.oid::regclass AS of_table, a.attname AS name, a.atttypid = 'bytea'::regtype AS bytes
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
          AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
        EXECUTE format('SELECT count(*) FROM %s WHERE %s ~* $1', col.of_table,
                       format(CASE WHEN col.bytes THEN 'encode(%I, ''escape'')' ELSE '%I::text' END, col.name))
        INTO found USING pattern;
        IF found > 0 THEN
            RETURN NEXT format('%s.%s: %s', col.of_table, col.name, found);
        END IF;
    END LOOP;
END;
$$;
CREATE FUNCTION scene.told(id text, caller text, called text, direction text DEFAULT 'inbound', extra text DEFAULT '{}', event text DEFAULT 'call.created') RETURNS text
LANGUAGE sql
RETURN scene.store_event(id, event, scene.stamp(0), convert_to(format(
    '{"event":"%s","created_at":"%s","call":{"id":"%s","direction":"%s","from":"%s","to":"%s"},"variables":%s,"data":{}}',
    event, scene.stamp(0), id, direction, caller, called, extra), 'UTF8'), scene.at(1));

SELECT scene.told('his', '+15559990001', '+15551230002'),
       scene.answer('his', 1, NULL, 'menu', 2),
       ivr.store_enrichment('his', 'transcription', 'completed', '{"text": "My number is 1 555 999 0001."}'),
       scene.told('his twice', '15559990001', '+15551230002'), scene.told('his twice', '15559990001', '+15551230002'),
       scene.told('to him', '+15551230002', '+15559990001', 'outbound'),
       scene.told('his escaped', '\u002b\u0031\u0035559990001', '+15551230002'),
       scene.told('his old', '+15559990001', '+15551230002'),
       scene.told('another', '+15559990003', '+15551230002'),
       scene.told('about him', '+15559990003', '+15551230002', extra => '{"callback":"+15559990001","+15559990001":"(555) 0001","odd":"\u002B1555\u0039990001","n":15559990001}'),
       scene.answer('about him', 1, NULL, 'menu', 2),
       ivr.store_enrichment('another', 'summary', 'completed', '{"text": "asked about +1 555 999-0001"}'),
       scene.store_event('broken', 'call.created', scene.stamp(0), convert_to('{"call":{"from":"+15559990001"},"x":"\u0000"}', 'UTF8')),
       scene.store_answer('answered', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, '+15559990001', '+15551230002',
                        '{"actions":[]}', 1, scene.at(1), 1, false),
       scene.store_answer(NULL, 1, NULL, 'answer', 'main', '15559990001', NULL, NULL, 0, 'menu', NULL, NULL, NULL, '+15559990003', NULL,
                        '{"actions":[]}', 1, scene.at(1), 1, false),
       scene.store_rejected('webhook', 'signature', NULL, 401, NULL, NULL, NULL, '\x00ff2b3135353539393930303031fe', 14),
       scene.store_rejected('webhook', 'signature', NULL, 401, NULL, NULL, NULL, convert_to('{"call":{"from":"\u002b15559990001"}}', 'UTF8'), 37),
       scene.store_rejected('answer', 'access key', 'from=%2B15559990001', 403, NULL, NULL, NULL, '', 0),
       scene.store_rejected('webhook', 'signature', 'kept', 401, NULL, NULL, NULL, '+15559990003', 12),
       ivr.pseudonymise_calls(ARRAY['his old']) \g /dev/null
INSERT INTO ivr.callers (number, name) VALUES ('+15559990001', 'Hieronymus'), ('+15559990003', 'Her');

SELECT cmp_ok((SELECT count(*) FROM scene.traces('5559990001')), '>=', 8::bigint, 'his number is all over the place');
CREATE TABLE scene.told AS SELECT * FROM ivr.forget('+1 (555) 999-0001');
SELECT is_empty($$SELECT * FROM scene.traces('5559990001')$$, 'forgotten, it is nowhere');
SELECT is_empty($$SELECT * FROM scene.traces('5[ ./()-]*5[ ./()-]*5[ ./()-]*9[ ./()-]*9[ ./()-]*9[ ./()-]*0[ ./()-]*0[ ./()-]*0[ ./()-]*1')$$, 'nor in parts');
SELECT is_empty(format($$SELECT * FROM scene.traces(%L)$$, ivr.pseudonym('+15559990001')), 'nor is his pseudonym');
SELECT is_empty($$SELECT * FROM scene.traces('u002b|u0039|Hieronymus')$$, 'nor another way to write it, nor his name');
SELECT set_eq('SELECT call_id FROM ivr.calls', ARRAY['another', 'about him', 'broken'], 'calls from and to him are gone, pseudonymised ones too');
SELECT is((SELECT (from_number, to_number)::text FROM ivr.calls WHERE call_id = 'about him'), '(+15559990003,+15551230002)', 'calls of others that mention him are not');
SELECT is((SELECT payload -> 'variables' FROM ivr.call_events WHERE call_id = 'about him'),
          '{"callback": "forgotten", "forgotten": "(555) 0001", "odd": "forgotten", "n": "forgotten"}', 'there he is forgotten');
SELECT ok((SELECT bool_and(payload = ivr.parse_json(raw)) FROM ivr.call_events WHERE payload IS NOT NULL), 'the bytes say what the payload says');
SELECT is((SELECT convert_from(raw, 'UTF8') FROM ivr.call_events WHERE call_id = 'broken'), '{"call":{"from":"forgotten"},"x":"\u0000"}', 'bytes that are no jsonb, too');
SELECT is((SELECT content ->> 'text' FROM ivr.enrichments WHERE call_id = 'another'), 'asked about forgotten', 'what the AI said of others does not mention him');
SELECT is((SELECT array_agg(detail) FROM ivr.rejected_requests), ARRAY['kept'], 'rejected requests with his number are gone, others are not');
SELECT is((SELECT array_agg(number) FROM ivr.callers), ARRAY['+15559990003'], 'he is no known caller any more');
SELECT is((SELECT jsonb_object_agg(what, how_many) FROM scene.told),
          '{"calls removed": 6, "other calls that mentioned it": 3, "answers without a call removed": 1, "rejected requests removed": 3, "traces removed": 0,
            "known callers removed": 1, "configurations that mentioned it": 0}', 'it tells what it did');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');
SELECT is((SELECT sum(how_many) FROM ivr.forget('+15559990001')), 0::numeric, 'a second time there is nothing to do');

SELECT scene.told('sip', 'sip:Alice@example.com;transport=tls', '+15551230002') \g /dev/null
SELECT is((SELECT how_many FROM ivr.forget('sip:alice@example.com') LIMIT 1), 1::bigint, 'a SIP address is forgotten, too');
SELECT scene.told('short', '1001', '+15551230002'), scene.press('another', '1001', 5) \g /dev/null
SELECT is((SELECT how_many FROM ivr.forget('1001') LIMIT 1), 1::bigint, 'and a short number');

SELECT is(scene.refused(format('SELECT * FROM ivr.forget(%L)', number)), '22023', format('%L cannot be forgotten: %s', number, why))
FROM (VALUES ((SELECT destination FROM ivr.departments WHERE department = 'sales'), 'a department of one''s own'), ('+1 555 123 0002', 'the number that is called'),
             ('anonymous', 'nobody'), (NULL, 'nobody')) AS own (number, why);

SELECT * FROM finish();
ROLLBACK;
