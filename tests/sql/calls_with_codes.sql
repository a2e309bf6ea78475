-- calls_with_codes.sql: which calls were asked for a code.
BEGIN;
\ir lib/scene.psql
SELECT plan(3);

INSERT INTO ivr.answers (call_id, step, endpoint, menu, waited_ms, decision, response)
VALUES ('c1', 1, 'answer', 'main', 0, 'menu', '{}'), ('c1', 2, 'route-menu', 'code:doctors', 0, 'menu', '{}'), ('c1', 3, 'route-menu', 'code:doctors', 0, 'invalid', '{}'),
       ('c2', 1, 'answer', 'main', 0, 'menu', '{}'), ('c3', 1, 'answer', 'code:doctors', 0, 'menu', '{}');
SELECT results_eq($$SELECT ivr.calls_with_codes('{c1,c2,c4}')$$, ARRAY['c1'], 'one that was asked, however often');
SELECT is_empty($$SELECT ivr.calls_with_codes('{c2,NULL}')$$, 'none that was not');
SELECT is_empty($$SELECT ivr.calls_with_codes('{}')$$, 'none of none');
SELECT * FROM finish();
ROLLBACK;
