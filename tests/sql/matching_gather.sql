-- matching_gather.sql: which call.gathered belongs to a menu; what it says stands in gathered.sql, which asks it through
-- ivr.gathered(): here, that the two agree and when the second does not ask.
BEGIN;
\ir lib/scene.psql
SELECT plan(4);

SELECT scene.answer('c1', 1, NULL, 'menu', 1) \g /dev/null
SELECT is_empty($$SELECT * FROM ivr.matching_gather('c1', 1)$$, 'without a call.gathered there is none');
SELECT scene.press('c1', '1', 5) \g /dev/null
SELECT set_eq($$SELECT * FROM ivr.matching_gather('c1', 1)$$, $$SELECT * FROM ivr.gathered('c1', 1)$$, 'it is what ivr.gathered() tells');
SELECT is((SELECT digits FROM ivr.matching_gather('c1', 1)), '1', 'the digit that was pressed');
SELECT scene.answer('c1', 2, 1, 'invalid', 5.2, '1', scene.digest('c1', 'call.gathered', 5, '{"digits": "1"}')) \g /dev/null
CREATE OR REPLACE FUNCTION ivr.matching_gather(p_call_id text, p_step integer) RETURNS TABLE (digest bytea, digits text)
LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE 'asked for nothing'; END; $$;
SELECT is_empty($$SELECT * FROM ivr.gathered('c1', 2)$$, 'where every one is used up ivr.gathered() does not ask');

SELECT * FROM finish();
ROLLBACK;
