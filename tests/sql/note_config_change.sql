-- note_config_change.sql: every transaction that changes the configuration gets one version.
BEGIN;
\ir lib/scene.psql
SELECT plan(35);

SELECT max(version) AS seeded FROM ivr.config_versions \gset

-- Makes a change as a transaction of its own would, and tells how many versions it made.
CREATE FUNCTION scene.change(statement text) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    before bigint := (SELECT max(version) FROM ivr.config_versions);
BEGIN
    UPDATE ivr.config_versions SET transaction_id = version::text::xid8
    WHERE transaction_id = pg_current_xact_id();
    EXECUTE statement;
    RETURN (SELECT max(version) - before FROM ivr.config_versions);
END;
$$;

SELECT is(scene.change(statement), 1::bigint, what || ' makes a version')
FROM (VALUES
    (1, $$INSERT INTO ivr.departments (department, destination) VALUES ('extra', '+15551230099')$$, 'a new department'),
    (2, $$UPDATE ivr.departments SET destination = '+15551230098' WHERE department = 'extra'$$, 'a new number'),
    (3, $$DELETE FROM ivr.departments WHERE department = 'extra'$$, 'a department that is gone'),
    (4, $$INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) VALUES ('extra', 'a', 'b', 'c', 'operator')$$, 'a new menu'),
    (5, $$UPDATE ivr.menus SET prompt = 'z' WHERE menu = 'extra'$$, 'a new prompt'),
    (6, $$INSERT INTO ivr.menu_options VALUES ('extra', '1', 'sales')$$, 'a new option'),
    (7, $$UPDATE ivr.menu_options SET department = 'support' WHERE menu = 'extra'$$, 'another aim of an option'),
    (8, $$DELETE FROM ivr.menu_options WHERE menu = 'extra'$$, 'an option that is gone'),
    (9, $$DELETE FROM ivr.menus WHERE menu = 'extra'$$, 'a menu that is gone'),
    (10, $$UPDATE ivr.departments SET department = 'sale' WHERE department = 'sales'$$, 'a new name of a department, which its options follow,'),
    (11, $$TRUNCATE ivr.menu_options$$, 'emptying a table')
) AS change (number, statement, what)
ORDER BY number;

SELECT is(scene.change('SELECT 1'), 0::bigint, 'reading makes none');
SELECT is((SELECT array_agg(version ORDER BY version) FROM ivr.config_versions WHERE version >= :seeded),
          (SELECT array_agg(n) FROM generate_series(:seeded::bigint, :seeded + 11) AS n), 'versions count up without a gap');
SELECT is(scene.change($$WITH a AS (UPDATE ivr.departments SET note = 'x' RETURNING 1),
                              b AS (UPDATE ivr.menus SET note = 'x' RETURNING 1) SELECT count(*) FROM a, b$$), 1::bigint,
          'several changes of one statement are one version');
UPDATE ivr.menus SET note = 'y';
SAVEPOINT deeper;
UPDATE ivr.menus SET note = 'z';
RELEASE SAVEPOINT deeper;
SELECT is((SELECT max(version) FROM ivr.config_versions), :seeded + 12::bigint, 'so are those of one transaction with savepoints');
SELECT is((SELECT (changed_by, changed_at, transaction_id)::text FROM ivr.config_versions ORDER BY version DESC LIMIT 1),
          (session_user, transaction_timestamp(), pg_current_xact_id())::text, 'it tells who, when and in which transaction');
SELECT ok(EXISTS (SELECT FROM pg_locks WHERE relation = 'ivr.config_versions'::regclass AND mode = 'ShareRowExclusiveLock'
                                             AND pid = pg_backend_pid()), 'changes take turns until they are committed');
-- A dump brings the transaction numbers of another server along.
UPDATE ivr.config_versions SET changed_at = changed_at - interval '1 year' WHERE transaction_id = pg_current_xact_id();
UPDATE ivr.menus SET note = 'restored';
SELECT is((SELECT max(version) FROM ivr.config_versions), :seeded + 13::bigint,
          'a restored version of the same transaction number does not hide a new change');
SELECT is((SELECT count(*) FROM ivr.config_versions WHERE changed_at = transaction_timestamp() AND version = :seeded + 13), 1::bigint,
          'which has its own time');

-- What is kept with a version, and what makes none

SELECT is(snapshot, ivr.config_snapshot(), 'the newest version keeps how everything is') FROM ivr.config_versions ORDER BY version DESC LIMIT 1;
SELECT isnt(snapshot, NULL, 'the version that was installed keeps it too') FROM ivr.config_versions WHERE version = 1;
SELECT is(scene.change(statement), 0::bigint, what || ' makes no version')
FROM (VALUES
    (1, $$UPDATE ivr.menus SET prompt = prompt$$, 'a change to what it was'),
    (2, $$UPDATE ivr.menus SET prompt = 'z' WHERE menu = 'nowhere'$$, 'a change of no row'),
    (3, $$DELETE FROM ivr.menu_options WHERE menu = 'nowhere'$$, 'deleting no row'),
    (4, $$INSERT INTO ivr.callers (number) VALUES ('+15551230001')$$, 'a known caller')
) AS change (number, statement, what)
ORDER BY number;
SELECT is(scene.change(statement), 1::bigint, what || ' makes a version')
FROM (VALUES
    (1, $$INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'main')$$, 'a number'),
    (2, $$INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('main', 1, '09:00', '17:00')$$, 'opening hours'),
    (3, $$INSERT INTO ivr.holidays (day, name) VALUES ('2026-12-25', 'Christmas')$$, 'a holiday'),
    (4, $$UPDATE ivr.emergency SET active = true$$, 'the emergency switch'),
    (5, $$INSERT INTO ivr.agents (department, destination) VALUES ('operator', '+15551230041')$$, 'an agent'),
    (6, $$UPDATE ivr.agents SET on_duty = false$$, 'an agent who goes home'),
    (7, $$INSERT INTO ivr.extensions (extension, destination) VALUES ('101', '+15551230042')$$, 'an extension')
) AS change (number, statement, what)
ORDER BY number;
SELECT scene.change('SELECT 1') \g /dev/null
UPDATE ivr.menus SET note = 'first';
SELECT max(version) AS first FROM ivr.config_versions \gset
UPDATE ivr.menus SET note = 'second';
SELECT is((SELECT snapshot FROM ivr.config_versions WHERE version = :first), ivr.config_snapshot(), 'a second change of the transaction replaces what the first kept');
UPDATE ivr.menus SET note = 'first';
SELECT is((SELECT snapshot FROM ivr.config_versions WHERE version = :first), ivr.config_snapshot(), 'so does going back');
SELECT is((SELECT max(version) FROM ivr.config_versions), :first::bigint, 'all in one version');

SELECT * FROM finish();
ROLLBACK;
