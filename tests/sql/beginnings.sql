-- beginnings.sql: how calls begin.
BEGIN;
\ir lib/day.psql
SELECT plan(8);

SELECT results_eq('SELECT day, from_place, led_to, calls FROM ivr.beginnings', $$VALUES ('2026-05-29'::date, 'start', 'menu:main', 7::bigint)$$,
                  'a number that is not listed begins at the start, and a call that asked for nothing nowhere');
SELECT is((SELECT sum(calls) FROM ivr.beginnings), (SELECT count(*)::numeric FROM ivr.answers WHERE step = 1), 'each first answer is counted');
INSERT INTO ivr.numbers (number, menu) VALUES ('+15551230002', 'main'), ('+15551230001', 'department');
SELECT results_eq('SELECT from_place, led_to, calls FROM ivr.beginnings', $$VALUES ('number:2', 'menu:main', 7::bigint)$$, 'one that is listed at its own place');
SELECT is((SELECT name FROM ivr.places WHERE place = 'number:2'), '+15551230002', 'by the name that ivr.places gives it');
UPDATE ivr.answers SET menu = 'department' WHERE call_id = 'gone';
UPDATE ivr.calls SET to_number = '+15551239999' WHERE call_id IN ('gone', 'open');
UPDATE ivr.answers SET decision = 'transfer', department = 'support', reason = 'known caller' WHERE call_id = 'silent' AND step = 1;
SELECT results_eq('SELECT from_place, led_to, calls FROM ivr.beginnings ORDER BY from_place COLLATE "C", led_to COLLATE "C"',
$$VALUES ('number:2', 'menu:main', 4::bigint), ('number:2', 'transfer:support', 1), ('start', 'menu:main', 1), ('start:department', 'menu:department', 1)$$,
                  'wherever they are led');
SELECT is((SELECT count(*) FROM ivr.beginnings WHERE day <> '2026-05-29'), 0::bigint, 'no other day has any');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('open', '{}');
SELECT is((SELECT sum(calls) FROM ivr.beginnings), 6::numeric, 'a call of minivoice-check is not in it');
SELECT is(scene.seen_as('ivr_report', $$SELECT sum(calls) FROM ivr.beginnings$$), '(6)', 'ivr_report may read it');

SELECT * FROM finish();
ROLLBACK;
