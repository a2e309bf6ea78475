-- platform_findings.sql: what traces tell of the platform, where the simulator plays it no other way.
BEGIN;
\ir lib/scene.psql
SELECT plan(36);

CREATE FUNCTION scene.trace(program text, url text DEFAULT '', body text DEFAULT '', headers jsonb DEFAULT '{}', call_id text DEFAULT 'c1',
                            seconds numeric DEFAULT 0, method text DEFAULT 'POST', status integer DEFAULT 200, reply text DEFAULT '{}') RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO ivr.traces (received_at, took_us, program, call_id, method, url, remote_address, headers, body, body_length, http_status, reply, bytes_before)
    VALUES (now() + seconds * interval '1 second', 1, program, call_id, method, '/minivoice/' || program || url, '192.0.2.1',
            (SELECT coalesce(string_agg(key || ': ' || value || E'\n', ''), '') FROM jsonb_each_text(headers)),
            convert_to(body, 'UTF8'), length(body), status, reply, 0);
END;
CREATE FUNCTION scene.sent(name text, rest text DEFAULT '', data text DEFAULT '{}', stamp text DEFAULT '2026-05-29T12:00:00Z', status integer DEFAULT 200,
                            seconds numeric DEFAULT 0, call_id text DEFAULT 'c1', sent text DEFAULT '1780056000') RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    SELECT scene.trace('webhook', body => format('{"event":"%s","created_at":"%s","call":{"id":"%s"%s},"data":%s}', name, stamp, call_id, rest, data),
                       headers => jsonb_build_object('x-minivoice-timestamp', sent), status => status, seconds => seconds, call_id => call_id);
END;
-- What is seen of an unknown; then nothing is there any more.
CREATE FUNCTION scene.seen(of_unknown text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    told text := (SELECT seen FROM ivr.platform_findings() WHERE unknown = of_unknown);
BEGIN
    DELETE FROM ivr.traces;
    RETURN told;
END;
$$;

SELECT is((SELECT count(*) FROM ivr.platform_findings()), 26::bigint, 'there is a row for each question');
SELECT is((SELECT array_agg(DISTINCT seen) FROM ivr.platform_findings()), '{not seen yet}', 'of which nothing is known without a trace');
SELECT is((SELECT array_agg(unknown) FROM ivr.platform_findings() WHERE unknown ~ '^U'), '{U1,U2,U3,U4,U5,U6,U7,U8,U11,U12,U13,U14,U15,U20,U21,U23,U26,U31}', 'in their order');
SELECT is_empty($$SELECT m.* FROM ivr.platform_meanings() AS m LEFT JOIN ivr.platform_questions() AS q USING (unknown) WHERE q.unknown IS NULL$$, 'every meaning is one of a question');
SELECT is_empty($$SELECT unknown FROM ivr.platform_questions() EXCEPT SELECT unnest(string_to_array(settles, ', ')) FROM ivr.first_call_script()$$, 'the script leaves no question out');
SELECT is_empty($$SELECT unnest(string_to_array(settles, ', ')) FROM ivr.first_call_script() EXCEPT SELECT unknown FROM ivr.platform_questions()$$, 'and promises none that there is not');

-- Questions
SELECT scene.trace('answer', '?CallSid=x&App-Id=1', method => 'GET') \g /dev/null
SELECT is(scene.seen('U2'), 'call id in the query (1)', 'the call id has many names');
SELECT scene.trace('answer', '?key=abc', body => '<xml/>') \g /dev/null
SELECT is(scene.seen('U1'), 'POST, another body (1)', 'a body may be anything');
SELECT scene.trace('answer', '?key=abc&menu=main', method => 'GET') \g /dev/null
SELECT is(scene.seen('U2'), 'no call id (1)', 'what stands in the answer_url is ours');
SELECT scene.trace('answer', '?call_id=c1', method => 'HEAD') \g /dev/null
SELECT is(scene.seen('U1'), 'not seen yet', 'a monitor is not the platform');
SELECT scene.trace('answer', '?call_id=c1', status => 403) \g /dev/null
SELECT is(scene.seen('U1'), 'not seen yet', 'nor is who has no key');
INSERT INTO ivr.test_calls (call_id, digests) VALUES ('tested', '{}');
SELECT scene.trace('answer', '?call_id=tested', call_id => 'tested') \g /dev/null
SELECT is(scene.seen('U1'), 'not seen yet', 'nor minivoice-check');
SELECT scene.trace('route-menu', '?call_id=c1&step=1&menu=other&key=abc***', method => 'GET') \g /dev/null
SELECT is(scene.seen('U3'), 'GET, no body (1); no call id of the platform''s (1); no digits (1); our query came back (1)', 'what we have put into a redirect is not told by the platform');
SELECT scene.trace('route-menu', '?step=2&digits=', method => 'GET', call_id => NULL) \g /dev/null
SELECT is(scene.seen('U3'), 'GET, no body (1); digits in the query, empty (1); no call id of the platform''s (1); our query came back (1)', 'digits may be empty');
SELECT scene.trace('answer', seconds => -1, reply => '{"url":"https://x/route-menu?call_id=c1&step=1"}'), scene.trace('route-menu', body => '{"call":{"id":"c1"},"data":{"digits":5}}') \g /dev/null
SELECT is(scene.seen('U3'), 'POST, JSON body (1); call id in the JSON body (1); digits in the JSON body (1); our query was lost (1)', 'a query that was lost is missed');
SELECT scene.trace('route-menu', '?step=1', call_id => NULL), scene.trace('route-menu', '?call_id=c1&step=1') \g /dev/null
SELECT is(scene.seen('U4'), 'a redirect brings our call_id back (1); nothing ties a redirect to its call (1)', 'our own call id may come back');
SELECT scene.trace('answer', headers => '{"x-minivoice-signature": "v1=abc***"}'), scene.trace('answer', headers => '{"authorization": "Bearer***"}') \g /dev/null
SELECT is(scene.seen('U6'), 'signed (1); with an authorization (1)', 'a signed question is seen');

-- Events
SELECT scene.sent('call.created'), scene.sent('call.created', ',"more":1', seconds => 1) \g /dev/null
SELECT is(scene.seen('U7'), 'came again with other changes (1)', 'what comes again may be changed');
SELECT scene.sent('call.gathered', data => '{"digits":"1"}'), scene.sent('call.gathered', data => '{"digits":"1"}', stamp => '2026-05-29T12:00:09Z') \g /dev/null
SELECT is(scene.seen('U7'), 'not seen yet', 'a second gather is no repeat');
SELECT scene.sent('call.gathered', data => '{"digits":1,"status":"x"}'), scene.sent('call.gathered', data => '{"digits":null,"timed_out":true}', call_id => 'c2'),
       scene.sent('call.gathered', data => '{"digits":"12#","finish_on_key":"#"}', call_id => 'c3'), scene.sent('call.gathered', data => '{"timed_out":true}', call_id => 'c4') \g /dev/null
SELECT is(scene.seen('U8'), 'data.digits, null (1); data.digits, number (1); data.digits, string (1); no digits (1); status x (1); the finish key is in it (1); timed out: digits absent (1); timed out: digits null (1)',
          'every form of digits');
SELECT scene.sent('call.completed', status => 503), scene.sent('call.completed', seconds => 90, sent => '1780056090'), scene.sent('call.failed', call_id => 'c2'), scene.sent('call.failed', call_id => 'c2', seconds => 90) \g /dev/null
SELECT is((SELECT string_agg(unknown || ' ' || seen, ' | ') FROM ivr.platform_findings() WHERE unknown = 'U11'), 'U11 sent again after 1 to 60 min (1)', 'a repeat of what was stored says nothing of what was not');
SELECT is(scene.seen('U14'), 'timestamp in seconds (4); sent again with a new timestamp (1); sent again with the old timestamp (1)', 'signed anew, or not');
SELECT scene.sent('call.created', sent => '1780056000123'), scene.sent('call.created', sent => '2026-05-29T12:00:00Z', call_id => 'c2'), scene.sent('call.created', sent => NULL, call_id => 'c3'),
       scene.sent('call.created', sent => 'noon', call_id => 'c4') \g /dev/null
SELECT is(scene.seen('U14'), 'timestamp by RFC 3339 (1); timestamp in milliseconds (1); timestamp of another form (1); unsigned (1)', 'every form of a timestamp');
SELECT scene.sent('call.answered', stamp => '2026-05-29T12:00:05.5+02:00'), scene.sent('call.created', stamp => 'soon', seconds => 1) \g /dev/null
SELECT is(scene.seen('U13'), 'in order (2); created_at no time (1); created_at with fractions, with an offset (1)', 'every form of created_at');
SELECT scene.sent('call.answered', stamp => '2026-05-29T12:00:05Z'), scene.sent('call.created', seconds => 1) \g /dev/null
SELECT is(scene.seen('U13'), 'created_at in whole seconds (2); in order (1); overtaken by a later event (1)', 'and their order');
SELECT scene.sent('call.created', status => 401) \g /dev/null
SELECT is(scene.seen('U13'), 'not seen yet', 'what was refused is nobody''s');
SELECT scene.sent('call.created', ',"from":"anonymous","to":"sip:x@example.com"'), scene.sent('call.created', ',"from":"12345"', call_id => 'c2') \g /dev/null
SELECT is(scene.seen('U31'), 'from of another form (1); from withheld (1); to SIP URI (1); to absent (1)', 'every form of a number');
SELECT scene.sent('call.created', ',"status":"+15551230001"') \g /dev/null
SELECT is(scene.seen('I8'), '+1555*****01, no direction (1)', 'a number in a word is masked');
SELECT scene.sent('call.gathered', data => '{"event_key":"a","digits":"9"}'), scene.sent('call.gathered', data => '{"event_key":"b","digits":"1"}') \g /dev/null
SELECT is(scene.seen('I6'), 'each gather of a call has its own (1)', 'gathers may differ in their key');
SELECT scene.trace('answer', seconds => 0), scene.sent('call.created', seconds => 1), scene.sent('call.answered', seconds => -1) \g /dev/null
SELECT is(scene.seen('U26'), 'answer is asked after call.answered (1); answer is asked before call.created (1)', 'answer stands between events');
SELECT scene.sent('call.gathered', data => '{"timed_out":true}'), scene.sent('call.completed', seconds => 1) \g /dev/null
SELECT is(scene.seen('U21'), 'no redirect after a time-out (1)', 'a call may end in the menu');
SELECT scene.sent('call.gathered', seconds => 2), scene.trace('route-menu', '?call_id=c1&step=1') \g /dev/null
SELECT is((SELECT meaning FROM ivr.platform_findings() WHERE unknown = 'U5'),
          'The default of IVR_GATHER_WAIT_MS is too short. The redirect has to wait: IVR_GATHER_WAIT_MS must be above this delay, unless the redirect tells the digits.', 'it says what it means for the settings');
SELECT is(scene.seen('U5'), 'the redirect came first, by more than 1.5 s (1)', 'and by how much');
SELECT scene.trace('route-menu', '?call_id=c1&step=' || n, seconds => n) FROM generate_series(1, 12) AS n \g /dev/null
SELECT is(scene.seen('U23'), '11 to 20 in a call (1)', 'redirects are counted');

-- Examples
SELECT scene.trace('answer', '?from=%2B15551230001&x=' || repeat('x', 420) || '+15551230001') \g /dev/null
SELECT is((SELECT count(*) FROM ivr.platform_findings() AS f WHERE example ~ '1230001|\+1555123'), 0::bigint, 'an example shows no number, not even one that is cut off');
SELECT is((SELECT substr(example, 1, position('?' IN example)) FROM ivr.platform_findings() WHERE unknown = 'U1'),
          (SELECT trace_id || ' answer: POST /minivoice/answer?' FROM ivr.traces), 'but which trace it is');

SELECT * FROM finish();
ROLLBACK;
