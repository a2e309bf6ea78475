-- hmac_sha256.sql: the test vectors of RFC 4231.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

SELECT is(encode(ivr.hmac_sha256(key, message), 'hex'), mac, what)
FROM (VALUES
    (decode(repeat('0b', 20), 'hex'), 'Hi There'::bytea, 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7', 'case 1'),
    ('Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', 'case 2, a short key'),
    (decode(repeat('aa', 20), 'hex'), decode(repeat('dd', 50), 'hex'), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe', 'case 3'),
    (decode(repeat('aa', 131), 'hex'), 'Test Using Larger Than Block-Size Key - Hash Key First', '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54', 'case 6, a key longer than a block'),
    ('', '', 'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad', 'no key and no message')
) AS vector (key, message, mac, what);
SELECT is(ivr.hmac_sha256(NULL, ''), NULL, 'null is null');

SELECT * FROM finish();
ROLLBACK;
