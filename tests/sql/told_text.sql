-- told_text.sql: a name or id as the webhook takes it.
BEGIN;
\ir lib/scene.psql
SELECT plan(14);

SELECT is(ivr.told_text(told), taken, format('%s', left(told::text, 40)))
FROM (VALUES
    ('"call_1"'::jsonb, 'call_1'), ('17', '17'), ('-3', '-3'), ('1.5', NULL), ('1.0', NULL), ('""', NULL), ('"a\tb"', NULL), ('"\u007f"', NULL),
    ('true', NULL), ('null', NULL), ('{"id": 1}', NULL), (to_jsonb(repeat('x', 255)), repeat('x', 255)), (to_jsonb(repeat('x', 256)), NULL), (NULL, NULL)
) AS known (told, taken);

SELECT * FROM finish();
ROLLBACK;
