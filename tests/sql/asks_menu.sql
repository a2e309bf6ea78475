-- asks_menu.sql: which answers wait for a digit.
BEGIN;
\ir lib/scene.psql
SELECT plan(8);

SELECT is(ivr.asks_menu(decision), true, decision || ' asks a menu') FROM unnest(ARRAY['menu', 'no_input', 'invalid']) AS decision;
SELECT is(ivr.asks_menu(decision), false, decision || ' asks nothing') FROM unnest(ARRAY['transfer', 'fallback', 'message', 'unavailable']) AS decision;
SELECT is(ivr.asks_menu(NULL), NULL, 'of no answer nothing can be said');

SELECT * FROM finish();
ROLLBACK;
