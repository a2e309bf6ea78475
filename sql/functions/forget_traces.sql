CREATE OR REPLACE FUNCTION ivr.forget_traces(p_number text, p_call_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    pattern text := ivr.number_pattern(p_number);
    in_raw  text := ivr.number_pattern(encode(convert_to(p_number, 'UTF8'), 'escape'));
    alias   text := ivr.pseudonym(p_number);
    removed bigint;
BEGIN
    DELETE FROM ivr.traces
    WHERE call_id = ANY (p_call_ids)
       OR concat_ws(' ', url, headers, reply) ~* pattern OR encode(body, 'escape') ~* in_raw OR ivr.parse_json(body)::text ~* pattern
       OR concat_ws(' ', url, headers, reply) ~* in_raw
       OR position(alias IN concat_ws(' ', url, reply)) > 0 OR position(convert_to(alias, 'UTF8') IN body) > 0;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION ivr.forget_traces(text, text[]) IS
    'The part of ivr.forget() that is about traces: removes those of these calls, and those that mention the number. Returns how many.';
