CREATE OR REPLACE FUNCTION ivr.raw_without(raw bytea, number text, instead text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN decode(
    -- As text in which every byte that is no plain character is escaped: the bytes may be anything.
    regexp_replace(encode(raw, 'escape'), ivr.number_pattern(encode(convert_to(number, 'UTF8'), 'escape')), instead, 'gi'),
    'escape');
COMMENT ON FUNCTION ivr.raw_without(bytea, text, text) IS
    'The bytes with a number replaced wherever it stands in them (see ivr.number_pattern()), valid text or not.';
