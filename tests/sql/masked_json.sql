-- masked_json.sql: numbers and SIP users anywhere in a document.
BEGIN;
\ir lib/scene.psql
SELECT plan(18);

SELECT is(ivr.masked_json(document), masked, format('%s', document))
FROM (VALUES
    ('{"call": {"from": "+15551230002", "id": "call_1"}}'::jsonb, '{"call": {"from": "+1555*****02", "id": "call_1"}}'::jsonb),
    ('{"from": "alice"}', '{"from": "*****"}'), ('{"from": "1001"}', '{"from": "*****"}'), ('{"to": ["1001"]}', '{"to": ["*****"]}'),
    ('{"from": 15551230002}', '{"from": "1555*****02"}'), ('{"n": 15551230002}', '{"n": "1555*****02"}'), ('{"n": [1, 2.5, null, true]}', '{"n": [1, 2.5, null, true]}'),
    ('{"variables": {"+15551230002": {"name": "x"}}}', '{"variables": {"+1555*****02": {"name": "x"}}}'),
    ('{"text": "my number: 15551230002, ok"}', '{"text": "my number: 1555*****02, ok"}'),
    ('{"n": 15551230002.0}', '{"n": "1555*****20"}'), ('{"event": "call_15551230002"}', '{"event": "call_*****"}'),
    ('{"digits": "1*5551230002"}', '{"digits": "1*555*****02"}'), ('{"digits": 15551230002}', '{"digits": "1555*****02"}'),
    ('["sip:alice@example.com"]', '["sip:*****@example.com"]'), ('"+15551230002"', '"+1555*****02"'), ('{}', '{}'), ('[]', '[]'),
    ('{"text": "a\n15551230002"}', '{"text": "a\n1555*****02"}')) AS known (document, masked);

SELECT * FROM finish();
ROLLBACK;
