CREATE OR REPLACE FUNCTION ivr.mermaid_text(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '"' || replace(replace(replace(replace(replace(replace(replace(replace(words,
    '#', '#35;'), '&', '#38;'), '"', '#34;'), '<', '#60;'), '>', '#62;'), '`', '#96;'),
    '%', '#37;'), e'\n', '<br/>') || '"';
COMMENT ON FUNCTION ivr.mermaid_text(text) IS
    'The words in quotes as a label for Mermaid, which has its own meaning for # & " < > % and `.';
