-- migration_0011.sql: answers that were stored with the access key in their redirect lose it, and nothing else.
BEGIN;
\ir lib/scene.psql
SELECT plan(5);

CREATE FUNCTION scene.asks(url text) RETURNS jsonb
LANGUAGE sql RETURN jsonb_build_object('actions', jsonb_build_array(
    '{"gather": {"prompt": "Say key=k?", "num_digits": 1}}'::jsonb, jsonb_build_object('type', 'redirect', 'url', url)));
INSERT INTO ivr.answers (call_id, step, endpoint, decision, response) VALUES
    ('bare', 1, 'answer', 'menu', scene.asks('https://h/m')), ('only', 1, 'answer', 'menu', scene.asks('https://h/m?key=hush')),
    ('last', 1, 'answer', 'menu', scene.asks('https://h/m?call_id=last&step=1&menu=x&key=hu%26sh')),
    ('none', 1, 'answer', 'message', '{"actions": [{"say": {"text": "key=k"}}]}');
ALTER TABLE ivr.answers DROP COLUMN signature CASCADE;
SET LOCAL client_min_messages = error;
\ir ../../sql/migrations/0011_access_key_and_signature.sql
SET LOCAL client_min_messages = warning;
SELECT is((SELECT response FROM ivr.answers WHERE call_id = 'bare'), scene.asks('https://h/m'), 'what has no key stays');
SELECT is((SELECT response FROM ivr.answers WHERE call_id = 'only'), scene.asks('https://h/m'), 'a key alone takes its question mark along');
SELECT is((SELECT response FROM ivr.answers WHERE call_id = 'last'), scene.asks('https://h/m?call_id=last&step=1&menu=x'), 'behind others it leaves them');
SELECT is((SELECT response FROM ivr.answers WHERE call_id = 'none'), '{"actions": [{"say": {"text": "key=k"}}]}', 'what is said stays');
SELECT is((SELECT array_agg(DISTINCT signature) FROM ivr.answers), ARRAY[NULL]::text[], 'nothing is known of the signatures of their questions');

SELECT * FROM finish();
ROLLBACK;
