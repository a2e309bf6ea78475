CREATE OR REPLACE FUNCTION ivr.calls_with_codes(p_call_ids text[]) RETURNS SETOF text
LANGUAGE sql STABLE
AS $$
    SELECT DISTINCT a.call_id FROM ivr.answers AS a WHERE a.call_id = ANY (p_call_ids) AND starts_with(a.menu, 'code:')
$$;
COMMENT ON FUNCTION ivr.calls_with_codes(text[]) IS 'Those of these calls that were asked for a code.';
