-- shown.sql: who asks decides what is seen.
BEGIN;
\ir lib/scene.psql
SELECT plan(10);

CREATE ROLE scene_clerk;
CREATE ROLE scene_boss IN ROLE ivr_privileged;
CREATE FUNCTION scene.seen_by(role name) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    seen text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    SELECT concat_ws(' ', ivr.shown('+15551230002'), ivr.shown_text('to +15551230002'), ivr.shown_json('["+15551230002"]')) INTO seen;
    RESET ROLE;
    RETURN seen;
END;
$$;
SELECT is(scene.seen_by('ivr_report'), '+1555*****02 to +1555*****02 ["+1555*****02"]', 'ivr_report sees masks');
SELECT is(scene.seen_by('scene_boss'), '+15551230002 to +15551230002 ["+15551230002"]', 'a member of ivr_privileged sees numbers');
SELECT is(scene.seen_by('ivr_owner'), '+15551230002 to +15551230002 ["+15551230002"]', 'the owner sees numbers');
GRANT ivr_report TO scene_clerk;
SELECT is(scene.seen_by('scene_clerk'), '+1555*****02 to +1555*****02 ["+1555*****02"]', 'a member of ivr_report sees masks');
GRANT ivr_privileged TO scene_clerk;
SELECT is(scene.seen_by('scene_clerk'), '+15551230002 to +15551230002 ["+15551230002"]', 'until he is privileged');
REVOKE ivr_privileged FROM scene_clerk;
SELECT is(scene.seen_by('scene_clerk'), '+1555*****02 to +1555*****02 ["+1555*****02"]', 'and no longer');
SELECT is((SELECT (rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls)::text FROM pg_roles WHERE rolname = 'ivr_privileged'),
          '(f,f,f,f,f)', 'ivr_privileged is a group and nothing more');
SELECT is((ivr.shown(NULL), ivr.shown_text(NULL), ivr.shown_json(NULL))::text, '(,,)', 'null stays null');

-- Inside a view the one who looks counts, not the one who made it.
CREATE VIEW scene.numbers AS SELECT ivr.shown('+15551230002') AS number;
GRANT USAGE ON SCHEMA scene TO ivr_report;
GRANT SELECT ON scene.numbers TO ivr_report;
CREATE FUNCTION scene.number_seen_by(role name) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    seen text;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    SELECT number INTO seen FROM scene.numbers;
    RESET ROLE;
    RETURN seen;
END;
$$;
SELECT is(scene.number_seen_by('ivr_report'), '+1555*****02', 'a view shows ivr_report masks');
SELECT is(scene.number_seen_by('scene_boss'), '+15551230002', 'and the privileged numbers');

SELECT * FROM finish();
ROLLBACK;
