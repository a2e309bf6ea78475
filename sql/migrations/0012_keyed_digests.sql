-- 0012_keyed_digests.sql: digests that nobody can try numbers against, and repeats that may be our own.

-- A body is short and mostly known: whoever has its SHA-256 finds the number in it by trying all there are, pseudonym or
-- not. Under a key the digest still tells that an event is there already, late duplicates of pseudonymised calls
-- included, and nothing else. A key of its own: that of pseudonyms may be replaced, this one may not.
ALTER TABLE ivr.pseudonym_key
    ADD COLUMN digest_key bytea NOT NULL
        DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    ADD CONSTRAINT pseudonym_key_digest_key_is_32_bytes CHECK (length(digest_key) = 32);
COMMENT ON TABLE ivr.pseudonym_key IS
    'The keys of ivr.pseudonym() and ivr.keyed_digest(), made by chance when the schema is installed. Nobody but the owner reads them: with them, a number could be tried against a pseudonym or a digest.';
COMMENT ON COLUMN ivr.pseudonym_key.key IS
    '32 bytes, of ivr.pseudonym(). Replaced, the same caller has another pseudonym from then on.';
COMMENT ON COLUMN ivr.pseudonym_key.digest_key IS
    '32 bytes, of ivr.keyed_digest(). Replaced, an event that comes again is not known any more and is stored twice.';

-- Every row, whether pseudonymised or not: what comes in is looked up by one kind of digest. (The digest of an inferred
-- end is made of the call id alone.)
UPDATE ivr.call_events AS e SET digest = sha256(k.digest_key || e.digest) FROM ivr.pseudonym_key AS k WHERE e.event <> 'ivr.inferred';
UPDATE ivr.event_repeats AS r SET digest = sha256(k.digest_key || r.digest) FROM ivr.pseudonym_key AS k;
UPDATE ivr.answers AS a SET gathered_digest = sha256(k.digest_key || a.gathered_digest) FROM ivr.pseudonym_key AS k
WHERE a.gathered_digest IS NOT NULL;
UPDATE ivr.rejected_requests AS r SET reingested_digest = sha256(k.digest_key || r.reingested_digest) FROM ivr.pseudonym_key AS k
WHERE r.reingested_digest IS NOT NULL;
-- The digest of a rejected request is that of the bytes that are kept: after pseudonyms were put into them, too.
UPDATE ivr.rejected_requests SET digest = sha256(raw) WHERE pseudonymised_at IS NOT NULL;

COMMENT ON COLUMN ivr.call_events.digest IS 'The dedupe key: what ivr.event_digest() says, under a key (ivr.keyed_digest()).';
COMMENT ON COLUMN ivr.answers.gathered_digest IS 'The call.gathered event that this answer used up: call_events.digest.';

-- nginx asks another process when one died or was silent, and the programs send a set again after a lost connection.
ALTER TABLE ivr.event_repeats
    ADD COLUMN at_once integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT event_repeats_at_once_are_some_of_them CHECK (at_once BETWEEN 0 AND repeats);
UPDATE ivr.event_repeats AS r
SET at_once = CASE WHEN r.last_at <= e.received_at + interval '6 seconds' THEN r.repeats ELSE 1 END
FROM ivr.call_events AS e
WHERE e.call_id = r.call_id AND e.digest = r.digest
  AND r.first_at BETWEEN e.received_at AND e.received_at + interval '6 seconds';
COMMENT ON TABLE ivr.event_repeats IS
    'Events that reached us more than once. ivr.call_events has each of them once; this counts the others.';
COMMENT ON COLUMN ivr.event_repeats.at_once IS
    'How many of the repeats came within 6 seconds of the first: nginx asks another process for at most 4 seconds, and the programs send what was not confirmed again for 2. Whether MiniVoice sent these twice cannot be told.';
