CREATE OR REPLACE FUNCTION ivr.masked_json(document jsonb, is_number boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    kind text := jsonb_typeof(document);
BEGIN
    IF kind = 'string' AND is_number THEN
        RETURN to_jsonb(ivr.masked(document #>> '{}'));
    ELSIF kind = 'string' THEN
        RETURN to_jsonb(ivr.masked_text(document #>> '{}'));
    ELSIF kind = 'number' AND (is_number OR document::text ~ '^-?[0-9]{7,15}(\.0*)?$') THEN
        RETURN to_jsonb(ivr.masked(document::text));
    ELSIF kind = 'array' THEN
        RETURN (SELECT coalesce(jsonb_agg(ivr.masked_json(value, is_number) ORDER BY place), '[]')
                FROM jsonb_array_elements(document) WITH ORDINALITY AS element (value, place));
    ELSIF kind = 'object' AND document <> '{}' THEN
        RETURN (SELECT jsonb_object_agg(
                    ivr.masked_text(key),
                    CASE WHEN key IN ('event', 'digits', 'direction', 'status') AND jsonb_typeof(value) = 'string' THEN to_jsonb(ivr.masked_word(value #>> '{}'))
                         ELSE ivr.masked_json(value, key IN ('from', 'to', 'from_number', 'to_number', 'caller', 'destination')) END)
                FROM jsonb_each(document));
    END IF;
    RETURN document;
END;
$$;
COMMENT ON FUNCTION ivr.masked_json(jsonb, boolean) IS
    'The document with every phone number and every SIP user masked, in keys and values, however deep. No long number stays under event, digits, direction or status (see ivr.masked_word()). What stands under from, to, caller or destination (is_number) is masked whatever it looks like.';
