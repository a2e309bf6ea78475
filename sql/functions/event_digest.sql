CREATE OR REPLACE FUNCTION ivr.event_digest(call_id text, event text, created_at text, payload jsonb, raw bytea)
RETURNS bytea
LANGUAGE sql STABLE
RETURN CASE
    WHEN payload IS NULL OR created_at IS NULL THEN sha256(raw)
    ELSE sha256(convert_to(
        jsonb_build_array(call_id, event, created_at, payload -> 'data')::text, 'UTF8'))
END;
COMMENT ON FUNCTION ivr.event_digest(text, text, text, jsonb, bytea) IS
    'What makes two deliveries the same event: call id, event, created_at and data (jsonb, so key order and white space do not matter). Without created_at, or where jsonb refuses the body, the whole body. Not call id and event name alone: a menu asked twice has two genuine call.gathered (PLATFORM U7). Kept only under a key: see ivr.keyed_digest().';
