CREATE OR REPLACE FUNCTION ivr.hide_codes(p_call_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    hidden text[];
BEGIN
    WITH hidden AS (
        UPDATE ivr.call_events AS e
        SET payload = judged.payload, raw = convert_to(judged.payload::text, 'UTF8')
        FROM (SELECT g.call_id, g.digest, ivr.judged_payload(g.payload, ivr.asked_code(g.call_id)) AS payload
              FROM ivr.call_events AS g
              WHERE g.call_id = ANY (p_call_ids) AND g.event = 'call.gathered'
                AND NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = g.call_id AND a.gathered_digest = g.digest)
                AND g.received_at >= (SELECT max(a.answered_at) FROM ivr.answers AS a WHERE a.call_id = g.call_id)) AS judged
        WHERE e.call_id = judged.call_id AND e.digest = judged.digest AND e.payload IS DISTINCT FROM judged.payload
        RETURNING e.call_id
    )
    SELECT array_agg(DISTINCT call_id) INTO hidden FROM hidden;
    IF hidden IS NOT NULL THEN
        PERFORM ivr.refresh_calls(hidden);
    END IF;
END;
$$;
COMMENT ON FUNCTION ivr.hide_codes(text[]) IS
    'Judges what was pressed for a code where its question came to be stored after the event, because the database had been away. Mostly ivr.store_events() does it. Digests stay, so that an event that comes again is still known.';
