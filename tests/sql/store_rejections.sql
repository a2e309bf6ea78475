-- store_rejections.sql: what is refused is kept, each time.
BEGIN;
\ir lib/scene.psql
SELECT plan(7);

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

SELECT * FROM finish();
ROLLBACK;
