-- transfer_outcome.sql: whether callers who were connected were answered.
BEGIN;
\ir lib/day.psql
SELECT plan(4);

SELECT results_eq($$SELECT department, destination, calls, answered, failed, open, answered_percent, talk_seconds FROM ivr.transfer_outcome
                    WHERE day = '2026-05-29' ORDER BY department$$,
$$VALUES ('billing', '+15551230013', 1::bigint, 1::bigint, 0::bigint, 0::bigint, 100.0, 10::numeric), ('operator', '+15551230010', 1, 1, 0, 0, 100.0, NULL),
         ('sales', '+15551230011', 1, 1, 0, 0, 100.0, 60), ('support', '+15551230012', 1, 0, 1, 0, 0.0, NULL)$$,
'each destination has how its calls ended and how long they were');
SELECT scene.begin('talking', 800) \g /dev/null
SELECT scene.answer('talking', 2, 1, 'transfer', 805, '1') \g /dev/null
SELECT is((SELECT (calls, answered, open, answered_percent)::text FROM ivr.transfer_outcome WHERE department = 'sales'), '(2,1,1,100.0)', 'a call that is not over is open');
SELECT scene.event('talking', 'call.canceled', 900, status => 'canceled') \g /dev/null
SELECT is((SELECT (calls, answered, failed, canceled, open, unknown)::text FROM ivr.transfer_outcome WHERE department = 'sales'), '(2,1,0,1,0,0)', 'a canceled one is neither answered nor failed');
SELECT is((SELECT sum(calls) FROM ivr.transfer_outcome), (SELECT count(*)::numeric FROM ivr.calls WHERE transferred_to IS NOT NULL), 'calls that went nowhere are not in it');

SELECT * FROM finish();
ROLLBACK;
