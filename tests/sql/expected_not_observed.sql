-- expected_not_observed.sql: what the platform should have told and did not.
BEGIN;
\ir lib/day.psql
SELECT plan(12);

CREATE FUNCTION scene.missing(call_id text) RETURNS text[]
LANGUAGE sql RETURN (SELECT array_agg(expected || ': ' || because ORDER BY expected) FROM ivr.expected_not_observed AS m WHERE m.call_id = $1);

SELECT is((SELECT array_agg(call_id ORDER BY call_id) FROM ivr.expected_not_observed WHERE day = '2026-05-29'), ARRAY['closed', 'open', 'short'], 'whole calls lack nothing');
SELECT is(scene.missing('closed'), ARRAY['call.gathered: menus left by a redirect: 1, gathers told: 0'], 'a menu that was left lacks its call.gathered');
SELECT is(scene.missing('open'), ARRAY['call.completed or call.failed: the call began'], 'a call of which nothing more was heard lacks its end');
SELECT is(scene.missing('short'), ARRAY['answer_url: the call was answered and ended, but nobody asked what to do'], 'a call that nobody asked about lacks the question');
SELECT scene.answer('silent platform', 1, NULL, 'menu', 900) \g /dev/null
SELECT is((scene.missing('silent platform'))[2], 'call.created: instructions were asked for, but no event of the call came: is the webhook_url set?', 'a call without any event says so');
SELECT scene.event('late', 'call.answered', 1000) \g /dev/null
SELECT is((scene.missing('late'))[2], 'call.created: other events of the call came', 'one whose beginning was lost, too');
SELECT scene.event('late', 'call.created', 999) \g /dev/null
SELECT is(cardinality(scene.missing('late')), 1, 'and no more when it comes after all');
SELECT scene.begin('talking', 1100) \g /dev/null
SELECT scene.press('talking', '1', 1105) \g /dev/null
SELECT scene.answer('talking', 2, 1, 'transfer', 1105.5, '1', scene.pressed('talking', '1', 1105)) \g /dev/null
SELECT is(scene.missing('talking'), ARRAY['call.completed or call.failed: the caller was sent to sales'], 'a transfer lacks its end');
SELECT ivr.store_report('talking', 'reported', 200, '{"status": "completed"}') \g /dev/null
SELECT is(scene.missing('talking'), ARRAY['call.completed or call.failed: the caller was sent to sales'], 'also when the platform says, asked, that it has ended');
SELECT is((SELECT inferred FROM ivr.expected_not_observed WHERE call_id = 'talking'), false, 'which is not inferred');
SELECT scene.event('talking', 'call.completed', 1200, status => 'completed') \g /dev/null
SELECT is(scene.missing('talking'), NULL, 'until it is told');
SELECT scene.answer('new', 1, NULL, 'menu', extract(epoch FROM now() - scene.at(0)) - 5) \g /dev/null
SELECT is(scene.missing('new'), NULL, 'what is a minute old may still come');

SELECT * FROM finish();
ROLLBACK;
