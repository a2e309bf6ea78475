CREATE OR REPLACE FUNCTION ivr.json_without(document jsonb, pattern text, instead text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    CASE jsonb_typeof(document)
        WHEN 'object' THEN
            RETURN (SELECT coalesce(jsonb_object_agg(regexp_replace(key, pattern, instead, 'gi'),
                                                     ivr.json_without(value, pattern, instead)), '{}')
                    FROM jsonb_each(document));
        WHEN 'array' THEN
            RETURN (SELECT coalesce(jsonb_agg(ivr.json_without(value, pattern, instead) ORDER BY place), '[]')
                    FROM jsonb_array_elements(document) WITH ORDINALITY AS element (value, place));
        WHEN 'string' THEN
            RETURN to_jsonb(regexp_replace(document #>> '{}', pattern, instead, 'gi'));
        WHEN 'number' THEN
            RETURN CASE WHEN document::text ~* pattern THEN to_jsonb(instead) ELSE document END;
        ELSE
            RETURN document;
    END CASE;
END;
$$;
COMMENT ON FUNCTION ivr.json_without(jsonb, text, text) IS
    'The document with what matches a pattern of ivr.number_pattern() replaced, in keys and values, however deep.';
