-- keyed_digest.sql: whoever has all the tables but the keys, and tries every number there is, finds nobody.
BEGIN;
\ir lib/scene.psql
SELECT plan(21);

SELECT is(ivr.keyed_digest(sha256('key'), sha256('x')), sha256(sha256('key') || sha256('x')), 'it is hashed once more, behind the key');
SELECT isnt(ivr.keyed_digest(sha256('key'), sha256('x')), ivr.keyed_digest(sha256('other'), sha256('x')), 'under another key it is another one');
SELECT is((SELECT length(digest_key) FROM ivr.pseudonym_key WHERE digest_key <> key), 32, 'there is a key, and it is not that of pseudonyms');

-- Everything but the number is known to who tries, and where it stands.
CREATE TABLE scene.sent (call_id text, event text, created_at text, body text);
INSERT INTO scene.sent VALUES
    ('mine', 'call.created', NULL, '{"event":"call.created","call":{"id":"mine","direction":"inbound","from":"NUMBER","to":"+15551230002"}}'),
    ('mine', 'call.held', '2026-05-29T12:00:02Z', '{"event":"call.held","created_at":"2026-05-29T12:00:02Z","call":{"id":"mine"},"data":{"callback":"NUMBER"}}'),
    ('mine', 'call.odd', '2026-05-29T12:00:03Z', '{"event":"call.odd","call":{"from":"NUMBER"},"x":"\u0000"}'),
    ('mine', 'call.gathered', '2026-05-29T12:00:05Z', '{"event":"call.gathered","created_at":"2026-05-29T12:00:05Z","call":{"id":"mine","from":"NUMBER"},"data":{"digits":"1","for":"NUMBER"}}'),
    ('about', 'call.held', '2026-05-29T12:00:02Z', '{"event":"call.held","created_at":"2026-05-29T12:00:02Z","call":{"id":"about","direction":"inbound","from":"+15551230009","to":"+15551230002"},"data":{"callback":"NUMBER"}}'),
    ('again', 'call.created', NULL, '{"event":"call.created","call":{"id":"again","direction":"inbound","from":"NUMBER","to":"+15551230002"}}');
CREATE FUNCTION scene.filled(body text, number text) RETURNS bytea
LANGUAGE sql IMMUTABLE RETURN convert_to(replace(body, 'NUMBER', number), 'UTF8');
CREATE FUNCTION scene.send(number text) RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT scene.store_event(call_id, event, created_at, scene.filled(body, number), scene.at(6)) FROM scene.sent WHERE call_id <> 'again';
$$;
CREATE TABLE scene.guesses AS
SELECT DISTINCT guess
FROM generate_series(0, 9999) AS n, scene.sent AS s, LATERAL format('+1555999%s', lpad(n::text, 4, '0')) AS number,
     LATERAL scene.filled(s.body, number) AS raw,
     LATERAL unnest(ARRAY[sha256(raw), ivr.event_digest(call_id, event, created_at, ivr.parse_json(raw), raw), sha256(convert_to(number, 'UTF8'))]) AS guess;

-- Which columns of which tables hold what somebody guessed. The keys are not his.
CREATE FUNCTION scene.found() RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    col   record;
    found bigint;
BEGIN
    FOR col IN
        SELECT c.oid::regclass AS of_table, a.attname AS name, a.atttypid = 'bytea'::regtype AS bytes
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'ivr'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'pseudonym_key'
          AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
        EXECUTE format(CASE WHEN col.bytes THEN 'SELECT count(*) FROM %s WHERE %I IN (SELECT guess FROM scene.guesses)'
                            ELSE 'SELECT count(*) FROM %s WHERE %I::text ~ ''555 ?999 ?[0-9]{4}''' END, col.of_table, col.name)
        INTO found;
        IF found > 0 THEN
            RETURN NEXT format('%s.%s', col.of_table, col.name);
        END IF;
    END LOOP;
END;
$$;

SELECT set_eq($$SELECT scene.send('+15559994711')$$, ARRAY['stored'], 'a caller is told of, in many ways');
SELECT is((SELECT count(*) FROM scene.guesses JOIN scene.sent ON guess = ivr.event_digest(
              call_id, event, created_at, ivr.parse_json(scene.filled(body, '+15559994711')), scene.filled(body, '+15559994711'))), 6::bigint,
          'who tries all numbers knows what the bare digests are');
SELECT set_eq($$SELECT scene.send('+15559994711')$$, ARRAY['duplicate'], 'each comes again');
SELECT scene.answer('mine', 1, NULL, 'menu', 1),
       scene.answer('mine', 2, 1, 'transfer', 7, '1', (SELECT digest FROM ivr.call_events WHERE call_id = 'mine' AND event = 'call.gathered')) \g /dev/null
SELECT scene.store_rejected('webhook', 'signature', NULL, 401, NULL, NULL, NULL, scene.filled(body, '+15559994711'), length(scene.filled(body, '+15559994711'))) AS id
FROM scene.sent WHERE call_id = 'again' \gset
UPDATE ivr.rejected_requests SET received_at = scene.at(6);
SELECT is((SELECT count(*) FROM ivr.answers AS a JOIN ivr.call_events AS e ON e.call_id = a.call_id AND e.digest = a.gathered_digest), 1::bigint,
          'an answer names the event that it used');
SELECT is(ivr.reingest(:id), 'stored', 'a rejected request is taken after all');
SELECT is((SELECT count(*) FROM ivr.rejected_requests AS r JOIN ivr.call_events AS e ON e.call_id = r.reingested_call_id AND e.digest = r.reingested_digest),
          1::bigint, 'and names the event that it is');
SELECT set_eq('SELECT scene.found()', ARRAY['ivr.call_events.payload', 'ivr.calls.from_number', 'ivr.rejected_requests.digest'],
              'while the number is kept it stands where it stands, and the digest of a rejected request is that of its bytes');

SELECT is(ivr.pseudonymise_calls(ARRAY['mine', 'again']), 2::bigint, 'then pseudonyms take its place');
SELECT is(ivr.pseudonymise_rejected(interval '0'), 1::bigint, 'in what was rejected, too');
SELECT set_eq('SELECT scene.found()', ARRAY['ivr.call_events.payload'], 'and who tries all numbers finds none of him');
SELECT is((SELECT array_agg(call_id) FROM ivr.call_events WHERE payload::text ~ '5559994711'), ARRAY['about'], 'but in the call of another, who named him');
SELECT is((SELECT digest = sha256(raw) FROM ivr.rejected_requests), true, 'the digest of what was rejected is that of its new bytes');

-- What comes late

SELECT set_eq($$SELECT scene.send('+15559994711')$$, ARRAY['duplicate'], 'what comes again is still known');
SELECT is((SELECT array_agg(DISTINCT repeats) FROM ivr.event_repeats WHERE call_id IN ('mine', 'about')), ARRAY[2], 'and counted where it was');
SELECT is((SELECT how_many FROM ivr.forget('+15559994711') WHERE what = 'other calls that mentioned it'), 1::bigint, 'forgotten, he is taken out of the call of another');
SELECT is_empty('SELECT scene.found()', 'and who tries all numbers finds nobody');
SELECT is(scene.store_event(call_id, event, created_at, scene.filled(body, '+15559994711'), scene.at(6)), 'duplicate', 'what comes again is known there, too')
FROM scene.sent WHERE call_id = 'about';
SELECT is_empty('SELECT scene.found()', 'and brings nothing back');

SELECT * FROM finish();
ROLLBACK;
