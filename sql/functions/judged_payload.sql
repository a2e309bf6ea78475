CREATE OR REPLACE FUNCTION ivr.judged_payload(p_payload jsonb, p_code text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    pressed text := rtrim(ivr.pressed(p_payload), '#');
    pattern text;
BEGIN
    IF p_code IS NULL OR coalesce(pressed, '') IN ('', 'right', 'wrong') THEN
        RETURN p_payload;
    END IF;
    -- Where else it may stand. What tells of the call is left alone.
    pattern := '(?<![0-9])' || regexp_replace(pressed, '[^0-9A-Za-z]', '.', 'g') || '(?![0-9])';
    RETURN (p_payload - '{digits,data,variables}'::text[])
        || jsonb_strip_nulls(jsonb_build_object('variables', ivr.json_without(p_payload -> 'variables', pattern, '*')))
        || jsonb_build_object('data', coalesce(CASE WHEN jsonb_typeof(p_payload -> 'data') = 'object'
                                                    THEN ivr.json_without(p_payload -> 'data', pattern, '*') END, '{}')
                                      || jsonb_build_object('digits', CASE WHEN ivr.opens(p_code, pressed) THEN 'right' ELSE 'wrong' END));
END;
$$;
COMMENT ON FUNCTION ivr.judged_payload(jsonb, text) IS
    'A call.gathered that answers the question for this code, with a judgement in the place of what was pressed: right or wrong. Unchanged where there is no code, or nothing was pressed.';
