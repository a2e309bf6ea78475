-- 0008_sets.sql: the programs send what their requests want at the same moment as one statement of a kind, with arrays.

-- These were for one request each.
DROP FUNCTION IF EXISTS ivr.call_state(text, integer, boolean, text);
DROP FUNCTION IF EXISTS ivr.store_answer(text, integer, integer, text, text, text, text, bytea, integer, text, text, text,
                                         text, text, text, text, bigint, timestamptz, real, boolean);
DROP FUNCTION IF EXISTS ivr.store_event(text, text, text, bytea, timestamptz);
DROP FUNCTION IF EXISTS ivr.store_rejected(text, text, text, integer, text, text, text, bytea, bigint);
DROP FUNCTION IF EXISTS ivr.refresh_call(text);
-- It tells more now.
DROP FUNCTION IF EXISTS ivr.question(text, integer, boolean);
