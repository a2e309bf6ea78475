-- open_spans_json.sql: opening hours as the programs read them.
BEGIN;
\ir lib/scene.psql
SELECT plan(16);

INSERT INTO ivr.departments (department, destination) VALUES ('shop', '+15551230021');
INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) VALUES ('shop', 'a', 'b', 'c', 'operator');
CREATE FUNCTION scene.spans(since timestamptz, until timestamptz, zone text DEFAULT 'UTC', department text DEFAULT 'shop', menu text DEFAULT NULL) RETURNS jsonb
LANGUAGE sql RETURN ivr.open_spans_json(department, menu, zone, since, until);
CREATE FUNCTION scene.seconds(moment timestamptz) RETURNS bigint
LANGUAGE sql RETURN extract(epoch FROM moment)::bigint;

SELECT is(scene.spans('2026-06-01', '2026-06-08'), NULL, 'without weekly hours it is null: always open');
INSERT INTO ivr.holidays (day, name) VALUES ('2026-06-02', 'a holiday');
SELECT is(scene.spans('2026-06-01', '2026-06-08'), NULL, 'whatever the holidays');
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('shop', 3, '10:00', '16:00'), ('shop', 1, '13:00', '17:00'), ('shop', 1, '09:00', '12:00'), ('shop', 2, '09:00', '12:00');
SELECT is(scene.spans('2026-06-01', '2026-06-08'),
          '[[1780304400, 1780315200], [1780318800, 1780333200], [1780480800, 1780502400]]', 'a list of pairs of moments, in seconds since 1970, in order, without holidays');
SELECT is(scene.spans('2026-06-01', '2026-06-08') #> '{0,0}', to_jsonb(scene.seconds('2026-06-01 09:00Z')), 'first when it opens');
SELECT is(scene.spans('2026-06-01', '2026-06-08') #> '{0,1}', to_jsonb(scene.seconds('2026-06-01 12:00Z')), 'then when it closes');
SELECT is(scene.spans('2026-06-04', '2026-06-08'), '[]', 'an empty list when it does not open in that time');
SELECT is(scene.spans('2026-06-02', '2026-06-03'), '[]', 'nor on a holiday');
SELECT is(scene.spans('2026-06-01 10:00Z', '2026-06-01 14:00Z'),
          jsonb_build_array(jsonb_build_array(scene.seconds('2026-06-01 10:00Z'), scene.seconds('2026-06-01 12:00Z')),
                            jsonb_build_array(scene.seconds('2026-06-01 13:00Z'), scene.seconds('2026-06-01 14:00Z'))), 'cut to the time that is asked for');
SELECT is(scene.spans('2026-06-01', '2026-06-02', 'America/New_York') #> '{0,0}', to_jsonb(scene.seconds('2026-06-01 13:00Z')), 'on the clock of the zone');
SELECT is(scene.spans('2026-06-01 10:00:00.75Z', '2026-06-01 11:00:00.25Z'),
          jsonb_build_array(jsonb_build_array(scene.seconds('2026-06-01 10:00Z'), scene.seconds('2026-06-01 11:00Z'))), 'in whole seconds, the rest dropped');
SELECT ok(scene.spans('2026-06-01', '2026-06-08')::text ~ '^\[(\[[0-9]+, [0-9]+\](, )?)+\]$', 'without a decimal point');

SELECT is(scene.spans('2026-06-01', '2026-06-08', department => NULL, menu => 'shop'), NULL, 'a menu of the same name is not the department');
INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('shop', 1, '22:00', '02:00');
SELECT is(scene.spans('2026-06-01', '2026-06-08', department => NULL, menu => 'shop'),
          jsonb_build_array(jsonb_build_array(scene.seconds('2026-06-01 22:00Z'), scene.seconds('2026-06-02 02:00Z'))), 'it has its own hours, over midnight into a holiday');
SELECT is(scene.spans('2026-06-01', '2026-06-08', department => 'nowhere'), NULL, 'what is not there has no hours');
DELETE FROM ivr.hours WHERE department = 'shop';
INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'shop', n, '00:00', '24:00' FROM generate_series(1, 7) AS n;
DELETE FROM ivr.holidays;
SELECT is(scene.spans('2026-06-01', '2026-06-08'), jsonb_build_array(jsonb_build_array(scene.seconds('2026-06-01'), scene.seconds('2026-06-08'))),
          'around the clock it is one span');
SELECT is(jsonb_typeof(scene.spans('2026-06-01', '2026-06-08')), 'array', 'and not null: the next change of the hours is in it');

SELECT * FROM finish();
ROLLBACK;
