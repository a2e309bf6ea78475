-- pressed.sql: what a call.gathered says was pressed.
BEGIN;
\ir lib/scene.psql
SELECT plan(15);

CREATE FUNCTION scene.pressed(data jsonb, top jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql RETURN ivr.pressed(jsonb_build_object('event', 'call.gathered', 'data', data) || top);

SELECT is(scene.pressed('{"digits": "1"}'), '1', 'data.digits is taken');
SELECT is(scene.pressed('{"digits": 1}'), '1', 'digits may be a number');
SELECT is(scene.pressed('{"digits": "007"}'), '007', 'leading zeros are kept');
SELECT is(scene.pressed('{"digits": "*#A"}'), '*#A', 'all DTMF keys are kept');
SELECT is(scene.pressed('{"digits": "1#"}'), '1#', 'the finish key is left as sent');
SELECT is(scene.pressed('{"digits": " 1 "}'), '1', 'blanks around are removed');
SELECT is(scene.pressed('{"digits": ""}'), '', 'empty digits are nothing pressed');
SELECT is(scene.pressed('{"digits": null}'), '', 'null digits are nothing pressed');
SELECT is(scene.pressed('{"timed_out": true}'), '', 'absent digits are nothing pressed');
SELECT is(scene.pressed('null'), '', 'absent data is nothing pressed');
SELECT is(scene.pressed('{}', '{"digits": "2"}'), '2', 'digits at the top level are taken');
SELECT is(scene.pressed('{"digits": "1"}', '{"digits": "2"}'), '1', 'data.digits come before digits at the top level');
SELECT is(ivr.pressed('{"event": "call.completed", "data": {"digits": "1"}}'), NULL, 'another event is null');
SELECT is(ivr.pressed('[1]'), NULL, 'what is no object is null');
SELECT is(ivr.pressed(NULL), NULL, 'no payload is null');

SELECT * FROM finish();
ROLLBACK;
