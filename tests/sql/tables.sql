-- tables.sql: what the tables take and what they refuse, and that everything in the schema says what it is for.
BEGIN;
\ir lib/scene.psql
SELECT plan(531);

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

CREATE FUNCTION scene.department(fields jsonb) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.departments SELECT (jsonb_populate_record(d, %L)).* FROM ivr.departments AS d WHERE department = ''sales''',
                           '{"department": "new"}'::jsonb || fields);
SELECT scene.takes(scene.department(fields), format('a department may have %s', left(fields::text, 60)))
FROM (VALUES (jsonb '{"announcement": "x"}'), (jsonb_build_object('announcement', repeat('x', 600))), ('{"announcement": null, "closed_message": null}'),
             ('{"closed_message": "We are closed."}'), ('{"closed_department": "operator"}'), ('{"closed_menu": "main"}'), ('{"time_zone": "UTC"}'),
             ('{"time_zone": "Europe/Berlin"}'), ('{"time_zone": "America/Argentina/Buenos_Aires"}'), ('{"retry_minutes": 0}'), ('{"retry_minutes": 1440}')) AS v (fields);
SELECT scene.refuses('departments_' || refused_by, scene.department(fields), format('a department cannot have %s', left(fields::text, 60)))
FROM (VALUES ('announcement_can_be_spoken', jsonb '{"announcement": ""}'), ('announcement_can_be_spoken', jsonb_build_object('announcement', repeat('x', 601))),
             ('closed_message_can_be_spoken', '{"closed_message": " "}'), ('time_zone_exists', '{"time_zone": "Europe/Nowhere"}'), ('time_zone_exists', '{"time_zone": ""}'),
             ('time_zone_exists', '{"time_zone": "CET"}'), ('time_zone_exists', '{"time_zone": "+02:00"}'), ('time_zone_exists', '{"time_zone": "utc"}'),
             ('close_to_one_place', '{"closed_department": "operator", "closed_menu": "main"}'), ('close_to_another', '{"closed_department": "new"}'),
             ('retry_within_a_day', '{"retry_minutes": -1}'), ('retry_within_a_day', '{"retry_minutes": 1441}'),
             ('closed_department_exists', '{"closed_department": "nowhere"}'), ('closed_menu_exists', '{"closed_menu": "nowhere"}')) AS v (refused_by, fields);

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

SELECT scene.takes(scene.menu(col, val), format('%s may be %s', col, coalesce(to_json(left(val, 30))::text, 'null')))
FROM unnest(ARRAY['greeting', 'recording_notice', 'no_input_message', 'invalid_message', 'closed_message']) AS col, unnest(ARRAY['x', repeat('x', 600), NULL]) AS val;
SELECT scene.refuses(format('menus_%s_can_be_spoken', col), scene.menu(col, val), format('%s cannot be %s', col, to_json(left(val, 30))))
FROM unnest(ARRAY['greeting', 'recording_notice', 'no_input_message', 'invalid_message', 'closed_message']) AS col, unnest(ARRAY['', repeat('x', 601)]) AS val;
SELECT scene.takes(scene.menu(col, val), format('%s may be %s', col, coalesce(to_json(val)::text, 'null')))
FROM (VALUES ('direct_dial', 'true'), ('time_zone', NULL), ('time_zone', 'Asia/Kolkata'), ('no_input_department', 'sales'), ('no_input_menu', 'main'),
             ('invalid_department', 'sales'), ('invalid_menu', 'main'), ('closed_department', 'sales'), ('closed_menu', 'main')) AS v (col, val);
SELECT scene.refuses('menus_time_zone_exists', scene.menu('time_zone', 'Mars/Olympus'), 'a menu has a clock of this world');
SELECT scene.refuses(format('menus_%s_exists', col), scene.menu(col, 'nowhere'), format('%s cannot be nowhere', col))
FROM unnest(ARRAY['no_input_department', 'no_input_menu', 'invalid_department', 'invalid_menu', 'closed_department', 'closed_menu']) AS col;
SELECT scene.refuses('menus_lead_to_others', scene.menu(col, 'new'), format('%s cannot be the menu itself', col))
FROM unnest(ARRAY['no_input_menu', 'invalid_menu', 'closed_menu']) AS col;
SELECT scene.refuses('menus_' || refused_by, 'UPDATE ivr.menus SET ' || changes, format('a menu cannot have %s', changes))
FROM (VALUES ('no_input_leads_to_one_place', 'no_input_department = ''sales'', no_input_message = ''x'''),
             ('no_input_leads_to_one_place', 'no_input_department = ''sales'', no_input_menu = ''empty'''),
             ('no_input_leads_to_one_place', 'no_input_menu = ''empty'', no_input_message = ''x'''),
             ('invalid_leads_to_one_place', 'invalid_department = ''sales'', invalid_message = ''x'''),
             ('invalid_leads_to_one_place', 'invalid_department = ''sales'', invalid_menu = ''empty'''),
             ('invalid_leads_to_one_place', 'invalid_menu = ''empty'', invalid_message = ''x'''),
             ('close_to_one_place', 'closed_department = ''sales'', closed_menu = ''empty''')) AS v (refused_by, changes);
SELECT scene.takes('UPDATE ivr.menus SET no_input_department = ''sales'', invalid_message = ''x'', closed_message = ''y'', closed_department = ''operator''',
                   'silence, wrong digits and closed hours may each lead elsewhere');

SELECT scene.takes(scene.menu(col, 'sales'), format('%s may be a department', col))
FROM unnest(ARRAY['no_input_message_box', 'invalid_message_box', 'closed_message_box', 'no_input_callback', 'invalid_callback', 'closed_callback']) AS col;
SELECT scene.refuses(format('menus_%s_exists', col), scene.menu(col, 'nowhere'), format('%s cannot be nowhere', col))
FROM unnest(ARRAY['no_input_message_box', 'invalid_message_box', 'closed_message_box', 'no_input_callback', 'invalid_callback', 'closed_callback']) AS col;
SELECT scene.refuses('menus_' || refused_by, 'UPDATE ivr.menus SET ' || changes, format('a menu cannot have %s', changes))
FROM (VALUES ('no_input_leads_to_one_place', 'no_input_message_box = ''sales'', no_input_message = ''x'''),
             ('invalid_leads_to_one_place', 'invalid_message_box = ''sales'', invalid_department = ''sales'''),
             ('no_input_leads_to_one_place', 'no_input_message_box = ''sales'', no_input_callback = ''sales'''),
             ('invalid_leads_to_one_place', 'invalid_message_box = ''sales'', invalid_callback = ''sales'''),
             ('close_to_one_place', 'closed_message_box = ''sales'', closed_callback = ''sales'''),
             ('close_to_one_place', 'closed_message_box = ''sales'', closed_menu = ''department''')) AS v (refused_by, changes);
SELECT scene.takes(scene.department(fields), format('a department may have %s', left(fields::text, 60)))
FROM (VALUES (jsonb '{"message_prompt": "x", "message_notice": "y", "message_thanks": "z"}'), ('{"message_minutes": 1}'), ('{"message_minutes": 5}'),
             ('{"closed_message_box": "sales"}'), ('{"closed_callback": "sales"}'), ('{"callback_prompt": "x", "callback_thanks": "y", "callback_menu": "main"}')) AS v (fields);
SELECT scene.refuses('departments_' || refused_by, scene.department(fields), format('a department cannot have %s', left(fields::text, 60)))
FROM (VALUES ('message_prompt_can_be_spoken', jsonb '{"message_prompt": ""}'), ('message_notice_can_be_spoken', '{"message_notice": " "}'),
             ('message_thanks_can_be_spoken', jsonb_build_object('message_thanks', repeat('x', 601))), ('message_takes_1_to_5_minutes', '{"message_minutes": 0}'),
             ('message_takes_1_to_5_minutes', '{"message_minutes": 6}'), ('closed_message_box_exists', '{"closed_message_box": "nowhere"}'),
             ('callback_prompt_can_be_spoken', '{"callback_prompt": ""}'), ('callback_thanks_can_be_spoken', '{"callback_thanks": ""}'),
             ('callback_menu_exists', '{"callback_menu": "nowhere"}'), ('closed_callback_exists', '{"closed_callback": "nowhere"}'),
             ('close_to_one_place', '{"closed_message_box": "sales", "closed_callback": "sales"}'),
             ('close_to_one_place', '{"closed_message_box": "sales", "closed_menu": "main"}')) AS v (refused_by, fields);

-- menu_options

SELECT scene.refuses('menu_options_pkey', $$INSERT INTO ivr.menu_options VALUES ('main', '1', 'support')$$, 'a key is there once in a menu');
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
CREATE FUNCTION scene.option(fields jsonb) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.menu_options SELECT * FROM jsonb_populate_record(NULL::ivr.menu_options, %L)',
                           '{"menu": "department", "digits": "5", "back": false, "again": false, "keep_language": false}'::jsonb || fields);
SELECT scene.takes(scene.option(fields), format('an option may lead to %s', fields))
FROM unnest(ARRAY['{"department": "sales"}', '{"to_menu": "main"}', '{"to_menu": "department"}', '{"message": "x"}', '{"back": true}']::jsonb[]) AS fields;
SELECT scene.refuses('menu_options_lead_to_one_place', scene.option(fields), format('an option cannot lead to %s', fields))
FROM unnest(ARRAY['{}', '{"department": "sales", "to_menu": "main"}', '{"department": "sales", "message": "x"}', '{"to_menu": "main", "back": true}',
                  '{"message": "x", "back": true}', '{"department": "sales", "to_menu": "main", "message": "x", "back": true}']::jsonb[]) AS fields;
SELECT scene.refuses('menu_options_message_can_be_spoken', scene.option(jsonb_build_object('message', message)), format('an option cannot say %s', to_json(left(message, 30))))
FROM unnest(ARRAY['', repeat('x', 601)]) AS message;
SELECT scene.refuses('menu_options_to_menu_exists', scene.option('{"to_menu": "nowhere"}'), 'an option needs the menu that it leads to');
SELECT scene.takes(scene.option(fields), format('an option may have %s', fields))
FROM unnest(ARRAY['{"again": true}', '{"again": true, "language": "de", "keep_language": true}', '{"department": "sales", "language": "pt-BR"}']::jsonb[]) AS fields;
SELECT scene.refuses('menu_options_' || refused_by, scene.option(fields), format('an option cannot have %s', fields))
FROM (VALUES ('lead_to_one_place', jsonb '{"again": true, "back": true}'), ('lead_to_one_place', '{"language": "de"}'), ('language_is_a_tag', '{"again": true, "language": "German"}'),
             ('language_is_a_tag', '{"again": true, "language": ""}'), ('keep_some_language', '{"again": true, "keep_language": true}')) AS v (refused_by, fields);
SELECT scene.takes(scene.option('{"callback": "sales"}'), 'an option may lead to a callback');
SELECT scene.refuses('menu_options_callback_exists', scene.option('{"callback": "nowhere"}'), 'by a department');
SELECT scene.refuses('menu_options_lead_to_one_place', scene.option('{"callback": "sales", "message_box": "sales"}'), 'and to nothing else');
SELECT scene.takes(scene.option('{"message_box": "sales"}'), 'an option may lead to a message box');
SELECT scene.refuses('menu_options_message_box_exists', scene.option('{"message_box": "nowhere"}'), 'of a department');
SELECT scene.refuses('menu_options_lead_to_one_place', scene.option('{"message_box": "sales", "department": "sales"}'), 'and to nothing else');
SELECT is(scene.refused(scene.option('{"department": "sales", "back": null}')), '23502', 'back is true or false');
SELECT scene.takes($$DELETE FROM ivr.menus WHERE menu = 'main'$$, 'a menu can be deleted with its options');
INSERT INTO ivr.menu_options (menu, digits, to_menu) VALUES ('department', '6', 'main');
SELECT scene.refuses('menu_options_to_menu_exists', $$DELETE FROM ivr.menus WHERE menu = 'main'$$, 'but not one that an option of another leads to');

-- What is renamed stays what others lead to

INSERT INTO ivr.departments (department, destination, closed_department, closed_menu) VALUES ('a', '+15551230021', 'billing', NULL), ('b', '+15551230022', NULL, 'main');
UPDATE ivr.menus SET closed_menu = 'main', no_input_department = 'billing' WHERE menu = 'department';
UPDATE ivr.departments SET department = 'money' WHERE department = 'billing';
UPDATE ivr.menus SET menu = 'first' WHERE menu = 'main';
SELECT results_eq($$SELECT closed_department, closed_menu FROM ivr.departments WHERE department IN ('a', 'b') ORDER BY department$$,
                  $$VALUES ('money', NULL), (NULL, 'first')$$, 'closed departments lead to what is called otherwise now');
SELECT results_eq($$SELECT closed_menu, no_input_department FROM ivr.menus WHERE menu = 'department'$$, $$VALUES ('first', 'money')$$, 'so do menus');
SELECT results_eq($$SELECT department, to_menu FROM ivr.menu_options WHERE menu = 'department' AND digits IN ('1', '6') ORDER BY digits$$,
                  $$VALUES ('money', NULL), (NULL, 'first')$$, 'and options');
UPDATE ivr.departments SET department = 'billing' WHERE department = 'money';
UPDATE ivr.menus SET menu = 'main' WHERE menu = 'first';

-- extensions, numbers and callers

INSERT INTO ivr.extensions VALUES ('100', '+15551230042');
INSERT INTO ivr.numbers VALUES ('+15551230002', 'department');
INSERT INTO ivr.callers (number) VALUES ('+15551230001');
SELECT scene.refuses(refused_by, 'INSERT INTO ivr.' || statement, what)
FROM (VALUES
    ('extensions_pkey', $$extensions VALUES ('100', '+15551230043')$$, 'an extension rings in one place'),
    ('extensions_destination_is_e164_or_sip', $$extensions VALUES ('101', '15551230043')$$, 'that can be dialled'),
    ('extensions_are_digits', $$extensions VALUES ('', '+15551230043')$$, 'an extension is not empty'),
    ('extensions_are_digits', $$extensions VALUES ('1*', '+15551230043')$$, 'it is digits alone'),
    ('extensions_are_digits', format('extensions VALUES (%L, ''+15551230043'')', repeat('1', 21)), 'twenty at most'),
    ('extensions_are_digits', format('extensions VALUES (%L, ''+15551230043'')', e'1\n'), 'and nothing behind them'),
    ('numbers_pkey', $$numbers VALUES ('+15551230002', 'main')$$, 'a number has one menu'),
    ('numbers_menu_exists', $$numbers VALUES ('+15551230003', 'nowhere')$$, 'which is there'),
    ('numbers_number_is_short', $$numbers VALUES ('', 'main')$$, 'a number is not empty'),
    ('numbers_number_is_short', format('numbers VALUES (%L, ''main'')', repeat('1', 256)), 'and has at most 255 characters'),
    ('numbers_number_is_one_word', $$numbers VALUES ('+1555 1230003', 'main')$$, 'no white space'),
    ('numbers_number_is_one_word', $$numbers VALUES (e'+15551230003\n', 'main')$$, 'and no control character, which nobody would see'),
    ('numbers_time_zone_exists', $$numbers VALUES ('+15551230003', 'main', 'Europe/Nowhere')$$, 'its clock is one of this world'),
    ('callers_pkey', $$callers (number) VALUES ('+15551230001')$$, 'a caller is there once'),
    ('callers_number_is_short', $$callers (number) VALUES ('')$$, 'a caller has a number'),
    ('callers_number_is_short', format('callers (number) VALUES (%L)', repeat('1', 256)), 'of at most 255 characters'),
    ('callers_greeting_can_be_spoken', $$callers (number, greeting) VALUES ('+15551230003', '')$$, 'a greeting can be spoken'),
    ('callers_message_can_be_spoken', format('callers (number, message) VALUES (''+15551230003'', %L)', repeat('x', 601)), 'so can what a blocked caller hears'),
    ('callers_go_to_one_place', $$callers (number, department, menu) VALUES ('+15551230003', 'sales', 'main')$$, 'a caller goes to a department or a menu, not to both'),
    ('callers_department_exists', $$callers (number, department) VALUES ('+15551230003', 'nowhere')$$, 'a department that is there'),
    ('callers_menu_exists', $$callers (number, menu) VALUES ('+15551230003', 'nowhere')$$, 'or a menu that is there')
) AS v (refused_by, statement, what);
SELECT scene.takes('INSERT INTO ivr.' || statement, what)
FROM (VALUES
    ($$extensions VALUES ('0', 'sip:1001@example.com')$$, 'an extension may have one digit'),
    (format('extensions VALUES (%L, ''+15551230043'')', repeat('9', 20)), 'or twenty'),
    ($$extensions VALUES ('101', '+15551230042')$$, 'two may ring in the same place'),
    ($$numbers VALUES ('app_1', 'main', 'Asia/Kathmandu', 'ne', 'x')$$, 'a number may be an application'),
    (format('numbers VALUES (%L, ''main'')', repeat('ż', 255)), 'of 255 characters, however many bytes they are'),
    ($$callers (number, department) VALUES ('sip:1001@example.com', 'sales')$$, 'a caller may have a SIP URI and go to a department'),
    ($$callers (number, menu) VALUES ('+15551230003', 'main')$$, 'or to a menu'),
    (format('callers (number, greeting, message) VALUES (%1$L, %2$L, %2$L)', repeat('ż', 255), repeat('x', 600)), 'what he hears may have 600 characters'),
    ($$callers (number, blocked) VALUES ('+15551230003', true)$$, 'he may be blocked without a word')
) AS v (statement, what);
SELECT scene.refuses('numbers_menu_exists', $$DELETE FROM ivr.menus WHERE menu = 'department'$$, 'the menu of a number cannot be deleted');

-- hours and holidays

INSERT INTO ivr.hours (department, menu, weekday, opens, closes) VALUES ('sales', NULL, 1, '09:00', '12:00'), (NULL, 'main', 1, '09:00', '12:00');
INSERT INTO ivr.holidays (day, department, menu, name) VALUES ('2026-12-25', NULL, NULL, 'x'), ('2026-12-25', 'sales', NULL, 'x'), ('2026-12-25', NULL, 'main', 'x');
CREATE FUNCTION scene.hours(department text, menu text, weekday integer, opens text, closes text) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.hours (department, menu, weekday, opens, closes) VALUES (%L, %L, %L, %L, %L)', department, menu, weekday, opens, closes);
CREATE FUNCTION scene.holiday(department text, menu text, opens text, closes text, day text DEFAULT '2026-12-25') RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.holidays (day, department, menu, opens, closes, name) VALUES (%L, %L, %L, %L, %L, ''x'')', day, department, menu, opens, closes);
SELECT scene.refuses(refused_by, statement, what)
FROM (VALUES
    ('hours_once', scene.hours('sales', NULL, 1, '09:00', '17:00'), 'a department opens once at an hour of a day'),
    ('hours_once', scene.hours(NULL, 'main', 1, '09:00', '17:00'), 'so does a menu'),
    ('hours_are_of_one_place', scene.hours('sales', 'main', 1, '13:00', '17:00'), 'hours are not of a department and a menu'),
    ('hours_are_of_one_place', scene.hours(NULL, NULL, 1, '13:00', '17:00'), 'nor of nothing'),
    ('hours_weekday_is_1_to_7', scene.hours('sales', NULL, 0, '13:00', '17:00'), 'the week has no day 0'),
    ('hours_weekday_is_1_to_7', scene.hours('sales', NULL, 8, '13:00', '17:00'), 'nor an eighth'),
    ('hours_open_and_close_at_two_times', scene.hours('sales', NULL, 1, '13:00', '13:00'), 'nothing closes when it opens'),
    ('hours_open_and_close_at_two_times', scene.hours('sales', NULL, 1, '24:00', '06:00'), 'nothing opens at 24:00: that is 00:00 of the next day'),
    ('hours_department_exists', scene.hours('nowhere', NULL, 1, '13:00', '17:00'), 'hours are of a department that is there'),
    ('hours_menu_exists', scene.hours(NULL, 'nowhere', 1, '13:00', '17:00'), 'or of a menu that is there'),
    ('holidays_once', scene.holiday(NULL, NULL, NULL, NULL), 'a holiday of all is there once'),
    ('holidays_once', scene.holiday('sales', NULL, NULL, NULL), 'so is one of a department'),
    ('holidays_once', scene.holiday(NULL, 'main', NULL, NULL), 'and one of a menu'),
    ('holidays_are_of_one_place', scene.holiday('sales', 'main', '10:00', '12:00'), 'a holiday is not of a department and a menu'),
    ('holidays_open_and_close', scene.holiday('sales', NULL, '10:00', NULL), 'what opens on a holiday closes'),
    ('holidays_open_and_close', scene.holiday('sales', NULL, NULL, '12:00'), 'and what closes opens'),
    ('holidays_open_and_close_at_two_times', scene.holiday('sales', NULL, '10:00', '10:00'), 'not at the same time'),
    ('holidays_open_and_close_at_two_times', scene.holiday('sales', NULL, '24:00', '10:00'), 'and not at 24:00'),
    ('holidays_department_exists', scene.holiday('nowhere', NULL, NULL, NULL), 'a holiday is of a department that is there'),
    ('holidays_menu_exists', scene.holiday(NULL, 'nowhere', NULL, NULL), 'or of a menu that is there')
) AS v (refused_by, statement, what);
SELECT scene.takes(statement, what)
FROM (VALUES
    (scene.hours('sales', NULL, 7, '00:00', '24:00'), 'a department may be open all Sunday'),
    (scene.hours('sales', NULL, 1, '22:00', '06:00'), 'or over midnight'),
    (scene.hours('sales', NULL, 1, '22:00', '00:00'), 'or until midnight, written as 00:00'),
    (scene.hours('sales', NULL, 1, '13:00', '17:00'), 'or twice a day'),
    (scene.hours('support', NULL, 1, '09:00', '12:00'), 'two departments may have the same hours'),
    (scene.holiday('sales', NULL, '10:00', '12:00'), 'a holiday may have hours'),
    (scene.holiday('sales', NULL, '00:00', '24:00'), 'all day long'),
    (scene.holiday('support', NULL, NULL, NULL), 'two departments may have the same one'),
    (scene.holiday(NULL, NULL, NULL, NULL, '2028-02-29'), 'it may be any day of the calendar')
) AS v (statement, what);

-- agents and the emergency switch

INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551230041');
CREATE FUNCTION scene.agent(department text, destination text, priority integer DEFAULT 1, share integer DEFAULT 1) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.agents (department, destination, priority, share) VALUES (%L, %L, %L, %L)', department, destination, priority, share);
SELECT scene.refuses(refused_by, statement, what)
FROM (VALUES
    ('agents_pkey', scene.agent('sales', '+15551230041'), 'an agent is there once for a department'),
    ('agents_destination_is_e164_or_sip', scene.agent('sales', 'anna'), 'agents can be dialled'),
    ('agents_department_exists', scene.agent('nowhere', '+15551230041'), 'their department is there'),
    ('agents_priority_is_1_to_99', scene.agent('sales', '+15551230042', 0), 'priorities begin with 1'),
    ('agents_priority_is_1_to_99', scene.agent('sales', '+15551230042', 100), 'and end with 99'),
    ('agents_share_is_1_to_1000', scene.agent('sales', '+15551230042', 1, 0), 'nobody has a share of nothing'),
    ('agents_share_is_1_to_1000', scene.agent('sales', '+15551230042', 1, 1001), 'or of more than 1000'),
    ('emergency_pkey', $$INSERT INTO ivr.emergency (message) VALUES ('x')$$, 'there is one emergency switch'),
    ('emergency_is_one_row', $$INSERT INTO ivr.emergency (one_row, message) VALUES (false, 'x')$$, 'and no second one'),
    ('emergency_message_can_be_spoken', $$UPDATE ivr.emergency SET message = ''$$, 'what it says can be spoken'),
    ('emergency_message_can_be_spoken', format('UPDATE ivr.emergency SET message = %L', repeat('x', 601)), 'with 600 characters at most'),
    ('emergency_does_something', 'UPDATE ivr.emergency SET message = NULL, department = NULL', 'it says something or leads somewhere'),
    ('emergency_department_exists', $$UPDATE ivr.emergency SET department = 'nowhere'$$, 'to a department that is there')
) AS v (refused_by, statement, what);
SELECT scene.takes(statement, what)
FROM (VALUES
    (scene.agent('support', '+15551230041'), 'an agent may be of two departments'),
    (scene.agent('sales', 'sip:1001@example.com', 99, 1000), 'and be the last to be asked, with the largest share'),
    ('UPDATE ivr.emergency SET department = NULL', 'the emergency switch may only say something'),
    ('UPDATE ivr.emergency SET message = NULL', 'or only lead somewhere'),
    (format('UPDATE ivr.emergency SET active = true, message = %L', repeat('x', 600)), 'it may be on, with 600 characters to say')
) AS v (statement, what);

-- What goes with a department or a menu that is deleted, and what keeps it

INSERT INTO ivr.departments (department, destination) VALUES ('short', '+15551230099');
INSERT INTO ivr.menus SELECT (jsonb_populate_record(m, '{"menu": "short"}')).* FROM ivr.menus AS m WHERE menu = 'main';
INSERT INTO ivr.hours (department, menu, weekday, opens, closes) VALUES ('short', NULL, 1, '09:00', '17:00'), (NULL, 'short', 1, '09:00', '17:00');
INSERT INTO ivr.holidays (day, department, menu, name) VALUES ('2026-12-25', 'short', NULL, 'x'), ('2026-12-25', NULL, 'short', 'x');
INSERT INTO ivr.agents (department, destination) VALUES ('short', '+15551230099');
DELETE FROM ivr.departments WHERE department = 'short';
DELETE FROM ivr.menus WHERE menu = 'short';
SELECT is((SELECT count(*) FROM ivr.hours WHERE 'short' IN (department, menu)), 0::bigint, 'hours go with their department or menu');
SELECT is((SELECT count(*) FROM ivr.holidays WHERE 'short' IN (department, menu)), 0::bigint, 'so do holidays');
SELECT is((SELECT count(*) FROM ivr.agents WHERE department = 'short'), 0::bigint, 'and agents');
INSERT INTO ivr.departments (department, destination) VALUES ('kept', '+15551230099');
INSERT INTO ivr.callers (number, department) VALUES ('+15551230009', 'kept');
SELECT scene.refuses('callers_department_exists', $$DELETE FROM ivr.departments WHERE department = 'kept'$$, 'a department that a known caller goes to cannot be deleted');
SELECT scene.refuses('departments_closed_menu_exists', $$DELETE FROM ivr.menu_options WHERE to_menu = 'main'; UPDATE ivr.menus SET closed_menu = NULL; DELETE FROM ivr.menus WHERE menu = 'main'$$,
                     'nor a menu that callers of a closed department are asked');

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
SELECT scene.refuses('answers_follow_or_stand_beside', scene.answer_row('{"asked_step": 8, "beside_step": 8}'), 'an answer follows its question or stands beside another one to it');
SELECT scene.takes(scene.answer_row('{"asked_step": null, "beside_step": 8}'), 'it may stand beside one');
SELECT scene.refuses('answers_signature_is_known', scene.answer_row('{"signature": "fine"}'), 'a signature is worth one of the words of the programs');
SELECT scene.takes(scene.answer_row(jsonb_build_object('signature', word)), format('a signature may be %s', coalesce(word, 'null')))
FROM unnest(ARRAY['good', 'missing', 'malformed', 'wrong', 'no_time', 'stale', 'future', NULL]) AS word;

-- housekeepings

INSERT INTO ivr.housekeepings (housekeeping, started_at, closed, pseudonymised, removed) OVERRIDING SYSTEM VALUE VALUES (1000000, now(), 0, 0, 0);
SELECT scene.refuses('housekeepings_pkey', 'INSERT INTO ivr.housekeepings (housekeeping, started_at, closed, pseudonymised, removed) OVERRIDING SYSTEM VALUE VALUES (1000000, now(), 0, 0, 0)',
                     'each housekeeping has a number of its own');

-- event_repeats

INSERT INTO ivr.event_repeats (call_id, digest) VALUES ('c1', 'd');
SELECT is((SELECT repeats FROM ivr.event_repeats), 1, 'an event that comes again has come again once');
SELECT scene.refuses('event_repeats_pkey', $$INSERT INTO ivr.event_repeats (call_id, digest) VALUES ('c1', 'd')$$, 'the repeats of an event are counted in one row');
SELECT scene.takes($$INSERT INTO ivr.event_repeats (call_id, digest) VALUES ('c2', 'd'), ('c1', 'e')$$, 'for each event of each call');
SELECT scene.refuses('event_repeats_come_after_the_first', 'UPDATE ivr.event_repeats SET repeats = 0', 'an event that did not come again is not there');
SELECT scene.refuses('event_repeats_at_once_are_some_of_them', format('UPDATE ivr.event_repeats SET at_once = %s', n), format('%s of one repeat cannot have come at once', n))
FROM unnest(ARRAY[-1, 2]) AS n;

-- calls and rejected requests

INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers) VALUES ('c1', 'created', now(), 0, 0, 0);
SELECT scene.refuses('calls_pkey', $$INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers)
                                     VALUES ('c1', 'created', now(), 0, 0, 0)$$, 'a call has one row');
SELECT scene.refuses('rejected_requests_pkey',
    $$INSERT INTO ivr.rejected_requests (rejected_id, digest, endpoint, reason, http_status, raw, raw_length) OVERRIDING SYSTEM VALUE
      SELECT 1, '', 'webhook', 'body', 400, '', 0 FROM generate_series(1, 2)$$, 'a rejection has its own number');
SELECT scene.refuses('traces_pkey',
    $$INSERT INTO ivr.traces (trace_id, received_at, took_us, program, method, url, headers, body, body_length, http_status, reply, bytes_before)
      OVERRIDING SYSTEM VALUE SELECT 7, now(), 1, 'a', 'GET', '/', '{}', '', 0, 200, '', 0 FROM generate_series(1, 2)$$, 'a trace has its own number');
SELECT scene.refuses('traces_body_is_bounded',
    $$INSERT INTO ivr.traces (received_at, took_us, program, method, url, headers, body, body_length, http_status, reply, bytes_before)
      VALUES (now(), 1, 'a', 'GET', '/', '{}', convert_to(repeat('x', 65537), 'UTF8'), 0, 200, '', 0)$$, 'of a traced body 64 KiB are kept');
SELECT scene.refuses('traces_reply_is_bounded',
    $$INSERT INTO ivr.traces (received_at, took_us, program, method, url, headers, body, body_length, http_status, reply, bytes_before)
      VALUES (now(), 1, 'a', 'GET', '/', '{}', '', 0, 200, repeat('x', 65537), 0)$$, 'and of a reply');
SELECT is(scene.refused($$INSERT INTO ivr.rejected_requests (rejected_id, digest, endpoint, reason, http_status, raw, raw_length)
                          VALUES (1, '', 'webhook', 'body', 400, '', 0)$$), '428C9', 'numbers of rejections are not chosen');
SELECT is(scene.refused($$INSERT INTO ivr.call_events (call_id, event, raw, digest, arrival) VALUES ('c', 'e', '', 'x', 1)$$), '428C9',
          'nor those of arrivals');

-- test calls

INSERT INTO ivr.test_calls (call_id, digests) VALUES ('t1', '{}');
SELECT scene.refuses('test_calls_pkey', $$INSERT INTO ivr.test_calls (call_id, digests) VALUES ('t1', '{}')$$, 'a call is marked once');

-- subscriptions, and what they are told

INSERT INTO ivr.subscriptions (url, kinds, place) VALUES ('https://example.com/', '{call.closed}', ROW(0, now(), 0));
SELECT scene.refuses('subscriptions_pkey', 'INSERT INTO ivr.subscriptions (subscription, url, kinds, place) OVERRIDING SYSTEM VALUE SELECT subscription, url, kinds, place FROM ivr.subscriptions', 'a subscription has a number of its own');
SELECT scene.refuses('subscriptions_url_is_one', format('UPDATE ivr.subscriptions SET url = %L', url), format('%s is no URL to be told at', url))
FROM unnest(ARRAY['', 'example.com', 'ftp://example.com/', 'https://', 'https:///x', 'https://a:b@example.com/', 'https://example.com/#x', 'https://exa mple.com/', E'https://example.com/\n', 'https://[::1', 'file:///etc/passwd',
                  'https://example.com/' || repeat('x', 2048)]) AS url;
SELECT scene.takes(format('UPDATE ivr.subscriptions SET url = %L', url), format('%s is', url))
FROM unnest(ARRAY['https://example.com', 'http://10.0.0.1:8080/x?y=z', 'https://[2001:db8::1]:443/x', 'notify:ivr']) AS url;
SELECT scene.refuses('subscriptions_have_a_kind', 'UPDATE ivr.subscriptions SET kinds = ''{}''', 'a subscription is of some kind');
SELECT scene.refuses('subscriptions_pause', format('UPDATE ivr.subscriptions SET %s', change), change || ' is refused')
FROM unnest(ARRAY['first_pause = ''0''', 'first_pause = ''2 hours''', 'patience = ''-1 second''', 'patience = ''31 days''']) AS change;
SELECT scene.refuses('subscriptions_end_for_a_reason', format('UPDATE ivr.subscriptions SET %s', change), change || ' alone is refused')
FROM unnest(ARRAY['ended_at = now()', 'ended_because = ''x''']) AS change;
INSERT INTO ivr.subscription_secrets (subscription, nth, secret) SELECT subscription, 1, sha256('x') FROM ivr.subscriptions;
SELECT scene.refuses('subscription_secrets_pkey', 'INSERT INTO ivr.subscription_secrets SELECT * FROM ivr.subscription_secrets', 'its secrets are counted');
SELECT scene.refuses('subscription_secrets_belong', 'INSERT INTO ivr.subscription_secrets (subscription, nth, secret) SELECT subscription + 1, 1, secret FROM ivr.subscription_secrets', 'each is somebody''s');
SELECT scene.refuses('subscription_secrets_are_long', format('UPDATE ivr.subscription_secrets SET secret = %L', decode(repeat('00', bytes), 'hex')), format('%s bytes are no secret', bytes))
FROM unnest(ARRAY[0, 23, 65]) AS bytes;
INSERT INTO ivr.notices (subscription, kind, subject, of_call, message_id) SELECT subscription, 'call.closed', 'c1', 'c1', 'm1' FROM ivr.subscriptions;
SELECT scene.refuses('notices_pkey', 'INSERT INTO ivr.notices (notice, subscription, kind, subject, message_id) OVERRIDING SYSTEM VALUE SELECT notice, subscription, kind, subject, ''m2'' FROM ivr.notices', 'a notice has a number of its own');
SELECT scene.refuses('notices_once', 'INSERT INTO ivr.notices (subscription, kind, subject, message_id) SELECT subscription, kind, subject, message_id FROM ivr.notices', 'a fact is noted once for a subscription');
SELECT scene.refuses('notices_belong', 'INSERT INTO ivr.notices (subscription, kind, subject, message_id) SELECT subscription + 1, kind, subject, message_id FROM ivr.notices', 'and for one that there is');
SELECT scene.refuses('notices_of_call_is_short', format('UPDATE ivr.notices SET of_call = %L', repeat('x', length)), format('a call id of %s characters is none', length))
FROM unnest(ARRAY[0, 256]) AS length;
SELECT scene.refuses('notices_outcome_is_known', format('UPDATE ivr.notices SET %s', change), change || ' is refused')
FROM unnest(ARRAY['done_at = now()', 'outcome = ''told''', 'done_at = now(), outcome = ''lost''']) AS change;
INSERT INTO ivr.notice_tries (notice, tried_at) SELECT notice, now() FROM ivr.notices;
SELECT scene.refuses('notice_tries_pkey', 'INSERT INTO ivr.notice_tries SELECT * FROM ivr.notice_tries', 'a try is noted once');
SELECT scene.refuses('notice_tries_belong', 'INSERT INTO ivr.notice_tries (notice, tried_at) SELECT notice + 1, tried_at FROM ivr.notice_tries', 'and of a notice that there is');

-- what is made of a call, how long it is kept, and the key of pseudonyms

INSERT INTO ivr.reconciliations (call_id, outcome, ask_again_at) VALUES ('c1', 'reported', now());
SELECT scene.refuses(refused_by, format('INSERT INTO ivr.reconciliations (call_id, outcome, ask_again_at) VALUES (%L, %L, now())', call_id, outcome), what)
FROM (VALUES ('reconciliations_pkey', 'c1', 'failed', 'of a call it is noted once when to ask again'),
             ('reconciliations_call_id_is_short', '', 'failed', 'a note has a call id'),
             ('reconciliations_outcome_is_known', 'c3', 'perhaps', 'and says what came of it in one of four words')) AS v (refused_by, call_id, outcome, what);
INSERT INTO ivr.ai_requests (call_id, ask_again_at) VALUES ('c1', now());
SELECT scene.refuses(refused_by, format('INSERT INTO ivr.ai_requests (call_id, ask_again_at, missing) VALUES (%L, now(), %L)', call_id, missing), what)
FROM (VALUES ('ai_requests_pkey', 'c1', '{}', 'of a call it is noted once when to ask for AI results'),
             ('ai_requests_call_id_is_short', '', '{}', 'that note has a call id'),
             ('ai_requests_missing_are_sections', 'c3', '{horoscope}', 'only a section can be missing')) AS v (refused_by, call_id, missing, what);
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
SELECT scene.takes($$INSERT INTO ivr.translations VALUES ('Press 1.', 'de', 'Bitte die 1.')$$, 'a sentence has another language');
INSERT INTO ivr.translations VALUES ('Press 1.', 'de', 'Bitte die 1.');
SELECT scene.refuses('translations_pkey', $$INSERT INTO ivr.translations VALUES ('Press 1.', 'de', 'Die 1.')$$, 'once');
SELECT scene.refuses('translations_' || refused_by, format('INSERT INTO ivr.translations VALUES (%L, %L, %L)', sentence, language, words), format('%s is refused', refused_by))
FROM (VALUES ('sentence_can_be_spoken', '', 'de', 'x'), ('words_can_be_spoken', 'x', 'de', repeat('x', 601)), ('language_is_a_tag', 'x', 'd', 'x'),
             ('language_is_a_tag', 'x', 'de_DE', 'x')) AS v (refused_by, sentence, language, words);
SELECT scene.takes(format('INSERT INTO ivr.translations VALUES (%L, ''pt-BR'', %L)', repeat('😀', 600), repeat('ü', 600)), 'a long sentence has a key too');
SELECT scene.refuses('callers_language_is_a_tag', $$INSERT INTO ivr.callers (number, language) VALUES ('+15551230099', '')$$, 'a caller speaks some language');
INSERT INTO ivr.callback_requests (call_id, department, number, asked_at) VALUES ('c1', 'sales', '+15551230001', now());
SELECT scene.refuses('callback_requests_' || refused_by, format('INSERT INTO ivr.callback_requests (call_id, department, number, asked_at, times, tries, tried_at, done_at) VALUES (%L, ''sales'', ''+15551230001'', now(), %s, %s, %L, %L)', call_id, times, tries, tried, done), 'a callback is ' || refused_by)
FROM (VALUES ('pkey', 'c1', 1, 0, NULL, NULL), ('call_id_is_short', '', 1, 0, NULL, NULL), ('are_asked', 'c2', 0, 0, NULL, NULL), ('are_tried', 'c2', 1, 1, NULL, NULL),
             ('are_tried', 'c2', 1, -1, NULL, NULL), ('are_done_by_somebody', 'c2', 1, 0, NULL, 'now')) AS v (refused_by, call_id, times, tries, tried, done);
CREATE FUNCTION scene.code(fields jsonb) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.codes SELECT (jsonb_populate_record(c, %L)).* FROM ivr.codes AS c WHERE code = ''doctors''', '{"code": "new"}'::jsonb || fields);
SELECT ivr.set_code('doctors', '4711', 'sales') \g /dev/null
SELECT scene.takes(scene.code('{}'), 'a code may be set');
SELECT scene.refuses('codes_' || refused_by, scene.code(fields), format('a code cannot have %s', left(fields::text, 60)))
FROM (VALUES ('pkey', jsonb '{"code": "doctors"}'), ('name_is_simple', '{"code": "Doctors"}'), ('have_4_to_12_digits', '{"num_digits": 3}'), ('have_4_to_12_digits', '{"num_digits": 13}'),
             ('are_kept_as_a_salted_hash', '{"hash": "x"}'), ('are_kept_as_a_salted_hash', '{"salt": ""}'), ('open_one_place', '{"department": null}'),
             ('open_one_place', '{"to_menu": "main"}'), ('prompt_can_be_spoken', '{"prompt": ""}'), ('wrong_prompt_can_be_spoken', '{"wrong_prompt": ""}'),
             ('wrong_message_can_be_spoken', '{"wrong_message": ""}'), ('department_exists', '{"department": "nowhere"}'),
             ('to_menu_exists', '{"department": null, "to_menu": "nowhere"}')) AS v (refused_by, fields);
SELECT scene.refuses('menu_options_code_exists', scene.option('{"code": "nowhere"}'), 'an option asks for a code that there is');
INSERT INTO ivr.code_tries (call_id, step, code, opened) VALUES ('c1', 1, 'doctors', false);
SELECT scene.refuses('code_tries_' || refused_by, format('INSERT INTO ivr.code_tries (call_id, step, code, opened) VALUES (%L, 1, ''doctors'', false)', call_id), 'a try is ' || refused_by)
FROM (VALUES ('pkey', 'c1'), ('call_id_is_short', '')) AS v (refused_by, call_id);
INSERT INTO ivr.dealt_with (call_id) VALUES ('c1');
SELECT scene.refuses('dealt_with_pkey', $$INSERT INTO ivr.dealt_with (call_id) VALUES ('c1')$$, 'a message is dealt with once');
SELECT scene.refuses('dealt_with_call_id_is_short', format('INSERT INTO ivr.dealt_with (call_id) VALUES (%L)', call_id), 'a message has a call')
FROM unnest(ARRAY['', repeat('x', 256)]) AS call_id;
SELECT scene.refuses('history_settings_pkey', 'INSERT INTO ivr.history_settings DEFAULT VALUES', 'the ages are there once');
SELECT scene.refuses('history_settings_is_one_row', 'INSERT INTO ivr.history_settings (one_row) VALUES (false)', 'and no second time');
SELECT scene.refuses(format('history_settings_%s_is_positive', name), format('UPDATE ivr.history_settings SET %I = ''0''', name), format('%s cannot be 0', name))
FROM unnest(ARRAY['infer_after', 'pseudonymise_after', 'purge_after']) AS name;
SELECT scene.refuses(format('history_settings_%s_is_positive', name), format('UPDATE ivr.history_settings SET %I = ''-1 day''', name), format('%s cannot be less', name))
FROM unnest(ARRAY['infer_after', 'pseudonymise_after', 'purge_after']) AS name;
SELECT scene.takes(format('UPDATE ivr.history_settings SET %I = ''1 microsecond''', name), format('%s may be short', name))
FROM unnest(ARRAY['infer_after', 'pseudonymise_after', 'purge_after']) AS name;
SELECT is(scene.refused('UPDATE ivr.history_settings SET infer_after = NULL'), '23502', 'infer_after cannot be never');
SELECT scene.takes(format('UPDATE ivr.history_settings SET %I = NULL', name), format('%s may be never', name))
FROM unnest(ARRAY['pseudonymise_after', 'purge_after']) AS name;
SELECT scene.refuses('pseudonym_key_pkey', 'INSERT INTO ivr.pseudonym_key (key) VALUES (sha256(''x''))', 'there is one key of pseudonyms');
SELECT scene.refuses('pseudonym_key_is_one_row', 'INSERT INTO ivr.pseudonym_key VALUES (false, sha256(''x''))', 'and no second one');
SELECT scene.refuses('pseudonym_key_is_32_bytes', format('UPDATE ivr.pseudonym_key SET key = %L', decode(repeat('00', bytes), 'hex')), format('%s bytes are no key', bytes))
FROM unnest(ARRAY[0, 31, 33]) AS bytes;
SELECT scene.takes('UPDATE ivr.pseudonym_key SET key = sha256(''x'')', '32 bytes are');
SELECT scene.refuses('pseudonym_key_digest_key_is_32_bytes', format('UPDATE ivr.pseudonym_key SET digest_key = %L', decode(repeat('00', bytes), 'hex')), format('%s bytes are no key of digests', bytes))
FROM unnest(ARRAY[0, 31, 33]) AS bytes;

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
        ('config_versions', 'snapshot'), ('migrations', ''), ('departments', 'note announcement closed_message closed_department closed_menu message_prompt message_notice message_thanks message_minutes closed_message_box callback_prompt callback_thanks callback_menu closed_callback'),
        ('menus', 'finish_on_key note greeting recording_notice no_input_department no_input_menu no_input_message invalid_department invalid_menu invalid_message time_zone closed_message closed_department closed_menu no_input_message_box invalid_message_box closed_message_box no_input_callback invalid_callback closed_callback'),
        ('menu_options', 'department to_menu message message_box language callback code'), ('extensions', 'name'), ('numbers', 'language note'), ('hours', 'department menu'),
        ('holidays', 'department menu opens closes'), ('emergency', 'message department'), ('agents', 'note'),
        ('callers', 'name greeting department menu message note language'), ('event_repeats', ''),
        ('call_events', 'event_key occurred_at payload'),
        ('answers', 'call_id asked_step menu digits digits_source gathered_digest reason department destination from_number to_number config_version took_ms attempt asked_menu asked_attempt asked_config_version asked_at signature beside_step spool_record language'),
        ('calls', 'application_id customer_id direction from_number to_number status last_menu last_digits department transferred_to answered_at closed_at disposition asked_at decided_at last_event_at last_answer_at menu_seconds talk_seconds'),
        ('rejected_requests', 'detail remote_address sent_timestamp sent_signature reingested_at reingested_call_id reingested_digest pseudonymised_at'),
        ('enrichments', 'content'), ('reconciliations', 'http_status'), ('ai_requests', ''), ('dealt_with', ''), ('codes', 'department to_menu prompt wrong_prompt wrong_message'), ('code_tries', 'caller'), ('translations', ''), ('callback_requests', 'caller tried_at done_at done_by'), ('subscriptions', 'department number ended_at ended_because'), ('subscription_secrets', ''),
        ('notices', 'of_call first_try_at done_at outcome'), ('notice_tries', 'http_status fault took_ms'), ('history_settings', 'pseudonymise_after purge_after'), ('pseudonym_key', '')) AS nullable (t, cols)
) AS expected (of_table, wanted);

-- The tables can be split by call

CREATE VIEW scene.of_calls AS
SELECT attrelid AS oid FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND attname = 'call_id' AND NOT attisdropped
  -- These may be split by their calls (sql/history/partition.sql). Traces are not: at most 256 MB, in the order in which they
  -- came, which is their key and what is removed by, and many of no call at all.
  AND attrelid <> 'ivr.traces'::regclass;
SELECT set_has('SELECT oid::regclass::text FROM scene.of_calls', $$VALUES ('ivr.call_events'), ('ivr.answers'), ('ivr.calls'), ('ivr.enrichments'), ('ivr.event_repeats')$$,
               'these tables tell of calls');
SELECT is((SELECT array_agg(i.indexrelid::regclass)
           FROM pg_index AS i
           WHERE i.indrelid IN (SELECT oid FROM scene.of_calls) AND i.indisunique
             AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = 'call_id')),
          NULL, 'every unique key of theirs contains call_id');
SELECT is((SELECT array_agg(i.indexrelid::regclass)
           FROM pg_index AS i
           WHERE i.indrelid = 'ivr.rejected_requests'::regclass AND i.indisunique
             AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = 'digest')),
          NULL, 'that of rejected requests contains digest');
SELECT is((SELECT array_agg(conname) FROM pg_constraint
           WHERE contype = 'f' AND connamespace = 'ivr'::regnamespace
             AND (conrelid IN (SELECT oid FROM scene.of_calls) OR confrelid IN (SELECT oid FROM scene.of_calls)
                  OR 'ivr.rejected_requests'::regclass IN (conrelid, confrelid))), NULL, 'no key ties them to another table');

-- What holds for every table

SELECT is((SELECT array_agg(c.relname ORDER BY c.relname) FROM pg_class AS c
           WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p')
             AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND indisunique AND indpred IS NULL)), NULL, 'every table has a key');
SELECT is((SELECT array_agg(c.relname || '.' || a.attname) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND a.atttypid = 'timestamp'::regtype), NULL,
          'every time has its zone');
SELECT is((SELECT array_agg(c.relname || '.' || a.attname) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p') AND attnum > 0
             AND a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype, 'json'::regtype, 'money'::regtype)), NULL, 'texts are text, and documents jsonb');
SELECT is((SELECT array_agg(conname) FROM pg_constraint WHERE connamespace = 'ivr'::regnamespace AND NOT convalidated), NULL,
          'every constraint has looked at all rows');
SELECT is((SELECT array_agg(i.relname ORDER BY i.relname) FROM pg_index JOIN pg_class AS i ON i.oid = indexrelid
           WHERE i.relnamespace = 'ivr'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
             AND coalesce(obj_description(i.oid, 'pg_class'), '') = ''), NULL, 'every index that is no key has a comment');
SELECT is((SELECT array_agg(i.relname ORDER BY i.relname) FROM pg_index AS x JOIN pg_class AS i ON i.oid = indexrelid
           WHERE i.relnamespace = 'ivr'::regnamespace AND pg_get_expr(indpred, indrelid) ~ '^\(\w+ IS NOT NULL\)$'), NULL,
          'no index is one of rows that have something: whoever looks a row up by it could be given all of the index');

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
