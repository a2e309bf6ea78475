-- is_prompt.sql: what can be spoken.
BEGIN;
\ir lib/scene.psql
SELECT plan(9);

SELECT ok(ivr.is_prompt('Press 1.'), 'a sentence can be spoken');
SELECT ok(ivr.is_prompt('x'), 'one character can be spoken');
SELECT ok(ivr.is_prompt('Naciśnij 1, aby połączyć się z działem sprzedaży.'), 'any language can be spoken');
SELECT ok(ivr.is_prompt(repeat('ż', 600)), '600 characters can be spoken, however many bytes they are');
SELECT ok(NOT ivr.is_prompt(repeat('x', 601)), '601 characters cannot');
SELECT ok(NOT ivr.is_prompt(''), 'nothing cannot be spoken');
SELECT ok(NOT ivr.is_prompt('   '), 'blanks cannot be spoken');
SELECT ok(NOT ivr.is_prompt(e'Press 1.\nPress 2.'), 'a line break cannot be spoken');
SELECT ok(NOT ivr.is_prompt(e'Press\x7f 1.'), 'a control character cannot be spoken');

SELECT * FROM finish();
ROLLBACK;
