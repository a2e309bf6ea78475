-- open_at.sql: whether a department is open at a moment.
BEGIN;
\ir lib/scene.psql
SELECT plan(154);

INSERT INTO ivr.departments (department, destination, time_zone) VALUES
    ('office', '+15551230021', 'Europe/Berlin'), ('night', '+15551230022', 'Europe/Berlin'),
    ('half', '+15551230023', 'Europe/Berlin'), ('skipped', '+15551230024', 'Europe/Berlin'),
    ('new_york', '+15551230025', 'America/New_York'), ('ny_night', '+15551230026', 'America/New_York'),
    ('lord_howe', '+15551230027', 'Australia/Lord_Howe'), ('lh_night', '+15551230028', 'Australia/Lord_Howe'),
    ('kolkata', '+15551230029', 'Asia/Kolkata'), ('monday', '+15551230030', 'UTC'), ('weekend', '+15551230031', 'UTC'),
    ('hotline', '+15551230032', 'Europe/Berlin'), ('always', '+15551230033', 'Europe/Berlin');
INSERT INTO ivr.hours (department, weekday, opens, closes)
SELECT department, weekday, opens::time, closes::time
FROM (VALUES
    ('office', 1, 5, '09:00', '12:30'), ('office', 1, 5, '13:30', '17:00'), ('night', 1, 7, '22:00', '06:00'),
    ('half', 7, 7, '01:30', '02:30'), ('skipped', 7, 7, '02:15', '02:45'),
    ('new_york', 1, 7, '01:30', '02:30'), ('ny_night', 6, 6, '23:00', '03:00'),
    ('lord_howe', 7, 7, '01:45', '02:15'), ('lh_night', 6, 6, '20:00', '02:00'), ('kolkata', 1, 6, '09:30', '18:30'),
    ('monday', 1, 1, '00:00', '24:00'), ('weekend', 6, 6, '12:00', '24:00'), ('weekend', 7, 7, '20:00', '04:00'),
    ('hotline', 1, 7, '08:00', '20:00'), ('hotline', 4, 4, '22:00', '02:00')
) AS week (department, first, last, opens, closes), generate_series(first, last) AS weekday;
INSERT INTO ivr.holidays (day, department, opens, closes, name) VALUES
    ('2026-04-03', NULL, NULL, NULL, 'Good Friday'), ('2026-05-01', 'night', '23:00', '24:00', 'Labour Day'),
    ('2026-12-25', NULL, NULL, NULL, 'Christmas'), ('2026-12-25', 'hotline', '10:00', '14:00', 'Christmas'),
    ('2026-12-25', 'hotline', '22:00', '02:00', 'Christmas'), ('2026-12-31', NULL, '09:00', '12:00', 'New Year''s Eve'),
    ('2026-12-31', 'night', NULL, NULL, 'staff party');

-- Around midnight, both clock changes of 2026 and the holidays; the last column is what the clock on the wall shows.
SELECT is(ivr.open_at(department, at), open, format('%s is %s on %s', department, CASE WHEN open THEN 'open' ELSE 'closed' END, wall))
FROM (VALUES
    ('office', timestamptz '2026-01-12 07:59:59Z', false, 'Mon 12 Jan 08:59:59 +01:00'),
    ('office', '2026-01-12 08:00:00Z', true, 'Mon 12 Jan 09:00:00 +01:00'),
    ('office', '2026-01-12 11:29:59Z', true, 'Mon 12 Jan 12:29:59 +01:00'),
    ('office', '2026-01-12 11:30:00Z', false, 'Mon 12 Jan 12:30:00 +01:00'),
    ('office', '2026-01-12 12:30:00Z', true, 'Mon 12 Jan 13:30:00 +01:00'),
    ('office', '2026-01-12 15:59:59Z', true, 'Mon 12 Jan 16:59:59 +01:00'),
    ('office', '2026-01-12 16:00:00Z', false, 'Mon 12 Jan 17:00:00 +01:00'),
    ('office', '2026-01-10 10:00:00Z', false, 'Sat 10 Jan 11:00:00 +01:00'),
    ('office', '2026-01-11 10:00:00Z', false, 'Sun 11 Jan 11:00:00 +01:00'),
    ('office', '2026-03-27 08:00:00Z', true, 'Fri 27 Mar 09:00:00 +01:00'),
    ('office', '2026-03-30 06:59:59Z', false, 'Mon 30 Mar 08:59:59 +02:00'),
    ('office', '2026-03-30 07:00:00Z', true, 'Mon 30 Mar 09:00:00 +02:00'),
    ('office', '2026-03-30 15:00:00Z', false, 'Mon 30 Mar 17:00:00 +02:00'),
    ('office', '2026-10-23 07:00:00Z', true, 'Fri 23 Oct 09:00:00 +02:00'),
    ('office', '2026-10-26 07:00:00Z', false, 'Mon 26 Oct 08:00:00 +01:00'),
    ('office', '2026-10-26 08:00:00Z', true, 'Mon 26 Oct 09:00:00 +01:00'),
    ('office', '2026-10-26 15:59:59Z', true, 'Mon 26 Oct 16:59:59 +01:00'),
    ('night', '2026-03-28 20:59:59Z', false, 'Sat 28 Mar 21:59:59 +01:00'),
    ('night', '2026-03-28 21:00:00Z', true, 'Sat 28 Mar 22:00:00 +01:00'),
    ('night', '2026-03-28 23:00:00Z', true, 'Sun 29 Mar 00:00:00 +01:00'),
    ('night', '2026-03-29 00:59:59Z', true, 'Sun 29 Mar 01:59:59 +01:00'),
    ('night', '2026-03-29 01:00:00Z', true, 'Sun 29 Mar 03:00:00 +02:00'),
    ('night', '2026-03-29 03:59:59Z', true, 'Sun 29 Mar 05:59:59 +02:00'),
    ('night', '2026-03-29 04:00:00Z', false, 'Sun 29 Mar 06:00:00 +02:00'),
    ('night', '2026-03-29 19:59:59Z', false, 'Sun 29 Mar 21:59:59 +02:00'),
    ('night', '2026-03-29 20:00:00Z', true, 'Sun 29 Mar 22:00:00 +02:00'),
    ('night', '2026-10-24 19:59:59Z', false, 'Sat 24 Oct 21:59:59 +02:00'),
    ('night', '2026-10-24 20:00:00Z', true, 'Sat 24 Oct 22:00:00 +02:00'),
    ('night', '2026-10-25 00:30:00Z', true, 'Sun 25 Oct 02:30:00 +02:00'),
    ('night', '2026-10-25 01:30:00Z', true, 'Sun 25 Oct 02:30:00 +01:00'),
    ('night', '2026-10-25 04:59:59Z', true, 'Sun 25 Oct 05:59:59 +01:00'),
    ('night', '2026-10-25 05:00:00Z', false, 'Sun 25 Oct 06:00:00 +01:00'),
    ('night', '2026-10-25 20:59:59Z', false, 'Sun 25 Oct 21:59:59 +01:00'),
    ('night', '2026-10-25 21:00:00Z', true, 'Sun 25 Oct 22:00:00 +01:00'),
    ('half', '2026-03-29 00:29:59Z', false, 'Sun 29 Mar 01:29:59 +01:00'),
    ('half', '2026-03-29 00:30:00Z', true, 'Sun 29 Mar 01:30:00 +01:00'),
    ('half', '2026-03-29 01:00:00Z', true, 'Sun 29 Mar 03:00:00 +02:00'),
    ('half', '2026-03-29 01:29:59Z', true, 'Sun 29 Mar 03:29:59 +02:00'),
    ('half', '2026-03-29 01:30:00Z', false, 'Sun 29 Mar 03:30:00 +02:00'),
    ('half', '2026-10-24 23:29:59Z', false, 'Sun 25 Oct 01:29:59 +02:00'),
    ('half', '2026-10-24 23:30:00Z', true, 'Sun 25 Oct 01:30:00 +02:00'),
    ('half', '2026-10-25 00:29:59Z', true, 'Sun 25 Oct 02:29:59 +02:00'),
    ('half', '2026-10-25 00:30:00Z', false, 'Sun 25 Oct 02:30:00 +02:00'),
    ('half', '2026-10-25 01:00:00Z', false, 'Sun 25 Oct 02:00:00 +01:00'),
    ('half', '2026-10-25 01:29:59Z', false, 'Sun 25 Oct 02:29:59 +01:00'),
    ('skipped', '2026-03-29 01:00:00Z', false, 'Sun 29 Mar 03:00:00 +02:00'),
    ('skipped', '2026-03-29 01:14:59Z', false, 'Sun 29 Mar 03:14:59 +02:00'),
    ('skipped', '2026-03-29 01:15:00Z', true, 'Sun 29 Mar 03:15:00 +02:00'),
    ('skipped', '2026-03-29 01:44:59Z', true, 'Sun 29 Mar 03:44:59 +02:00'),
    ('skipped', '2026-03-29 01:45:00Z', false, 'Sun 29 Mar 03:45:00 +02:00'),
    ('skipped', '2026-10-25 00:14:59Z', false, 'Sun 25 Oct 02:14:59 +02:00'),
    ('skipped', '2026-10-25 00:15:00Z', true, 'Sun 25 Oct 02:15:00 +02:00'),
    ('skipped', '2026-10-25 00:45:00Z', false, 'Sun 25 Oct 02:45:00 +02:00'),
    ('skipped', '2026-10-25 01:15:00Z', false, 'Sun 25 Oct 02:15:00 +01:00'),
    ('skipped', '2026-10-25 01:30:00Z', false, 'Sun 25 Oct 02:30:00 +01:00'),
    ('new_york', '2026-03-08 06:29:59Z', false, 'Sun 08 Mar 01:29:59 -05:00'),
    ('new_york', '2026-03-08 06:30:00Z', true, 'Sun 08 Mar 01:30:00 -05:00'),
    ('new_york', '2026-03-08 07:29:59Z', true, 'Sun 08 Mar 03:29:59 -04:00'),
    ('new_york', '2026-03-08 07:30:00Z', false, 'Sun 08 Mar 03:30:00 -04:00'),
    ('new_york', '2026-11-01 05:29:59Z', false, 'Sun 01 Nov 01:29:59 -04:00'),
    ('new_york', '2026-11-01 05:30:00Z', true, 'Sun 01 Nov 01:30:00 -04:00'),
    ('new_york', '2026-11-01 06:00:00Z', true, 'Sun 01 Nov 01:00:00 -05:00'),
    ('new_york', '2026-11-01 06:29:59Z', true, 'Sun 01 Nov 01:29:59 -05:00'),
    ('new_york', '2026-11-01 06:30:00Z', true, 'Sun 01 Nov 01:30:00 -05:00'),
    ('new_york', '2026-11-01 07:29:59Z', true, 'Sun 01 Nov 02:29:59 -05:00'),
    ('new_york', '2026-11-01 07:30:00Z', false, 'Sun 01 Nov 02:30:00 -05:00'),
    ('new_york', '2026-11-02 06:30:00Z', true, 'Mon 02 Nov 01:30:00 -05:00'),
    ('ny_night', '2026-03-08 04:00:00Z', true, 'Sat 07 Mar 23:00:00 -05:00'),
    ('ny_night', '2026-03-08 06:59:59Z', true, 'Sun 08 Mar 01:59:59 -05:00'),
    ('ny_night', '2026-03-08 07:00:00Z', false, 'Sun 08 Mar 03:00:00 -04:00'),
    ('ny_night', '2026-11-01 03:00:00Z', true, 'Sat 31 Oct 23:00:00 -04:00'),
    ('ny_night', '2026-11-01 06:59:59Z', true, 'Sun 01 Nov 01:59:59 -05:00'),
    ('ny_night', '2026-11-01 07:59:59Z', true, 'Sun 01 Nov 02:59:59 -05:00'),
    ('ny_night', '2026-11-01 08:00:00Z', false, 'Sun 01 Nov 03:00:00 -05:00'),
    ('lord_howe', '2026-04-04 14:44:59Z', false, 'Sun 05 Apr 01:44:59 +11:00'),
    ('lord_howe', '2026-04-04 14:45:00Z', true, 'Sun 05 Apr 01:45:00 +11:00'),
    ('lord_howe', '2026-04-04 14:59:59Z', true, 'Sun 05 Apr 01:59:59 +11:00'),
    ('lord_howe', '2026-04-04 15:00:00Z', true, 'Sun 05 Apr 01:30:00 +10:30'),
    ('lord_howe', '2026-04-04 15:14:59Z', true, 'Sun 05 Apr 01:44:59 +10:30'),
    ('lord_howe', '2026-04-04 15:15:00Z', true, 'Sun 05 Apr 01:45:00 +10:30'),
    ('lord_howe', '2026-04-04 15:44:59Z', true, 'Sun 05 Apr 02:14:59 +10:30'),
    ('lord_howe', '2026-04-04 15:45:00Z', false, 'Sun 05 Apr 02:15:00 +10:30'),
    ('lord_howe', '2026-10-03 15:14:59Z', false, 'Sun 04 Oct 01:44:59 +10:30'),
    ('lord_howe', '2026-10-03 15:15:00Z', true, 'Sun 04 Oct 01:45:00 +10:30'),
    ('lord_howe', '2026-10-03 15:29:59Z', true, 'Sun 04 Oct 01:59:59 +10:30'),
    ('lord_howe', '2026-10-03 15:30:00Z', true, 'Sun 04 Oct 02:30:00 +11:00'),
    ('lord_howe', '2026-10-03 15:44:59Z', true, 'Sun 04 Oct 02:44:59 +11:00'),
    ('lord_howe', '2026-10-03 15:45:00Z', false, 'Sun 04 Oct 02:45:00 +11:00'),
    ('lh_night', '2026-04-04 08:59:59Z', false, 'Sat 04 Apr 19:59:59 +11:00'),
    ('lh_night', '2026-04-04 09:00:00Z', true, 'Sat 04 Apr 20:00:00 +11:00'),
    ('lh_night', '2026-04-04 15:29:59Z', true, 'Sun 05 Apr 01:59:59 +10:30'),
    ('lh_night', '2026-04-04 15:30:00Z', false, 'Sun 05 Apr 02:00:00 +10:30'),
    ('lh_night', '2026-10-03 15:29:59Z', true, 'Sun 04 Oct 01:59:59 +10:30'),
    ('lh_night', '2026-10-03 15:30:00Z', false, 'Sun 04 Oct 02:30:00 +11:00'),
    ('kolkata', '2026-03-30 03:59:59Z', false, 'Mon 30 Mar 09:29:59 +05:30'),
    ('kolkata', '2026-03-30 04:00:00Z', true, 'Mon 30 Mar 09:30:00 +05:30'),
    ('kolkata', '2026-07-04 12:59:59Z', true, 'Sat 04 Jul 18:29:59 +05:30'),
    ('kolkata', '2026-07-04 13:00:00Z', false, 'Sat 04 Jul 18:30:00 +05:30'),
    ('kolkata', '2026-07-05 06:00:00Z', false, 'Sun 05 Jul 11:30:00 +05:30'),
    ('monday', '2026-05-31 23:59:59Z', false, 'Sun 31 May 23:59:59 +00:00'),
    ('monday', '2026-06-01 00:00:00Z', true, 'Mon 01 Jun 00:00:00 +00:00'),
    ('monday', '2026-06-01 23:59:59Z', true, 'Mon 01 Jun 23:59:59 +00:00'),
    ('monday', '2026-06-02 00:00:00Z', false, 'Tue 02 Jun 00:00:00 +00:00'),
    ('weekend', '2026-05-30 11:59:59Z', false, 'Sat 30 May 11:59:59 +00:00'),
    ('weekend', '2026-05-30 23:59:59Z', true, 'Sat 30 May 23:59:59 +00:00'),
    ('weekend', '2026-05-31 00:00:00Z', false, 'Sun 31 May 00:00:00 +00:00'),
    ('weekend', '2026-05-31 20:00:00Z', true, 'Sun 31 May 20:00:00 +00:00'),
    ('weekend', '2026-06-01 00:00:00Z', true, 'Mon 01 Jun 00:00:00 +00:00'),
    ('weekend', '2026-06-01 03:59:59Z', true, 'Mon 01 Jun 03:59:59 +00:00'),
    ('weekend', '2026-06-01 04:00:00Z', false, 'Mon 01 Jun 04:00:00 +00:00'),
    ('office', '2026-12-24 10:00:00Z', true, 'Thu 24 Dec 11:00:00 +01:00'),
    ('office', '2026-12-25 10:00:00Z', false, 'Fri 25 Dec 11:00:00 +01:00'),
    ('office', '2026-12-31 08:00:00Z', true, 'Thu 31 Dec 09:00:00 +01:00'),
    ('office', '2026-12-31 11:00:00Z', false, 'Thu 31 Dec 12:00:00 +01:00'),
    ('office', '2026-12-31 13:00:00Z', false, 'Thu 31 Dec 14:00:00 +01:00'),
    ('office', '2026-04-03 08:00:00Z', false, 'Fri 03 Apr 10:00:00 +02:00'),
    ('hotline', '2026-12-24 23:30:00Z', true, 'Fri 25 Dec 00:30:00 +01:00'),
    ('hotline', '2026-12-25 00:59:59Z', true, 'Fri 25 Dec 01:59:59 +01:00'),
    ('hotline', '2026-12-25 01:00:00Z', false, 'Fri 25 Dec 02:00:00 +01:00'),
    ('hotline', '2026-12-25 08:59:59Z', false, 'Fri 25 Dec 09:59:59 +01:00'),
    ('hotline', '2026-12-25 09:00:00Z', true, 'Fri 25 Dec 10:00:00 +01:00'),
    ('hotline', '2026-12-25 13:00:00Z', false, 'Fri 25 Dec 14:00:00 +01:00'),
    ('hotline', '2026-12-25 21:00:00Z', true, 'Fri 25 Dec 22:00:00 +01:00'),
    ('hotline', '2026-12-26 00:59:59Z', true, 'Sat 26 Dec 01:59:59 +01:00'),
    ('hotline', '2026-12-26 01:00:00Z', false, 'Sat 26 Dec 02:00:00 +01:00'),
    ('hotline', '2026-12-31 09:00:00Z', true, 'Thu 31 Dec 10:00:00 +01:00'),
    ('hotline', '2026-12-31 12:00:00Z', false, 'Thu 31 Dec 13:00:00 +01:00'),
    ('hotline', '2026-12-31 22:00:00Z', false, 'Thu 31 Dec 23:00:00 +01:00'),
    ('night', '2026-12-25 04:59:59Z', true, 'Fri 25 Dec 05:59:59 +01:00'),
    ('night', '2026-12-25 21:30:00Z', false, 'Fri 25 Dec 22:30:00 +01:00'),
    ('night', '2026-12-31 04:59:59Z', true, 'Thu 31 Dec 05:59:59 +01:00'),
    ('night', '2026-12-31 21:30:00Z', false, 'Thu 31 Dec 22:30:00 +01:00'),
    ('night', '2027-01-01 01:00:00Z', false, 'Fri 01 Jan 02:00:00 +01:00'),
    ('night', '2027-01-01 21:00:00Z', true, 'Fri 01 Jan 22:00:00 +01:00'),
    ('night', '2026-05-01 03:59:59Z', true, 'Fri 01 May 05:59:59 +02:00'),
    ('night', '2026-05-01 20:30:00Z', false, 'Fri 01 May 22:30:00 +02:00'),
    ('night', '2026-05-01 21:00:00Z', true, 'Fri 01 May 23:00:00 +02:00'),
    ('night', '2026-05-01 21:59:59Z', true, 'Fri 01 May 23:59:59 +02:00'),
    ('night', '2026-05-01 22:00:00Z', false, 'Sat 02 May 00:00:00 +02:00'),
    ('always', '2026-12-25 10:00:00Z', true, 'Fri 25 Dec 11:00:00 +01:00'),
    ('always', '2026-03-29 01:30:00Z', true, 'Sun 29 Mar 03:30:00 +02:00')
) AS moment (department, at, open, wall);

-- What else it does

SELECT is(ivr.open_at('always'), true, 'without weekly hours a department is open now');
SELECT is(ivr.open_at('always', '2026-12-25 10:00Z'), true, 'and on holidays for all');
INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'always', n, '00:00', '24:00' FROM generate_series(1, 7) AS n;
SELECT is(ivr.open_at('always', '2026-12-25 10:00Z'), false, 'with hours around the clock it keeps holidays');
SELECT is(ivr.open_at('always'), true, 'now is the moment that is meant when none is given');
DELETE FROM ivr.hours WHERE department = 'always';
INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('always', extract(isodow FROM (now() AT TIME ZONE 'Europe/Berlin')::date + 3)::integer, '09:00', '10:00');
SELECT is(ivr.open_at('always'), false, 'also when that is another day');
INSERT INTO ivr.agents (department, destination, on_duty) VALUES ('office', '+15551230041', false);
SELECT is(ivr.open_at('office', '2026-01-12 08:00Z'), true, 'hours alone count, not who is on duty');
UPDATE ivr.departments SET time_zone = 'America/New_York' WHERE department = 'office';
SELECT is(ivr.open_at('office', '2026-01-12 08:00Z'), false, 'another time zone of the department counts at once');
SELECT is(ivr.open_at('office', '2026-01-12 14:00Z'), true, 'with the same hours on its clock');
SET LOCAL TimeZone = 'Asia/Tokyo';
SELECT is(ivr.open_at('monday', '2026-06-01 23:59:59Z'), true, 'the time zone of who asks does not matter');
SELECT is(ivr.open_at('office', NULL), false, 'no moment is never');
SELECT throws_ok($$SELECT ivr.open_at('nowhere')$$, 'P0002', 'there is no department nowhere', 'an unknown department is an error');
SELECT throws_ok($$SELECT ivr.open_at(NULL)$$, 'P0002', 'there is no department null', 'so is none');
SELECT is(scene.refused_as('ivr_report', $$SELECT ivr.open_at('office'), ivr.menu_open_at('main')$$), NULL, 'ivr_report may ask it');

SELECT * FROM finish();
ROLLBACK;
