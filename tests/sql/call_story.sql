-- call_story.sql: the journey of a call that has just been placed.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

SELECT is(ivr.call_story('c'), NULL, 'nothing is known of it yet');
SELECT scene.store_event('c', 'call.created', NULL, '{"call": {"id": "c", "direction": "outbound", "from": "+15551230001", "to": "+15551230002"}}') \g /dev/null
SELECT is(ivr.call_story('c') ->> 'over', 'false', 'it goes on');
SELECT is(ivr.call_story('c') #>> '{lines,0}', '       0 ms  MiniVoice    created              call.created, outbound call from +1555*****01 to +1555*****02',
          'its lines are those of the journey, numbers masked for the owner too');
SELECT scene.store_event('c', 'call.completed', NULL, '{"x": 1}') \g /dev/null
SELECT is(ivr.call_story('c') ->> 'over', 'true', 'until it is over');
SELECT is(jsonb_array_length(ivr.call_story('c') -> 'lines'), 2, 'each event is a line');
SELECT scene.event('old', 'call.created', 0) \g /dev/null
SELECT is(ivr.call_story('old'), NULL, 'of a call that began earlier nothing is told');

SELECT * FROM finish();
ROLLBACK;
