-- reingest.sql: a rejected request is taken after all.
BEGIN;
\ir lib/scene.psql
SELECT plan(33);

-- A rejected request with this body, an hour ago. Returns its number.
CREATE FUNCTION scene.rejected(body bytea, endpoint text DEFAULT 'webhook', length bigint DEFAULT NULL, signature text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    number bigint := scene.store_rejected(endpoint, 'signature', NULL, 401, NULL, '1780056600', signature, body, coalesce(length, octet_length(body)));
BEGIN
    UPDATE ivr.rejected_requests SET received_at = scene.at(7200) WHERE rejected_id = number;
    RETURN number;
END;
$$;

SELECT scene.rejected(scene.body('c1', 'call.created', 0)) AS id \gset
SELECT is(ivr.reingest(:id), 'stored', 'an event that was refused is stored');
SELECT is((SELECT (event, occurred_at, received_at, raw = scene.body('c1', 'call.created', 0))::text FROM ivr.call_events WHERE call_id = 'c1'),
          ('call.created'::text, scene.at(0), scene.at(7200), true)::text, 'with its own time, the time at which it came, and its bytes');
SELECT is((SELECT (current_step, started_at)::text FROM ivr.calls WHERE call_id = 'c1'), ('created'::text, scene.at(0))::text, 'and moves its call');
SELECT is((SELECT (reingested_at BETWEEN transaction_timestamp() AND clock_timestamp(), reingested_call_id, reingested_digest = scene.digest('c1', 'call.created', 0))::text
           FROM ivr.rejected_requests WHERE rejected_id = :id), '(t,c1,t)', 'the rejected request says that it was taken, and as what');
SELECT is(ivr.reingest(:id), 'it has been taken already', 'it is taken once');
SELECT scene.rejected(scene.body('c1', 'call.created', 0)) AS again \gset
SELECT is(ivr.reingest(:again), 'duplicate', 'an event that is there already is a duplicate');
SELECT is((SELECT count(*) FROM ivr.call_events), 1::bigint, 'and stored once');
SELECT is((SELECT reingested_call_id FROM ivr.rejected_requests WHERE rejected_id = :again), 'c1', 'but the request is done with');
SELECT is((SELECT (repeats, last_at)::text FROM ivr.event_repeats), (1, scene.at(7200))::text, 'it is counted as one that came again when it came');
SELECT is(scene.store_event('c1', 'call.created', scene.stamp(0), scene.body('c1', 'call.created', 0)), 'duplicate',
          'when the platform sends it again it is a duplicate, too');

SELECT is(ivr.reingest(scene.rejected(convert_to(body, 'UTF8'))), result, format('%s: %s', body, result))
FROM (VALUES
    ('{"event":"call.created","call":{"call_id":"c2"}}', 'stored'),
    ('{"event":"call.created","call_id":"c3"}', 'stored'),
    ('{"event":"call.created","call":{"id":17}}', 'stored'),
    ('{"event":"call.created","call":{"id":""},"call_id":"c4"}', 'stored'),
    ('{"event":"call.created","call":{"id":1.5}}', 'there is no call.id'),
    ('{"event":"call.created","call":{}}', 'there is no call.id'),
    ('{"event":"","call":{"id":"c5"}}', 'there is no event name'),
    ('{"call":{"id":"c5"}}', 'there is no event name'),
    ('["event"]', 'the body is no JSON object'),
    ('not JSON', 'the body is no JSON object'),
    ('{"event":"ivr.inferred","call":{"id":"c5"}}', 'that is no event of the platform'),
    ('', 'the body is no JSON object')) AS sent (body, result);
SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.calls WHERE call_id <> 'c1'), ARRAY['17', 'c2', 'c3', 'c4'], 'call ids are found where the webhook finds them');
SELECT is(ivr.reingest(-1), 'there is no such request', 'a number that is none');
SELECT is(ivr.reingest(scene.rejected(scene.body('c6', 'call.created', 0), 'answer')), 'it was no webhook', 'other endpoints take no events');
SELECT is(ivr.reingest(scene.rejected(scene.body('c6', 'call.created', 0), length => 300000)), 'it was not kept whole', 'half a body is none');

-- With a secret

SELECT encode(ivr.hmac_sha256('good', convert_to('1780056600.', 'UTF8') || scene.body('c7', 'call.created', 0)), 'hex') AS mac \gset
SELECT scene.rejected(scene.body('c7', 'call.created', 0), signature => 'v1=' || :'mac') AS signed \gset
SELECT is(ivr.reingest(:signed, 'bad'), 'that secret did not sign it', 'with the wrong secret it is not taken');
SELECT is(ivr.reingest(:signed, 'good'), 'stored', 'with the secret that signed it it is');
SELECT is(ivr.reingest(scene.rejected(scene.body('c8', 'call.created', 0)), 'good'), 'that secret did not sign it', 'nor without a signature');
SELECT is(ivr.reingest(scene.rejected(scene.body('c8', 'call.created', 0), signature => 'v1=00')), 'stored', 'without a secret whoever calls it vouches');

-- While somebody else writes to its call

CREATE OR REPLACE FUNCTION ivr.try_lock_calls(p_call_ids text[]) RETURNS text[] LANGUAGE sql AS $$ SELECT '{}'::text[] $$;
SELECT scene.rejected(scene.body('c9', 'call.created', 0)) AS busy \gset
SELECT is(ivr.reingest(:busy), 'somebody else is writing to its call', 'it does not wait');
SELECT is((SELECT reingested_at FROM ivr.rejected_requests WHERE rejected_id = :busy), NULL, 'and can be asked again');

SELECT is_empty('SELECT * FROM ivr.drift()', 'nothing has drifted');

SELECT * FROM finish();
ROLLBACK;
