CREATE OR REPLACE FUNCTION ivr.mermaid_line(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
    replace(replace(replace(replace(replace(replace(replace(
        replace(btrim(regexp_replace(words, '[[:space:][:cntrl:]]+', ' ', 'g')), ';', e'\x01'),
        '#', '#35;'), e'\x01', '#59;'), '&', '#38;'), '<', '#60;'), '>', '#62;'), '%', '#37;'), '`', '#96;'),
    '^((no)?wrap):', '\1#58;', 'i');
COMMENT ON FUNCTION ivr.mermaid_line(text) IS
    'The words as the text of a message or note in a Mermaid sequence diagram: on one line, and without what Mermaid takes for a statement''s end, an entity, a tag, a comment or a directive.';
