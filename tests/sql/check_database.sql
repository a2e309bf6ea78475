-- check_database.sql: what the database tells minivoice-check.
BEGIN;
\ir lib/day.psql
SELECT plan(14);

DELETE FROM ivr.menu_options WHERE menu = 'department';
DELETE FROM ivr.menus WHERE menu = 'department';
UPDATE ivr.departments SET destination = 'sip:' || department || '@pbx.example.com';
UPDATE ivr.menus SET num_digits = 1;
CREATE VIEW scene.found AS SELECT id, severity, problem FROM ivr.check_database();
SELECT is_empty('SELECT * FROM scene.found', 'when all is well it has nothing to tell');

-- The configuration

UPDATE ivr.departments SET destination = '+15551230011' WHERE department = 'sales';
SELECT results_eq('SELECT id, severity FROM scene.found', $$VALUES ('configuration', 'warning')$$, 'a placeholder is a warning');
SELECT alike((SELECT problem FROM scene.found), 'department sales sends callers to a placeholder%', 'that says where');
SELECT unalike((SELECT problem FROM scene.found), '%5551230011%', 'without the whole number');
UPDATE ivr.departments SET destination = 'sip:sales@pbx.example.com' WHERE department = 'sales';
DELETE FROM ivr.menu_options WHERE menu = 'main';
SELECT results_eq('SELECT * FROM scene.found', $$VALUES ('configuration', 'fault', 'menu main has no options')$$, 'what callers will notice is a fault');
INSERT INTO ivr.menu_options (menu, digits, department) VALUES ('main', '1', 'sales');

-- The housekeeping

DELETE FROM ivr.housekeepings;  -- of other tests: it commits
UPDATE ivr.migrations SET applied_at = now() - interval '27 hours';
SELECT results_eq('SELECT * FROM scene.found', $$VALUES ('housekeeping', 'warning', 'the housekeeping was never done')$$, 'a housekeeping that was never done is one');
INSERT INTO ivr.housekeepings (started_at, ended_at, closed, pseudonymised, removed) VALUES (now() - interval '26 hours', now() - interval '25 hours', 0, 0, 0);
SELECT is_empty('SELECT * FROM scene.found', 'one of last night is fine');
UPDATE ivr.housekeepings SET ended_at = now() - interval '50 hours';
SELECT results_eq('SELECT * FROM scene.found', $$VALUES ('housekeeping', 'warning', 'the last housekeeping was 50 hours ago')$$, 'one of the day before yesterday is not');
DELETE FROM ivr.housekeepings;

-- Drift

UPDATE ivr.migrations SET applied_at = now();
UPDATE ivr.calls SET department = 'support' WHERE call_id IN ('sales', 'deeper');
SELECT results_eq('SELECT * FROM scene.found', $$VALUES ('drift', 'fault', '2 of the newest 500 calls are not what their log says')$$, 'calls that were written by hand are told');
INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers) VALUES ('invented', 'created', now(), 0, 0, 0);
SELECT alike((SELECT problem FROM scene.found), '3 of%', 'so is one of which there is no log');
SELECT ivr.rebuild_calls() \g /dev/null
SELECT is_empty('SELECT * FROM scene.found', 'the remedy helps');

-- Callers without a menu

INSERT INTO ivr.answers (call_id, step, endpoint, decision, response, answered_at)
VALUES (NULL, 1, 'answer', 'unavailable', '{}', now() - interval '23 hours'), (NULL, 1, 'answer', 'unavailable', '{}', now() - interval '25 hours'),
       (NULL, 1, 'answer', 'fallback', '{}', now());
SELECT results_eq('SELECT * FROM scene.found', $$VALUES ('answers', 'warning', 'callers who got no menu in the last 24 hours: 1')$$, 'callers who got no menu are told for a day');

SELECT is((SELECT count(*) FROM ivr.check_database() WHERE hint IS NULL), 0::bigint, 'each has a remedy');
SELECT is(scene.refused_as('ivr_app', 'SELECT * FROM ivr.check_database()'), NULL, 'the programs'' role may ask');

SELECT * FROM finish();
ROLLBACK;
