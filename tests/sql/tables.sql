-- tables.sql: what the tables take and what they refuse, and that everything in the schema says what it is for.
BEGIN;
\ir lib/scene.psql
SELECT plan(168);

-- What each constraint refuses. Which ones have been tried is remembered, so that none is forgotten.

CREATE TABLE scene.tried (refused_by text);
CREATE FUNCTION scene.refuses(refused_by text, statement text, what text) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO scene.tried VALUES (refused_by);
    RETURN is(scene.refused(statement), refused_by, what);
END;
$$;
CREATE FUNCTION scene.takes(statement text, what text) RETURNS text
LANGUAGE sql RETURN is(scene.refused(statement), NULL, what);

-- departments

SELECT scene.refuses('departments_pkey', $$INSERT INTO ivr.departments VALUES ('sales', '+15551230011')$$, 'a department is there once');
SELECT CASE WHEN ok THEN scene.takes(statement, format('a department may be called %s', to_json(name)))
            ELSE scene.refuses('departments_name_is_simple', statement, format('a department cannot be called %s', to_json(name))) END
FROM (VALUES (true, 'a'), (true, '9'), (true, 'a-b_9'), (true, repeat('a', 63)),
             (false, ''), (false, 'A'), (false, '_a'), (false, 'a b'), (false, repeat('a', 64)), (false, e'a\n'), (false, 'ż')) AS v (ok, name),
     format('INSERT INTO ivr.departments VALUES (%L, ''+15551230011'')', name) AS statement;
SELECT CASE WHEN ok THEN scene.takes(statement, format('%s can be dialled', to_json(destination)))
            ELSE scene.refuses('departments_destination_is_e164_or_sip', statement, format('%s cannot be dialled', to_json(destination))) END
FROM (VALUES (true, '+1555123'), (true, '+123456789012345'), (true, 'sip:sales@example.com'), (true, 'sips:sales@example.com'),
             (true, 'sip:1001@192.0.2.1:5060'), (true, 'sip:1001@[2001:db8::1]'), (true, 'sip:a@example.com;transport=tls'),
             (false, ''), (false, '15551230011'), (false, '+0555123001'), (false, '+155512'), (false, '+1234567890123456'),
             (false, '+1 555 123 0011'), (false, 'sip:'), (false, 'sip:example.com'), (false, 'sip:@example.com'), (false, 'sip:a@'),
             (false, 'sip:a b@example.com'), (false, 'sip:a"b@example.com'), (false, 'tel:+15551230011'),
             (false, 'https://example.com'), (false, e'+15551230011\n'), (false, e'sip:a@example.com\n'), (false, 'sip:a@b@c')) AS v (ok, destination),
     format('INSERT INTO ivr.departments VALUES (''new'', %L)', destination) AS statement;

-- menus

CREATE FUNCTION scene.menu(col text, val text) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.menus SELECT (jsonb_populate_record(m, %L)).* FROM ivr.menus AS m WHERE menu = ''main''',
                           '{"menu": "new"}'::jsonb || jsonb_build_object(col, val));
SELECT scene.refuses('menus_pkey', scene.menu('menu', 'main'), 'a menu is there once');
SELECT scene.takes(scene.menu(col, val), format('%s may be %s', col, coalesce(to_json(left(val, 30))::text, 'null')))
FROM (VALUES ('menu', 'night'), ('endpoint', 'route-menu'), ('endpoint', 'department'), ('prompt', repeat('x', 600)), ('num_digits', '1'),
             ('num_digits', '20'), ('timeout_seconds', '1'), ('timeout_seconds', '30'), ('finish_on_key', NULL), ('finish_on_key', '*'),
             ('finish_on_key', 'D'), ('no_input_limit', '0'), ('no_input_limit', '9'), ('invalid_limit', '0'), ('invalid_limit', '9')) AS v (col, val);
SELECT scene.refuses(refused_by, scene.menu(col, val), format('%s cannot be %s', col, to_json(left(val, 30))))
FROM (VALUES ('menus_name_is_simple', 'menu', 'Main'), ('menus_name_is_simple', 'menu', ''),
             ('menus_endpoint_is_a_program', 'endpoint', 'webhook'), ('menus_endpoint_is_a_program', 'endpoint', 'answer'),
             ('menus_prompt_can_be_spoken', 'prompt', ' '), ('menus_prompt_can_be_spoken', 'prompt', repeat('x', 601)),
             ('menus_no_input_prompt_can_be_spoken', 'no_input_prompt', e'a\tb'),
             ('menus_invalid_prompt_can_be_spoken', 'invalid_prompt', ''),
             ('menus_num_digits_is_1_to_20', 'num_digits', '0'), ('menus_num_digits_is_1_to_20', 'num_digits', '21'),
             ('menus_timeout_is_1_to_30_seconds', 'timeout_seconds', '0'), ('menus_timeout_is_1_to_30_seconds', 'timeout_seconds', '31'),
             ('menus_finish_on_key_is_one_dtmf_key', 'finish_on_key', ''), ('menus_finish_on_key_is_one_dtmf_key', 'finish_on_key', '##'),
             ('menus_finish_on_key_is_one_dtmf_key', 'finish_on_key', 'E'),
             ('menus_no_input_limit_is_0_to_9', 'no_input_limit', '-1'), ('menus_no_input_limit_is_0_to_9', 'no_input_limit', '10'),
             ('menus_invalid_limit_is_0_to_9', 'invalid_limit', '-1'), ('menus_invalid_limit_is_0_to_9', 'invalid_limit', '10'),
             ('menus_fallback_is_a_department', 'fallback', 'nowhere')) AS v (refused_by, col, val);
SELECT scene.refuses('menus_fallback_is_a_department', $$DELETE FROM ivr.departments WHERE department = 'operator'$$,
                     'a department that is a fallback cannot be deleted');

-- menu_options

SELECT scene.refuses('menu_options_pkey', $$INSERT INTO ivr.menu_options VALUES ('main', '1', 'support')$$, 'a key leads to one department');
SELECT scene.refuses('menu_options_menu_exists', $$INSERT INTO ivr.menu_options VALUES ('nowhere', '1', 'sales')$$, 'an option needs its menu');
SELECT scene.refuses('menu_options_department_exists', $$INSERT INTO ivr.menu_options VALUES ('main', '3', 'nowhere')$$, 'an option needs its department');
SELECT scene.refuses('menu_options_department_exists', $$DELETE FROM ivr.departments WHERE department = 'sales'$$,
                     'a department that an option leads to cannot be deleted');
SELECT scene.refuses('menu_options_digits_are_dtmf', format('INSERT INTO ivr.menu_options VALUES (''main'', %L, ''sales'')', digits),
                     format('%s cannot be pressed', to_json(digits)))
FROM unnest(ARRAY['', 'x', 'a', ' ', '1 ', e'1\n', '٣']) AS digits;
UPDATE ivr.menus SET num_digits = 20 WHERE menu = 'department';
SELECT scene.takes(format('INSERT INTO ivr.menu_options VALUES (''department'', %L, ''sales'')', digits), format('%s can be pressed', to_json(digits)))
FROM unnest(ARRAY['0', '*', '#', 'A', 'D', '00', repeat('9', 20)]) AS digits;
SELECT scene.refuses('menu_options_digits_are_dtmf', format('INSERT INTO ivr.menu_options VALUES (''department'', %L, ''sales'')', repeat('9', 21)),
                     '21 keys cannot be pressed');
SELECT scene.takes($$DELETE FROM ivr.menus WHERE menu = 'main'$$, 'a menu can be deleted with its options');

-- versions and migrations

SELECT scene.refuses('config_versions_pkey', $$INSERT INTO ivr.config_versions (version) SELECT max(version) FROM ivr.config_versions$$,
                     'a version is there once');
SELECT scene.refuses('config_versions_one_a_transaction',
                     $$INSERT INTO ivr.config_versions (version) SELECT max(version) + n FROM ivr.config_versions, generate_series(1, 2) AS n GROUP BY n$$,
                     'a transaction has one version');
SELECT scene.refuses('migrations_pkey', $$INSERT INTO ivr.migrations VALUES (1)$$, 'a migration is applied once');

-- call_events

CREATE FUNCTION scene.event_row(call_id text, event text, digest text DEFAULT 'd') RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.call_events (call_id, event, raw, digest) VALUES (%L, %L, '''', %L)', call_id, event, digest);
INSERT INTO ivr.call_events (call_id, event, raw, digest) VALUES ('c1', 'call.created', '', 'd');
SELECT scene.refuses('call_events_pkey', scene.event_row('c1', 'call.answered'), 'a digest is there once for a call');
SELECT scene.takes(scene.event_row('c2', 'call.created'), 'and once for another');
SELECT scene.takes(scene.event_row('c1', 'call.created', 'e'), 'an event may come again with another digest');
SELECT scene.refuses('call_events_call_id_is_short', scene.event_row('', 'e'), 'an event needs a call id');
SELECT scene.refuses('call_events_call_id_is_short', scene.event_row(repeat('x', 256), 'e'), 'of at most 255 characters');
SELECT scene.refuses('call_events_event_is_short', scene.event_row('c', ''), 'an event needs a name');
SELECT scene.refuses('call_events_event_is_short', scene.event_row('c', repeat('x', 256)), 'of at most 255 characters');
SELECT scene.takes(scene.event_row(repeat('ż', 255), repeat('ż', 255)), '255 of each are taken, however many bytes they are');

-- answers

CREATE FUNCTION scene.answer_row(fields jsonb) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.answers SELECT * FROM jsonb_populate_record(NULL::ivr.answers, %L)',
    '{"call_id": "c1", "step": 9, "endpoint": "answer", "decision": "menu", "response": {}, "waited_ms": 0,
      "answered_at": "2026-05-29T12:00:00Z", "stored_at": "2026-05-29T12:00:00Z"}'::jsonb || fields);
INSERT INTO ivr.answers (call_id, step, asked_step, endpoint, gathered_digest, decision, response)
VALUES ('c1', 2, 1, 'route-menu', '\x01', 'invalid', '{}'), (NULL, 2, 1, 'route-menu', '\x01', 'invalid', '{}');
SELECT scene.refuses('answers_one_a_step', scene.answer_row('{"step": 2}'), 'a step has one answer');
SELECT scene.refuses('answers_one_a_question', scene.answer_row('{"asked_step": 1}'), 'a question has one answer');
SELECT scene.refuses('answers_consume_a_digit_once', scene.answer_row('{"gathered_digest": "\\x01"}'), 'a digit is used once');
SELECT scene.takes(scene.answer_row('{"call_id": "c2", "step": 2, "asked_step": 1, "gathered_digest": "\\x01"}'), 'each for its own call');
SELECT scene.takes(scene.answer_row('{"call_id": null, "step": 2, "asked_step": 1, "gathered_digest": "\\x01"}'), 'and not at all without a call');
SELECT scene.refuses('answers_call_id_is_short', scene.answer_row('{"call_id": ""}'), 'an answer has a call id or none, not an empty one');
SELECT scene.refuses('answers_call_id_is_short', scene.answer_row(jsonb_build_object('call_id', repeat('x', 256))), 'of at most 255 characters');
SELECT scene.refuses('answers_digits_source_is_known', scene.answer_row('{"digits_source": "guessed"}'), 'digits are not guessed');
SELECT scene.takes(scene.answer_row(jsonb_build_object('digits_source', source)), format('digits may come from %s', coalesce(source, 'nowhere')))
FROM unnest(ARRAY['request', 'stored', 'awaited', 'none', NULL]) AS source;

-- calls and rejected requests

INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers) VALUES ('c1', 'created', now(), 0, 0, 0);
SELECT scene.refuses('calls_pkey', $$INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers)
                                     VALUES ('c1', 'created', now(), 0, 0, 0)$$, 'a call has one row');
SELECT scene.refuses('rejected_requests_pkey',
    $$INSERT INTO ivr.rejected_requests (rejected_id, digest, endpoint, reason, http_status, raw, raw_length) OVERRIDING SYSTEM VALUE
      SELECT 1, '', 'webhook', 'body', 400, '', 0 FROM generate_series(1, 2)$$, 'a rejection has its own number');
SELECT is(scene.refused($$INSERT INTO ivr.rejected_requests (rejected_id, digest, endpoint, reason, http_status, raw, raw_length)
                          VALUES (1, '', 'webhook', 'body', 400, '', 0)$$), '428C9', 'numbers of rejections are not chosen');
SELECT is(scene.refused($$INSERT INTO ivr.call_events (call_id, event, raw, digest, arrival) VALUES ('c', 'e', '', 'x', 1)$$), '428C9',
          'nor those of arrivals');

-- what is made of a call, how long it is kept, and the key of pseudonyms

INSERT INTO ivr.enrichments (call_id, section, status) VALUES ('c1', 'score', 'completed');
SELECT scene.refuses(refused_by, format('INSERT INTO ivr.enrichments (call_id, section, status) VALUES (%L, %L, %L)', call_id, section, status), what)
FROM (VALUES ('enrichments_pkey', 'c1', 'score', 'completed', 'a section of a call is there once'),
             ('enrichments_call_id_is_short', '', 'score', 'completed', 'a section has a call id'),
             ('enrichments_call_id_is_short', repeat('x', 256), 'score', 'completed', 'of at most 255 characters'),
             ('enrichments_section_is_known', 'c1', 'other', 'completed', 'there are four sections'),
             ('enrichments_status_is_short', 'c1', 'topics', '', 'a section has a state'),
             ('enrichments_status_is_short', 'c1', 'topics', repeat('x', 65), 'of at most 64 characters')) AS v (refused_by, call_id, section, status, what);
SELECT scene.takes(format('INSERT INTO ivr.enrichments (call_id, section, status) VALUES (''c2'', %L, ''failed'')', section), section || ' is a section')
FROM unnest(ARRAY['transcription', 'summary', 'score', 'topics']) AS section;
SELECT scene.refuses('history_settings_pkey', 'INSERT INTO ivr.history_settings DEFAULT VALUES', 'the ages are there once');
SELECT scene.refuses('history_settings_is_one_row', 'INSERT INTO ivr.history_settings (one_row) VALUES (false)', 'and no second time');
SELECT scene.refuses(format('history_settings_%s_is_positive', name), format('UPDATE ivr.history_settings SET %I = ''0''', name), format('%s cannot be 0', name))
FROM unnest(ARRAY['infer_after', 'pseudonymise_after', 'purge_after']) AS name;
SELECT scene.takes(format('UPDATE ivr.history_settings SET %I = NULL', name), format('%s may be never', name))
FROM unnest(ARRAY['pseudonymise_after', 'purge_after']) AS name;
SELECT scene.refuses('pseudonym_key_pkey', 'INSERT INTO ivr.pseudonym_key (key) VALUES (sha256(''x''))', 'there is one key of pseudonyms');
SELECT scene.refuses('pseudonym_key_is_one_row', 'INSERT INTO ivr.pseudonym_key VALUES (false, sha256(''x''))', 'and no second one');
SELECT scene.refuses('pseudonym_key_is_32_bytes', 'UPDATE ivr.pseudonym_key SET key = ''x''', 'of 32 bytes');

SELECT set_eq($$SELECT conname::text FROM pg_constraint WHERE connamespace = 'ivr'::regnamespace$$, 'SELECT DISTINCT refused_by FROM scene.tried',
              'every constraint of the schema has refused something');

-- What must be there

SELECT is((SELECT array_agg(c.relname || '.' || a.attname ORDER BY c.relname, a.attnum)
           FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = of_table AND attnum > 0
             AND NOT attisdropped AND NOT attnotnull),
          wanted, format('in %s only these may be null: %s', of_table, coalesce(array_to_string(wanted, ', '), 'none'))
) FROM (
    SELECT t, CASE WHEN cols <> '' THEN ARRAY(SELECT t || '.' || col FROM unnest(string_to_array(cols, ' ')) AS col) END
    FROM (VALUES
        ('config_versions', ''), ('migrations', ''), ('departments', 'note'), ('menus', 'finish_on_key note'), ('menu_options', ''),
        ('call_events', 'event_key occurred_at payload'),
        ('answers', 'call_id asked_step menu digits digits_source gathered_digest reason department destination from_number to_number config_version took_ms'),
        ('calls', 'application_id customer_id direction from_number to_number status last_menu last_digits department transferred_to answered_at closed_at disposition asked_at decided_at last_event_at last_answer_at menu_seconds talk_seconds'),
        ('rejected_requests', 'detail remote_address sent_timestamp sent_signature reingested_at reingested_call_id reingested_digest pseudonymised_at'),
        ('enrichments', 'content'), ('history_settings', 'pseudonymise_after purge_after'), ('pseudonym_key', '')) AS nullable (t, cols)
) AS expected (of_table, wanted);
SELECT tables_are('ivr', ARRAY['answers', 'call_events', 'calls', 'config_versions', 'departments', 'enrichments', 'history_settings', 'pseudonym_key', 'menu_options', 'menus', 'migrations',
                               'rejected_requests'], 'these are all the tables');

-- The tables can be split by call

SELECT is((SELECT array_agg(i.indexrelid::regclass::text)
           FROM pg_index AS i
           WHERE i.indrelid = format('ivr.%I', name)::regclass AND i.indisunique
             AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = key)),
          NULL, format('every unique key of %s contains %s', name, key))
FROM (VALUES ('call_events', 'call_id'), ('answers', 'call_id'), ('calls', 'call_id'), ('enrichments', 'call_id'), ('event_repeats', 'call_id'),
             ('rejected_requests', 'digest')) AS split (name, key);
SELECT is((SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'ivr'::regnamespace
             AND (conrelid IN ('ivr.call_events'::regclass, 'ivr.answers'::regclass, 'ivr.calls'::regclass, 'ivr.rejected_requests'::regclass)
                  OR confrelid IN ('ivr.call_events'::regclass, 'ivr.answers'::regclass, 'ivr.calls'::regclass))),
          0::bigint, 'no key ties them to another table');
SELECT is((SELECT count(*) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'timestamp'::regtype), 0::bigint,
          'every time has its zone');

-- Everything says what it is for

SELECT isnt(obj_description('ivr'::regnamespace, 'pg_namespace'), NULL, 'the schema has a comment');
SELECT is((SELECT array_agg(c.relname ORDER BY c.relname) FROM pg_class AS c
           WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
             AND coalesce(obj_description(c.oid, 'pg_class'), '') = ''), NULL, 'every table and view has a comment');
SELECT is((SELECT array_agg(c.relname || '.' || a.attname ORDER BY 1) FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
             AND coalesce(col_description(c.oid, a.attnum), '') = ''), NULL, 'every column has a comment');
SELECT is((SELECT array_agg(p.oid::regprocedure ORDER BY p.proname) FROM pg_proc AS p
           WHERE p.pronamespace = 'ivr'::regnamespace AND coalesce(obj_description(p.oid, 'pg_proc'), '') = ''), NULL,
          'every function has a comment');
SELECT is((SELECT array_agg(t.typname ORDER BY t.typname) FROM pg_type AS t
           WHERE t.typnamespace = 'ivr'::regnamespace AND t.typtype IN ('d', 'e', 'r') AND coalesce(obj_description(t.oid, 'pg_type'), '') = ''),
          NULL, 'every domain and enumeration has a comment');

SELECT * FROM finish();
ROLLBACK;
