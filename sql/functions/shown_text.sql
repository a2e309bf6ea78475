CREATE OR REPLACE FUNCTION ivr.shown_text(words text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN pg_has_role('ivr_privileged', 'USAGE') THEN words ELSE ivr.masked_text(words) END;
COMMENT ON FUNCTION ivr.shown_text(text) IS
    'The words: as they are for members of ivr_privileged, with every phone number and SIP user masked for everybody else.';
