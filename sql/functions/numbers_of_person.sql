CREATE OR REPLACE FUNCTION ivr.numbers_of_person(p_call_id text) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    way text := (SELECT direction FROM ivr.calls WHERE call_id = p_call_id);
BEGIN
    RETURN (
        SELECT array_agg(DISTINCT number ORDER BY number)
        FROM (SELECT payload #>> '{call,from}', payload #>> '{call,to}'
              FROM ivr.call_events
              WHERE call_id = p_call_id
              UNION
              SELECT from_number, to_number FROM ivr.answers WHERE call_id = p_call_id
              UNION
              SELECT from_number, to_number FROM ivr.calls WHERE call_id = p_call_id
              UNION
              -- Of whom is to be called back both are.
              SELECT r.number, NULL FROM ivr.callback_requests AS r WHERE r.call_id = p_call_id
              UNION
              -- What was entered and not confirmed is somebody's too.
              SELECT '+' || regexp_replace(a.digits, '^00', ''), NULL
              FROM ivr.answers AS a
              WHERE a.call_id = p_call_id AND starts_with(a.asked_menu, 'callback:') AND a.digits ~ '^[0-9]{7,17}$') AS told (caller, called)
        CROSS JOIN LATERAL (VALUES (caller, 'outbound'), (called, 'inbound')) AS side (number, own_when)
        WHERE own_when IS DISTINCT FROM way AND ivr.is_personal(number)
           OR own_when = 'outbound' AND number IN (SELECT r.number FROM ivr.callback_requests AS r WHERE r.call_id = p_call_id) AND ivr.is_personal(number));
END;
$$;
COMMENT ON FUNCTION ivr.numbers_of_person(text) IS
    'The numbers of the person at the other end of a call, as they are written in it: of the caller when it came in, of the called one when it went out, of both where that was not told. Null when there are none, or only pseudonyms.';
