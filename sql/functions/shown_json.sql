CREATE OR REPLACE FUNCTION ivr.shown_json(document jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN pg_has_role('ivr_privileged', 'USAGE') THEN document ELSE ivr.masked_json(document) END;
COMMENT ON FUNCTION ivr.shown_json(jsonb) IS
    'The document: as it is for members of ivr_privileged, with every phone number and SIP user masked for everybody else.';
