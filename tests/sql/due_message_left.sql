-- due_message_left.sql: which messages are told, when again, and what is said of them.
BEGIN;
\ir lib/scene.psql
SELECT plan(12);

INSERT INTO ivr.menu_options (menu, digits, message_box) VALUES ('main', '3', 'support');
CREATE FUNCTION scene.due(after bigint, upto bigint) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(subject ORDER BY subject) FROM ivr.due_message_left(ROW(after, 'infinity', 0)::ivr.log_place, ROW(upto, 'infinity', 0)::ivr.log_place, NULL, false));
CREATE FUNCTION scene.told(id text, plain boolean DEFAULT false) RETURNS ivr.due
LANGUAGE sql RETURN (SELECT d FROM ivr.due_message_left(NULL, NULL, id, plain) AS d);
CREATE FUNCTION scene.last() RETURNS bigint LANGUAGE sql RETURN (SELECT max(arrival) FROM ivr.call_events);

SELECT scene.event('left', 'call.created', 0), scene.answer('left', 1, NULL, 'menu', 1),
       scene.answer('left', 2, 1, 'menu', 5, '3', source => 'request', menu => 'message_box:support', given => true) \g /dev/null
SELECT scene.last() AS before \gset
SELECT is(scene.due(0, :before), NULL, 'who is still speaking has left none');
SELECT scene.event('left', 'call.completed', 40, status => 'completed') \g /dev/null
SELECT scene.last() AS after \gset
SELECT is(scene.due(:before, :after), ARRAY['left'], 'who hangs up in the box has');
SELECT is(scene.due(:after, :after + 9), NULL, 'and not after the place behind it');
SELECT is((scene.told('left')).data - 'left_at',
          '{"call_id": "left", "department": "support", "from": "+1555*****01", "to": "+1555*****02", "ended": "hung up", "recording": "not confirmed", "seconds": null, "recording_id": null}',
          'what is said of it, numbers masked');
SELECT is((scene.told('left', true)).data ->> 'from', '+15551230001', 'or in plain');
SELECT is((scene.told('left')).department, 'support', 'by its department it can be chosen');
SELECT is((scene.told('left')).at, scene.at(5), 'it is of when it was begun');
SELECT (scene.told('left')).word AS word \gset
SELECT scene.event('left', 'recording.completed', 9000, data => '{"recording": {"id": "rec_left", "duration_seconds": 42}}') \g /dev/null
SELECT is(scene.due(:after, scene.last()), ARRAY['left'], 'what the platform says of the recording hours later makes it due');
SELECT isnt((scene.told('left')).word, :'word', 'with another word');
SELECT is((scene.told('left')).data ->> 'seconds', '42', 'which has its length');
SELECT scene.event('none', 'call.created', 0), scene.event('none', 'call.completed', 9, status => 'completed') \g /dev/null
SELECT is(scene.told('none'), NULL, 'a call without a box has none');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('left', '{}');
SELECT is(scene.told('left'), NULL, 'nor is one told that was played here');

SELECT * FROM finish();
ROLLBACK;
