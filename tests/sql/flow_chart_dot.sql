-- flow_chart_dot.sql: the same tree for Graphviz.
BEGIN;
\ir lib/scene.psql
SELECT plan(12);

CREATE FUNCTION scene.has(line text) RETURNS boolean
LANGUAGE sql RETURN EXISTS (SELECT FROM regexp_split_to_table(ivr.flow_chart_dot(), e'\n') AS l WHERE l LIKE '    ' || line || '%');

SELECT ok(ivr.flow_chart_dot() ~ '^digraph calls \{\n.*\n\}\n$', 'it is one graph');
SELECT ok(scene.has('"menu:main" [label="main\\nPress 1 for sales or 2 for\\nsupport.", shape=box'), 'a menu shows its prompt');
SELECT ok(scene.has('"department:sales" [label="sales\\n+15551230011"'), 'a department its number');
SELECT ok(scene.has('"menu:main" -> "department:sales" [label=" 1 "];'), 'an option is an arrow with its digits');
SELECT ok(scene.has('"menu:main" -> "department:operator" [label=" no input, wrong digits, otherwise ", style=dashed'), 'the fallback is a dashed one');
SELECT ok(scene.has('"start" -> "menu:main" [];'), 'any number leads to main');
SELECT ok(scene.has('"emergency" -> "department:operator" [label=" when switched on ", style=dashed'), 'the emergency switch is there');
SELECT is(regexp_count(ivr.flow_chart_dot(), ' -> '), (SELECT count(DISTINCT (from_place, to_place))::integer FROM ivr.ways), 'every way is drawn');
INSERT INTO ivr.menu_options (menu, digits, message) VALUES ('main', '3', 'Say "yes" or \no.');
SELECT ok(scene.has('"message:Say \\"yes\\" or \\\\no." [label="Say \\"yes\\" or \\\\no.", shape=note'), 'whatever is said');
SELECT is(ivr.dot_text(e'a "b"\n\\n'), '"a \"b\"\n\\n"', 'quotes, backslashes and line breaks are written as Graphviz reads them');
SET LOCAL ROLE ivr_report;
SELECT ok(ivr.flow_chart_dot() !~ '\+1555123', 'ivr_report sees numbers masked');
RESET ROLE;
SELECT is(ivr.wrapped('one two three four five six seven', 9), e'one two\nthree\nfour five\nsix seven', 'words are wrapped at blanks');

SELECT * FROM finish();
ROLLBACK;
