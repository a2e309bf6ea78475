-- refresh_calls.sql: the row of one call is written anew from the logs.
BEGIN;
\ir lib/scene.psql
SELECT plan(7);

SELECT scene.event('a', 'call.created', 0) \g /dev/null
SELECT scene.answer('a', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.event('b', 'call.created', 0) \g /dev/null
CREATE TABLE scene.before AS TABLE ivr.calls;

DELETE FROM ivr.calls WHERE call_id = 'a';
SELECT scene.refresh_call('a') \g /dev/null
SELECT set_eq('TABLE ivr.calls', 'TABLE scene.before', 'a missing row is inserted');

-- Every column but the key is spoiled, so that one which it forgot to write would show.
UPDATE ivr.calls SET (application_id, customer_id, direction, from_number, to_number, status, current_step, last_menu,
                      last_digits, department, transferred_to, started_at, answered_at, closed_at, disposition, events,
                      gathers, answers, inferred, attempts, asked_at, decided_at, last_event_at, last_answer_at,
                      menu_seconds, talk_seconds)
    = ROW ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', now(), now(), now(), 'x', 99, 99, 99, true, 99, now(), now(),
           now(), now(), 99, 99)
WHERE call_id = 'a';
SELECT is((SELECT count(*) FROM ivr.calls AS c, jsonb_each(to_jsonb(c)) AS f
           WHERE call_id = 'a' AND f.key <> 'call_id'
             AND f.value IN (SELECT value FROM scene.before AS b, jsonb_each(to_jsonb(b)) WHERE b.call_id = 'a' AND key = f.key)),
          0::bigint, 'a row of which every column is wrong');
SELECT scene.refresh_call('a') \g /dev/null
SELECT set_eq('TABLE ivr.calls', 'TABLE scene.before', 'is right again in every column');

DELETE FROM ivr.call_events WHERE call_id = 'b';
SELECT scene.refresh_call('b') \g /dev/null
SELECT is((SELECT count(*) FROM ivr.calls WHERE call_id = 'b'), 0::bigint, 'a call of which nothing is left goes');
SELECT scene.event('b', 'call.created', 0) \g /dev/null

SELECT ctid AS place FROM ivr.calls WHERE call_id = 'a' \gset
SELECT scene.refresh_call('a') \g /dev/null
SELECT is((SELECT ctid FROM ivr.calls WHERE call_id = 'a'), :'place'::tid, 'a row that is right is not written');
UPDATE ivr.calls SET status = 'x' WHERE call_id = 'b';
SELECT scene.refresh_call('a') \g /dev/null
SELECT is((SELECT status FROM ivr.calls WHERE call_id = 'b'), 'x', 'other calls are not touched');
SELECT scene.press('a', '1', 5) \g /dev/null
SELECT is(scene.current_step('a'), 'gathered:main', 'every stored fact goes through it');

SELECT * FROM finish();
ROLLBACK;
