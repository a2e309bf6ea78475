-- spoken.sql: the prompt in an answer.
BEGIN;
\ir lib/scene.psql
SELECT plan(4);

SELECT is(ivr.spoken('{"actions": [{"gather": {"prompt": "Press 1."}}, {"type": "redirect", "url": "https://x"}]}'),
          'Press 1.', 'the prompt of the gather is found');
SELECT is(ivr.spoken('{"actions": [{"say": {"text": "Hello."}}, {"gather": {"prompt": "Press 2."}}]}'),
          'Press 2.', 'the gather need not come first');
SELECT is(ivr.spoken('{"actions": [{"type": "transfer", "destination": "+15551230011"}]}'), NULL,
          'an answer that asks nothing has none');
SELECT is(ivr.spoken(NULL), NULL, 'no answer has none');

SELECT * FROM finish();
ROLLBACK;
