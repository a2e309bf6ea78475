-- gathered.sql: which call.gathered belongs to the menu asked at a step: the digit race.
BEGIN;
\ir lib/scene.psql
SELECT plan(58);

-- The first menu

SELECT scene.event('c1', 'call.created', 0) \g /dev/null
SELECT scene.answer('c1', 1, NULL, 'menu', 0.3) \g /dev/null
SELECT is(scene.gathered('c1', 1), NULL, 'before call.gathered came there are no digits');
SELECT scene.press('c1', '1', 5) \g /dev/null
SELECT is(scene.gathered('c1', 1), '1', 'call.gathered of the first menu is found');
SELECT is((SELECT digest FROM ivr.gathered('c1', 1)), scene.digest('c1', 'call.gathered', 5, '{"digits": "1"}'),
          'with the digest of the event');
SELECT is(scene.gathered('c1', 0), '1', 'also when the step is not known');
SELECT is((SELECT count(*) FROM ivr.gathered('c1', 1)), 1::bigint, 'as one row');
SELECT scene.press('c1', '2', 5.4) \g /dev/null
SELECT is(scene.gathered('c1', 1), '2', 'of two for one menu the newer is taken');

SELECT scene.answer('early', 1, NULL, 'menu', 20) \g /dev/null
SELECT scene.press('early', '1', 5, 19) \g /dev/null
SELECT is(scene.gathered('early', 1), '1', 'for the first menu any gather will do, whatever its time');

SELECT scene.answer('none', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.event('none', 'call.gathered', 6, data => '{"timed_out": true}') \g /dev/null
SELECT is(scene.gathered('none', 1), '', 'a gather without digits is empty');
SELECT scene.answer('odd', 1, NULL, 'menu', 1) \g /dev/null
SELECT scene.store_event('odd', 'call.gathered', scene.stamp(6), '\xff') \g /dev/null
SELECT is(scene.gathered('odd', 1), '', 'a gather that cannot be read is empty');

-- Never another call's, never a used one

SELECT scene.answer('c2', 1, NULL, 'menu', 0.3) \g /dev/null
SELECT is(scene.gathered('c2', 1), NULL, 'the digit of another call is never taken');
SELECT is(scene.gathered('c2', 0), NULL, 'not even when the step is not known');
SELECT is(scene.gathered(NULL, 1), NULL, 'nor when the call is not known');
SELECT scene.answer('used', 1, NULL, 'menu', 0.3) \g /dev/null
SELECT scene.answer('used', 2, 1, 'invalid', 5.2, '9', scene.press('used', '9', 5)) \g /dev/null
SELECT is(scene.gathered('used', 2), NULL, 'a used digit is not taken for the next attempt');
SELECT is(scene.gathered('used', 1), NULL, 'nor again for its own');
SELECT scene.press('used', '9', 11) \g /dev/null
SELECT is(scene.gathered('used', 2), '9', 'the same key pressed again is the next attempt''s');
SELECT scene.event('used', 'call.other', 12, data => '{"digits": "5"}') \g /dev/null
SELECT is(scene.gathered('used', 2), '9', 'other events are not looked at');

-- The race: the redirect of attempt 1 overtakes its call.gathered and waits in vain, so attempt 2 is asked; then the
-- late one comes. Played for clocks that differ, for stamps with and without a fraction, and for short and long waits.

-- Attempt 1 and the question of attempt 2, as seen by a platform whose clock is `ahead` seconds ahead of ours.
CREATE FUNCTION scene.overtake(call_id text, ahead numeric, fraction boolean, waited numeric, lag numeric DEFAULT 0.1)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM scene.event(call_id, 'call.created', scene.told(0.3, ahead, fraction), 0.3 + lag);
    PERFORM scene.event(call_id, 'call.answered', scene.told(0.6, ahead, fraction), 0.6 + lag);
    PERFORM scene.answer(call_id, 1, NULL, 'menu', 0.8);
    PERFORM scene.answer(call_id, 2, 1, 'no_input', 5.15 + waited, '', waited_ms => (waited * 1000)::integer);
END;
$$;

-- A second of our clock as the platform stamps it.
CREATE FUNCTION scene.told(second numeric, ahead numeric, fraction boolean) RETURNS numeric
LANGUAGE sql RETURN CASE WHEN fraction THEN second + ahead + 0.000001 ELSE floor(second + ahead) END;

-- The same second pressed in each world, one call for each; the result names the worlds where the digit is not wanted.
CREATE FUNCTION scene.wrong_worlds(play text, wanted text) RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    world record;
    got   text;
    wrong text[] := '{}';
BEGIN
    FOR world IN
        SELECT play || ', ' || ahead || ' s ahead, ' || CASE WHEN fraction THEN 'fractions' ELSE 'whole seconds' END
               || ', waited ' || waited || ' s' AS id, ahead, fraction, waited
        FROM unnest(ARRAY[-3600, -30, -1, -0.4, 0, 0.4, 1, 30, 3600]) AS ahead,
             unnest(ARRAY[true, false]) AS fraction,
             unnest(ARRAY[0.3, 0.7, 1.5]) AS waited
    LOOP
        PERFORM scene.overtake(world.id, world.ahead, world.fraction, world.waited);
        IF play IN ('late', 'late, then pressed', 'pressed, then late') THEN
            PERFORM scene.press(world.id, '1', scene.told(5.1, world.ahead, world.fraction),
                                CASE play WHEN 'pressed, then late' THEN 14 ELSE 8.5 END);
        END IF;
        IF play IN ('pressed', 'late, then pressed', 'pressed, then late') THEN
            PERFORM scene.press(world.id, '2', scene.told(12.2, world.ahead, world.fraction), 12.3);
        END IF;
        got := scene.gathered(world.id, 2);
        IF got IS DISTINCT FROM wanted THEN
            wrong := wrong || format('%s: %s', world.id, coalesce(got, 'none'));
        END IF;
    END LOOP;
    RETURN wrong;
END;
$$;

SELECT is(scene.wrong_worlds('late', NULL), '{}', 'the late digit of attempt 1 is never taken for attempt 2');
SELECT is(scene.wrong_worlds('pressed', '2'), '{}', 'the digit of attempt 2 is found though that of attempt 1 was lost');
SELECT is(scene.wrong_worlds('late, then pressed', '2'), '{}', 'of both, that of attempt 2 is taken');
SELECT is(scene.wrong_worlds('pressed, then late', '2'), '{}', 'also when that of attempt 1 comes last');

-- The same, in words, for the most ordinary worlds

SELECT scene.overtake('plain', 0, false, 1.5) \g /dev/null
SELECT is(scene.gathered('plain', 2), NULL, 'attempt 2 begins without a digit');
SELECT scene.press('plain', '1', 5, 8.5) \g /dev/null
SELECT is(scene.gathered('plain', 2), NULL, 'a late digit of attempt 1 does not change that');
SELECT is(scene.gathered('plain', 1), '1', 'though for attempt 1 it would do');
SELECT scene.press('plain', '2', 12) \g /dev/null
SELECT is(scene.gathered('plain', 2), '2', 'its own digit does');
SELECT scene.answer('plain', 3, 2, 'invalid', 12.2, '2', scene.digest('plain', 'call.gathered', 12, '{"digits": "2"}')) \g /dev/null
SELECT is(scene.gathered('plain', 3), NULL, 'attempt 3 takes neither the late digit nor the used one');
SELECT scene.press('plain', '3', 18) \g /dev/null
SELECT is(scene.gathered('plain', 3), '3', 'but its own');

SELECT scene.overtake('silent', 0, false, 1.5) \g /dev/null
SELECT scene.event('silent', 'call.gathered', 12, data => '{"timed_out": true}') \g /dev/null
SELECT is(scene.gathered('silent', 2), '', 'silence in attempt 2 is known as silence');

-- All webhooks are slow: that is no clock which is behind

SELECT scene.overtake('slow', 0, false, 1.5, lag => 3) \g /dev/null
SELECT scene.press('slow', '1', 5, 8.7) \g /dev/null
SELECT is(scene.gathered('slow', 2), NULL, 'when every event comes 3 s late, the late digit is not taken for a new one');
SELECT scene.overtake('slow fractions', 0, true, 1.5, lag => 3) \g /dev/null
SELECT scene.press('slow fractions', '1', 5.1, 8.2) \g /dev/null
SELECT is(scene.gathered('slow fractions', 2), NULL, 'nor with fractions');
SELECT scene.overtake('outage', 0, true, 1.5, lag => 60) \g /dev/null
SELECT scene.press('outage', '1', 5.1, 61) \g /dev/null
SELECT is(scene.gathered('outage', 2), NULL, 'nor when every event comes a minute late');
SELECT scene.press('outage', '2', 12.2, 61.1) \g /dev/null
SELECT is(scene.gathered('outage', 2), '2', 'but that of attempt 2 is');
SELECT scene.overtake('slow lost', 0, true, 1.5, lag => 3) \g /dev/null
SELECT scene.press('slow lost', '2', 12.2, 15.2) \g /dev/null
SELECT is(scene.gathered('slow lost', 2), '2', 'also where that of attempt 1 was lost');
SELECT scene.overtake('slow and behind', -30, true, 1.5, lag => 3) \g /dev/null
SELECT scene.press('slow and behind', '1', 5.1 - 30, 8.2) \g /dev/null
SELECT is(scene.gathered('slow and behind', 2), NULL, 'slow events of a clock that is behind are told from new ones');
SELECT scene.press('slow and behind', '2', 12.2 - 30, 15.2) \g /dev/null
SELECT is(scene.gathered('slow and behind', 2), '2', 'and the new one is taken');

-- What we had before we asked cannot be the reply

SELECT scene.event('had', 'call.created', 0) \g /dev/null
SELECT scene.answer('had', 1, NULL, 'menu', 0.3) \g /dev/null
SELECT scene.press('had', '9', 5, 5.05) \g /dev/null
SELECT scene.answer('had', 2, 1, 'invalid', 5.2, '9') \g /dev/null
SELECT is(scene.gathered('had', 2), NULL, 'a digit that came before attempt 2 was asked is not its digit, though its second is the same');
SELECT scene.press('had', '9', 5.1, 5.15) \g /dev/null
SELECT is(scene.gathered('had', 2), NULL, 'nor is it when the platform told it twice');
SELECT scene.press('had', '1', 11) \g /dev/null
SELECT is(scene.gathered('had', 2), '1', 'the one pressed afterwards is');

-- Without stamps

SELECT scene.answer('bare', 1, NULL, 'menu', 0.3) \g /dev/null
SELECT scene.answer('bare', 2, 1, 'no_input', 7.2, '', waited_ms => 1500) \g /dev/null
SELECT scene.store_event('bare', 'call.gathered', NULL, '{"event":"call.gathered","data":{"digits":"1"}}') \g /dev/null
UPDATE ivr.call_events SET received_at = scene.at(6) WHERE call_id = 'bare';
SELECT is(scene.gathered('bare', 2), NULL, 'without created_at a digit from before attempt 2 is not taken');
SELECT scene.store_event('bare', 'call.gathered', NULL, '{"event":"call.gathered","data":{"digits":"2"}}') \g /dev/null
UPDATE ivr.call_events SET received_at = scene.at(13)
WHERE call_id = 'bare' AND payload #>> '{data,digits}' = '2';
SELECT is(scene.gathered('bare', 2), '2', 'the second gather is the second attempt''s');

-- Answers that are not stored yet

SELECT scene.press('queued', '1', 5) \g /dev/null
SELECT is(scene.gathered('queued', 1), '1', 'a digit is found though the answer to its menu is not stored yet');
SELECT is(scene.gathered('queued', 2), NULL, 'but a first digit is not that of step 2');
SELECT scene.press('queued', '2', 11) \g /dev/null
SELECT is(scene.gathered('queued', 2), '2', 'the second is');

-- Steps that ask nothing are not counted

SELECT scene.store_answer('poor', 1, NULL, 'answer', NULL, NULL, NULL, NULL, 0, 'unavailable', 'no configuration', NULL, NULL,
                        NULL, NULL, '{"actions":[]}', NULL, scene.at(0.2), 1, false) \g /dev/null
SELECT scene.answer('poor', 2, NULL, 'menu', 1) \g /dev/null
SELECT scene.press('poor', '1', 5) \g /dev/null
SELECT is(scene.gathered('poor', 2), '1', 'the first menu may be asked at a later step');

-- Ten attempts: each gets its own digit, when it is there

SELECT scene.event('ten', 'call.created', 0) \g /dev/null
SELECT scene.answer('ten', 1, NULL, 'menu', 0.3) \g /dev/null
CREATE FUNCTION scene.attempt(n integer, lost boolean) RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    digit text := (n % 10)::text;
    gathered bytea;
BEGIN
    IF NOT lost THEN
        gathered := scene.press('ten', digit, n * 10 - 5);
    END IF;
    RETURN NEXT is(scene.gathered('ten', n), CASE WHEN NOT lost THEN digit END,
                   CASE WHEN lost THEN format('attempt %s, whose digit is lost, gets none', n)
                        ELSE format('attempt %s gets its digit', n) END);
    PERFORM scene.answer('ten', n + 1, n, CASE WHEN lost THEN 'no_input' ELSE 'invalid' END, n * 10 - 3,
                         CASE WHEN lost THEN '' ELSE digit END, gathered,
                         waited_ms => CASE WHEN lost THEN 1500 ELSE 0 END);
END;
$$;
SELECT scene.attempt(n, n IN (2, 3, 7)) FROM generate_series(1, 10) AS n;
SELECT scene.press('ten', '2', 15, 103) \g /dev/null
SELECT scene.press('ten', '3', 25, 103) \g /dev/null
SELECT scene.press('ten', '7', 65, 103) \g /dev/null
SELECT is(scene.gathered('ten', 11), NULL, 'all that was lost comes at last and is not taken for attempt 11');
SELECT scene.press('ten', '1', 106) \g /dev/null
SELECT is(scene.gathered('ten', 11), '1', 'its own digit is');

-- Our clock is put back after the second menu was asked: only counting is left

SELECT scene.answer(c, 1, NULL, 'menu', 1), scene.answer(c, 2, 1, 'no_input', 8, '', CASE c WHEN 'back' THEN scene.press(c, '', 6) END)
FROM unnest(ARRAY['back', 'back-lost']) AS c \g /dev/null
SELECT scene.press(c, '1', 9) FROM unnest(ARRAY['back', 'back-lost']) AS c \g /dev/null
UPDATE ivr.answers SET answered_at = clock_timestamp() + interval '1 minute' WHERE call_id LIKE 'back%' AND step = 2;
SELECT is(scene.gathered('back', 2), '1', 'a digit is heard though its menu was asked in what is now the future');
SELECT is(scene.gathered('back-lost', 2), NULL, 'where the gather before it is missing, it may be that one');
UPDATE ivr.answers SET answered_at = scene.stamp(8)::timestamptz WHERE call_id LIKE 'back%' AND step = 2;
SELECT is(scene.gathered('back-lost', 2), '1', 'which the clock tells, when it is to be trusted');

SELECT * FROM finish();
ROLLBACK;
