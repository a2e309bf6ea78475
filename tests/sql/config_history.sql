-- config_history.sql: who changed what in the configuration, in words.
BEGIN;
\ir lib/scene.psql
SELECT plan(33);

-- Makes a change as a transaction of its own would, and tells what the history says of it, one line a row.
CREATE FUNCTION scene.change(statement text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    before bigint := (SELECT max(version) FROM ivr.config_versions);
BEGIN
    UPDATE ivr.config_versions SET transaction_id = version::text::xid8 WHERE transaction_id = pg_current_xact_id();
    EXECUTE statement;
    RETURN (SELECT string_agg(format('%s %s: %s', of_table, change, what), e'\n' ORDER BY of_table, what COLLATE "C")
            FROM ivr.config_history
            WHERE version > before);
END;
$$;

-- The seeded configuration

SELECT is((SELECT count(*) FROM ivr.config_history WHERE version = 1), (SELECT sum(jsonb_array_length(value)) FROM ivr.config_versions, jsonb_each(snapshot) WHERE version = 1)::bigint,
          'the first version added everything');
SELECT is((SELECT DISTINCT change FROM ivr.config_history), 'added', 'and changed nothing');
SELECT is((SELECT what FROM ivr.config_history WHERE key = 'option 1 of menu main'), 'option 1 of menu main: added, department "sales"', 'a row that was added tells what is in it');

-- Changes

SELECT is(scene.change(statement), told, what)
FROM (VALUES
    (1, $$UPDATE ivr.menus SET prompt = 'Say "1".', num_digits = 2 WHERE menu = 'main'$$,
        'menus changed: menu main: prompt was "Press 1 for sales or 2 for support.", is "Say \"1\"."; num_digits was 1, is 2', 'a change tells how it was and how it is'),
    (2, $$UPDATE ivr.menus SET finish_on_key = NULL WHERE menu = 'main'$$, 'menus changed: menu main: finish_on_key was "#", is empty', 'what is gone is empty'),
    (3, $$UPDATE ivr.menus SET greeting = 'Hello.' WHERE menu = 'main'$$, 'menus changed: menu main: greeting was empty, is "Hello."', 'what is new was empty'),
    (4, $$UPDATE ivr.menus SET direct_dial = true WHERE menu = 'main'$$, 'menus changed: menu main: direct_dial was false, is true', 'a switch is true or false'),
    (5, $$INSERT INTO ivr.menu_options (menu, digits, message) VALUES ('main', '3', 'Bye.')$$, 'menu_options added: option 3 of menu main: added, message "Bye."', 'an option that is new'),
    (6, $$UPDATE ivr.menu_options SET message = NULL, department = 'sales' WHERE digits = '3'$$,
        'menu_options changed: option 3 of menu main: message was "Bye.", is empty; department was empty, is "sales"', 'an option that leads elsewhere'),
    (7, $$DELETE FROM ivr.menu_options WHERE digits = '3'$$, 'menu_options removed: option 3 of menu main: removed, had department "sales"', 'an option that is gone'),
    (8, $$UPDATE ivr.emergency SET active = true$$, 'emergency changed: emergency switch: active was false, is true', 'the emergency switch'),
    (9, $$INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00')$$,
        'hours added: hours of department sales on Monday from 09:00: added, closes "17:00:00"', 'hours of a department'),
    (10, $$INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('main', 7, '09:00:30', '17:00')$$,
        'hours added: hours of menu main on Sunday from 09:00:30: added, closes "17:00:00"', 'hours of a menu'),
    (11, $$INSERT INTO ivr.holidays (day, name) VALUES ('2026-12-25', 'Christmas')$$, 'holidays added: holiday 2026-12-25 of all: added, name "Christmas"', 'a holiday for all'),
    (12, $$INSERT INTO ivr.holidays (day, department, opens, closes, name) VALUES ('2026-12-25', 'sales', '09:00', '10:00', 'Christmas')$$,
        'holidays added: holiday 2026-12-25 of department sales from 09:00: added, name "Christmas", closes "10:00:00"', 'a holiday with hours'),
    (13, $$INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551230041')$$,
        'agents added: agent +15551230041 of department sales: added, share 1, on_duty, priority 1', 'an agent'),
    (14, $$UPDATE ivr.agents SET on_duty = false$$, 'agents changed: agent +15551230041 of department sales: on_duty was true, is false', 'an agent who goes home'),
    (15, $$INSERT INTO ivr.extensions VALUES ('12', 'sip:12@example.com')$$, 'extensions added: extension 12: added, destination "sip:12@example.com"', 'an extension'),
    (16, $$INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'main')$$, 'numbers added: number +15551230002: added, menu "main", time_zone "UTC"', 'a number'),
    (17, $$UPDATE ivr.departments SET department = 'sale' WHERE department = 'sales'$$,
        e'agents added: agent +15551230041 of department sale: added, share 1, priority 1\n'
        'agents removed: agent +15551230041 of department sales: removed, had share 1, priority 1\n'
        'departments added: department sale: added, note "replace by your own number", time_zone "UTC", destination "+15551230011", retry_minutes 10\n'
        'departments removed: department sales: removed, had note "replace by your own number", time_zone "UTC", destination "+15551230011", retry_minutes 10\n'
        'holidays added: holiday 2026-12-25 of department sale from 09:00: added, name "Christmas", closes "10:00:00"\n'
        'holidays removed: holiday 2026-12-25 of department sales from 09:00: removed, had name "Christmas", closes "10:00:00"\n'
        'hours added: hours of department sale on Monday from 09:00: added, closes "17:00:00"\n'
        'hours removed: hours of department sales on Monday from 09:00: removed, had closes "17:00:00"\n'
        'menu_options changed: option 1 of menu main: department was "sales", is "sale"', 'a new name is another row'),
    (18, $$INSERT INTO ivr.callers (number) VALUES ('+15551230001')$$, NULL, 'known callers are not in it'),
    (19, $$UPDATE ivr.menus SET note = note$$, NULL, 'nor is what changes nothing')
) AS changes (number, statement, told, what)
ORDER BY number;

SELECT is((SELECT DISTINCT (changed_by, changed_at)::text FROM ivr.config_history WHERE version > 1), (session_user, transaction_timestamp())::text, 'it tells who and when');
SELECT is((SELECT count(DISTINCT version) FROM ivr.config_history), 18::bigint, 'and in which version');

-- What cannot be said, and who may see what

UPDATE ivr.config_versions SET snapshot = NULL WHERE version = 2;
SELECT is((SELECT array_agg(DISTINCT version) FROM ivr.config_history WHERE version <= 4), ARRAY[1, 4]::bigint[], 'of a version without a snapshot nothing is said, nor of the next');
UPDATE ivr.config_versions SET snapshot = snapshot #- '{menus,0,direct_dial}' WHERE version = 1;
UPDATE ivr.config_versions SET snapshot = (SELECT snapshot FROM ivr.config_versions WHERE version = 3) WHERE version = 2;
SELECT ok((SELECT bool_and(what !~ 'direct_dial') FROM ivr.config_history WHERE version = 2), 'a column that the table has got meanwhile is no change');
SELECT is((SELECT array_agg(what) FROM ivr.config_history WHERE key ~ '^number'), ARRAY['number +15551230002: added, menu "main", time_zone "UTC"'], 'the owner sees numbers');
SET LOCAL ROLE ivr_report;
SELECT ok((SELECT bool_and(what !~ '\+1555123' AND key !~ '\+1555123') FROM ivr.config_history), 'others see them masked');
SELECT is((SELECT what FROM ivr.config_history WHERE of_table = 'numbers'), 'number +1555*****02: added, menu "main", time_zone "UTC"', 'and the rest as it is');
RESET ROLE;
SELECT is(ivr.config_difference('{"a": 1, "b": null}', '{"a": 1, "b": null}'), NULL, 'equal rows have no difference');
SELECT is(ivr.config_values('{"a": 1, "b": null, "c": false, "d": true, "e": "x"}'), 'a 1, d, e "x"', 'empty columns are not worth a word');
SELECT is(ivr.config_key('anything', '{}'), 'anything', 'a table that is not known is called by its name');
SELECT is((SELECT count(*) FROM ivr.config_changes('{}', '{}')), 0::bigint, 'nothing differs from nothing');

SELECT * FROM finish();
ROLLBACK;
