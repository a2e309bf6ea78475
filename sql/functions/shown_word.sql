CREATE OR REPLACE FUNCTION ivr.shown_word(word text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN pg_has_role('ivr_privileged', 'USAGE') THEN word ELSE ivr.masked_word(word) END;
COMMENT ON FUNCTION ivr.shown_word(text) IS
    'An event name, a state, or what was pressed: as it is for members of ivr_privileged, with every phone number masked for everybody else.';
