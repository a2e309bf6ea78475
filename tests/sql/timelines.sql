-- timelines.sql: random events and answers, after each set of which every row is what the log says. `make timelines` plays
-- more of them.
BEGIN;
\ir lib/scene.psql
\ir lib/timelines.psql
SELECT plan(9);

SET LOCAL jit = off;
SET LOCAL enable_seqscan = off;
SET LOCAL search_path = scene, public, tap;
SELECT setseed(0.31) \g /dev/null
SELECT lives_ok('CALL scene.timelines(20000, false)', 'after each of twenty thousand events the row of its call is what the log says');
SELECT cmp_ok(n, '>', 300::bigint, what || ' happened often')
FROM (VALUES ('event stored'), ('event duplicate'), ('answer stored'), ('answer known'), ('answer moved')) AS w (what) LEFT JOIN scene.tally USING (what);
SELECT is((SELECT sum(repeats) FROM ivr.event_repeats), (SELECT n FROM scene.tally WHERE what = 'event duplicate'), 'each event that came again is counted');
SELECT is((SELECT count(*) FROM ivr.answers), (SELECT n FROM scene.tally WHERE what = 'answer stored'), 'each answer that was stored is there');
SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT * FROM finish();
ROLLBACK;
