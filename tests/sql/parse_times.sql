-- parse_times.sql: a set of times, of which some are none.
BEGIN;
\ir lib/scene.psql
SELECT plan(4);

SELECT is(ivr.parse_times(ARRAY['2026-05-29T12:00:00Z', '2026-05-29t14:00:00.5+02:00']), ARRAY[scene.at(0), scene.at(0.5)], 'each time is read');
SELECT is(ivr.parse_times(ARRAY['2026-05-29T12:00:00Z', NULL, 'never', '2026-02-31T00:00:00Z', '2026-05-29T12:00:01Z']),
          ARRAY[scene.at(0), NULL, NULL, NULL, scene.at(1)], 'one that is none is null; the others are there, in their places');
SELECT is(ivr.parse_times('{}'), '{}', 'an empty set is an empty set');
SELECT is(ivr.parse_times(ARRAY['2026-02-31T00:00:00Z']), ARRAY[NULL::timestamptz], 'the 31st of February alone is none, too');

SELECT * FROM finish();
ROLLBACK;
