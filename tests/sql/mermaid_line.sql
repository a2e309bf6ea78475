-- mermaid_line.sql: words as the text of a line in a Mermaid sequence diagram.
BEGIN;
\ir lib/scene.psql
SELECT plan(11);

SELECT is(ivr.mermaid_line(words), line, what)
FROM (VALUES ('Press 1, or 2: – ü "q"', 'Press 1, or 2: – ü "q"', 'plain words stay'),
             ('a; b', 'a#59; b', 'a semicolon ends no statement'),
             ('Press #', 'Press #35;', 'a hash key begins no entity'),
             ('#59;', '#35;59#59;', 'an entity in the words stays what it reads as'),
             (e'one\n  end\r\n\ttwo', 'one end two', 'a line break ends no line'),
             (e'a\x01b\x7f', 'a b', 'control characters are spaces'),
             ('<b>&amp;</b>', '#60;b#62;#38;amp#59;#60;/b#62;', 'a tag is no tag'),
             ('%%{init: {}}%%', '#37;#37;{init: {}}#37;#37;', 'a directive is no directive'),
             ('wrap: x', 'wrap#58; x', 'a wrapping mark is none'),
             ('NoWrap:x', 'NoWrap#58;x', 'in any case'),
             (NULL, NULL, 'nothing is nothing')) AS v (words, line, what);

SELECT * FROM finish();
ROLLBACK;
