-- migration_0008.sql: numbers that were never called are repaired or removed when the rule comes that forbids them.
BEGIN;
\ir lib/scene.psql
SELECT plan(4);

ALTER TABLE ivr.numbers DROP CONSTRAINT numbers_number_is_one_word;
INSERT INTO ivr.numbers (number, menu) VALUES
    ('+15551230002', 'main'), ('+1 555 123 0002', 'main'), ('+1 555 123 0003', 'department'), (e'app_1\n', 'main'), (e' \t', 'main'),
    ('+1555 1230004', 'main'), ('+15551230 004', 'department');
SET LOCAL client_min_messages = error;
\ir ../../sql/migrations/0008_sets.sql
SET LOCAL client_min_messages = warning;
SELECT is((SELECT menu FROM ivr.numbers WHERE number = '+15551230003'), 'department', 'a number with white space becomes the number');
SELECT is((SELECT count(*) FROM ivr.numbers WHERE number = 'app_1'), 1::bigint, 'an application id with a line end the id');
SELECT is((SELECT array_agg(number ORDER BY number COLLATE "C") FROM ivr.numbers), ARRAY['+15551230002', '+15551230003', 'app_1'],
          'where two mean the same the one that answered calls stays; what means nothing goes');
SELECT is(scene.refused($$INSERT INTO ivr.numbers (number, menu) VALUES ('+1555 1230005', 'main')$$), 'numbers_number_is_one_word', 'from then on it is forbidden');

SELECT * FROM finish();
ROLLBACK;
