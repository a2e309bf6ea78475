-- restore_config.sql: the configuration is again what it was after a version.
BEGIN;
\ir lib/scene.psql
SELECT plan(28);

-- The next change counts as one of another transaction.
CREATE FUNCTION scene.commit() RETURNS bigint
LANGUAGE sql
AS $$
    UPDATE ivr.config_versions SET transaction_id = version::text::xid8 WHERE transaction_id = pg_current_xact_id();
    SELECT max(version) FROM ivr.config_versions;
$$;
CREATE FUNCTION scene.snapshot(of_version bigint) RETURNS jsonb
LANGUAGE sql RETURN (SELECT snapshot FROM ivr.config_versions WHERE version = of_version);

-- A configuration in which everything leads to everything else
SELECT scene.commit() AS seeded \gset
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO ivr.departments (department, destination, time_zone, closed_department, closed_menu, retry_minutes) VALUES
    ('day', '+15551230021', 'Europe/Berlin', 'night', NULL, 5), ('night', '+15551230022', 'Europe/Berlin', NULL, 'night', 0);
INSERT INTO ivr.menus (menu, num_digits, finish_on_key, prompt, no_input_prompt, invalid_prompt, fallback, no_input_menu, direct_dial) VALUES
    ('day', 3, '#', 'a', 'b', 'c', 'day', 'night', true), ('night', 1, NULL, 'a', 'b', 'c', 'night', 'day', false);
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE ivr.menus SET invalid_menu = 'night' WHERE menu = 'main';
INSERT INTO ivr.menu_options (menu, digits, department, to_menu, message, back) VALUES
    ('day', '123', 'day', NULL, NULL, false), ('day', '2', NULL, 'night', NULL, false), ('night', '1', NULL, NULL, 'Bye.', false), ('night', '0', NULL, NULL, NULL, true);
INSERT INTO ivr.extensions VALUES ('101', 'sip:101@example.com', 'Anna');
INSERT INTO ivr.numbers (number, menu, time_zone) VALUES ('+15551230002', 'day', 'Europe/Berlin');
INSERT INTO ivr.hours (department, menu, weekday, opens, closes) VALUES ('day', NULL, 1, '09:00', '24:00'), (NULL, 'night', 7, '22:00', '06:00');
INSERT INTO ivr.holidays (day, department, opens, closes, name) VALUES ('2026-12-25', NULL, NULL, NULL, 'Christmas'), ('2026-12-25', 'day', '10:00', '12:00', 'Christmas');
INSERT INTO ivr.agents (department, destination, priority, share, on_duty, note) VALUES ('day', '+15551230041', 2, 3, false, 'Bert');
UPDATE ivr.emergency SET active = true, department = 'night', message = NULL;
SELECT scene.commit() AS full \gset

-- There and back

SELECT is(ivr.restore_config(:seeded), :full + 1::bigint, 'going back is a new version, whose number is returned');
SELECT is(ivr.config_snapshot(), scene.snapshot(:seeded), 'everything is what it was after that version');
SELECT is(scene.snapshot(:full + 1), scene.snapshot(:seeded), 'which the new version keeps');
SELECT is((SELECT array_agg(menu ORDER BY menu) FROM ivr.menus), ARRAY['department', 'main'], 'menus that were not there are gone');
SELECT is((SELECT active FROM ivr.emergency), false, 'the emergency switch is what it was');
SELECT scene.commit() \g /dev/null
SELECT is(ivr.restore_config(:full), :full + 2::bigint, 'a version that was left behind can be gone to as well');
SELECT is(ivr.config_snapshot(), scene.snapshot(:full), 'with all that leads from one to the other');
SELECT is((SELECT closes FROM ivr.hours WHERE department = 'day'), '24:00', 'hours until 24:00 among it');
SELECT scene.commit() \g /dev/null
SELECT is(ivr.restore_config(:full + 2), :full + 2::bigint, 'the newest version is there already: no new one is made');
SELECT is(ivr.restore_config(:full), :full + 2::bigint, 'nor for an older one that was the same');
SELECT is((SELECT max(version) FROM ivr.config_versions), :full + 2::bigint, 'so none is');
SELECT is((ivr.settings(NULL)::jsonb ->> 'version')::bigint, :full + 2::bigint, 'the programs take the newest');

-- Between versions that forbid each other's options
UPDATE ivr.menu_options SET digits = '9' WHERE menu = 'day' AND digits = '123';
UPDATE ivr.menus SET num_digits = 1, finish_on_key = '1' WHERE menu = 'day';
SELECT scene.commit() AS short \gset
SELECT lives_ok(format('SELECT ivr.restore_config(%s)', :full), 'a menu gets longer with its options');
SELECT scene.commit() \g /dev/null
SELECT lives_ok(format('SELECT ivr.restore_config(%s)', :short), 'and shorter');
SELECT is(ivr.config_snapshot(), scene.snapshot(:short), 'to the letter');
SELECT scene.commit() \g /dev/null
DELETE FROM ivr.emergency;
SELECT scene.commit() AS bare \gset
SELECT ivr.restore_config(:full) \g /dev/null
SELECT is((SELECT active FROM ivr.emergency), true, 'the emergency switch comes back when somebody deleted it');
SELECT scene.commit() \g /dev/null
SELECT ivr.restore_config(:bare) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.emergency), 0::bigint, 'and goes again');
SELECT scene.commit() \g /dev/null
SELECT ivr.restore_config(:full) \g /dev/null

-- Known callers stay

INSERT INTO ivr.callers (number, menu, department) VALUES ('+15551230001', 'night', NULL), ('+15551230003', NULL, 'day'), ('+15551230004', 'main', NULL), ('+15551230005', NULL, NULL);
SELECT throws_ok(format('SELECT ivr.restore_config(%s)', :seeded), '23503',
    format('version %s does not have the menu or department of these known callers: +15551230001, +15551230003', :seeded), 'callers who would be led nowhere are named');
SELECT is(ivr.config_snapshot(), scene.snapshot(:full), 'and nothing is changed');
UPDATE ivr.callers SET menu = NULL, department = NULL WHERE number IN ('+15551230001', '+15551230003');
SELECT lives_ok(format('SELECT ivr.restore_config(%s)', :seeded), 'when they are led elsewhere it is done');
SELECT is((SELECT array_agg(menu ORDER BY number) FROM ivr.callers), ARRAY[NULL, NULL, 'main', NULL], 'the others are led where they were');
SELECT scene.commit() AS last \gset

-- Later columns, unknown versions, rights

UPDATE ivr.config_versions
SET snapshot = jsonb_set(snapshot, '{menus}', (SELECT jsonb_agg(m - 'direct_dial') FROM jsonb_array_elements(snapshot -> 'menus') AS m))
WHERE version = :full;
SELECT ivr.restore_config(:full) \g /dev/null
SELECT is((SELECT array_agg(DISTINCT direct_dial) FROM ivr.menus), ARRAY[false], 'a column that is younger than the version has its default');
SELECT throws_ok('SELECT ivr.restore_config(99999)', 'P0002', 'there is no version 99999 to go back to', 'an unknown version is an error');
SELECT throws_ok('SELECT ivr.restore_config(NULL)', 'P0002', 'there is no version null to go back to', 'so is none');
UPDATE ivr.config_versions SET snapshot = NULL WHERE version = :seeded;
SELECT throws_ok(format('SELECT ivr.restore_config(%s)', :seeded), 'P0002', NULL, 'and one that kept nothing');
SELECT is(scene.refused_as(role, 'SELECT ivr.restore_config(1)'), '42501', format('%s may not do it', role)) FROM unnest(ARRAY['ivr_app', 'ivr_report']::name[]) AS role;
SELECT is((SELECT count(*) FROM ivr.config_history WHERE version = :last AND change = 'removed'), 15::bigint, 'the history tells what was undone');

SELECT * FROM finish();
ROLLBACK;
