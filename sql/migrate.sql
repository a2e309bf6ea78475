-- migrate.sql: applies each numbered migration once, in order. Included by install.sql, inside its
-- transaction. A new migration is a new file and three new lines here; an applied one never changes.

SET LOCAL ROLE ivr_owner;
CREATE SCHEMA IF NOT EXISTS ivr;
COMMENT ON SCHEMA ivr IS
    'Calls answered for the MiniVoice platform: what the owner configures, what happened, what was answered.';
SET LOCAL search_path = ivr, pg_temp;

CREATE TABLE IF NOT EXISTS ivr.migrations (
    migration  integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT migrations_pkey PRIMARY KEY (migration)
);
COMMENT ON TABLE ivr.migrations IS 'Which numbered migrations this database has had.';
COMMENT ON COLUMN ivr.migrations.migration IS 'The number that the file under sql/migrations begins with.';
COMMENT ON COLUMN ivr.migrations.applied_at IS 'When it was applied.';

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 1) AS missing \gset
\if :missing
    \ir migrations/0001_configuration.sql
    INSERT INTO ivr.migrations (migration) VALUES (1);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 2) AS missing \gset
\if :missing
    \ir migrations/0002_history.sql
    INSERT INTO ivr.migrations (migration) VALUES (2);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 3) AS missing \gset
\if :missing
    \ir migrations/0003_call_control.sql
    INSERT INTO ivr.migrations (migration) VALUES (3);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 4) AS missing \gset
\if :missing
    \ir migrations/0004_history.sql
    INSERT INTO ivr.migrations (migration) VALUES (4);
    \set rebuild on
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 5) AS missing \gset
\if :missing
    \ir migrations/0005_event_repeats.sql
    INSERT INTO ivr.migrations (migration) VALUES (5);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 6) AS missing \gset
\if :missing
    \ir migrations/0006_view_indexes.sql
    INSERT INTO ivr.migrations (migration) VALUES (6);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 7) AS missing \gset
\if :missing
    \ir migrations/0007_followed_questions.sql
    INSERT INTO ivr.migrations (migration) VALUES (7);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 8) AS missing \gset
\if :missing
    \ir migrations/0008_sets.sql
    INSERT INTO ivr.migrations (migration) VALUES (8);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 9) AS missing \gset
\if :missing
    \ir migrations/0009_day_figures.sql
    INSERT INTO ivr.migrations (migration) VALUES (9);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 10) AS missing \gset
\if :missing
    \ir migrations/0010_answers_by_name.sql
    INSERT INTO ivr.migrations (migration) VALUES (10);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 11) AS missing \gset
\if :missing
    \ir migrations/0011_access_key_and_signature.sql
    INSERT INTO ivr.migrations (migration) VALUES (11);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 12) AS missing \gset
\if :missing
    \ir migrations/0012_keyed_digests.sql
    INSERT INTO ivr.migrations (migration) VALUES (12);
    \set rebuild on
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 13) AS missing \gset
\if :missing
    \ir migrations/0013_what_was_spooled.sql
    INSERT INTO ivr.migrations (migration) VALUES (13);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 14) AS missing \gset
\if :missing
    \ir migrations/0014_housekeepings.sql
    INSERT INTO ivr.migrations (migration) VALUES (14);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 15) AS missing \gset
\if :missing
    \ir migrations/0015_test_calls.sql
    INSERT INTO ivr.migrations (migration) VALUES (15);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 16) AS missing \gset
\if :missing
    \ir migrations/0016_reconciliations.sql
    INSERT INTO ivr.migrations (migration) VALUES (16);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 17) AS missing \gset
\if :missing
    \ir migrations/0017_traces.sql
    INSERT INTO ivr.migrations (migration) VALUES (17);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 18) AS missing \gset
\if :missing
    \ir migrations/0018_subscriptions.sql
    INSERT INTO ivr.migrations (migration) VALUES (18);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 19) AS missing \gset
\if :missing
    \ir migrations/0019_message_boxes.sql
    INSERT INTO ivr.migrations (migration) VALUES (19);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 20) AS missing \gset
\if :missing
    \ir migrations/0020_languages.sql
    INSERT INTO ivr.migrations (migration) VALUES (20);
\endif

SELECT NOT EXISTS (SELECT FROM ivr.migrations WHERE migration = 21) AS missing \gset
\if :missing
    \ir migrations/0021_callbacks_and_codes.sql
    INSERT INTO ivr.migrations (migration) VALUES (21);
\endif
