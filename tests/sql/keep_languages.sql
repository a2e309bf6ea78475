-- keep_languages.sql: the language of a call, and of the caller's next one.
BEGIN;
\ir lib/scene.psql
SELECT plan(14);

-- An answer as the programs store it, with its language.
CREATE FUNCTION scene.say(call_id text, step integer, how text, fields jsonb) RETURNS text
LANGUAGE sql RETURN (
    SELECT result FROM ivr.store_answers(ARRAY[1], ARRAY[call_id], ARRAY[jsonb_build_object(
        'step', step, 'asked_step', nullif(step - 1, 0), 'endpoint', CASE step WHEN 1 THEN 'answer' ELSE 'route-menu' END, 'menu', 'main',
        'waited_ms', 0, 'decision', 'menu', 'how', how) || fields], ARRAY['{"actions":[]}']));
CREATE FUNCTION scene.language(call_id text, first boolean, number text DEFAULT NULL) RETURNS text[]
LANGUAGE sql RETURN (SELECT ARRAY[s.language, s.caller_language] FROM ivr.call_states(ARRAY[1], ARRAY[call_id], ARRAY[NULL::integer], ARRAY[first], ARRAY[number]) AS s);

SELECT is(scene.language('c1', true, '+15551230001'), ARRAY[NULL, NULL], 'at first no language is known');
SELECT scene.say('c1', 1, 'looked', '{"from_number": "+15551230001"}') \g /dev/null
SELECT is(scene.language('c1', false), ARRAY[NULL, NULL], 'nor after an answer in none');
SELECT scene.say('c1', 2, 'looked', '{"language": "de"}') \g /dev/null
SELECT is(scene.language('c1', false), ARRAY['de', NULL], 'then it is the one of the newest answer');
SELECT is((SELECT array_agg(language ORDER BY step) FROM ivr.answers WHERE call_id = 'c1'), ARRAY[NULL, 'de'], 'which keeps it');
SELECT is_empty('SELECT * FROM ivr.callers', 'without leave nobody is known by it');
INSERT INTO ivr.calls SELECT * FROM ivr.project_calls(ARRAY['c1']) ON CONFLICT DO NOTHING;
SELECT scene.say('c1', 3, 'looked', '{"language": "fr", "keep_language": "fr"}') \g /dev/null
SELECT is((SELECT array_agg(number || ' ' || language) FROM ivr.callers), ARRAY['+15551230001 fr'], 'with leave the caller is, by the number of the call');
SELECT is(scene.language('c2', true, '+15551230001'), ARRAY[NULL, 'fr'], 'and in the next call it is known');
SELECT is(scene.language('c2', false, '+15551230001'), ARRAY[NULL, NULL], 'which the first question asks');
UPDATE ivr.callers SET name = 'Ms. Meier';
SELECT scene.say('c2', 1, 'given', '{"from_number": "+15551230001", "language": "de", "keep_language": "de"}') \g /dev/null
SELECT is((SELECT array_agg(name || ' ' || language) FROM ivr.callers), ARRAY['Ms. Meier de'], 'what was given without the database is kept too');
SELECT scene.say('c3', 1, 'looked', '{"from_number": "anonymous", "language": "de", "keep_language": "de"}'),
       scene.say('c4', 1, 'looked', '{"from_number": "sip:a@example.com", "language": "de", "keep_language": "de"}'),
       scene.say('c5', 1, 'looked', '{"language": "de", "keep_language": "de"}') \g /dev/null
SELECT is((SELECT count(*) FROM ivr.callers), 1::bigint, 'who shows no telephone number is not known again');
SELECT ivr.keep_languages(ARRAY['x', 'y'], ARRAY['{"from_number": "+15551230002", "keep_language": "en"}', '{"from_number": "+15551230002", "keep_language": "nl"}']::jsonb[]) \g /dev/null
SELECT is((SELECT language FROM ivr.callers WHERE number = '+15551230002'), 'nl', 'of two the last counts');

-- What is missing is told

SELECT is_empty($$SELECT * FROM ivr.check_config() WHERE subject ~ 'language'$$, 'without translations nothing is missing');
INSERT INTO ivr.translations VALUES ('Press 1 for sales or 2 for support.', 'de', 'Bitte die 1 oder die 2.'), ('Gone.', 'de', 'Weg.');
SELECT matches((SELECT string_agg(problem, '; ' ORDER BY problem) FROM ivr.check_config() WHERE subject = 'language de' AND severity = 'warning'),
               '^a translation is of what nothing says any more: "Gone."; emergency switch has no translation: .* other sentence', 'with one the others are, and what nothing says');
DELETE FROM ivr.translations;
INSERT INTO ivr.menu_options (menu, digits, again, language) VALUES ('main', '8', true, 'fr');
SELECT is((SELECT problem FROM ivr.check_config() WHERE subject = 'option 8 of menu main'), 'sets the language fr, and no other has a translation', 'and a language in which nothing is written');

SELECT * FROM finish();
ROLLBACK;
