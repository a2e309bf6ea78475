-- 0013_what_was_spooled.sql: what programs kept while the database was away comes with what they knew of it.

-- A process decides, its answer is stored, and it dies; the next one is asked the same, cannot ask the database, and
-- decides anew. Or the first one cannot, spools its answer and dies, and the next one can. Whichever is stored later must
-- say which question it answers, though that has an answer: it may be the one that the caller heard.
ALTER TABLE ivr.answers
    ADD COLUMN beside_step integer,
    ADD COLUMN spool_record text,
    ADD CONSTRAINT answers_follow_or_stand_beside CHECK (asked_step IS NULL OR beside_step IS NULL);
COMMENT ON COLUMN ivr.answers.beside_step IS
    'The step whose redirect was followed, where asked_step is null because another answer to it is stored: both were decided, by processes that could not know of each other, this one without the database. The caller heard one of them, mostly the one with the later answered_at.';
COMMENT ON COLUMN ivr.answers.spool_record IS
    'Which record of a program''s spool this was, where it tells no call: handed over once more it is known by it. Else null: a call has each of its answers once.';

-- Arrays of times take the place of one, or of none: each event and rejection has its own.
DROP FUNCTION IF EXISTS ivr.store_events(integer[], text[], text[], text[], bytea[], timestamptz);
DROP FUNCTION IF EXISTS ivr.store_rejections(integer[], text[], text[], text[], integer[], text[], text[], text[], bytea[], bigint[]);
