-- open_spans.sql: the opening hours of some days as moments.
BEGIN;
\ir lib/scene.psql
SELECT plan(30);

INSERT INTO ivr.departments (department, destination) VALUES ('shop', '+15551230021'), ('night', '+15551230022');
INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback) VALUES ('shop', 'a', 'b', 'c', 'operator');

-- The spans from one moment to another, one a line, in UTC.
CREATE FUNCTION scene.spans(department text, menu text, since timestamptz, until timestamptz, zone text DEFAULT 'UTC') RETURNS text
LANGUAGE sql
RETURN (SELECT string_agg(format('%s to %s', to_char(opens_at, 'DD HH24:MI'), to_char(closes_at, 'DD HH24:MI')), ', ')
        FROM ivr.open_spans(department, menu, zone, since, until));
CREATE FUNCTION scene.shop(since text, until text, zone text DEFAULT 'UTC') RETURNS text
LANGUAGE sql RETURN scene.spans('shop', NULL, since::timestamptz, until::timestamptz, zone);

-- Weeks

SELECT is(scene.shop('2026-06-01', '2026-06-08'), '01 00:00 to 08 00:00', 'without weekly hours it is always open');
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('shop', 1, '09:00', '12:00'), ('shop', 1, '13:00', '17:00'), ('shop', 3, '10:00', '16:00');
SELECT is(scene.shop('2026-06-01', '2026-06-08'), '01 09:00 to 01 12:00, 01 13:00 to 01 17:00, 03 10:00 to 03 16:00', 'one row for each stretch of time, in order');
SELECT is(scene.shop('2026-06-04', '2026-06-08'), NULL, 'none when it does not open');
SELECT is(scene.shop('2026-06-01 10:00', '2026-06-03 11:00'), '01 10:00 to 01 12:00, 01 13:00 to 01 17:00, 03 10:00 to 03 11:00', 'cut to the time that is asked for');
SELECT is(scene.shop('2026-06-01 12:00', '2026-06-01 13:00'), NULL, 'the moment at which it closes is not included, and neither is the end');
SELECT is(scene.shop('2026-06-01 09:00', '2026-06-01 09:00'), NULL, 'no time has no spans');
SELECT is(scene.shop('2026-06-01', '2026-06-02', 'America/New_York'), '01 13:00 to 01 16:00, 01 17:00 to 01 21:00', 'on the clock of the zone');
SELECT is(scene.shop('2026-06-01', '2026-06-02', 'Pacific/Kiritimati'), '01 00:00 to 01 03:00', 'also where the day is far ahead');
SELECT is(scene.shop('2026-06-02', '2026-06-03', 'Pacific/Pago_Pago'), '02 00:00 to 02 04:00', 'or far behind');
SELECT is(scene.spans(NULL, 'shop', '2026-06-01', '2026-06-02'), '01 00:00 to 02 00:00', 'a menu of the same name has its own hours');
INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('shop', 1, '22:00', '24:00');
SELECT is(scene.spans(NULL, 'shop', '2026-06-01', '2026-06-03'), '01 22:00 to 02 00:00', 'which end at midnight');
SELECT is(scene.shop('2026-06-01', '2026-06-02'), '01 09:00 to 01 12:00, 01 13:00 to 01 17:00', 'and the department keeps its own');

-- Spans that touch or overlap

INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('shop', 1, '12:00', '13:00');
SELECT is(scene.shop('2026-06-01', '2026-06-02'), '01 09:00 to 01 17:00', 'spans that touch are one');
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('shop', 1, '08:00', '10:00'), ('shop', 1, '14:00', '15:00');
SELECT is(scene.shop('2026-06-01', '2026-06-02'), '01 08:00 to 01 17:00', 'spans that overlap are one');
INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'night', n, '22:00', '06:00' FROM generate_series(1, 7) AS n;
SELECT is(scene.spans('night', NULL, '2026-06-01', '2026-06-03'), '01 00:00 to 01 06:00, 01 22:00 to 02 06:00, 02 22:00 to 03 00:00',
          'hours over midnight end on the next day, and Sunday''s on Monday');
INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'night', n, '06:00', '22:00' FROM generate_series(1, 7) AS n;
SELECT is(scene.spans('night', NULL, '2026-06-01', '2026-06-08'), '01 00:00 to 08 00:00', 'hours around the clock are one span');
DELETE FROM ivr.hours WHERE department = 'night' AND opens = '06:00';
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('night', 1, '12:00', '00:00');
SELECT is(scene.spans('night', NULL, '2026-06-01 06:00', '2026-06-02'), '01 12:00 to 02 00:00', 'closing at 00:00 is closing at midnight');

-- Clock changes

UPDATE ivr.hours SET opens = '02:00', closes = '03:00', weekday = 7 WHERE department = 'shop' AND weekday = 3;
SELECT is(scene.shop('2026-03-29', '2026-03-30', 'Europe/Berlin'), NULL, 'an hour that is skipped opens nothing');
SELECT is(scene.shop('2026-10-24 20:00', '2026-10-25 20:00', 'Europe/Berlin'), '25 00:00 to 25 02:00', 'from the first 02:00 to the one 03:00 it is two hours');
UPDATE ivr.hours SET opens = '02:15', closes = '02:45' WHERE department = 'shop' AND weekday = 7;
SELECT is(scene.shop('2026-10-24 20:00', '2026-10-25 20:00', 'Europe/Berlin'), '25 00:15 to 25 00:45', 'what comes twice opens the first time');
SELECT is(scene.shop('2026-03-29', '2026-03-30', 'Europe/Berlin'), '29 01:15 to 29 01:45', 'what is skipped opens by the old clock');

-- Holidays

INSERT INTO ivr.holidays (day, name) VALUES ('2026-06-02', 'for all');
SELECT is(scene.spans('night', NULL, '2026-06-01 12:00', '2026-06-04'), '01 12:00 to 02 06:00, 03 22:00 to 04 00:00',
          'a holiday replaces what opens on it; what opened the evening before goes on');
INSERT INTO ivr.holidays (day, department, opens, closes, name) VALUES ('2026-06-02', 'night', '20:00', '02:00', 'its own');
SELECT is(scene.spans('night', NULL, '2026-06-02 12:00', '2026-06-04'), '02 20:00 to 03 02:00, 03 22:00 to 04 00:00', 'its own holiday comes before one for all');
INSERT INTO ivr.holidays (day, department, opens, closes, name) VALUES ('2026-06-02', 'night', '08:00', '09:00', 'its own');
SELECT is(scene.spans('night', NULL, '2026-06-02 06:00', '2026-06-04'), '02 08:00 to 02 09:00, 02 20:00 to 03 02:00, 03 22:00 to 04 00:00', 'with several hours');
SELECT is(scene.shop('2026-06-02', '2026-06-03'), NULL, 'it is nobody else''s');
INSERT INTO ivr.holidays (day, menu, opens, closes, name) VALUES ('2026-06-01', 'shop', '01:00', '02:00', 'the menu''s own');
SELECT is(scene.spans(NULL, 'shop', '2026-06-01', '2026-06-08'), '01 01:00 to 01 02:00', 'a menu has holidays, too');
SELECT is(scene.shop('2026-06-01', '2026-06-02'), '01 08:00 to 01 17:00', 'which are not those of the department of the same name');
INSERT INTO ivr.holidays (day, opens, closes, name) VALUES ('2026-06-03', '10:00', '11:00', 'for all');
SELECT is(scene.shop('2026-06-03', '2026-06-04'), '03 10:00 to 03 11:00', 'a holiday with hours opens where the week does not');
SELECT is(scene.spans('sales', NULL, '2026-06-02', '2026-06-04'), '02 00:00 to 04 00:00', 'without weekly hours there are no holidays');
INSERT INTO ivr.holidays (day, department, opens, closes, name) VALUES ('2026-06-03', 'sales', '10:00', '11:00', 'in vain');
SELECT is(scene.spans('sales', NULL, '2026-06-02', '2026-06-04'), '02 00:00 to 04 00:00', 'not even its own');

SELECT * FROM finish();
ROLLBACK;
