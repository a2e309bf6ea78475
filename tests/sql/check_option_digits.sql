-- check_option_digits.sql: an option that no caller could press is refused.
BEGIN;
\ir lib/scene.psql
SELECT plan(17);

INSERT INTO ivr.menus (menu, num_digits, finish_on_key, prompt, no_input_prompt, invalid_prompt, fallback)
VALUES ('one', 1, '#', 'a', 'b', 'c', 'operator'), ('three', 3, NULL, 'a', 'b', 'c', 'operator');

SELECT lives_ok($$INSERT INTO ivr.menu_options VALUES ('one', '1', 'sales'), ('one', '*', 'support')$$, 'a key of a menu with one digit is taken');
SELECT lives_ok($$INSERT INTO ivr.menu_options VALUES ('three', '1', 'sales'), ('three', '#12', 'support')$$,
                'as many keys as the menu takes, or fewer, are taken');
SELECT throws_ok($$INSERT INTO ivr.menu_options VALUES ('one', '12', 'sales')$$, '23514',
                 'option 12 of menu one can never be pressed: the menu takes 1 digit(s)', 'more keys than the menu takes are refused');
SELECT throws_ok($$INSERT INTO ivr.menu_options VALUES ('three', '1234', 'sales')$$, '23514', NULL, 'one more than three as well');
SELECT throws_ok($$INSERT INTO ivr.menu_options VALUES ('one', '#', 'sales')$$, '23514',
                 'option # of menu one can never be pressed: # ends the input', 'the finish key is refused');
SELECT throws_ok($$UPDATE ivr.menu_options SET digits = '99' WHERE menu = 'one' AND digits = '1'$$, '23514', NULL,
                 'a change of the option is looked at');
SELECT throws_ok($$UPDATE ivr.menu_options SET menu = 'one' WHERE menu = 'three' AND digits = '#12'$$, '23514', NULL,
                 'so is its move to another menu');
SELECT throws_ok($$UPDATE ivr.menus SET num_digits = 2 WHERE menu = 'three'$$, '23514',
                 'option #12 of menu three can never be pressed: the menu takes 2 digit(s)', 'a menu cannot get shorter than its options');
SELECT throws_ok($$UPDATE ivr.menus SET finish_on_key = '1' WHERE menu = 'three'$$, '23514', NULL, 'nor take one of their keys as finish key');
SELECT throws_ok($$UPDATE ivr.menus SET finish_on_key = '2' WHERE menu = 'three'$$, '23514', NULL, 'not even the last key of an option');
SELECT lives_ok($$UPDATE ivr.menus SET finish_on_key = '9', num_digits = 4 WHERE menu = 'three'$$, 'any other change of the menu is taken');
SELECT lives_ok($$INSERT INTO ivr.menu_options VALUES ('three', '1234', 'sales')$$, 'then a longer option is taken, too');
SELECT lives_ok($$UPDATE ivr.menus SET finish_on_key = NULL$$, 'a menu may have no finish key');
SELECT lives_ok($$INSERT INTO ivr.menu_options VALUES ('one', '#', 'sales')$$, 'then # is a key like others');
SELECT lives_ok($$UPDATE ivr.menus SET menu = 'uno' WHERE menu = 'one'$$, 'a menu can be renamed');
SELECT is((SELECT array_agg(digits ORDER BY digits COLLATE "C") FROM ivr.menu_options WHERE menu = 'uno'), ARRAY['#', '*', '1'],
          'and its options follow');
SELECT throws_ok($$INSERT INTO ivr.menu_options VALUES ('one', '1', 'sales')$$, '23503', NULL, 'the old name is free of options');

SELECT * FROM finish();
ROLLBACK;
