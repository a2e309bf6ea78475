-- shard.sql: what makes a database a shard of a router. Run by minivoice-db shards add, on the shard, after install.sql: the schema
-- is as it is. Needs :shard, its number, and :lock and :statement, how long programs wait for a lock and a statement, in ms.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ivr_router') THEN
        CREATE ROLE ivr_router LOGIN;
    END IF;
    GRANT ivr_owner TO ivr_router;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO ivr_router', current_database());
END;
$$;
-- Another shard copies calls from this one when it is split.
ALTER ROLE ivr_router REPLICATION;

-- Programs say this of their connection, which ends at the router. Without the two about plans, a statement inside a function
-- is planned anew with each set.
SELECT format('ALTER ROLE ivr_app IN DATABASE %I SET %s = %L', current_database(), name, value)
FROM (VALUES ('lock_timeout', :'lock'), ('statement_timeout', :'statement'), ('jit', 'off'),
             ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'),
             ('client_min_messages', 'warning'),
             ('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END))
     AS wanted (name, value) \gexec

-- A rejected request has a number that no other shard gives.
SELECT format('ALTER TABLE ivr.rejected_requests ALTER COLUMN rejected_id SET INCREMENT BY 64 RESTART WITH %s',
              (coalesce((SELECT max(rejected_id) FROM ivr.rejected_requests), 0) / 64 + 1) * 64 + :shard) \gexec

-- The router's configuration takes the place of the one that comes with the schema.
SET LOCAL session_replication_role = replica;
DELETE FROM ivr.menu_options;
DELETE FROM ivr.menus;
DELETE FROM ivr.extensions;
DELETE FROM ivr.numbers;
DELETE FROM ivr.hours;
DELETE FROM ivr.holidays;
DELETE FROM ivr.emergency;
DELETE FROM ivr.agents;
DELETE FROM ivr.translations;
DELETE FROM ivr.codes;
DELETE FROM ivr.callers;
DELETE FROM ivr.callback_requests;
DELETE FROM ivr.dealt_with;
DELETE FROM ivr.departments;
DELETE FROM ivr.config_versions;
DELETE FROM ivr.history_settings;
DELETE FROM ivr.pseudonym_key;
SET LOCAL session_replication_role = origin;
\ir apart.sql
COMMIT;
