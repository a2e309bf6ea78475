-- answer_problems.sql: answers that were not what callers should get.
BEGIN;
\ir lib/day.psql
SELECT plan(9);

SELECT results_eq('SELECT call_id, step, problem, reason FROM ivr.answer_problems', $$VALUES ('silent', 3, 'fallback', 'no input')$$,
                  'good answers are not in it, a fallback is, with its reason');
UPDATE ivr.answers SET took_ms = 251.2 WHERE call_id = 'sales' AND step = 1;
SELECT is((SELECT (problem, took_ms)::text FROM ivr.answer_problems WHERE call_id = 'sales'), '(slow,251.2)', 'an answer is slow after 250 ms');
UPDATE ivr.answers SET waited_ms = 1000, took_ms = 1100 WHERE call_id = 'sales' AND step = 1;
SELECT is((SELECT count(*) FROM ivr.answer_problems WHERE call_id = 'sales'), 0::bigint, 'waiting for the digit not counted');
UPDATE ivr.answers SET stored_at = answered_at + interval '12.4 s' WHERE call_id = 'gone';
SELECT is((SELECT (problem, stored_seconds_later)::text FROM ivr.answer_problems WHERE call_id = 'gone'), '("database missed",12)', 'what was stored later missed the database');
UPDATE ivr.answers SET config_version = NULL WHERE call_id = 'open';
SELECT is((SELECT problem FROM ivr.answer_problems WHERE call_id = 'open'), 'database missed', 'so did what no configuration decided');
UPDATE ivr.answers SET took_ms = 400, decision = 'unavailable', config_version = NULL WHERE call_id = 'silent' AND step = 3;
SELECT is((SELECT problem FROM ivr.answer_problems WHERE call_id = 'silent'), 'no configuration, database missed, slow', 'several problems stand together');
SELECT scene.store_answer(NULL, 1, NULL, 'answer', 'main', NULL, NULL, NULL, 0, 'menu', NULL, NULL, NULL, NULL, NULL, '{"actions":[]}', 1, clock_timestamp(), 1, false) \g /dev/null
SELECT is((SELECT problem FROM ivr.answer_problems WHERE call_id IS NULL), 'no call id', 'a request that told no call is one');
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT ok(bool_or(line ~ 'answers_with_problem'), 'only the troubled answers are read') FROM scene.plan('SELECT * FROM ivr.answer_problems WHERE at >= current_date') AS line;
SELECT ok(NOT bool_or(line ~ 'Sort'), 'and the newest come first by themselves') FROM scene.plan('SELECT * FROM ivr.answer_problems ORDER BY at DESC LIMIT 20') AS line;

SELECT * FROM finish();
ROLLBACK;
