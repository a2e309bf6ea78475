-- standby.sql: what primary and standby know of each other, beside repmgr's own tables. Run by minivoice-db standby prepare in the
-- database repmgr, which is on both since it is copied with everything else.
--
-- A standby may take over by itself when it has all that was ever acknowledged. It was told so, in a row that came to it after
-- all of that, and since then it has run without a break: only of a standby that is dead the primary makes itself independent.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
CREATE EXTENSION IF NOT EXISTS repmgr;
CREATE SCHEMA IF NOT EXISTS standby;
COMMENT ON SCHEMA standby IS 'Whether the standby has what the primary has acknowledged. Of minivoice-db standby.';
CREATE TABLE IF NOT EXISTS standby.in_step (
    node_id      integer NOT NULL,
    started_at   timestamptz NOT NULL,
    sender_since timestamptz NOT NULL,
    CONSTRAINT in_step_pkey PRIMARY KEY (node_id)
);
COMMENT ON TABLE standby.in_step IS 'Which standby is waited for at each commit, and has all that came before.';
COMMENT ON COLUMN standby.in_step.node_id IS 'Its number, as in repmgr.nodes.';
COMMENT ON COLUMN standby.in_step.started_at IS 'When its PostgreSQL was started: another start may have been after a time in which nobody waited for it.';
COMMENT ON COLUMN standby.in_step.sender_since IS 'When the primary''s process that sends to it was started: another one is a reason to look again.';

CREATE OR REPLACE FUNCTION standby.must_be_in_step(p_node_id integer) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = standby, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM in_step WHERE node_id = p_node_id AND started_at = pg_postmaster_start_time()) THEN
        RAISE EXCEPTION 'this standby may miss what the other one has acknowledged alone'
            USING HINT = 'Start the other one; where it is lost for good: minivoice-db standby promote --behind';
    END IF;
END;
$$;
COMMENT ON FUNCTION standby.must_be_in_step(integer) IS 'Fails unless this standby has all that was acknowledged: repmgrd asks it before it promotes.';

CREATE OR REPLACE FUNCTION standby.state(p_other integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = standby, pg_temp
AS $$
    SELECT CASE WHEN pg_is_in_recovery() THEN
                     CASE WHEN names = '' AND NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_type = 'logical') THEN 'standby' ELSE 'would wait' END
                WHEN s.pid IS NULL THEN CASE WHEN names = '' THEN 'alone' ELSE 'waits' END
                WHEN s.sync_state = 'sync' AND i.node_id IS NOT NULL THEN 'together'
                ELSE 'met' END
    FROM current_setting('synchronous_standby_names') AS names
    LEFT JOIN pg_stat_replication AS s ON s.application_name = 'minivoice_' || p_other AND s.state = 'streaming'
    LEFT JOIN in_step AS i ON i.node_id = p_other AND i.sender_since = s.backend_start
    ORDER BY s.backend_start DESC NULLS LAST
    LIMIT 1;
$$;
COMMENT ON FUNCTION standby.state(integer) IS
    'What this server is to the other one. standby; would wait: a standby that, as the primary, would wait for a standby, or has a slot of another time; together: the other one has what is acknowledged; met: it is there, and not yet waited for; waits: it is not there and is waited for; alone: it is not there, and nobody waits.';

CREATE OR REPLACE FUNCTION standby.timeline() RETURNS integer
LANGUAGE sql STABLE
AS $$ SELECT CASE WHEN NOT pg_is_in_recovery() THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer END $$;
COMMENT ON FUNCTION standby.timeline() IS 'How often there was another primary before this one, plus one; null on a standby.';
COMMIT;
