-- done.sql: ivr.done(): what holds for whoever says it; the rest stands in messages.sql.
BEGIN;
\ir lib/scene.psql
SELECT plan(4);

SELECT scene.answer('c1', 1, NULL, 'menu', 1, menu => 'message_box:support') \g /dev/null
SELECT is(scene.refused_as('ivr_editor', $$SELECT ivr.done('c1')$$), NULL, 'an editor may say that a message is dealt with');
SELECT is(scene.refused_as('ivr_report', $$SELECT ivr.done('c1')$$), '42501', 'a reader may not');
SELECT throws_ok('SELECT ivr.done(NULL)', 'P0002', 'there is no message of the call null', 'nothing is no message');
SELECT ivr.done('c1') \g /dev/null
SELECT is((SELECT done_by FROM ivr.dealt_with), session_user::text, 'who said so is kept');

SELECT * FROM finish();
ROLLBACK;
