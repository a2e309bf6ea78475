CREATE OR REPLACE FUNCTION ivr.replace_number(p_call_id text, p_number text, p_instead text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    pattern text := ivr.number_pattern(p_number);
BEGIN
    UPDATE ivr.call_events AS e
    SET payload = ivr.json_without(e.payload, pattern, p_instead),
        raw = ivr.raw_without(e.raw, p_number, p_instead),
        event_key = regexp_replace(e.event_key, pattern, p_instead, 'gi')
    WHERE e.call_id = p_call_id;
    -- Bytes in which the number was written in a way that is not known here become what they mean.
    UPDATE ivr.call_events AS e
    SET raw = convert_to(e.payload::text, 'UTF8')
    WHERE e.call_id = p_call_id AND ivr.parse_json(e.raw) IS DISTINCT FROM e.payload;
    UPDATE ivr.answers AS a
    SET from_number = regexp_replace(a.from_number, pattern, p_instead, 'gi'),
        to_number = regexp_replace(a.to_number, pattern, p_instead, 'gi'),
        destination = regexp_replace(a.destination, pattern, p_instead, 'gi'),
        digits = regexp_replace(a.digits, pattern, p_instead, 'gi'),
        response = ivr.json_without(a.response, pattern, p_instead)
    WHERE a.call_id = p_call_id;
    UPDATE ivr.callback_requests AS r
    SET number = regexp_replace(r.number, pattern, p_instead, 'gi'), caller = regexp_replace(r.caller, pattern, p_instead, 'gi')
    WHERE r.call_id = p_call_id AND NOT ivr.is_shard();
    UPDATE ivr.code_tries AS t SET caller = regexp_replace(t.caller, pattern, p_instead, 'gi') WHERE t.call_id = p_call_id;
    UPDATE ivr.enrichments AS n
    SET content = ivr.json_without(n.content, pattern, p_instead)
    WHERE n.call_id = p_call_id;
END;
$$;
COMMENT ON FUNCTION ivr.replace_number(text, text, text) IS
    'Writes something else in the place of a number wherever it stands in one call''s events, their bytes included, in its answers, its callback and AI sections. The caller holds ivr.lock_call() and calls ivr.refresh_calls().';
