-- 0008_sets.sql: the programs send what their requests want at the same moment as one statement of a kind, with arrays.

-- These were for one request each.
DROP FUNCTION IF EXISTS ivr.call_state(text, integer, boolean, text);
DROP FUNCTION IF EXISTS ivr.store_answer(text, integer, integer, text, text, text, text, bytea, integer, text, text, text,
                                         text, text, text, text, bigint, timestamptz, real, boolean);
DROP FUNCTION IF EXISTS ivr.store_event(text, text, text, bytea, timestamptz);
DROP FUNCTION IF EXISTS ivr.store_rejected(text, text, text, integer, text, text, text, bytea, bigint);
DROP FUNCTION IF EXISTS ivr.refresh_call(text);
-- These return something else now.
DROP FUNCTION IF EXISTS ivr.question(text, integer, boolean);
DROP FUNCTION IF EXISTS ivr.failed_destinations(text);

-- A caller's name may be longer than an index entry (PLATFORM U31: anything may stand in from): the index holds its
-- beginning, and whoever looks compares the whole.
DROP INDEX ivr.calls_failed_by_caller;
CREATE INDEX calls_failed_by_caller ON ivr.calls (left(from_number, 64), closed_at) WHERE disposition = 'failed';
COMMENT ON INDEX ivr.calls_failed_by_caller IS 'Where could this caller not be connected a short time ago? Asked by every answer.';

-- No called number has white space or control characters in it, so such a row answered no call: what its owner meant is
-- kept, unless that is there already.
UPDATE ivr.numbers AS n
SET number = regexp_replace(n.number, '[[:space:][:cntrl:]]', '', 'g')
WHERE n.number ~ '[[:space:][:cntrl:]]'
  AND (SELECT count(*) FROM ivr.numbers AS same
       WHERE regexp_replace(same.number, '[[:space:][:cntrl:]]', '', 'g') = regexp_replace(n.number, '[[:space:][:cntrl:]]', '', 'g')) = 1
  AND regexp_replace(n.number, '[[:space:][:cntrl:]]', '', 'g') <> '';
DO $$
DECLARE
    bad text;
BEGIN
    FOR bad IN SELECT number FROM ivr.numbers WHERE number ~ '[[:space:][:cntrl:]]' LOOP
        RAISE WARNING 'ivr.numbers: % answers no call and is removed', quote_literal(bad);
    END LOOP;
END;
$$;
DELETE FROM ivr.numbers WHERE number ~ '[[:space:][:cntrl:]]';
ALTER TABLE ivr.numbers ADD CONSTRAINT numbers_number_is_one_word CHECK (number !~ '[[:space:][:cntrl:]]');
