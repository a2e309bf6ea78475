-- deepest_way.sql: how often a caller can be asked at most.
BEGIN;
\ir lib/scene.psql
SELECT plan(20);

SELECT is((SELECT (redirects, proven)::text FROM ivr.deepest_way()), '(5,t)', 'the seeded menus ask once and repeat four times');

-- Twenty menus without repeats, m1 to m20, of which the first is reached from main.
DELETE FROM ivr.menus WHERE menu = 'department';
UPDATE ivr.menus SET no_input_limit = 0, invalid_limit = 0, num_digits = 3;
INSERT INTO ivr.menus (menu, num_digits, prompt, no_input_prompt, invalid_prompt, fallback, no_input_limit, invalid_limit)
SELECT 'm' || n, 3, 'a', 'b', 'c', 'operator', 0, 0 FROM generate_series(1, 20) AS n;
INSERT INTO ivr.menu_options (menu, digits, to_menu) VALUES ('main', '9', 'm1');

-- With these ways besides, tells the deepest one; undoes them again.
CREATE FUNCTION scene.deepest(ways text, statements text DEFAULT '') RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    BEGIN
        INSERT INTO ivr.menu_options (menu, digits, to_menu)
        SELECT split_part(way, '>', 1), (9 + row_number() OVER ())::text, split_part(way, '>', 2) FROM regexp_split_to_table(ways, ' ') AS way WHERE way <> '';
        EXECUTE statements;
        found := (SELECT format('%s%s: %s', redirects, CASE WHEN proven THEN '' ELSE '?' END, array_to_string(menus, ' ')) FROM ivr.deepest_way());
        RAISE EXCEPTION USING ERRCODE = 'UNDO0';
    EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
        RETURN found;
    END;
END;
$$;

SELECT is(scene.deepest(ways), deepest, what)
FROM (VALUES
    (1, '', '2: main m1', 'a menu behind another'),
    (2, 'm1>m2 m2>m3 m3>m4', '5: main m1 m2 m3 m4', 'a chain is as deep as it is long'),
    (3, 'm1>m2 m1>m3 m3>m4', '4: main m1 m3 m4', 'of two branches the deeper one counts'),
    (4, 'm1>m2 m1>m3 m2>m4 m3>m4 m2>m3', '5: main m1 m2 m3 m4', 'ways that meet again are taken one after the other'),
    (5, 'm1>m2 m2>m1', '3: main m1 m2', 'a menu is counted once, however often one can come back to it'),
    (6, 'm1>main m1>m2 m2>main m2>m3 m3>main', '4: main m1 m2 m3', 'ways back to the first menu make nothing deeper'),
    (7, 'm1>m2 m2>m3 m3>m1 m3>m4 m1>m5 m5>m3', '5: main m1 m2 m3 m4', 'a loop can be left only once'),
    (8, 'm2>m3 m3>m4 m4>m5', '2: main m1', 'what nobody reaches does not count')
) AS tree (number, ways, deepest, what)
ORDER BY number;
SELECT is(scene.deepest('m1>m2', $$UPDATE ivr.menus SET no_input_limit = 3, invalid_limit = 4 WHERE menu = 'm2'$$), '10: main m1 m2', 'each repeat counts');
SELECT is(scene.deepest('', $$UPDATE ivr.menus SET no_input_menu = 'm2' WHERE menu = 'm1'$$), '3: main m1 m2', 'silence leads on');
SELECT is(scene.deepest('', $$UPDATE ivr.menus SET invalid_menu = 'm2' WHERE menu = 'm1'$$), '3: main m1 m2', 'so do wrong digits');
SELECT is(scene.deepest('', $$UPDATE ivr.menus SET closed_menu = 'm2' WHERE menu = 'm1'; INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('m1', 1, '09:00', '17:00')$$),
          '2: main m1', 'a closed menu is not asked: the one behind it takes its place');
SELECT is(scene.deepest('', $$UPDATE ivr.menus SET closed_menu = 'm2', no_input_limit = 0 WHERE menu = 'm1'; INSERT INTO ivr.hours (menu, weekday, opens, closes) VALUES ('m1', 1, '09:00', '17:00');
                              UPDATE ivr.menus SET no_input_limit = 5 WHERE menu = 'm2'$$), '7: main m2', 'and counts as itself');
SELECT is(scene.deepest('', $$UPDATE ivr.departments SET closed_menu = 'm2' WHERE department = 'sales'; INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('sales', 1, '09:00', '17:00');
                              UPDATE ivr.menus SET no_input_limit = 5 WHERE menu = 'm2'$$), '7: main m2', 'a closed department leads on');
SELECT is(scene.deepest('', $$UPDATE ivr.departments SET closed_menu = 'm2' WHERE department = 'operator'; INSERT INTO ivr.hours (department, weekday, opens, closes) VALUES ('operator', 1, '09:00', '17:00')$$),
          '2: main m1', 'but not as fallback, whose hours nobody asks for');

-- Many ways

CREATE FUNCTION scene.all_to_all(of_number integer) RETURNS text
LANGUAGE sql RETURN (SELECT string_agg(format('m%s>m%s', a, b), ' ') FROM generate_series(1, of_number) AS a, generate_series(1, of_number) AS b WHERE a <> b);
SELECT is(left(scene.deepest(scene.all_to_all(6)), 11), '7: main m1 ', 'six that all lead to each other are met one after the other');
SELECT is(left(scene.deepest(scene.all_to_all(12)), 4), '13?:', 'too many to try them all are not called proven');
SELECT is(left(scene.deepest(scene.all_to_all(12), $$DELETE FROM ivr.menus WHERE menu IN ('m14', 'm15', 'm16', 'm17', 'm18', 'm19', 'm20')$$), 3), '13:', 'unless all menus together are within the budget');
DELETE FROM ivr.menu_options;
DELETE FROM ivr.menus;
SELECT is((SELECT count(*) FROM ivr.deepest_way()), 0::bigint, 'without menus there is none');

SELECT * FROM finish();
ROLLBACK;
