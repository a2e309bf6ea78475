-- check_config.sql: what is wrong with the configuration, in words.
BEGIN;
\ir lib/scene.psql
SELECT plan(60);

-- Tries statements, undoes them, and tells what the check says of them, one line a problem: the notes alone, or all but
-- them.
CREATE FUNCTION scene.said(statements text, notes boolean) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    BEGIN
        SET CONSTRAINTS ALL DEFERRED;
        EXECUTE statements;
        SET CONSTRAINTS ALL IMMEDIATE;
        found := (SELECT string_agg(format('%s: %s %s', severity, subject, problem), e'\n' ORDER BY severity, subject COLLATE "C", problem) FROM ivr.check_config()
                  WHERE (severity = 'note') = notes);
        RAISE EXCEPTION USING ERRCODE = 'UNDO0';
    EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
        RETURN found;
    END;
END;
$$;
CREATE FUNCTION scene.problems(statements text) RETURNS text LANGUAGE sql RETURN scene.said(statements, false);
CREATE FUNCTION scene.notes(statements text) RETURNS text LANGUAGE sql RETURN scene.said(statements, true);
CREATE FUNCTION scene.menu(name text, more text DEFAULT '') RETURNS text
LANGUAGE sql RETURN format(
    'INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) VALUES (%1$L, ''a'', ''b'', ''c'', ''operator'');
     INSERT INTO ivr.menu_options (menu, digits, department) VALUES (%1$L, ''1'', ''sales''); %2$s', name, more);
CREATE FUNCTION scene.option(of_menu text, digits text, to_menu text) RETURNS text
LANGUAGE sql RETURN format('INSERT INTO ivr.menu_options (menu, digits, to_menu) VALUES (%L, %L, %L);', of_menu, digits, to_menu);

SELECT is(scene.problems(''), NULL, 'the seeded configuration has no problems');
SELECT is(scene.notes(''), $$note: department billing sends callers to a placeholder, where nobody answers: +1555*****13
note: department operator sends callers to a placeholder, where nobody answers: +1555*****10
note: department sales sends callers to a placeholder, where nobody answers: +1555*****11
note: department support sends callers to a placeholder, where nobody answers: +1555*****12
note: department technical_support sends callers to a placeholder, where nobody answers: +1555*****14$$, 'but says which of its numbers are placeholders');
SELECT is((SELECT count(*) FROM ivr.check_config() WHERE num_nulls(severity, subject, problem, hint) > 0), 0::bigint, 'and would say all of each');

-- Menus

SELECT is(scene.problems(scene.menu('extra')), 'warning: menu extra no number, caller, option or other menu leads to it', 'a menu that nothing leads to');
SELECT is(scene.problems(scene.menu('extra', more)), NULL, format('not one that %s leads to', what))
FROM (VALUES
    ('an option', scene.option('main', '3', 'extra')), ('an option of the other first menu', scene.option('department', '3', 'extra')),
    ('a number', $$INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'extra')$$),
    ('a known caller', $$INSERT INTO ivr.callers (number, menu) VALUES ('+15551230001', 'extra')$$),
    ('silence', $$UPDATE ivr.menus SET no_input_menu = 'extra' WHERE menu = 'main'$$),
    ('a wrong digit', $$UPDATE ivr.menus SET invalid_menu = 'extra' WHERE menu = 'main'$$),
    ('a closed menu', $$UPDATE ivr.menus SET closed_menu = 'extra' WHERE menu = 'main'; INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('main', 1, '09:00', '17:00')$$),
    ('a closed department', $$UPDATE ivr.departments SET closed_menu = 'extra' WHERE department = 'sales'; INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00')$$),
    ('a department where nobody may be on duty', $$UPDATE ivr.departments SET closed_menu = 'extra' WHERE department = 'sales'; INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551230041')$$)
) AS leads (what, more);
SELECT is(scene.problems(scene.menu('extra', more)), 'warning: menu extra no number, caller, option or other menu leads to it', format('but one that only %s would lead to', what))
FROM (VALUES
    ('itself', scene.option('extra', '2', 'extra')),
    ('a menu that never closes', $$UPDATE ivr.menus SET closed_menu = 'extra' WHERE menu = 'main'$$),
    ('a department that never closes', $$UPDATE ivr.departments SET closed_menu = 'extra' WHERE department = 'sales'$$),
    ('a blocked caller', $$INSERT INTO ivr.callers (number, menu, blocked) VALUES ('+15551230001', 'extra', true)$$)
) AS leads (what, more);
SELECT is(scene.problems(scene.menu('extra', scene.menu('more', scene.option('extra', '2', 'more') || scene.option('more', '2', 'extra')))),
          e'warning: menu extra no number, caller, option or other menu leads to it\nwarning: menu more no number, caller, option or other menu leads to it', 'two that only lead to each other');
SELECT is(scene.problems($$DELETE FROM ivr.menu_options WHERE menu = 'main'$$), 'error: menu main has no options', 'a menu without options');
SELECT is(scene.problems($$DELETE FROM ivr.menu_options WHERE menu = 'main'; UPDATE ivr.menus SET direct_dial = true WHERE menu = 'main'$$),
          'error: menu main has no options, and there are no extensions to dial', 'extensions that are not there do not help');
SELECT is(scene.problems($$DELETE FROM ivr.menu_options WHERE menu = 'main'; UPDATE ivr.menus SET direct_dial = true WHERE menu = 'main';
                           INSERT INTO ivr.extensions VALUES ('7', '+15551230042')$$), NULL, 'a menu with extensions needs no options');
SELECT is(scene.problems($$DELETE FROM ivr.menus WHERE menu = 'main'$$), 'error: menu main does not exist, but it is what callers of numbers without a menu are asked', 'the menu of all other numbers is missing');
SELECT is(scene.problems($$DELETE FROM ivr.menus WHERE menu = 'department'$$), NULL, 'the other one may be');

-- Numbers and destinations

SELECT is(scene.problems($$ALTER TABLE ivr.numbers DROP CONSTRAINT numbers_menu_exists; INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'nowhere')$$),
          'error: number +1555*****02 has no menu', 'a number without a menu');
SELECT is(scene.problems($$INSERT INTO ivr.numbers (number, menu) VALUES ('+1-555-123-0002', 'main')$$),
          'warning: number +1555*****02 is never the number that was called: it is not E.164', 'a number that is written in another way than the platform''s');
SELECT is(scene.problems($$INSERT INTO ivr.numbers (number, menu) VALUES ('app_1', 'main'), ('+15551230002', 'main')$$), NULL, 'an application id is as good as a number');
SELECT is(scene.problems($$ALTER TABLE ivr.departments DROP CONSTRAINT departments_destination_is_e164_or_sip; UPDATE ivr.departments SET destination = '0555 1230011' WHERE department = 'sales'$$),
          'error: department sales cannot be dialled: 0555*****11', 'a destination that cannot be dialled');
SELECT is(scene.problems($$ALTER TABLE ivr.agents DROP CONSTRAINT agents_destination_is_e164_or_sip; INSERT INTO ivr.agents (department, destination) VALUES ('sales', 'x')$$),
          'error: an agent of department sales cannot be dialled: *****', 'an agent''s as well');
SELECT is(scene.problems($$ALTER TABLE ivr.extensions DROP CONSTRAINT extensions_destination_is_e164_or_sip; INSERT INTO ivr.extensions VALUES ('7', 'x')$$),
          'error: extension 7 cannot be dialled: *****', 'and an extension''s');

-- Placeholders

CREATE FUNCTION scene.replaced() RETURNS text LANGUAGE sql
RETURN $$UPDATE ivr.departments SET destination = '+4930123456' || row FROM (SELECT department AS name, row_number() OVER (ORDER BY department COLLATE "C") AS row FROM ivr.departments) AS d WHERE department = name;$$;
SELECT is(scene.notes(scene.replaced()), NULL, 'numbers of one''s own are not noted');
SELECT is(scene.notes(scene.replaced() || $$INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551230041'), ('sales', '+493012345701')$$),
          'note: an agent of department sales sends callers to a placeholder, where nobody answers: +1555*****41', 'an agent''s placeholder is');
SELECT is(scene.notes(scene.replaced() || $$INSERT INTO ivr.extensions (extension, destination) VALUES ('7', '+15551230042'), ('8', 'sip:+15551230042@pbx.example.com')$$),
          'note: extension 7 sends callers to a placeholder, where nobody answers: +1555*****42', 'and an extension''s');
SELECT is(scene.notes(scene.replaced() || $$INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'main'), ('+4930123450', 'main')$$),
          'note: number +1555*****02 is a placeholder, which nobody calls', 'and a number that is called');
SELECT is(scene.notes(scene.replaced() || $$UPDATE ivr.departments SET destination = '+15551240011' WHERE department = 'sales'$$), NULL, 'the neighbours of the placeholders are none');

-- Doors

SELECT is(scene.problems($$INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00')$$), NULL, 'a department that opens once a week is fine');
SELECT is(scene.problems($$INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00');
                           INSERT INTO ivr.holidays (day, name) SELECT now()::date + n, 'x' FROM generate_series(-2, 10) AS n$$), NULL, 'even when it is closed this week and the next');
SELECT is(scene.problems($$INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00');
                           INSERT INTO ivr.holidays (day, department, name) SELECT now()::date + n, 'sales', 'x' FROM generate_series(-2, 403) AS n$$),
          'error: option 1 of menu main leads to department sales, which does not open in the next 400 days', 'an option to a department that never opens');
SELECT is(scene.problems($$INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('operator', 1, '09:00', '17:00');
                           INSERT INTO ivr.holidays (day, department, name) SELECT now()::date + n, 'operator', 'x' FROM generate_series(-2, 403) AS n$$),
          NULL, 'the fallback and the emergency switch do not ask for hours');
SELECT is(scene.problems($$INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('main', 1, '09:00', '17:00');
                           INSERT INTO ivr.holidays (day, menu, name) SELECT now()::date + n, 'main', 'x' FROM generate_series(-2, 403) AS n$$),
          'error: menu main does not open in the next 400 days', 'a menu that never opens');
SELECT is(scene.problems($$INSERT INTO ivr.agents (department, destination, on_duty) VALUES ('sales', '+15551230041', false), ('sales', '+15551230042', false)$$),
          'warning: option 1 of menu main leads to department sales, where nobody is on duty', 'an option to a department where nobody is on duty');
SELECT is(scene.problems($$INSERT INTO ivr.agents (department, destination, on_duty) VALUES ('sales', '+15551230041', false), ('sales', '+15551230042', true)$$), NULL, 'one who is there is enough');
SELECT is(scene.problems($$INSERT INTO ivr.holidays (day, department, name) VALUES ('2026-12-25', 'sales', 'Christmas')$$),
          'warning: department sales has holidays but no weekly hours, so it is always open', 'holidays without hours');
SELECT is(scene.problems($$INSERT INTO ivr.holidays (day, name) VALUES ('2026-12-25', 'Christmas')$$), NULL, 'those for all are fine');

CREATE FUNCTION scene.circle(hours_of text[]) RETURNS text
LANGUAGE sql RETURN $$UPDATE ivr.departments SET closed_department = 'support' WHERE department = 'sales';
    UPDATE ivr.departments SET closed_menu = 'department' WHERE department = 'support';
    UPDATE ivr.menus SET closed_department = 'sales' WHERE menu = 'department';$$ ||
    (SELECT string_agg(format('INSERT INTO ivr.hours (%s, weekday, opens, closes) VALUES (%L, 1, ''09:00'', ''17:00'');', split_part(o, ' ', 1), split_part(o, ' ', 2)), '') FROM unnest(hours_of) AS o);
SELECT is(scene.problems(scene.circle('{department sales,department support,menu department}')),
          'error: department sales when all are closed they lead in a circle: department sales -> department support -> menu department -> department sales', 'closed doors that lead in a circle, once');
SELECT is(scene.problems(scene.circle('{department sales,menu department}')), NULL, 'not when one of them never closes');
SELECT is(scene.problems($$INSERT INTO ivr.departments (department, destination, closed_department) SELECT 'd' || n, '+15551230041', nullif('d' || n + 1, 'd11') FROM generate_series(1, 10) AS n;
                           INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'd' || n, 1, '09:00', '17:00' FROM generate_series(1, 9) AS n$$),
          'error: department d1 when all are closed it leads through more than 8 places: department d1 -> department d2 -> department d3 -> department d4 -> department d5 -> department d6 -> department d7 -> department d8 -> department d9 -> department d10',
          'more closed doors than the programs follow');

-- Words and keys

SELECT is(scene.problems($$UPDATE ivr.menus SET greeting = repeat('x', 200), recording_notice = repeat('y', 200), prompt = repeat('z', 198) WHERE menu = 'main'$$), NULL, '600 characters can be listened to');
SELECT is(scene.problems($$UPDATE ivr.menus SET greeting = repeat('x', 200), recording_notice = repeat('y', 200), prompt = repeat('z', 199) WHERE menu = 'main'$$),
          'error: menu main greeting, recording notice and prompt have 601 characters together', '601 cannot');
SELECT is(scene.problems($$ALTER TABLE ivr.menu_options DISABLE TRIGGER USER; INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '12', 'sales')$$),
          'error: option 12 of menu main can never be pressed: the menu takes 1 digit(s)', 'an option with too many digits');
SELECT is(scene.problems($$ALTER TABLE ivr.menu_options DISABLE TRIGGER USER; INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '#', 'sales')$$),
          'error: option # of menu main can never be pressed: # ends the input', 'an option with the finish key');
SELECT is(scene.problems($$UPDATE ivr.menus SET direct_dial = true WHERE menu = 'main'; INSERT INTO ivr.extensions VALUES ('12', '+15551230042'), ('2', '+15551230042')$$),
          e'error: extension 12 in menu main can never be pressed: the menu takes 1 digit(s)\nwarning: extension 2 in menu main is never reached: an option has the same digits', 'extensions that cannot be dialled');
SELECT is(scene.problems($$UPDATE ivr.menus SET direct_dial = true, num_digits = 2, finish_on_key = '9' WHERE menu = 'main'; INSERT INTO ivr.extensions VALUES ('19', '+15551230042'), ('18', '+15551230042')$$),
          'error: extension 19 in menu main can never be pressed: 9 ends the input', 'nor with the finish key in them');
SELECT is(scene.problems($$INSERT INTO ivr.extensions VALUES ('12', '+15551230042'), ('2', '+15551230042')$$), NULL, 'which is no matter where extensions cannot be dialled anyway');
SELECT is(scene.problems($$UPDATE ivr.menus SET direct_dial = true, num_digits = 2 WHERE menu = 'main'; INSERT INTO ivr.extensions VALUES ('12', '+15551230042')$$), NULL, 'with a finish key a shorter option is fine');
SELECT is(scene.problems($$UPDATE ivr.menus SET direct_dial = true, num_digits = 2, finish_on_key = NULL WHERE menu = 'main'; INSERT INTO ivr.extensions VALUES ('12', '+15551230042')$$),
          'warning: menu main callers wait 5 s after option 1, option 2, because the menu takes 2 digits', 'without one they wait');
SELECT is(scene.problems($$UPDATE ivr.menus SET num_digits = 2, finish_on_key = NULL WHERE menu = 'main'; INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '3', 'sales'), ('main', '4', 'sales')$$),
          'warning: menu main callers wait 5 s after option 1 and 3 others, because the menu takes 2 digits', 'also after many');

-- Depth

CREATE FUNCTION scene.chain(repeats integer) RETURNS text
LANGUAGE sql RETURN (SELECT string_agg(scene.menu('m' || n), '') || scene.option('main', '3', 'm1') || scene.option('m1', '3', 'm2') || scene.option('m2', '3', 'm3')
                     FROM generate_series(1, 3) AS n) || format('UPDATE ivr.menus SET no_input_limit = 2, invalid_limit = 2; UPDATE ivr.menus SET no_input_limit = %s WHERE menu = ''m3'';', repeats);
SELECT is(scene.problems(scene.chain(1)), NULL, '19 redirects are within the budget');
SELECT is(scene.problems(scene.chain(2)), 'error: menu main a caller may be asked 20 times, and the platform follows 20 redirects at most: main -> m1 -> m2 -> m3', 'the 20th is one too many');
SELECT is(scene.problems(scene.chain(2) || $$INSERT INTO ivr.menu_options (menu, digits, back) VALUES ('m3', '0', true); UPDATE ivr.menus SET no_input_limit = 1 WHERE menu = 'm3'$$), NULL,
          'going back is counted while the call goes on');
SELECT is(scene.refused_as('ivr_report', 'SELECT * FROM ivr.check_config()'), NULL, 'ivr_report may ask it');

SELECT * FROM finish();
ROLLBACK;
