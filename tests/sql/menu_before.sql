-- menu_before.sql: where back leads.
BEGIN;
\ir lib/scene.psql
SELECT plan(20);

-- A call that is asked these menus one after the other; < before a menu: the caller went back to it; = : asked again.
CREATE FUNCTION scene.walk(call_id text, VARIADIC menus text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    FOR n IN 1 .. cardinality(menus) LOOP
        PERFORM scene.answer(call_id, n, nullif(n - 1, 0), CASE WHEN menus[n] LIKE '=%' THEN 'no_input' ELSE 'menu' END, n * 10,
                             menu => ltrim(menus[n], '<='), reason => CASE WHEN menus[n] LIKE '<%' THEN 'back' END, given => true);
    END LOOP;
END;
$$;
-- The menu before each step.
CREATE FUNCTION scene.before(call_id text) RETURNS text
LANGUAGE sql
RETURN (SELECT string_agg(coalesce(ivr.menu_before(a.call_id, step), '-'), ' ' ORDER BY step) FROM ivr.answers AS a WHERE a.call_id = $1);

SELECT is(ivr.menu_before('nobody', 1), NULL, 'a call that nobody knows was in no menu');
SELECT is(ivr.menu_before(NULL, 1), NULL, 'nor was no call');

SELECT scene.walk('deep', 'main', 'sub', 'leaf') \g /dev/null
SELECT is(scene.before('deep'), '- main sub', 'before a menu is the one that led to it, before the first is none');
SELECT is(ivr.menu_before('deep', 9), 'sub', 'after a step that is not stored yet it is that of the newest menu');
SELECT is(ivr.menu_before('deep', 0), NULL, 'before the first step there is none');
SELECT is(ivr.menu_before('deep', NULL), NULL, 'without a step there is none');

SELECT scene.walk('again', 'main', '=main', 'sub', '=sub', '=sub', 'leaf', '=leaf') \g /dev/null
SELECT is(scene.before('again'), '- - main main main sub sub', 'a menu that is asked again is the same place');

SELECT scene.walk('back', 'main', 'sub', 'leaf', '<sub', '<main') \g /dev/null
SELECT is(scene.before('back'), '- main sub main -', 'back leads up the way that was taken, step by step');
SELECT scene.walk('down', 'main', 'sub', '<main', 'other', 'leaf', '<other') \g /dev/null
SELECT is(scene.before('down'), '- main - main other main', 'and down another way it leads back there');
SELECT scene.walk('first', 'main', '<main', '<main', 'sub') \g /dev/null
SELECT is(scene.before('first'), '- - - main', 'in the first menu back leads nowhere, however often');
SELECT scene.walk('own', 'vip', '<main', 'sub') \g /dev/null
SELECT is(scene.before('own'), '- vip main', 'a caller who goes back from a first menu of his own to that of the number can go back again');
SELECT scene.walk('same', 'main', 'sub', 'sub', 'leaf') \g /dev/null
SELECT is(scene.before('same'), '- main main sub', 'a menu that leads to itself is the same place');
SELECT scene.walk('circle', 'main', 'sub', 'main', 'sub', '<main', '<sub', '<main') \g /dev/null
SELECT is(scene.before('circle'), '- main sub main sub main -', 'a way in a circle is gone back as it was gone');
SELECT scene.walk('more', 'main', 'sub', '<main', '<main', 'sub', '<main') \g /dev/null
SELECT is(scene.before('more'), '- main - - main -', 'back too often does not lead below the first menu');

-- Other decisions and other calls

SELECT scene.answer('end', 1, NULL, 'menu', 1), scene.answer('end', 2, 1, 'menu', 2, menu => 'sub', given => true),
       scene.answer('end', 3, 2, 'fallback', 3, menu => 'leaf'), scene.answer('end', 4, 3, 'transfer', 4, menu => 'leaf') \g /dev/null
SELECT is(scene.before('end'), '- main main main', 'a transfer asks no menu');
SELECT scene.answer('missing', 2, 1, 'menu', 2, menu => 'sub', given => true) \g /dev/null
SELECT is(scene.before('missing'), '-', 'where the first answer is not stored the menu before is not known');
SELECT scene.answer('missing', 1, NULL, 'menu', 1, given => true) \g /dev/null
SELECT is(scene.before('missing'), '- main', 'until it is, whenever it comes');
SELECT scene.answer('why', 1, NULL, 'menu', 1), scene.answer('why', 2, 1, 'menu', 2, menu => 'night', reason => 'closed', given => true) \g /dev/null
SELECT is(scene.before('why'), '- main', 'a menu that is asked in the place of a closed one was led to as well');
SELECT scene.walk('one', 'main', 'sub') \g /dev/null
SELECT scene.walk('two', 'first', 'second') \g /dev/null
SELECT is(scene.before('one'), '- main', 'menus of another call are not its own');
UPDATE ivr.menus SET menu = 'start' WHERE menu = 'main';
SELECT is(ivr.menu_before('one', 2), 'main', 'a menu that is renamed meanwhile is told by the name under which it was asked');

SELECT * FROM finish();
ROLLBACK;
