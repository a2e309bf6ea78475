-- router.sql: what makes this database a router: it has the configuration, and asks the shards for everything about calls.
-- Included by install.sql, inside its transaction, where the database is one already, or with psql -v router=1. It takes a
-- superuser, and Debian's postgresql-15-plproxy.

RESET ROLE;
CREATE SCHEMA IF NOT EXISTS ivr_shards;
SET LOCAL search_path = ivr_shards, pg_temp;
CREATE EXTENSION IF NOT EXISTS plproxy;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE EXTENSION IF NOT EXISTS dblink;

\ir tables.sql
\ir kinds.sql
\ir parts.sql
\ir reach.sql
CREATE OR REPLACE FUNCTION ivr_shards.retries() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM ivr.departments JOIN ivr.agents USING (department) WHERE retry_minutes > 0);
END;
$$;
COMMENT ON FUNCTION ivr_shards.retries() IS 'Whether anything depends on where a caller could not be connected a short time ago: only among agents there is a choice.';
-- What ivr.call_states() returns grows with the versions.
DROP FUNCTION IF EXISTS ivr_shards.states_of_parts(integer[], text[], integer[], boolean[], text[]);
DROP FUNCTION IF EXISTS ivr_shards.call_states(integer[], integer[], text[], integer[], boolean[], text[]);
DROP TYPE IF EXISTS ivr_shards.state;
CREATE TYPE ivr_shards.state AS (
    place integer, response text, asked_step integer, next_step integer, menu text, no_inputs integer, invalids integer,
    digits text, gathered_digest bytea, to_number text, application_id text, failed text, menu_before text,
    recorded boolean, caller_greeting text, caller_department text, caller_menu text, caller_blocked boolean,
    caller_message text, is_open boolean, language text, caller_language text, from_number text);
COMMENT ON TYPE ivr_shards.state IS 'A row of ivr.call_states().';
SELECT ivr_shards.reach() \g /dev/null
\ir proxies.sql
\ir functions.sql

-- What somebody adds by hand goes where its call is; events and rejections are numbered there, and come by their functions.
CREATE OR REPLACE FUNCTION ivr_shards.pass_on() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_TABLE_NAME IN ('call_events', 'rejected_requests') OR NEW.call_id IS NULL THEN
        RAISE EXCEPTION 'ivr.% of a router takes no rows: its shards do', TG_TABLE_NAME USING HINT = 'Call the function that stores them.';
    END IF;
    EXECUTE format('INSERT INTO ivr_shards.%I SELECT ($1).*',
                   TG_TABLE_NAME || '_' || (SELECT shard FROM ivr_shards.slots WHERE slot = ivr_shards.slot(NEW.call_id))) USING NEW;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION ivr_shards.pass_on() IS 'Trigger: puts a row into the table of the shard that has its call; a call that came to be stored here would be on no shard.';
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ivr_shards.tables_of_calls() LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE INSERT ON ivr.%I FOR EACH ROW EXECUTE FUNCTION ivr_shards.pass_on()',
                       name || '_are_on_shards', name);
    END LOOP;
    -- A change of a row is published by its key; where there is none, by the whole row.
    FOR name IN SELECT t FROM unnest(ivr_shards.tables_of_configuration()) AS t
                WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = format('ivr.%I', t)::regclass AND indisprimary) LOOP
        EXECUTE format('ALTER TABLE ivr.%I REPLICA IDENTITY FULL', name);
    END LOOP;
    -- The shards learn the configuration by PostgreSQL's own logical replication.
    EXECUTE (SELECT format(CASE WHEN EXISTS (SELECT FROM pg_publication WHERE pubname = 'ivr_configuration')
                                THEN 'ALTER PUBLICATION ivr_configuration SET TABLE %s'
                                ELSE 'CREATE PUBLICATION ivr_configuration FOR TABLE %s' END, string_agg(format('ivr.%I', t), ', '))
             FROM unnest(ivr_shards.tables_of_configuration()) AS t);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ivr_router') THEN
        CREATE ROLE ivr_router LOGIN;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO ivr_router', current_database());
    EXECUTE (SELECT format('GRANT SELECT ON %s TO ivr_router', string_agg(format('ivr.%I', t), ', '))
             FROM unnest(ivr_shards.tables_of_configuration()) AS t);
END;
$$;
ALTER ROLE ivr_router REPLICATION;
COMMENT ON ROLE ivr_router IS 'a router on its shards, which it may do there what the owner of the schema may, and the shards on their router, whose configuration they copy';
GRANT USAGE ON SCHEMA ivr TO ivr_router;

REVOKE ALL ON ALL ROUTINES IN SCHEMA ivr_shards FROM PUBLIC;
GRANT USAGE ON SCHEMA ivr_shards TO ivr_app, ivr_owner;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ivr_shards TO ivr_owner;
-- Who watches is the timer's login.
GRANT USAGE ON SCHEMA ivr_shards TO ivr_keeper;
GRANT SELECT ON ivr_shards.shards TO ivr_keeper;
GRANT EXECUTE ON FUNCTION ivr_shards.look, ivr_shards.watch_key, ivr_shards.free_waiting TO ivr_keeper;
GRANT ivr_app TO ivr_owner;
GRANT SELECT, UPDATE ON ivr_shards.shards, ivr_shards.slots TO ivr_owner;
GRANT SELECT (shard, down_since, held) ON ivr_shards.shards TO ivr_app;
GRANT EXECUTE ON FUNCTION
    ivr_shards.slot, ivr_shards.is_whole, ivr_shards.retries, ivr_shards.parts, ivr_shards.pick, ivr_shards.is_shards_fault, ivr_shards.is_requests_fault, ivr_shards.note_up,
    ivr_shards.note_down, ivr_shards.note_fault, ivr_shards.a_live_slot, ivr_shards.failed_elsewhere, ivr_shards.states_of_parts,
    ivr_shards.answers_of_parts, ivr_shards.keep_wishes, ivr_shards.verdicts, ivr_shards.check_codes,
    ivr_shards.gathered_digits, ivr_shards.call_states, ivr_shards.store_events, ivr_shards.store_answers, ivr_shards.store_rejections,
    ivr_shards.events_apart, ivr_shards.answers_apart, ivr_shards.rejections_apart
TO ivr_app;
