-- old_programs.sql: the programs of the version before run on this schema, so that it can be upgraded while they serve.
-- These are their statements as they were at 0.1.0 (schema 12). A version that changes a statement in src/store.c keeps the
-- old one here until the next.
BEGIN;
\ir lib/scene.psql
SELECT plan(8);

SET LOCAL ROLE ivr_app;
PREPARE gathered_digits AS
    SELECT place, digits, gathered_digest, answered FROM ivr.gathered_digits($1::integer[], $2::text[], $3::text[]::integer[]);
PREPARE call_states AS
    SELECT place, response, asked_step, next_step, menu, no_inputs, invalids, digits, gathered_digest, to_number, application_id, failed,
           menu_before, recorded, is_open, caller_greeting, caller_department, caller_menu, caller_blocked, caller_message
    FROM ivr.call_states($1::integer[], $2::text[], $3::text[]::integer[], $4::text[]::boolean[], $5::text[]);
PREPARE settings AS
    SELECT asked.place, ivr.settings(asked.version::bigint) FROM unnest($1::integer[], $2::text[]) AS asked (place, version);
PREPARE store_events AS
    SELECT place, result FROM ivr.store_events($1::integer[], $2::text[], $3::text[], $4::text[], $5::bytea[]);
PREPARE store_answers AS
    SELECT place, result, response FROM ivr.store_answers($1::integer[], $2::text[], $3::text[]::jsonb[], $4::text[]);
PREPARE store_rejections AS
    SELECT place, result FROM ivr.store_rejections($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[]::integer[], $6::text[],
                                                   $7::text[], $8::text[], $9::bytea[], $10::text[]::bigint[]);
RESET ROLE;

SELECT is(count(*), 6::bigint, 'each of their statements is understood') FROM pg_prepared_statements;
CREATE FUNCTION scene.as_app(statement text) RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    said   record;
    result text[];
BEGIN
    SET LOCAL ROLE ivr_app;
    FOR said IN EXECUTE statement LOOP
        result := ARRAY(SELECT value FROM json_each_text(row_to_json(said)));
    END LOOP;
    RESET ROLE;
    RETURN result;
END;
$$;
SELECT is(scene.as_app($$EXECUTE store_events (ARRAY[7], ARRAY['old'], ARRAY['call.created'], ARRAY['2026-05-29T12:00:00Z'], ARRAY['{}'::bytea])$$),
          ARRAY['7', 'stored'], 'an event is stored');
SELECT is(scene.as_app($$EXECUTE store_events (ARRAY[7], ARRAY['old'], ARRAY['call.created'], ARRAY['2026-05-29T12:00:00Z'], ARRAY['{}'::bytea])$$),
          ARRAY['7', 'duplicate'], 'once');
SELECT is((scene.as_app($$EXECUTE call_states (ARRAY[7], ARRAY['old'], ARRAY[NULL], ARRAY['true'], ARRAY['+15551230001'])$$))[1:5],
          ARRAY['7', NULL, NULL, '1', NULL], 'its call may be answered');
SELECT is((scene.as_app($$EXECUTE store_answers (ARRAY[7], ARRAY['old'],
              ARRAY['{"step": "1", "endpoint": "answer", "menu": "main", "waited_ms": "0", "decision": "menu", "how": "looked"}'], ARRAY['{"actions":[]}'])$$))[1:2],
          ARRAY['7', 'stored'], 'and the answer is stored');
SELECT is((scene.as_app($$EXECUTE gathered_digits (ARRAY[7], ARRAY['old'], ARRAY['1'])$$))[1:2], ARRAY['7', NULL], 'nothing is pressed yet');
SELECT ok((scene.as_app($$EXECUTE settings (ARRAY[7], ARRAY[NULL])$$))[2]::jsonb ?& ARRAY['version', 'hours_until', 'departments', 'menus', 'extensions', 'numbers', 'emergency'],
          'the settings have the members that they read');
SELECT is((scene.as_app($$EXECUTE store_rejections (ARRAY[7], ARRAY['webhook'], ARRAY['body'], ARRAY[NULL], ARRAY['400'], ARRAY[NULL], ARRAY[NULL], ARRAY[NULL],
              ARRAY[''::bytea], ARRAY['0'])$$))[1], '7', 'what they refuse is kept');

SELECT * FROM finish();
ROLLBACK;
