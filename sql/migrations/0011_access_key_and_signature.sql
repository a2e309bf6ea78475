-- 0011_access_key_and_signature.sql: answers are kept without the access key; and with what the signature of their question
-- was worth, should the platform ever sign its questions.

-- The key stood at the end of the redirect's query.
UPDATE ivr.answers
SET response = regexp_replace(response::text, '("url": "[^"]*)[?&]key=[^"&]*"', '\1"', 'g')::jsonb
WHERE response::text LIKE '%key=%';

ALTER TABLE ivr.answers
    ADD COLUMN IF NOT EXISTS signature text,
    ADD CONSTRAINT answers_signature_is_known
        CHECK (signature IN ('good', 'missing', 'malformed', 'wrong', 'no_time', 'stale', 'future'));
COMMENT ON COLUMN ivr.answers.signature IS
    'What the signature of the question was worth: good, missing (one of its two headers), malformed (not v1= and 64 hex digits), wrong (fits no secret), no_time, stale or future (its timestamp); null where it had none, or no secret is configured.';
