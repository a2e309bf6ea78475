CREATE OR REPLACE FUNCTION ivr.dot_text(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '"' || replace(replace(replace(words, '\', '\\'), '"', '\"'), e'\n', '\n') || '"';
COMMENT ON FUNCTION ivr.dot_text(text) IS 'The words in quotes as a label for Graphviz, which has its own meaning for \ and ".';
