-- know_caller.sql: what a CRM says of callers.
BEGIN;
\ir lib/scene.psql
SELECT plan(18);

CREATE FUNCTION scene.known(id text) RETURNS text
LANGUAGE sql RETURN (SELECT (name, greeting, department, menu, blocked, message, note)::text FROM ivr.callers WHERE number = id);

SELECT is(ivr.know_caller('+49 (30) 123-45.67', 'Ms. Meier', 'Hello Ms. Meier.', 'support', p_note => 'A customer.'), 'added', 'a caller becomes known');
SELECT is(scene.known('+49301234567'), ('Ms. Meier'::text, 'Hello Ms. Meier.'::text, 'support'::text, NULL::text, false, NULL::text, 'A customer.'::text)::text, 'by a number without blanks and brackets');
SELECT is(ivr.know_caller('+49301234567', 'Ms. Meier', p_department => 'support'), 'unchanged', 'said again it changes nothing');
SELECT is(ivr.know_caller('+49301234567', p_menu => 'main'), 'changed', 'what is said is changed');
SELECT is(scene.known('+49301234567'), ('Ms. Meier'::text, 'Hello Ms. Meier.'::text, NULL::text, 'main'::text, false, NULL::text, 'A customer.'::text)::text, 'a menu takes the place of a department, and the rest stays');
SELECT is(ivr.know_caller('+49301234567', p_menu => '', p_note => ''), 'changed', 'what is said to be empty');
SELECT is(scene.known('+49301234567'), ('Ms. Meier'::text, 'Hello Ms. Meier.'::text, NULL::text, NULL::text, false, NULL::text, NULL::text)::text, 'goes');
SELECT is(ivr.know_caller('+49301234567', p_department => 'sales', p_blocked => true, p_message => 'No.'), 'changed', 'a caller may be turned away');
SELECT is(ivr.know_caller(' sip:anna@example.com '), 'added', 'a SIP URI is a caller too');
SELECT is(scene.refused(format('SELECT ivr.know_caller(%L)', number)), '22023', format('%s is none', coalesce(number, 'null')))
FROM unnest(ARRAY['', '030 1234567', 'anonymous', '+49', NULL]) AS number;
SELECT is(scene.refused($$SELECT ivr.know_caller('+49301234568', p_department => 'astronauts')$$), '22023', 'nobody is sent to a department that there is not');
SELECT is(scene.refused($$SELECT ivr.know_caller('+49301234568', p_menu => 'cheese')$$), '22023', 'nor asked such a menu');
SELECT is(scene.refused($$SELECT ivr.know_caller('+49301234568', p_menu => 'main', p_department => 'sales')$$), '22023', 'nor both');
SELECT is(scene.refused($$SELECT ivr.know_caller('+49301234568', p_greeting => E'Hello\n')$$), 'callers_greeting_can_be_spoken', 'what cannot be spoken is not kept');

SELECT * FROM finish();
ROLLBACK;
