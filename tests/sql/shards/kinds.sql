-- kinds.sql: every function and table of the schema has its place on a router, and is there what that says.
BEGIN;
SELECT plan(12);

SELECT set_eq($$SELECT proname::text FROM pg_proc WHERE pronamespace = 'ivr'::regnamespace$$, 'SELECT function FROM ivr_shards.kinds',
              'each function has a kind, and no other');
CREATE TEMPORARY VIEW of_kind AS
SELECT kind, proname::text AS function, prosrc ~ 'ivr_shards' AS asks_shards, prosecdef, p.oid
FROM ivr_shards.kinds JOIN pg_proc AS p ON proname = function AND pronamespace = 'ivr'::regnamespace;
SELECT is((SELECT array_agg(function) FROM of_kind WHERE kind IN ('call', 'any', 'all') AND NOT asks_shards), NULL, 'what runs in shards asks them');
SELECT is((SELECT array_agg(function) FROM of_kind WHERE kind IN ('router', 'tables', 'values', 'inner') AND asks_shards), NULL,
          'what does not is as on one database');
SELECT is((SELECT array_agg(DISTINCT function) FROM of_kind, unnest('{ivr_app,ivr_report,ivr_editor,ivr_keeper,ivr_reconciler}'::text[]) AS role
           WHERE kind = 'inner' AND has_function_privilege(role, oid, 'EXECUTE')), NULL, 'nobody may call here what belongs into shards');
SELECT set_eq($$SELECT function FROM of_kind WHERE kind IN ('call', 'any', 'all') AND NOT prosecdef$$,
              $$VALUES ('store_events'), ('store_answers'), ('store_rejections'), ('call_states'), ('gathered_digits'), ('check_codes')$$,
              'the programs are on the shards who they are here; all others have the rights of the owner, as on one database');

SELECT set_eq($$SELECT relname::text FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'p') AND relname NOT IN ('migrations', 'housekeepings', 'traces', 'subscriptions', 'subscription_secrets', 'notices', 'notice_tries')$$,
              'SELECT unnest(ivr_shards.tables_of_calls() || ivr_shards.tables_of_configuration())', 'each table is of calls or has its home on the router, or is of what the router itself has done and seen');
SELECT set_eq($$SELECT t.tablename::text FROM pg_publication_tables AS t WHERE pubname = 'ivr_configuration'$$,
              'SELECT unnest(ivr_shards.tables_of_configuration())', 'the configuration is published');
SELECT set_eq($$SELECT inhparent::regclass::text, inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN (SELECT oid FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'r')$$,
              $$SELECT 'ivr.' || t, format('ivr_shards.%s_%s', t, shard) FROM unnest(ivr_shards.tables_of_calls()) AS t, ivr_shards.shards$$,
              'the tables of calls have those of each shard as parts');
SELECT throws_like($$INSERT INTO ivr.call_events (call_id, event, raw, digest) VALUES ('here', 'call.created', '', '')$$, '%of a router takes no rows%', 'a call cannot be stored here');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('kinds', '{}');
SELECT is((SELECT tableoid::regclass::text FROM ivr.test_calls WHERE call_id = 'kinds'),
          (SELECT 'ivr_shards.test_calls_' || shard FROM ivr_shards.slots WHERE slot = hashtext('kinds') & 63), 'what is added by hand is put where its call is');

SELECT is((SELECT count(*) FROM ivr_shards.slots), 64::bigint, 'each slot has a shard');
SELECT cmp_ok((SELECT max(n) - min(n) FROM (SELECT count(*) AS n FROM ivr_shards.slots GROUP BY shard) AS each), '<=', 1::bigint, 'they are shared out evenly');
SELECT * FROM finish();
ROLLBACK;
