-- due_call_stuck.sql: which calls are told as hanging.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

CREATE FUNCTION scene.due(id text, plain boolean DEFAULT false) RETURNS ivr.due
LANGUAGE sql RETURN (SELECT d FROM ivr.due_call_stuck(NULL, NULL, id, plain) AS d);

SELECT scene.event('hangs', 'call.created', 0), scene.event('over', 'call.completed', 9) \g /dev/null
SELECT is((SELECT array_agg(subject) FROM ivr.due_call_stuck(NULL, NULL, NULL, false)), ARRAY['hangs'], 'those of ivr.stuck_calls, wherever the log stands');
SELECT is((scene.due('hangs')).data - ARRAY['started_at', 'last_heard_at'],
          '{"call_id": "hangs", "step": "created", "why": "neither answered nor asked for instructions", "from": "+1555*****01", "to": "+1555*****02", "department": null}', 'what is said of it, numbers masked');
SELECT is((scene.due('hangs', true)).data ->> 'to', '+15551230002', 'or in plain');
SELECT (scene.due('hangs')).word AS word \gset
SELECT scene.event('hangs', 'call.answered', 60) \g /dev/null
SELECT isnt((scene.due('hangs')).word, :'word', 'heard of and hanging again it is another fact');
SELECT scene.event('hangs', 'call.completed', 90) \g /dev/null
SELECT is(scene.due('hangs'), NULL, 'once it is over it is none');
SELECT is(scene.due('over'), NULL, 'nor is any other');

SELECT * FROM finish();
ROLLBACK;
