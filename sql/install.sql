-- install.sql: brings any database up to date: roles, numbered migrations, functions, views, rights.
--
-- Run it with psql alone, from any folder, as a superuser or as a role with CREATEROLE and CREATE on
-- the database: psql -X -f sql/install.sql. It may be run again at any time; what is already there stays.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?router}
\else
    \set router 0
\endif
SET client_min_messages = warning;
SET client_encoding = 'UTF8';

BEGIN;
-- Two installations at the same moment wait for each other instead of failing halfway.
SELECT pg_advisory_xact_lock(hashtextextended('ivr.install', 0)) \g /dev/null

\ir roles.sql
\ir migrate.sql
\ir functions.sql
\ir views.sql
\ir rights.sql

-- The database is the router of several, or is to become it: see SHARDS.md.
SELECT to_regclass('ivr_shards.shards') IS NOT NULL OR :'router' = '1' AS routes \gset
SELECT NOT :'routes' AND to_regnamespace('ivr_shards') IS NOT NULL AS is_shard \gset
\if :routes
    \ir shards/router.sql
\endif
\if :is_shard
    \ir shards/apart.sql
\endif
COMMIT;
