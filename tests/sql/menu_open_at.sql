-- menu_open_at.sql: whether a menu is open at a moment.
BEGIN;
\ir lib/scene.psql
SELECT plan(14);

INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback, time_zone) VALUES
    ('own', 'a', 'b', 'c', 'operator', 'Europe/Berlin'), ('none', 'a', 'b', 'c', 'operator', NULL);
SELECT is(ivr.menu_open_at('own'), true, 'without weekly hours a menu is open');
INSERT INTO ivr.hours (menu, weekday, opens, closes)
SELECT menu, 1, '09:00', '17:00' FROM unnest(ARRAY['own', 'none']) AS menu;

SELECT is(ivr.menu_open_at('own', at), open, format('on its own clock it is %s at %s', CASE WHEN open THEN 'open' ELSE 'closed' END, at))
FROM (VALUES (timestamptz '2026-06-01 06:59:59Z', false), ('2026-06-01 07:00Z', true), ('2026-06-01 14:59:59Z', true), ('2026-06-01 15:00Z', false)) AS moment (at, open);
SELECT is(ivr.menu_open_at('own', '2026-06-01 07:00Z', 'America/New_York'), true, 'whatever the clock of the number');
SELECT is(ivr.menu_open_at('none', '2026-06-01 13:00Z', 'America/New_York'), true, 'a menu without a zone has that of the number');
SELECT is(ivr.menu_open_at('none', '2026-06-01 12:59Z', 'America/New_York'), false, 'and is closed by it');
SELECT is(ivr.menu_open_at('none', '2026-06-01 09:00Z'), true, 'without either it is UTC');
SELECT is(ivr.menu_open_at('none', '2026-06-01 17:00Z'), false, 'until the hour at which it closes');
INSERT INTO ivr.holidays (day, name) VALUES ('2026-06-01', 'a holiday');
SELECT is(ivr.menu_open_at('own', '2026-06-01 09:00Z'), false, 'holidays for all close it');
SELECT throws_ok($$SELECT ivr.menu_open_at('nowhere')$$, 'P0002', 'there is no menu nowhere', 'an unknown menu is an error');
SELECT throws_ok($$SELECT ivr.menu_open_at(NULL)$$, 'P0002', 'there is no menu null', 'so is none');
SELECT throws_ok($$SELECT ivr.menu_open_at('none', now(), 'Europe/Nowhere')$$, '22023', NULL, 'and an unknown zone');

SELECT * FROM finish();
ROLLBACK;
