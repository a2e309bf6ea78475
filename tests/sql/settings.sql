-- settings.sql: the whole configuration in one text, only when it is new.
BEGIN;
\ir lib/scene.psql
SELECT plan(60);

SELECT max(version) AS known FROM ivr.config_versions \gset
CREATE FUNCTION scene.settings(known bigint DEFAULT NULL) RETURNS jsonb
LANGUAGE sql RETURN ivr.settings(known)::jsonb;
CREATE FUNCTION scene.menu(name text) RETURNS jsonb
LANGUAGE sql RETURN (SELECT m FROM jsonb_array_elements(scene.settings() -> 'menus') AS m WHERE m ->> 'menu' = name);
CREATE FUNCTION scene.department(name text) RETURNS jsonb
LANGUAGE sql RETURN (SELECT d FROM jsonb_array_elements(scene.settings() -> 'departments') AS d WHERE d ->> 'department' = name);

-- When

SELECT is(scene.settings(:known), NULL, 'null when the version is known');
SELECT is((scene.settings() ->> 'version')::bigint, :known::bigint, 'everything when none is known');
SELECT is((scene.settings(:known - 1) ->> 'version')::bigint, :known::bigint, 'everything when an older one is known');
SELECT is((scene.settings(:known + 1) ->> 'version')::bigint, :known::bigint,
          'everything when a newer one is known: the database was set back');
UPDATE ivr.menus SET prompt = 'Press 1.' WHERE menu = 'main';
SELECT is((scene.settings(:known) ->> 'version')::bigint, :known + 1::bigint, 'a change makes it new');
SELECT is(scene.menu('main') ->> 'prompt', 'Press 1.', 'with what was changed');
SELECT is(scene.settings(:known + 1), NULL, 'then that version is known');
UPDATE ivr.departments SET destination = 'sip:sales@example.com' WHERE department = 'sales';
DELETE FROM ivr.menu_options WHERE menu = 'main' AND digits = '2';
SELECT is((scene.settings() ->> 'version')::bigint, :known + 1::bigint, 'all changes of one transaction are one version');

-- What

SELECT is((SELECT jsonb_object_agg(d ->> 'department', d ->> 'destination') FROM jsonb_array_elements(scene.settings() -> 'departments') AS d),
          (SELECT jsonb_object_agg(department, destination) FROM ivr.departments), 'it has every department');
SELECT is((SELECT array_agg(m ->> 'menu' ORDER BY 1) FROM jsonb_array_elements(scene.settings() -> 'menus') AS m),
          (SELECT array_agg(menu ORDER BY menu) FROM ivr.menus), 'it has every menu');
SELECT is(scene.menu('department') - 'options' - 'open', (SELECT to_jsonb(m) - 'note' FROM ivr.menus AS m WHERE menu = 'department'),
          'with every column that the programs read, null where there is none');
SELECT is(scene.menu('main') -> 'options', '[{"digits": "1", "department": "sales", "to_menu": null, "message": null, "back": false, "message_box": null,
            "again": false, "language": null, "keep_language": false, "callback": null, "code": null}]',
          'and its own options');
SELECT is(scene.department('billing'),
          '{"department": "billing", "destination": "+15551230013", "announcement": null, "closed_message": null, "closed_department": null,
            "closed_menu": null, "open": null, "has_agents": false, "agents": []}',
          'a department says where it is, that it is always open and has no agents');
SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(scene.settings()) AS k),
          ARRAY['departments', 'emergency', 'extensions', 'hours_until', 'menus', 'numbers', 'translations', 'version'], 'there are lists for the rest, and nothing else');
SELECT is(scene.settings()::text ~ 'replace by your own', false, 'notes are for people alone');
SELECT is(jsonb_typeof(scene.menu('main') -> 'num_digits'), 'number', 'numbers are numbers');
SELECT is(jsonb_typeof(scene.menu('department') -> 'finish_on_key'), 'null', 'no finish key is null');

-- Where options, closed places and limits lead

UPDATE ivr.departments SET announcement = 'One moment.', closed_message = 'We are closed.', closed_department = 'operator', note = 'nobody reads it'
WHERE department = 'sales';
UPDATE ivr.departments SET closed_menu = 'main' WHERE department = 'support';
SELECT is(scene.department('sales') - 'open' - 'agents' - 'has_agents',
          '{"department": "sales", "destination": "sip:sales@example.com", "announcement": "One moment.", "closed_message": "We are closed.",
            "closed_department": "operator", "closed_menu": null}', 'a department says what callers hear and where they go instead');
SELECT is(scene.department('support') ->> 'closed_menu', 'main', 'which may be a menu');
INSERT INTO ivr.menu_options (menu, digits, to_menu, message, back) VALUES
    ('main', '7', 'department', NULL, false), ('main', '8', NULL, 'We are in the north.', false), ('main', '9', NULL, NULL, true);
SELECT is((SELECT jsonb_object_agg(o ->> 'digits', jsonb_strip_nulls(o - 'digits' - 'again' - 'keep_language')) FROM jsonb_array_elements(scene.menu('main') -> 'options') AS o),
          '{"1": {"back": false, "department": "sales"}, "7": {"back": false, "to_menu": "department"}, "8": {"back": false, "message": "We are in the north."},
            "9": {"back": true}}', 'an option leads to a department, a menu, a sentence or back');
UPDATE ivr.menus SET greeting = 'Welcome.', recording_notice = 'Calls are recorded.', direct_dial = true, no_input_message = 'Goodbye.',
                     invalid_menu = 'department', closed_message = 'We are closed.', closed_department = 'operator'
WHERE menu = 'main';
SELECT ok(scene.menu('main') @> '{"greeting": "Welcome.", "recording_notice": "Calls are recorded.", "direct_dial": true, "no_input_message": "Goodbye.",
                                  "invalid_menu": "department", "closed_message": "We are closed.", "closed_department": "operator"}',
          'a menu says what it says and where its limits and its closed door lead');

-- Agents

INSERT INTO ivr.agents (department, destination, priority, share, on_duty, note) VALUES
    ('sales', '+15551230043', 2, 1, true, NULL), ('sales', '+15551230042', 1, 5, true, 'somebody'), ('sales', '+15551230041', 1, 1, false, NULL),
    ('sales', '+15551230040', 1, 1000, true, NULL), ('support', '+15551230044', 1, 1, false, NULL);
SELECT is(scene.department('sales') -> 'agents',
          '[{"destination": "+15551230040", "priority": 1, "share": 1000}, {"destination": "+15551230042", "priority": 1, "share": 5},
            {"destination": "+15551230043", "priority": 2, "share": 1}]', 'agents on duty come by priority, with their shares, and not the others');
SELECT is(scene.department('sales') ->> 'has_agents', 'true', 'the department says that it has agents');
SELECT is(scene.department('support') - 'destination' @> '{"has_agents": true, "agents": []}', true, 'also when none of them is on duty');
UPDATE ivr.agents SET on_duty = true WHERE destination = '+15551230044';
SELECT is(scene.department('support') #>> '{agents,0,destination}', '+15551230044', 'whoever comes on duty is there');
SELECT is(scene.department('billing') ->> 'has_agents', 'false', 'agents of other departments do not count');

-- Numbers, extensions and the emergency switch

SELECT is(scene.settings() -> 'numbers', '[]', 'without numbers the list is empty');
INSERT INTO ivr.numbers (number, menu, time_zone, language, note) VALUES ('+15551230002', 'department', 'Europe/Berlin', 'de', 'nobody reads it');
SELECT is(scene.settings() -> 'numbers', '[{"number": "+15551230002", "menu": "department", "time_zone": "Europe/Berlin", "language": "de"}]',
          'a number has its menu, its clock and its language');
SELECT is(scene.settings() -> 'extensions', '[]', 'without extensions the list is empty');
INSERT INTO ivr.extensions (extension, destination, name) VALUES
    ('2', '+15551230052', 'somebody'), ('10', '+15551230051', NULL), ('1', '+15551230050', NULL), ('100', '+15551230053', NULL), ('09', '+15551230054', NULL);
SELECT is(jsonb_path_query_array(scene.settings(), '$.extensions[*].extension'), '["09", "1", "10", "100", "2"]',
          'extensions come in the order of their characters, in which the programs look them up');
SELECT is(scene.settings() #> '{extensions,0}', '{"extension": "09", "destination": "+15551230054"}', 'with their destinations alone');
SELECT is(scene.settings() -> 'emergency', 'null', 'while the emergency switch is off there is nothing of it');
UPDATE ivr.emergency SET active = true, message = 'No calls today.', department = NULL;
SELECT is(scene.settings() -> 'emergency', '{"message": "No calls today.", "department": null}', 'while it is on it says what callers hear');
UPDATE ivr.emergency SET message = NULL, department = 'operator';
SELECT is(scene.settings() -> 'emergency', '{"message": null, "department": "operator"}', 'or where they go');
DELETE FROM ivr.emergency;
SELECT is(scene.settings() -> 'emergency', 'null', 'without its row it is off');
INSERT INTO ivr.callers (number, name, greeting) VALUES ('+15551230001', 'Ms. Meier', 'Hello Ms. Meier.');
SELECT is(scene.settings()::text ~ 'Meier', false, 'known callers are not in it: they are asked for one by one');
SELECT is(scene.settings()::text ~ 'nobody reads it|somebody', false, 'nor are notes and names');

-- Hours: each day from nine to five here, so that what they come to is known on any day

SELECT is(jsonb_typeof(scene.settings() -> 'hours_until'), 'number', 'it says until when it knows the hours');
SELECT ok((scene.settings() ->> 'hours_until') ~ '^[0-9]+$', 'in whole seconds');
SELECT ok(to_timestamp((scene.settings() ->> 'hours_until')::bigint) BETWEEN now() + interval '7 days 23 hours' AND now() + interval '8 days',
          'about eight days from now');
INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'billing', n, '09:00', '17:00' FROM generate_series(1, 7) AS n;
CREATE FUNCTION scene.span(day date, zone text DEFAULT 'UTC') RETURNS jsonb
LANGUAGE sql RETURN jsonb_build_array(floor(extract(epoch FROM (day + time '09:00') AT TIME ZONE zone)),
                                      floor(extract(epoch FROM (day + time '17:00') AT TIME ZONE zone)));
SELECT current_date + 2 AS day \gset
SELECT ok(scene.department('billing') -> 'open' @> jsonb_build_array(scene.span(:'day')), 'open hours are pairs of moments, in seconds since 1970');
SELECT ok(jsonb_array_length(scene.department('billing') -> 'open') BETWEEN 8 AND 9, 'one for each day that is known');
SELECT ok(bool_and((span ->> 0)::bigint < (span ->> 1)::bigint AND (span ->> 0)::bigint >= extract(epoch FROM now()) - 7200
                   AND (span ->> 1)::bigint <= (scene.settings() ->> 'hours_until')::bigint), 'none before this hour or after what is known')
FROM jsonb_array_elements(scene.department('billing') -> 'open') AS span;
SELECT is(array_agg(span ->> 0), array_agg(span ->> 0 ORDER BY (span ->> 0)::bigint), 'in order')
FROM jsonb_array_elements(scene.department('billing') -> 'open') AS span;
UPDATE ivr.departments SET time_zone = 'Pacific/Kiritimati' WHERE department = 'billing';
SELECT ok(scene.department('billing') -> 'open' @> jsonb_build_array(scene.span(:'day', 'Pacific/Kiritimati')), 'on the department''s own clock');
INSERT INTO ivr.holidays (day, name) VALUES (:'day', 'a holiday');
SELECT ok(NOT scene.department('billing') -> 'open' @> jsonb_build_array(scene.span(:'day', 'Pacific/Kiritimati')), 'without the holidays');
DELETE FROM ivr.holidays;
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('technical_support', extract(isodow FROM date :'day'), '09:00', '17:00');
INSERT INTO ivr.holidays (day, name)
SELECT date :'day' + 7 * n, 'a holiday' FROM generate_series(-1, 1) AS n;
SELECT is(scene.department('technical_support') -> 'open', '[]', 'what never opens in that time has an empty list');
SELECT is(scene.department('operator') -> 'open', 'null', 'what has no hours is always open, whatever the holidays');
DELETE FROM ivr.holidays;
DELETE FROM ivr.hours WHERE department = 'technical_support';
INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'technical_support', n, '00:00', '24:00' FROM generate_series(1, 7) AS n;
SELECT is(scene.department('technical_support') -> 'open',
          jsonb_build_array(jsonb_build_array(extract(epoch FROM date_trunc('hour', now()))::bigint - 3600, scene.settings() -> 'hours_until')),
          'hours are told from the hour before this one until what is known');
SELECT is(scene.menu('department') -> 'open', 'null', 'a menu without hours is always open');
INSERT INTO ivr.hours (menu, weekday, opens, closes) SELECT 'department', n, '09:00', '17:00' FROM generate_series(1, 7) AS n;
SELECT is((SELECT array_agg(z ->> 'zone' ORDER BY z ->> 'zone') FROM jsonb_array_elements(scene.menu('department') -> 'open') AS z),
          ARRAY['Europe/Berlin', 'UTC'], 'a menu without a clock has its hours on that of each number and on UTC');
SELECT is((SELECT array_agg(z ->> 'zone' ORDER BY z ->> 'zone') FROM jsonb_array_elements(scene.menu('department') -> 'open') AS z
           WHERE z -> 'spans' @> jsonb_build_array(scene.span(:'day', z ->> 'zone'))), ARRAY['Europe/Berlin', 'UTC'], 'each with its own moments');
UPDATE ivr.menus SET time_zone = 'Pacific/Kiritimati' WHERE menu = 'department';
SELECT is((SELECT array_agg(z ->> 'zone') FROM jsonb_array_elements(scene.menu('department') -> 'open') AS z), ARRAY['Pacific/Kiritimati'],
          'a menu with a clock has them on this alone');
SELECT ok(scene.menu('department') #> '{open,0,spans}' @> jsonb_build_array(scene.span(:'day', 'Pacific/Kiritimati')), 'with its moments');
SELECT is(scene.menu('main') -> 'open', 'null', 'hours of one menu are not another''s');

-- Little or nothing

INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) VALUES ('empty', 'a', 'b', 'c', 'operator');
SELECT is(scene.menu('empty') -> 'options', '[]', 'a menu without options has an empty list');
SELECT is(scene.menu('empty') ->> 'endpoint', 'route-menu', 'and the defaults for what was not said');
DELETE FROM ivr.extensions;
DELETE FROM ivr.callers;
DELETE FROM ivr.numbers;
DELETE FROM ivr.menu_options;
UPDATE ivr.departments SET closed_department = NULL, closed_menu = NULL;
DELETE FROM ivr.menus;
SELECT is(scene.settings() -> 'menus', '[]', 'without menus the list is empty');
DELETE FROM ivr.departments;
SELECT is(scene.settings() -> 'departments', '[]', 'without departments the list is empty');
DELETE FROM ivr.config_versions;
SELECT is(scene.settings() - 'hours_until', '{"menus": [], "numbers": [], "version": 0, "emergency": null, "extensions": [], "departments": [], "translations": []}',
          'without any version it is version 0');

SELECT * FROM finish();
ROLLBACK;
