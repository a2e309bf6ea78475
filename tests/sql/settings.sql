-- settings.sql: the whole configuration in one text, only when it is new.
BEGIN;
\ir lib/scene.psql
SELECT plan(21);

SELECT max(version) AS known FROM ivr.config_versions \gset
CREATE FUNCTION scene.settings(known bigint DEFAULT NULL) RETURNS jsonb
LANGUAGE sql RETURN ivr.settings(known)::jsonb;
CREATE FUNCTION scene.menu(name text) RETURNS jsonb
LANGUAGE sql RETURN (SELECT m FROM jsonb_array_elements(scene.settings() -> 'menus') AS m WHERE m ->> 'menu' = name);

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
SELECT is(scene.menu('department') - 'options',
          (SELECT to_jsonb(m) - 'note' FROM ivr.menus AS m WHERE menu = 'department'),
          'with every column that the programs read, null where there is none');
SELECT is(scene.menu('main') -> 'options', '[{"digits": "1", "department": "sales"}]', 'and its own options');
SELECT is((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(scene.settings()) AS k), ARRAY['departments', 'menus', 'version'],
          'and nothing else');
SELECT is(scene.settings()::text ~ 'replace by your own', false, 'notes are for people alone');
SELECT is(jsonb_typeof(scene.menu('main') -> 'num_digits'), 'number', 'numbers are numbers');
SELECT is(jsonb_typeof(scene.menu('department') -> 'finish_on_key'), 'null', 'no finish key is null');

-- Little or nothing

INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) VALUES ('empty', 'a', 'b', 'c', 'operator');
SELECT is(scene.menu('empty') -> 'options', '[]', 'a menu without options has an empty list');
SELECT is(scene.menu('empty') ->> 'endpoint', 'route-menu', 'and the defaults for what was not said');
DELETE FROM ivr.menus;
SELECT is(scene.settings() -> 'menus', '[]', 'without menus the list is empty');
DELETE FROM ivr.departments;
SELECT is(scene.settings() -> 'departments', '[]', 'without departments the list is empty');
DELETE FROM ivr.config_versions;
SELECT is(scene.settings(), '{"menus": [], "version": 0, "departments": []}', 'without any version it is version 0');

SELECT * FROM finish();
ROLLBACK;
