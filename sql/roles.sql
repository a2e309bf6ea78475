-- roles.sql: the roles of the schema. Included by install.sql, inside its transaction.
--
-- ivr_owner       owns everything, cannot log in
-- ivr_app         what the four programs log in as: may execute the functions, may touch no table
-- ivr_report      may read the views, for people and dashboards; sees phone numbers masked
-- ivr_privileged  a group whose members read the same with phone numbers in plain
-- ivr_editor      a group whose members change the configuration; they see no call
-- ivr_keeper      what the timer logs in as: may call ivr.housekeep()
-- ivr_reconciler  what minivoice-reconcile logs in as: may learn which calls to ask for, and store what the platform says of them
-- ivr_notifier    what minivoice-notify logs in as: is handed what subscribers are to be told, and notes what came of it

DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('ivr_owner', 'NOLOGIN', 'owns the schema ivr; nobody logs in as it'),
            ('ivr_app', 'LOGIN', 'the programs answer, route-menu, department and webhook'),
            ('ivr_report', 'LOGIN', 'reads the history; can change nothing, sees no phone number. For a person: CREATE ROLE anna LOGIN; GRANT ivr_report TO anna'),
            ('ivr_privileged', 'NOLOGIN', 'a group: its members read the history with phone numbers in plain. GRANT ivr_privileged TO anna'),
            ('ivr_editor', 'NOLOGIN', 'a group: its members change menus, hours, agents, numbers and known callers; they see no call. CREATE ROLE anna LOGIN; GRANT ivr_editor TO anna'),
            ('ivr_keeper', 'LOGIN', 'the timer; may call ivr.housekeep() and nothing else'),
            ('ivr_reconciler', 'LOGIN', 'minivoice-reconcile; may store what the platform says of calls that it was asked for, and nothing else'),
            ('ivr_notifier', 'LOGIN', 'minivoice-notify; is handed what subscribers are to be told now, and notes what came of it')
        ) AS role (name, login, purpose)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.login);
        END IF;
        EXECUTE format('COMMENT ON ROLE %I IS %L', wanted.name, wanted.purpose);
    END LOOP;

    IF NOT pg_has_role(current_user, 'ivr_owner', 'MEMBER') THEN
        EXECUTE format('GRANT ivr_owner TO %I', current_user);
    END IF;
    IF NOT has_database_privilege('ivr_owner', current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO ivr_owner', current_database());
    END IF;
    IF NOT pg_has_role('ivr_privileged', 'ivr_report', 'MEMBER') THEN
        GRANT ivr_report TO ivr_privileged;
    END IF;
    IF NOT pg_has_role('ivr_owner', 'ivr_privileged', 'MEMBER') THEN
        GRANT ivr_privileged TO ivr_owner;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO ivr_app, ivr_report, ivr_editor, ivr_keeper, ivr_reconciler, ivr_notifier', current_database());
END;
$$;
