-- check.sql: what is wrong with the database, a line each, and ok: for what is right. Asked by minivoice-db check, as a
-- superuser or a member of ivr_owner. Changes nothing.
SET client_min_messages = warning;
SET search_path = pg_catalog, pg_temp;

-- Who may do what. The functions are those that src/store.c names, and what the timers call.
WITH wrong (problem) AS (
    SELECT format('%s does not exist', role) FROM unnest(ARRAY['ivr_app', 'ivr_report', 'ivr_privileged', 'ivr_editor', 'ivr_keeper', 'ivr_reconciler', 'ivr_notifier']) AS role
    WHERE to_regrole(role) IS NULL
    UNION ALL
    SELECT format('%s cannot log in', rolname) FROM pg_roles WHERE rolname IN ('ivr_app', 'ivr_keeper', 'ivr_reconciler', 'ivr_notifier') AND NOT rolcanlogin
    UNION ALL
    SELECT format('%s is a superuser, or may go past all rights', rolname) FROM pg_roles
    WHERE rolname IN ('ivr_app', 'ivr_report', 'ivr_privileged', 'ivr_editor', 'ivr_keeper', 'ivr_reconciler', 'ivr_notifier') AND (rolsuper OR rolbypassrls OR rolcreaterole)
    UNION ALL
    SELECT format('%s is a member of %s', member::regrole, roleid::regrole) FROM pg_auth_members
    WHERE member::regrole::text IN ('ivr_app', 'ivr_report', 'ivr_editor', 'ivr_keeper', 'ivr_reconciler', 'ivr_notifier')
    UNION ALL
    SELECT format('%s may not connect to this database', rolname) FROM pg_roles
    WHERE rolname IN ('ivr_app', 'ivr_report', 'ivr_editor', 'ivr_keeper', 'ivr_reconciler', 'ivr_notifier') AND NOT has_database_privilege(rolname, current_database(), 'CONNECT')
    UNION ALL
    SELECT format('%s may not call ivr.%s()', role, name)
    FROM (VALUES ('ivr_app', ARRAY['settings', 'call_states', 'gathered_digits', 'store_answers', 'store_events', 'store_rejections', 'store_traces', 'schema_version']),
                 ('ivr_keeper', ARRAY['housekeep', 'due_for_housekeeping', 'housekeep_calls', 'housekeep_rest', 'note_housekeeping', 'last_housekeeping']),
                 ('ivr_reconciler', ARRAY['calls_to_reconcile', 'store_report', 'compare_report', 'calls_to_enrich', 'store_ai', 'call_story', 'schema_version']),
                 ('ivr_notifier', ARRAY['take_notices', 'due_notices', 'note_tries', 'schema_version'])) AS r (role, names),
         unnest(names) AS name
    WHERE to_regrole(role) IS NOT NULL
      AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace AND proname = name AND has_function_privilege(role, oid, 'EXECUTE'))
    UNION ALL
    SELECT format('%s may touch %s', rolname, c.oid::regclass) FROM pg_class AS c, pg_roles
    WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p', 'v') AND rolname IN ('ivr_app', 'ivr_keeper', 'ivr_reconciler', 'ivr_notifier')
      AND has_table_privilege(rolname, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
    UNION ALL
    SELECT format('everybody may touch ivr.%s', relname) FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'ivr'::regnamespace AND grantee = 0
    UNION ALL
    SELECT format('everybody may call ivr.%s()', proname) FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
    WHERE pronamespace = 'ivr'::regnamespace AND grantee = 0
)
SELECT format('error: rights: %s. minivoice-db upgrade gives and takes them as they should be.', problem) FROM wrong
UNION ALL
SELECT 'ok: rights: each role may do what it should' WHERE NOT EXISTS (SELECT FROM wrong);

WITH wrong AS (SELECT * FROM ivr.check_config())
SELECT line FROM (
    SELECT format('%s: configuration: %s: %s. %s', severity, subject, problem, hint), array_position(ARRAY['error', 'warning', 'note'], severity)
    FROM wrong
    UNION ALL
    SELECT 'ok: configuration: nobody is led nowhere', 0 WHERE NOT EXISTS (SELECT FROM wrong WHERE severity IN ('error', 'warning'))
) AS told (line, place) ORDER BY place, line COLLATE "C";

-- Of about two thousand calls at most, so that it takes a moment and not minutes.
SELECT least(1, 2000 / greatest(1, sum(reltuples)))::text AS share FROM pg_class
WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'r' AND relname ~ '^calls(_\d+)?$' \gset
WITH drift AS (SELECT count(DISTINCT call_id) AS calls FROM ivr.drift(:share))
SELECT CASE WHEN calls = 0 THEN format('ok: history: of one call in %s, each is what its log says', round(1 / :share))
            ELSE format('error: history: %s calls are not what their log says: SELECT * FROM ivr.drift(). SELECT ivr.rebuild_calls() repairs them.', calls) END
FROM drift;

SELECT CASE WHEN last IS NULL AND began > now() - interval '1 day' THEN 'note: housekeeping: was never done yet. A timer calls it: minivoice-db housekeep'
            WHEN last IS NULL THEN 'warning: housekeeping: was never done: nothing is closed, pseudonymised or removed. A timer should call it: minivoice-db housekeep'
            WHEN last < now() - interval '1 day' THEN format('warning: housekeeping: was done last %s ago. Does its timer run? minivoice-db housekeep', date_trunc('hour', now() - last))
            ELSE format('ok: housekeeping: was done %s ago: %s', date_trunc('second', now() - last), ivr.last_housekeeping()) END
FROM (SELECT (SELECT max(ended_at) FROM ivr.housekeepings), (SELECT min(applied_at) FROM ivr.migrations)) AS done (last, began);

WITH late AS (
    SELECT s.subscription, substring(s.url FROM '^https?://([^/?]+)') AS host, min(n.noticed_at) AS since, count(*) AS things, s.failures
    FROM ivr.subscriptions AS s JOIN ivr.notices AS n ON n.subscription = s.subscription AND n.done_at IS NULL
    WHERE s.ended_at IS NULL
    GROUP BY s.subscription
    HAVING min(n.noticed_at) < now() - interval '1 hour'
)
SELECT format('warning: notifications: subscription %s (%s) waits since %s for %s of what it should be told: SELECT * FROM ivr.notifications. Does minivoice-notify run?',
              subscription, host, date_trunc('second', since), things) FROM late
UNION ALL
SELECT 'ok: notifications: nobody waits for more than an hour' WHERE NOT EXISTS (SELECT FROM late);

-- The split of a table by call id must be whole: sql/history/partition.sql.
WITH part AS (
    SELECT i.inhparent::regclass AS whole, count(*) AS parts,
           (regexp_match(min(pg_get_expr(c.relpartbound, c.oid)), 'modulus (\d+)'))[1]::integer AS wanted
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid JOIN pg_partitioned_table AS p ON p.partrelid = i.inhparent
    WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p') AND p.partstrat = 'h'
    GROUP BY i.inhparent
), wrong AS (
    SELECT whole, parts, wanted FROM part WHERE parts <> wanted
)
SELECT format('error: partitions: %s has %s of %s parts, and refuses the calls of those that are missing', whole, parts, wanted) FROM wrong
UNION ALL
SELECT CASE (SELECT count(*) FROM part) WHEN 0 THEN 'ok: partitions: none' ELSE format('ok: partitions: all there, %s', (SELECT max(parts) FROM part)) END
WHERE NOT EXISTS (SELECT FROM wrong);

SELECT format('error: durability: %s is off: a crash of the machine loses what was acknowledged. Set it on in postgresql.conf.', name)
FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'
UNION ALL
SELECT 'ok: durability: what is committed survives a crash' WHERE current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on';
SELECT format('error: encoding: the database is of %s, and callers'' words are UTF-8. Restore a backup into one made by minivoice-db create.', current_setting('server_encoding'))
WHERE current_setting('server_encoding') <> 'UTF8';
