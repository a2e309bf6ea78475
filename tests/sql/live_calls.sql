-- live_calls.sql: who is on the line now.
BEGIN;
\ir lib/day.psql
SELECT plan(17);

-- So many seconds ago, on the clock of the tests.
CREATE FUNCTION scene.ago(seconds numeric) RETURNS numeric
LANGUAGE sql STABLE
RETURN extract(epoch FROM now() - scene.at(0)) - seconds;

SELECT is((SELECT array_agg(call_id) FROM ivr.live_calls), ARRAY['open'], 'calls that are over are not in it');
SELECT is((SELECT stuck FROM ivr.live_calls), 'the menu was asked, but no digit, redirect or end was told', 'one that hangs says why');

SELECT scene.event('c1', 'call.created', scene.ago(30)) \g /dev/null
SELECT is((SELECT (current_step, doing, seconds, silent_seconds, stuck)::text FROM ivr.live_calls WHERE call_id = 'c1'), '(created,"is ringing",30,30,)', 'a new call rings');
SELECT scene.event('c1', 'call.answered', scene.ago(29)) \g /dev/null
SELECT is((SELECT doing FROM ivr.live_calls WHERE call_id = 'c1'), 'waits for its first instructions', 'an answered one waits');
SELECT scene.answer('c1', 1, NULL, 'menu', scene.ago(28)) \g /dev/null
SELECT is((SELECT (doing, silent_seconds)::text FROM ivr.live_calls WHERE call_id = 'c1'), '("is asked the menu main",28)', 'then it is in a menu');
SELECT scene.press('c1', '1', scene.ago(20)) \g /dev/null
SELECT is((SELECT doing FROM ivr.live_calls WHERE call_id = 'c1'), 'has pressed 1 in the menu main', 'then a digit is there');
SELECT scene.answer('c1', 2, 1, 'transfer', scene.ago(10), '1') \g /dev/null
SELECT is((SELECT (doing, seconds, silent_seconds)::text FROM ivr.live_calls WHERE call_id = 'c1'), '("is connected to sales",30,10)', 'then it is connected');
SELECT is((SELECT array_agg(call_id) FROM ivr.stuck_calls), ARRAY['open'], 'nothing of that is stuck');
SELECT scene.event('c1', 'call.completed', scene.ago(1), status => 'completed') \g /dev/null
SELECT is((SELECT count(*) FROM ivr.live_calls WHERE call_id = 'c1'), 0::bigint, 'and when it is over it is gone');

-- Stuck: each step has its own reason

SELECT scene.event('s1', 'call.created', scene.ago(121)) \g /dev/null
SELECT scene.event('s2', 'call.answered', scene.ago(121)) \g /dev/null
SELECT scene.begin('s3', scene.ago(150)) \g /dev/null
SELECT scene.press('s3', '1', scene.ago(125)) \g /dev/null
SELECT scene.begin('s4', scene.ago(15000)) \g /dev/null
SELECT scene.answer('s4', 2, 1, 'transfer', scene.ago(14500), '1') \g /dev/null
SELECT scene.begin('s5', scene.ago(15000)) \g /dev/null
SELECT scene.answer('s5', 2, 1, 'transfer', scene.ago(14300), '1') \g /dev/null
SELECT scene.event('s6', 'call.created', scene.ago(118)) \g /dev/null
SELECT results_eq('SELECT call_id, why FROM ivr.stuck_calls WHERE call_id LIKE ''s_'' ORDER BY call_id',
$$VALUES ('s1', 'neither answered nor asked for instructions'), ('s2', 'answered, but the answer_url was not asked'),
         ('s3', 'a digit was told, but the redirect did not follow'), ('s4', 'no end was told')$$,
'after 2 minutes of silence, 4 hours of talk, a call is stuck, and says why');
SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.live_calls WHERE stuck IS NULL), ARRAY['s5', 's6'], 'before that it is not');
SELECT is((SELECT silent_seconds FROM ivr.stuck_calls WHERE call_id = 's3'), 125::bigint, 'how long is counted from what was heard last');
SELECT ok(abs(extract(epoch FROM last_heard_at - (now() - interval '125 seconds'))) < 2, 'and so is since when') FROM ivr.stuck_calls WHERE call_id = 's3';
UPDATE ivr.calls SET last_digits = '*15551230001#' WHERE call_id = 's3';
SELECT unalike(scene.seen_as('ivr_report', 'SELECT * FROM ivr.live_calls'), '%5551230001%', 'nor one that was pressed');
SELECT unalike(scene.seen_as('ivr_report', 'SELECT * FROM ivr.live_calls'), '%+1555123%', 'ivr_report sees no number');

SET LOCAL enable_seqscan = off;
SELECT ok(EXISTS (SELECT FROM scene.plan('SELECT * FROM ivr.' || view) AS line WHERE line ~ 'calls_open'), view || ' reads open calls alone')
FROM unnest(ARRAY['live_calls', 'stuck_calls']) AS view;

SELECT * FROM finish();
ROLLBACK;
