-- config_snapshot.sql: the whole configuration as one document.
BEGIN;
\ir lib/scene.psql
SELECT plan(17);

SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(ivr.config_snapshot()) AS k),
          ARRAY['agents', 'codes', 'departments', 'emergency', 'extensions', 'holidays', 'hours', 'menu_options', 'menus', 'numbers', 'translations'],
          'it has every table of the configuration, and not the callers');
SELECT is(ivr.config_snapshot() -> name, '[]', format('%s is an empty list', name)) FROM unnest(ARRAY['agents', 'extensions', 'hours', 'holidays', 'numbers']) AS name;
SELECT is(ivr.config_snapshot() #> '{menu_options,0}',
          '{"menu": "department", "digits": "1", "department": "billing", "to_menu": null, "message": null, "back": false, "message_box": null,
            "again": false, "language": null, "keep_language": false, "callback": null, "code": null}', 'a row has all its columns');
SELECT is((SELECT array_agg(r ->> 'menu' || (r ->> 'digits')) FROM jsonb_array_elements(ivr.config_snapshot() -> 'menu_options') AS r),
          ARRAY['department1', 'department2', 'main1', 'main2'], 'rows come in the order of their key');

SELECT ivr.config_snapshot()::text AS before \gset
DELETE FROM ivr.menu_options WHERE menu = 'main' AND digits = '1';
INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '1', 'sales');
UPDATE ivr.departments SET note = note;
SELECT is(ivr.config_snapshot(), :'before'::jsonb, 'in whatever order they were written');
INSERT INTO ivr.callers (number) VALUES ('+15551230001');
SELECT is(ivr.config_snapshot(), :'before'::jsonb, 'known callers do not change it');
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '24:00'), ('sales', 1, '08:00', '08:30');
SELECT is((SELECT array_agg(r ->> 'opens' || ' ' || (r ->> 'closes')) FROM jsonb_array_elements(ivr.config_snapshot() -> 'hours') AS r),
          ARRAY['08:00:00 08:30:00', '09:00:00 24:00:00'], 'hours are in it');
INSERT INTO ivr.holidays (day, name) VALUES ('2026-12-25', 'Christmas');
SELECT is(ivr.config_snapshot() -> 'holidays', '[{"day": "2026-12-25", "department": null, "menu": null, "opens": null, "closes": null, "name": "Christmas"}]', 'and holidays');
INSERT INTO ivr.agents (department, destination) VALUES ('sales', '+15551230041');
SELECT is(ivr.config_snapshot() #>> '{agents,0,on_duty}', 'true', 'and agents');
INSERT INTO ivr.extensions (extension, destination) VALUES ('101', '+15551230042');
SELECT is(ivr.config_snapshot() #>> '{extensions,0,extension}', '101', 'and extensions');
INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'main');
SELECT is(ivr.config_snapshot() #>> '{numbers,0,menu}', 'main', 'and numbers');
UPDATE ivr.emergency SET active = true;
SELECT is(ivr.config_snapshot() #>> '{emergency,0,active}', 'true', 'and the emergency switch');
SELECT is((SELECT snapshot FROM ivr.config_versions ORDER BY version DESC LIMIT 1), ivr.config_snapshot(), 'the newest version keeps it');

SELECT * FROM finish();
ROLLBACK;
