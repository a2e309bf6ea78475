CREATE OR REPLACE FUNCTION ivr.pressed(payload jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN payload ->> 'event' = 'call.gathered' THEN
    btrim(coalesce(payload #>> '{data,digits}', payload ->> 'digits', ''))
END;
COMMENT ON FUNCTION ivr.pressed(jsonb) IS
    'What a call.gathered says was pressed, as sent: data.digits, else a top-level digits; a string, number or null; empty for nothing (PLATFORM U8). Null for any other event.';
