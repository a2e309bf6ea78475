-- remove_test_calls.sql: what calls of minivoice-check have left goes after an hour, the mark after 30 days, nothing else.
BEGIN;
\ir lib/day.psql
SELECT plan(12);

CREATE FUNCTION scene.play(call_id text, begun interval) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO ivr.test_calls (call_id, begun_at, digests) VALUES (call_id, now() - begun, ARRAY[sha256(convert_to(call_id, 'UTF8'))]);
    PERFORM scene.begin(call_id, 0);
    PERFORM scene.store_rejected('webhook', 'signature', 'none', 401, NULL, NULL, NULL, convert_to(call_id, 'UTF8'), 3);
END;
$$;
CREATE FUNCTION scene.left_of(call_id text) RETURNS text
LANGUAGE sql
RETURN (SELECT count(*) FROM ivr.calls AS c WHERE c.call_id = $1) || ' call, '
    || (SELECT count(*) FROM ivr.call_events AS c WHERE c.call_id = $1) + (SELECT count(*) FROM ivr.answers AS a WHERE a.call_id = $1) || ' facts, '
    || (SELECT count(*) FROM ivr.rejected_requests WHERE digest = sha256(convert_to($1, 'UTF8'))) || ' refused, '
    || (SELECT count(*) FROM ivr.test_calls AS t WHERE t.call_id = $1) || ' mark';

SELECT scene.play('new', interval '50 minutes'), scene.play('old', interval '70 minutes'), scene.play('older', interval '31 days') \g /dev/null
SELECT scene.store_rejected('webhook', 'signature', 'none', 401, NULL, NULL, NULL, 'another', 7) \g /dev/null
SELECT is(scene.left_of('old'), '1 call, 3 facts, 1 refused, 1 mark', 'before, all of a test call is there');
SELECT is(ivr.remove_test_calls(1), 1::bigint, 'as many are removed at once as are wanted');
SELECT is(ivr.remove_test_calls(), 1::bigint, 'then the other one');
SELECT is(ivr.remove_test_calls(), 0::bigint, 'then none');
SELECT is(scene.left_of('new'), '1 call, 3 facts, 1 refused, 1 mark', 'one of this hour stays');
SELECT is(scene.left_of('old'), '0 call, 0 facts, 0 refused, 1 mark', 'of an older one the mark');
SELECT is(scene.left_of('older'), '0 call, 0 facts, 0 refused, 0 mark', 'and of one of last month nothing');
SELECT is((SELECT count(*) FROM ivr.calls), 9::bigint, 'calls without a mark stay');
SELECT is((SELECT count(*) FROM ivr.rejected_requests), 2::bigint, 'and so does what else was refused');

-- What comes late is of a test call still

SELECT scene.event('old', 'call.completed', 90) \g /dev/null
SELECT is((SELECT count(*) FROM ivr.call_summary WHERE call_id = 'old'), 0::bigint, 'an event that comes late counts as little');
SELECT is(ivr.remove_test_calls(), 1::bigint, 'and goes as well');
SELECT is((SELECT count(*) FROM ivr.drift()), 0::bigint, 'nothing has drifted');

SELECT * FROM finish();
ROLLBACK;
