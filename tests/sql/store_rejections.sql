-- store_rejections.sql: what is refused is kept, each time.
BEGIN;
\ir lib/scene.psql
SELECT plan(10);

CREATE TEMP TABLE kept AS
SELECT scene.store_rejected('webhook', 'signature', 'no header X-MiniVoice-Signature', 401, '192.0.2.7', '1780056600',
                          'v1=00', '\x00ff', 300000) AS first,
       scene.store_rejected('webhook', 'signature', NULL, 401, NULL, NULL, NULL, '\x00ff', 2) AS second,
       scene.store_rejected('route-menu', 'access key', NULL, 403, NULL, NULL, NULL, '', 0) AS third;

SELECT isnt(first, second, 'each rejection has its own number') FROM kept;
SELECT results_eq(
    $$SELECT endpoint, reason, detail, http_status, remote_address, sent_timestamp, sent_signature, raw, raw_length
      FROM ivr.rejected_requests JOIN kept ON rejected_id = first$$,
    $$VALUES ('webhook', 'signature', 'no header X-MiniVoice-Signature', 401, '192.0.2.7', '1780056600', 'v1=00',
              '\x00ff'::bytea, 300000::bigint)$$,
    'everything that is told is kept');
SELECT is((SELECT count(DISTINCT digest) FROM ivr.rejected_requests JOIN kept ON rejected_id IN (first, second)), 1::bigint,
          'the same bytes have the same digest');
SELECT is((SELECT digest FROM ivr.rejected_requests JOIN kept ON rejected_id = third), sha256(''),
          'an empty body can be kept');
SELECT is((SELECT count(*) FROM ivr.calls), 0::bigint, 'no call comes of it');

SELECT results_eq($$SELECT * FROM ivr.store_rejections(ARRAY[9, 4], ARRAY['webhook', 'answer'], ARRAY['body', 'access key'], ARRAY[NULL, 'x'], ARRAY[400, 403],
                      ARRAY[NULL, NULL], ARRAY[NULL, NULL], ARRAY[NULL, NULL], ARRAY['', '\x00']::bytea[], ARRAY[0, 1]::bigint[]) ORDER BY place$$,
                  $$VALUES (4, 'stored'), (9, 'stored')$$, 'each of a set has its row');
SELECT is((SELECT array_agg((endpoint, reason, detail, http_status, raw_length)::text ORDER BY rejected_id) FROM ivr.rejected_requests
           WHERE rejected_id > (SELECT third FROM kept)), ARRAY['(webhook,body,,400,0)', '(answer,"access key",x,403,1)'], 'and is kept');

CREATE FUNCTION scene.reject_old(raws bytea[]) RETURNS bigint
LANGUAGE sql
AS $$
    SELECT ivr.store_rejections(ARRAY[1], ARRAY['webhook'], ARRAY['not an event'], ARRAY[NULL], ARRAY[200], ARRAY[NULL], ARRAY[NULL], ARRAY[NULL], raws,
                                ARRAY[1], ARRAY['2026-05-29T12:00:00.123456Z'::timestamptz]);
    SELECT count(*) FROM ivr.rejected_requests WHERE received_at = '2026-05-29T12:00:00.123456Z';
$$;
SELECT is(ARRAY[scene.reject_old(ARRAY['\x01'::bytea]), scene.reject_old(ARRAY['\x02'::bytea])], ARRAY[1, 2]::bigint[], 'what was spooled is kept with the time at which it came');
SELECT is(scene.reject_old(ARRAY['\x01'::bytea]), 2::bigint, 'handed over once more it is there once');
SELECT ivr.store_rejections(ARRAY[1, 2, 3], ARRAY['w', 'w', 'w'], ARRAY['r', 'r', 'r'], ARRAY[NULL, NULL, NULL], ARRAY[200, 200, 200], ARRAY[NULL, NULL, NULL],
    ARRAY[NULL, NULL, NULL], ARRAY[NULL, NULL, NULL], ARRAY['\x03', '\x03', '\x04']::bytea[], ARRAY[1, 1, 1],
    array_fill('2026-05-29T12:00:01Z'::timestamptz, ARRAY[3])) \g /dev/null
SELECT is((SELECT array_agg(raw ORDER BY raw) FROM ivr.rejected_requests WHERE received_at = '2026-05-29T12:00:01Z'), ARRAY['\x03', '\x04']::bytea[], 'also twice in one set');

SELECT * FROM finish();
ROLLBACK;
