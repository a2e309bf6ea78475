-- config_effect.sql: whether a change of the configuration helped.
BEGIN;
\ir lib/day.psql
SELECT plan(5);

INSERT INTO ivr.config_versions (version, changed_at) VALUES (50, scene.at(150));
UPDATE ivr.answers SET config_version = 50 WHERE answered_at > scene.at(150);
SELECT scene.tell_questions() \g /dev/null
SELECT results_eq('SELECT menu, asked_before, asked_after, pressed_before, pressed_after, nothing_after, hung_up_after FROM ivr.config_effect WHERE version = 50 ORDER BY menu',
$$VALUES ('department', 0::bigint, 1::bigint, NULL::numeric, 100.0, 0.0, 0.0), ('main', 3, 6, 66.7, 33.3, 33.3, 16.7)$$,
'each menu has its figures of the week before and the week after');
SELECT is((SELECT (seconds_before, seconds_after)::text FROM ivr.config_effect WHERE version = 50 AND menu = 'main'), '(5.0,3.0)', 'and the time that callers took');
UPDATE ivr.answers SET config_version = 1 WHERE call_id = 'deeper';
SELECT scene.tell_questions() \g /dev/null
SELECT is((SELECT asked_before FROM ivr.config_effect WHERE version = 50 AND menu = 'department'), 1::bigint,
          'what a caller heard counts, not what the clock says');
INSERT INTO ivr.config_versions (version, changed_at, transaction_id) VALUES (60, scene.at(86400 * 30), '1');
SELECT is((SELECT count(*) FROM ivr.config_effect WHERE version = 60), 0::bigint, 'a change that no call is near has no figures');
SELECT is((SELECT count(DISTINCT menu) FROM ivr.config_effect), 2::bigint, 'without a version all are there');

SELECT * FROM finish();
ROLLBACK;
