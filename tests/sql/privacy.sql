-- privacy.sql: the read-only role never sees a plain number, wherever it looks; the application sees nothing at all.
BEGIN;
\ir lib/scene.psql
SELECT plan(12);

-- A number that is nowhere else, in every place where one can come in.
SELECT scene.store_event('c1', e, scene.stamp(n), convert_to(format(
           '{"event":"%s","created_at":"%s","call":{"id":"c1","direction":"inbound","from":"+15559990001","to":"+15559990002","status":"in_progress"},"variables":{"callback":"+15559990001","+15559990001":1},"data":{"digits":"1","text":"from 15559990001","n":15559990001}}',
           e, scene.stamp(n)), 'UTF8'), scene.at(n + 40))
FROM unnest(ARRAY['call.created', 'call.answered', 'call.gathered', 'call.failed', 'recording.completed']) WITH ORDINALITY AS t (e, n) \g /dev/null
SELECT scene.store_answer('c1', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, '+15559990001', '+15559990002',
                        '{"actions":[{"gather":{"prompt":"Press 1."}},{"type":"redirect","url":"https://example.com/?from=%2B15559990001"}]}', 1, scene.at(2), 900, false),
       scene.store_answer('c1', 2, 1, 'route-menu', 'main', '1', 'stored', NULL, 0, 'transfer', NULL, 'sales', '+15559990003', '+15559990001', NULL,
                        '{"actions":[{"type":"transfer","destination":"+15559990003"}]}', 1, scene.at(4), 900, false),
       scene.store_answer('c2', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, '+15559990001', '+15559990002',
                        '{"actions":[]}', NULL, now() - interval '10 minutes', 900, false),
       scene.store_answer('c3', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'fallback', 'no input', 'operator', '+15559990003', '+15559990001', NULL,
                        '{"actions":[]}', NULL, clock_timestamp(), 900, false),
       scene.store_answer('c4', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, 'sip:alice999@example.com', '+15559990002',
                        '{"actions":[]}', 1, clock_timestamp(), 900, false),
       scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'unavailable', NULL, NULL, NULL, '+15559990001', '+15559990002',
                        '{"actions":[]}', 1, clock_timestamp(), 900, false),
       ivr.store_enrichment('c1', 'summary', 'completed', '{"text": "+15559990001 called"}'),
       scene.store_event('c1', 'call.odd', NULL, '\x00'),
       scene.store_rejected('webhook', 'signature', 'from +15559990001', 401, '192.0.2.1', NULL, NULL, '{"call":{"from":"+15559990001"}}', 32) \g /dev/null
SELECT scene.store_event('c1', 'call.odd', NULL, '\x00') \g /dev/null
-- And where nobody would put one: in names, states, reasons and digits, behind and before all kinds of characters.
SELECT scene.store_event('odd', e, scene.stamp(n), convert_to(jsonb_build_object(
           'event', e, 'created_at', scene.stamp(n), 'call', jsonb_build_object('id', 'odd', 'direction', e, 'status', 'busy_15559990001', 'from', e, 'to', e),
           'data', jsonb_build_object('digits', e, 'reason', 'x.15559990001', 'n', 15559990001.0))::text, 'UTF8'), scene.at(n + 40 * (n % 2)))
FROM unnest(ARRAY['x.15559990001', 'call.+15559990001', 'call_15559990001', 'call-15559990001', 'x15559990001', '15559990001x', 'x.1555.999.0001', 'x 1 555 9990001',
                  'v1.15559990001', '+1555 999 0001', '*15559990001', 'recording.15559990001', 'T121000.15559990001']) WITH ORDINALITY AS t (e, n) \g /dev/null
SELECT scene.store_event('odd', 'x.15559990001', NULL, '\x00'), scene.store_event('odd', 'x_15559990001', NULL, '{}'), scene.store_event('odd', 'x_15559990001', NULL, '{}'),
       scene.store_event('odd', 'call.gathered', scene.stamp(20), scene.body('odd', 'call.gathered', 20, '{"digits": "*15559990001#"}'), now()),
       scene.store_event('odd now', 'call.gathered', scene.stamp(20), scene.body('odd now', 'call.gathered', 20, '{"digits": "*1555*9990001"}'), now()),
       scene.store_answer('odd', 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', 'x.15559990001', NULL, NULL, 'al!ce999@example.com', '"alice999" <sip:x@example.com>',
                        '{"actions":[{"say":{"text":"x.15559990001"}}]}', 1, scene.at(2), 900, false),
       scene.store_answer('odd', 2, 1, 'route-menu', 'main', '*15559990001#', 'stored', NULL, 0, 'fallback', 'x.15559990001', 'sales', 'sip:al!ce999@example.com', NULL, NULL,
                        '{"actions":[]}', 1, scene.at(4), 900, false),
       ivr.store_enrichment('odd', 'summary', 'x.15559990001', '{"text": "x.15559990001 or *15559990001"}'),
       scene.store_rejected('webhook', 'signature', 'x.15559990001', 401, '192.0.2.1', NULL, NULL, '{}', 2) \g /dev/null
INSERT INTO ivr.callers (number, name) VALUES ('+15559990001', 'Somebody');
INSERT INTO ivr.numbers (number, menu) VALUES ('+15559990002', 'main');
UPDATE ivr.departments SET destination = '+15559990003' WHERE department = 'sales';
INSERT INTO ivr.extensions (extension, destination) VALUES ('4711', '+15559990004');

-- What of it a role can read, in every table and view that it may read, in every column.
CREATE FUNCTION scene.found_by(role name, pattern text) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    readable record;
    n        bigint;
BEGIN
    FOR readable IN
        SELECT oid::regclass AS relation FROM pg_class
        WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND has_any_column_privilege(role, oid, 'SELECT')
    LOOP
        EXECUTE format('SET LOCAL ROLE %I', role);
        EXECUTE format('SELECT count(*) FROM %s AS r WHERE r::text ~* $1', readable.relation) INTO n USING pattern;
        RESET ROLE;
        IF n > 0 THEN
            RETURN NEXT readable.relation::text;
        END IF;
    END LOOP;
END;
$$;

CREATE ROLE scene_boss IN ROLE ivr_privileged;
SELECT cmp_ok((SELECT count(*) FROM scene.found_by('scene_boss', '999000|alice999')), '>', 0::bigint, 'the privileged find the numbers in the views');
SELECT is_empty($$SELECT * FROM scene.found_by('ivr_report', '9990001')$$, 'ivr_report finds the caller in none');
SELECT is_empty($$SELECT * FROM scene.found_by('ivr_report', '999000|alice999')$$, 'nor the called number, nor where the call was sent, nor a SIP user');
SELECT is_empty($$SELECT * FROM scene.found_by('ivr_report', '5[^0-9]{0,2}5[^0-9]{0,2}5[^0-9]{0,2}9[^0-9]{0,2}9[^0-9]{0,2}9[^0-9]{0,2}0[^0-9]{0,2}0[^0-9]{0,2}0[^0-9]{0,2}1')$$,
                'nor the caller in parts');
SELECT is_empty($$SELECT * FROM scene.found_by('ivr_report', encode('+15559990001', 'hex'))$$, 'nor bytes that hold it');
SELECT cmp_ok((SELECT count(*) FROM scene.found_by('ivr_report', '\+1555\*\*\*\*\*01')), '>', 0::bigint, 'but masked it does');

SELECT is((SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind <> 'v'
             AND relkind IN ('r', 'p', 'm', 'f') AND has_any_column_privilege('ivr_report', oid, 'SELECT')), NULL,
          'ivr_report may read no table, only views');
SELECT is((SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'
             AND NOT has_table_privilege('ivr_report', oid, 'SELECT')), NULL, 'and every view');
SELECT is((SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
             AND (CASE relkind WHEN 'S' THEN has_sequence_privilege('ivr_app', oid, 'USAGE, SELECT, UPDATE')
                               ELSE has_any_column_privilege('ivr_app', oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                                 OR has_table_privilege('ivr_app', oid, 'DELETE, TRUNCATE, TRIGGER') END)), NULL,
          'ivr_app may read and write no table, view or sequence');
SELECT is((SELECT array_agg(oid::regprocedure::text) FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND prokind = 'p'
             AND (has_function_privilege('ivr_app', oid, 'EXECUTE') OR has_function_privilege('ivr_report', oid, 'EXECUTE'))), NULL,
          'no procedure is for either of them');
SELECT is(scene.refused_as('scene_boss', 'SELECT FROM ivr.calls'), '42501', 'the privileged read views, too');
SELECT is(scene.refused_as('scene_boss', 'SELECT FROM ivr.pseudonym_key'), '42501', 'and not the key of pseudonyms');

SELECT * FROM finish();
ROLLBACK;
