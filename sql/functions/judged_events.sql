CREATE OR REPLACE FUNCTION ivr.judged_events(p_call_ids text[], p_events text[], p_payloads jsonb[], p_raws bytea[])
RETURNS TABLE (payloads jsonb[], raws bytea[])
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT array_agg(CASE WHEN code IS NULL THEN payload ELSE judged END ORDER BY nth),
           array_agg(CASE WHEN code IS NULL THEN raw ELSE coalesce(convert_to(judged::text, 'UTF8'), '') END ORDER BY nth)
    FROM (SELECT asked.*, CASE WHEN code IS NOT NULL THEN ivr.judged_payload(payload, code) END AS judged
          FROM (SELECT t.*, CASE WHEN event = 'call.gathered' THEN ivr.asked_code(call_id) END AS code
                FROM unnest(p_call_ids, p_events, p_payloads, p_raws) WITH ORDINALITY AS t (call_id, event, payload, raw, nth)
                OFFSET 0) AS asked
          OFFSET 0) AS t;
END;
$$;
COMMENT ON FUNCTION ivr.judged_events(text[], text[], jsonb[], bytea[]) IS
    'What is kept of events: of a call.gathered that answers the question for a code, the judgement (see ivr.judged_payload()); of others what came.';
