-- views.sql: what holds for every view.
BEGIN;
\ir lib/day.psql
SELECT plan(14);

-- Something of everything, so that no view is empty

INSERT INTO ivr.enrichments (call_id, section, status, content) VALUES ('sales', 'summary', 'completed', '{"summary": "call +15551230077"}');
SELECT scene.store_rejected('webhook', 'signature', 'sent by +15551230088', 401, NULL, NULL, NULL, '{}', 2) \g /dev/null
INSERT INTO ivr.event_repeats (call_id, digest) VALUES ('sales', '\x01') ON CONFLICT DO NOTHING;
UPDATE ivr.calls SET last_digits = '5551230066' WHERE call_id = 'wrong';
UPDATE ivr.answers SET digits = '5551230066', reason = 'sent by +15551230055' WHERE call_id IN ('wrong', 'silent') AND digits IS NOT NULL;
INSERT INTO ivr.config_versions (version, changed_at) VALUES (50, scene.at(150));
CREATE VIEW scene.views AS
SELECT c.oid, c.relname::text AS view FROM pg_class AS c
WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'
  AND relname IN ('days', 'journey', 'live_calls', 'stuck_calls', 'call_summary', 'today', 'turns', 'questions', 'menu_funnel', 'digit_distribution', 'time_to_digit',
                  'config_effect', 'transfer_outcome', 'repeat_callers', 'expected_not_observed', 'intake_problems', 'answer_problems');

SELECT is((SELECT count(*) FROM scene.views), 17::bigint, 'the views of the history are there');
SELECT is((SELECT array_agg(view) FROM scene.views WHERE coalesce(length(obj_description(oid, 'pg_class')), 0) < 40), NULL, 'each says which question it answers');
SELECT is((SELECT array_agg(view) FROM scene.views WHERE strpos(obj_description(oid, 'pg_class'), '?') = 0), NULL, 'as a question');
SELECT is((SELECT array_agg(view || '.' || attname) FROM scene.views JOIN pg_attribute ON attrelid = oid
           WHERE attnum > 0 AND coalesce(col_description(attrelid, attnum), '') = ''), NULL, 'and what each column means');
SELECT is((SELECT array_agg(view) FROM scene.views WHERE NOT has_table_privilege('ivr_report', oid, 'SELECT')), NULL, 'ivr_report may read each');
SELECT is((SELECT array_agg(c.relname) FROM pg_class AS c WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege('ivr_report', c.oid, 'SELECT')),
          NULL, 'and no table');
SELECT is((SELECT array_agg(view) FROM scene.views JOIN pg_class AS c USING (oid) WHERE c.reloptions::text LIKE '%security_invoker%'), NULL, 'the views lend it their owner''s eyes');

-- What the eyes see

CREATE TABLE scene.seen AS
SELECT view, scene.seen_as('ivr_report', 'SELECT * FROM ivr.' || view) AS masked, scene.seen_as('ivr_privileged', 'SELECT * FROM ivr.' || view) AS plain
FROM scene.views;
SELECT is((SELECT array_agg(view) FROM scene.seen WHERE plain IS NULL), NULL, 'each view shows something');
SELECT is((SELECT array_agg(view) FROM scene.seen WHERE masked ~ '555123'), NULL, 'ivr_report sees no plain number in any of them');
SELECT ok(plain ~ '5551230077' AND plain ~ '\+15551230001', 'ivr_privileged sees the numbers of a journey') FROM scene.seen WHERE view = 'journey';
SELECT is((SELECT array_agg(view ORDER BY view) FROM scene.seen WHERE plain ~ '\+1555123'),
          ARRAY['answer_problems', 'call_summary', 'digit_distribution', 'intake_problems', 'journey', 'live_calls', 'menu_funnel', 'questions', 'repeat_callers',
                'stuck_calls', 'time_to_digit', 'transfer_outcome'], 'and of every view that has some');
SELECT is((SELECT array_agg(view) FROM scene.seen WHERE length(masked) - length(replace(masked, e'\n', '')) <> length(plain) - length(replace(plain, e'\n', ''))), NULL,
          'both see the same rows');

-- What the indexes are for

SELECT is((SELECT array_agg(indexrelid::regclass::text) FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
           WHERE c.relnamespace = 'ivr'::regnamespace AND NOT indisunique AND coalesce(obj_description(indexrelid, 'pg_class'), '') = ''), NULL,
          'each index says which question it serves');
SELECT is((SELECT array_agg(indexrelid::regclass::text) FROM pg_index JOIN pg_attribute AS a ON a.attrelid = 'ivr.calls'::regclass AND a.attnum = ANY (indkey::smallint[])
           WHERE indrelid = 'ivr.calls'::regclass AND attname IN ('current_step', 'last_event_at', 'last_answer_at', 'last_digits', 'status', 'events', 'answers')), NULL,
          'none has a column that changes with each event, so that calls are updated in place');

SELECT * FROM finish();
ROLLBACK;
