CREATE OR REPLACE FUNCTION ivr.shown(number text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN pg_has_role('ivr_privileged', 'USAGE') THEN number ELSE ivr.masked(number) END;
COMMENT ON FUNCTION ivr.shown(text) IS
    'A phone number or SIP URI: as it is for members of ivr_privileged, masked for everybody else, like +1555*****02. Every view shows numbers through this, so that who asks decides what is seen.';
