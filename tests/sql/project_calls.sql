-- project_calls.sql: the rows of several calls; what a row says stands in project_call.sql and convergence.sql.
BEGIN;
\ir lib/scene.psql
SELECT plan(6);

SELECT scene.event('a', 'call.created', 0), scene.answer('a', 1, NULL, 'menu', 1), scene.event('b', 'call.created', 0), scene.event('b', 'call.completed', 9) \g /dev/null
SELECT set_eq($$SELECT * FROM ivr.project_calls(ARRAY['a', 'b'])$$, 'TABLE ivr.calls', 'each call has its row');
SELECT set_eq($$SELECT p.* FROM ivr.project_call('a') AS p$$, $$SELECT * FROM ivr.project_calls(ARRAY['a'])$$, 'one alone is what ivr.project_call() says');
SELECT set_eq($$SELECT call_id FROM ivr.project_calls(ARRAY['a', 'nobody', NULL])$$, ARRAY['a'], 'of which nothing is stored has none');
SELECT is_empty($$SELECT * FROM ivr.project_calls('{}')$$, 'no calls have none');
SELECT is(ivr.project_call('nobody'), NULL, 'alone it is null');
SELECT is((SELECT array_agg(attname::text || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'ivr.calls'::regclass AND attnum > 0),
          ARRAY['call_id text', 'application_id text', 'customer_id text', 'direction text', 'from_number text', 'to_number text', 'status text', 'current_step text',
                'last_menu text', 'last_digits text', 'department text', 'transferred_to text', 'started_at timestamp with time zone', 'answered_at timestamp with time zone',
                'closed_at timestamp with time zone', 'disposition text', 'events integer', 'gathers integer', 'answers integer', 'inferred boolean', 'attempts integer',
                'asked_at timestamp with time zone', 'decided_at timestamp with time zone', 'last_event_at timestamp with time zone',
                'last_answer_at timestamp with time zone', 'menu_seconds numeric', 'talk_seconds numeric'], 'its columns are told by their places, which are these');

SELECT * FROM finish();
ROLLBACK;
