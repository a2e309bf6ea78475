-- flow_chart.sql: the whole tree as Mermaid text, and the places and ways that it draws.
BEGIN;
\ir lib/scene.psql
SELECT plan(37);

-- Whether the chart has a line, and the label of what a place is drawn as.
CREATE FUNCTION scene.has(line text) RETURNS boolean
LANGUAGE sql RETURN line = ANY (string_to_array(ivr.flow_chart(), e'\n'));
CREATE FUNCTION scene.node(of_place text) RETURNS text
LANGUAGE sql RETURN (SELECT id FROM (SELECT place, 'n' || row_number() OVER (ORDER BY kind = 'emergency', place COLLATE "C") AS id FROM ivr.places) AS p WHERE place = of_place);
CREATE FUNCTION scene.draws(from_place text, arrow text, to_place text) RETURNS boolean
LANGUAGE sql RETURN scene.has(format('    %s %s %s', scene.node(from_place), arrow, scene.node(to_place)));

-- The seeded tree

SELECT is(split_part(ivr.flow_chart(), e'\n', 1), 'flowchart LR', 'it is a flowchart');
SELECT ok(scene.has(format('    %s["main<br/>Press 1 for sales or 2 for<br/>support."]:::menu', scene.node('menu:main'))), 'a menu shows its prompt');
SELECT ok(scene.has(format('    %s[["sales<br/>+15551230011"]]:::department', scene.node('department:sales'))), 'a department its number');
SELECT ok(scene.draws('menu:main', '-->|"1"|', 'department:sales'), 'an option is an arrow with its digits');
SELECT ok(scene.draws('menu:main', '-.->|"no input, wrong digits, otherwise"|', 'department:operator'), 'the fallback is a dotted one');
SELECT ok(scene.draws('start', '-->', 'menu:main'), 'any number leads to main');
SELECT ok(scene.draws('start:department', '-->', 'menu:department'), 'Gather And Transfer begins on its own');
SELECT ok(scene.draws('emergency', '-.->|"when switched on"|', 'department:operator'), 'the emergency switch is there');
SELECT is((SELECT name FROM ivr.places WHERE place = 'start'), 'any number', 'without numbers of its own, any number means any');

-- Everything else

UPDATE ivr.menus SET num_digits = 3, direct_dial = true, no_input_message = 'We heard nothing. Goodbye.', invalid_department = 'support', closed_menu = 'department' WHERE menu = 'main';
INSERT INTO ivr.menu_options (menu, digits, department, to_menu, message, back) VALUES
    ('main', '3', NULL, 'department', NULL, false), ('main', '4', NULL, NULL, 'Read "#1" & <more> `here`.', false), ('department', '0', NULL, NULL, NULL, true), ('main', '10', 'sales', NULL, NULL, false);
INSERT INTO ivr.extensions VALUES ('101', 'sip:101@example.com', 'Anna'), ('102', 'sip:102@example.com', NULL);
INSERT INTO ivr.numbers (number, menu, time_zone, language, note) VALUES ('+15551230002', 'department', 'Europe/Berlin', 'de', 'Berlin');
INSERT INTO ivr.callers (number, department, menu, blocked) VALUES ('+15551230001', 'sales', NULL, false), ('+15551230003', 'sales', NULL, false), ('+15551230004', NULL, 'main', false), ('+15551230005', NULL, 'main', true);
INSERT INTO ivr.agents (department, destination, priority, on_duty) VALUES ('sales', '+15551230041', 2, false), ('sales', '+15551230042', 1, true);
UPDATE ivr.departments SET closed_message = 'We are closed.' WHERE department = 'sales';
UPDATE ivr.departments SET closed_department = 'operator' WHERE department = 'support';
INSERT INTO ivr.hours (department, menu, weekday, opens, closes) VALUES (NULL, 'main', 1, '09:00', '17:00'), ('sales', NULL, 1, '09:00', '17:00');
UPDATE ivr.emergency SET active = true, department = NULL;

SELECT ok(scene.draws('menu:main', '-->|"3"|', 'menu:department'), 'an option to another menu');
SELECT ok(scene.draws('menu:main', '-->|"1, 10"|', 'department:sales'), 'two options to one place are one arrow');
SELECT ok(scene.draws('menu:main', '-->|"4"|', 'message:Read "#1" & <more> `here`.'), 'an option to a message');
SELECT ok(scene.has(format('    %s>"Read #34;#35;1#34; #38; #60;more#62; #96;here#96;."]:::message', scene.node('message:Read "#1" & <more> `here`.'))), 'whatever is in it');
SELECT ok(scene.draws('menu:department', '-->|"0"|', 'back:department'), 'an option that leads back');
SELECT ok(scene.draws('menu:main', '-->|"an extension"|', 'extensions'), 'extensions');
SELECT ok(scene.has(format('    %s[["extensions<br/>101 Anna, 102"]]:::extensions', scene.node('extensions'))), 'with who they are');
SELECT ok(scene.draws('menu:main', '-.->|"no input"|', 'message:We heard nothing. Goodbye.'), 'silence with its own place');
SELECT ok(scene.draws('menu:main', '-.->|"wrong digits"|', 'department:support'), 'wrong digits with theirs');
SELECT ok(scene.draws('menu:main', '-.->|"closed"|', 'menu:department'), 'a menu that is closed');
SELECT ok(scene.draws('menu:main', '-.->|"otherwise"|', 'department:operator'), 'the fallback for the rest');
SELECT ok(scene.draws('department:sales', '-.->|"closed or nobody on duty"|', 'message:We are closed.'), 'a department that is closed');
SELECT is((SELECT count(*) FROM ivr.ways WHERE from_place = 'department:support'), 0::bigint, 'one that never closes leads nowhere');
SELECT ok(scene.has(format('    %s[["sales<br/>+15551230042<br/>+15551230041 (off duty)"]]:::department', scene.node('department:sales'))), 'a department shows who takes its calls');
SELECT ok(scene.has(format('    %s(["+15551230002<br/>Berlin, de, Europe/Berlin"]):::number', scene.node('number:1'))), 'a number');
SELECT ok(scene.draws('number:1', '-->', 'menu:department'), 'leads to its menu');
SELECT is((SELECT name FROM ivr.places WHERE place = 'start'), 'any other number', 'and the others to main');
SELECT ok(scene.draws('callers', '-->|"2 callers"|', 'department:sales'), 'known callers have their own ways');
SELECT ok(scene.draws('callers', '-->|"1 caller"|', 'menu:main'), 'unless they are blocked');
SELECT ok(scene.draws('emergency', '-.->|"switched on"|', 'message:We cannot take calls as usual today. You are being connected to our operator.'), 'an emergency may end with a message');
SELECT is((SELECT name FROM ivr.places WHERE place = 'emergency'), 'EMERGENCY IS ON', 'and says so while it is on');
INSERT INTO ivr.extensions SELECT n::text, 'sip:' || n || '@example.com' FROM generate_series(201, 299) AS n;
SELECT is((SELECT words FROM ivr.places WHERE place = 'extensions'), '101 from 101 to 299', 'many extensions are counted');
SELECT is((SELECT array_agg(place) FROM (SELECT from_place AS place FROM ivr.ways UNION SELECT to_place FROM ivr.ways EXCEPT SELECT place FROM ivr.places) AS missing), NULL, 'every way is between places');
SELECT is((SELECT count(*) FROM ivr.places), (SELECT count(DISTINCT place) FROM ivr.places), 'every place is there once');
SET LOCAL ROLE ivr_report;
SELECT ok(ivr.flow_chart() !~ '\+1555123' AND ivr.flow_chart() ~ '\+1555\*\*\*\*\*02', 'ivr_report sees numbers masked');
RESET ROLE;

SELECT is(ivr.mermaid_text('%%{init}%% 1'), '"#37;#37;{init}#37;#37; 1"', 'no label is taken for a directive');

-- Little

DELETE FROM ivr.callers; DELETE FROM ivr.numbers; DELETE FROM ivr.emergency; DELETE FROM ivr.extensions;
DELETE FROM ivr.menu_options; DELETE FROM ivr.hours; DELETE FROM ivr.agents;
UPDATE ivr.menus SET closed_menu = NULL;
DELETE FROM ivr.menus;
UPDATE ivr.departments SET closed_department = NULL;
DELETE FROM ivr.departments;
SELECT is((SELECT count(*) FROM ivr.places), 0::bigint, 'without anything there are no places');
SELECT ok(ivr.flow_chart() ~ '^flowchart LR', 'and the chart is empty');

SELECT * FROM finish();
ROLLBACK;
