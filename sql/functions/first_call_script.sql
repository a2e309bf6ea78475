CREATE OR REPLACE FUNCTION ivr.first_call_script() RETURNS TABLE (step integer, what text, settles text, open text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
    WITH open AS MATERIALIZED (
        SELECT unknown FROM ivr.platform_findings() WHERE seen = 'not seen yet'
    )
    SELECT step, what, array_to_string(settles, ', '),
           CASE WHEN EXISTS (SELECT FROM open WHERE open.unknown = ANY (s.settles))
                THEN (SELECT string_agg(unknown, ', ' ORDER BY array_position(s.settles, unknown)) FROM open WHERE open.unknown = ANY (s.settles))
                WHEN settles = '{}' THEN '' ELSE 'nothing' END
    FROM (VALUES
        (1, 'Set IVR_TRACE=2 and reload. Use an application of its own, with a webhook_secret, and a number of yours that leads to it.', '{}'::text[]),
        (2, 'Call it. In the menu say nothing and press nothing until you are asked again.', '{U1,U2,U6,U8,U12,U13,U14,U20,U21,U26,U31,I4,I7,I8,I9}'),
        (3, 'In the same call press a key that is no option (9), and wait to be asked again.', '{U3,U4,U5,I3,I10}'),
        (4, 'Still in the same call press 1. You are transferred: talk for a moment, and hang up.', '{U15,I1,I6,U23}'),
        (5, 'Call again, and while the menu is spoken have events answered 503 for ten seconds, in psql as the owner of the schema (without IVR_SPOOL_EVENTS): BEGIN; LOCK TABLE ivr.call_events; SELECT pg_sleep(10); COMMIT; Press 1 meanwhile, stay on for a minute.', '{U7,U11}'),
        (6, 'Call with your number withheld, and hang up while the menu is spoken.', '{U15,U31}'),
        (7, 'Call and press wrong keys until you are sent elsewhere; with a department whose telephone is busy, press its key.', '{U15,U23}'),
        (8, 'Look: SELECT * FROM ivr.platform_findings(). What it says to be open is to be tried again. Then take IVR_TRACE out and reload.', '{}')) AS s (step, what, settles)
    ORDER BY step;
$$;
COMMENT ON FUNCTION ivr.first_call_script() IS
    'What to press and to try in the first calls with the platform, in order: the first one, of five minutes, settles most. settles: which questions of ivr.platform_findings(); open: which of these are not answered yet.';
