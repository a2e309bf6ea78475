CREATE OR REPLACE VIEW ivr.journey AS
WITH event AS (
    -- A whole-second stamp is up to a second early: an event that came within that second is placed
    -- where it came.
    SELECT call_id, event, occurred_at, received_at, payload, arrival, digest,
           CASE WHEN received_at - occurred_at BETWEEN interval '0' AND interval '1 second' THEN received_at
                ELSE coalesce(occurred_at, received_at) END AS at,
           ivr.closing_word(event, payload #>> '{call,status}') AS closes,
           CASE WHEN event = 'call.gathered' THEN
               row_number() OVER (PARTITION BY call_id, event ORDER BY coalesce(occurred_at, received_at), arrival)
           END AS gather
    FROM ivr.call_events
),
answer AS (
    SELECT *,
           CASE WHEN decision IN ('menu', 'no_input', 'invalid') THEN
               count(*) FILTER (WHERE decision IN ('menu', 'no_input', 'invalid'))
                   OVER (PARTITION BY call_id ORDER BY step)
           END AS gather,
           lead(answered_at) OVER (PARTITION BY call_id ORDER BY step) AS next_at,
           max(answered_at) OVER (PARTITION BY call_id) AS last_at
    FROM ivr.answers
    WHERE call_id IS NOT NULL
),
line AS (
    SELECT call_id, answered_at AS at, step, 1 AS side, 0::bigint AS arrival, endpoint AS source,
           CASE decision
               WHEN 'menu' THEN 'menu:' || menu
               WHEN 'no_input' THEN 'menu:' || menu
               WHEN 'invalid' THEN 'menu:' || menu
               WHEN 'transfer' THEN 'transfer:' || department
               ELSE 'fallback:' || coalesce(menu, 'none')
           END AS what,
           concat_ws(', ',
               CASE WHEN digits <> '' THEN format('got %s', digits) WHEN digits = '' THEN 'got no digit' END,
               CASE digits_source
                   WHEN 'request' THEN 'told in the request'
                   WHEN 'stored' THEN 'told by call.gathered'
                   WHEN 'awaited' THEN format('told by call.gathered after waiting %s ms', waited_ms)
                   WHEN 'none' THEN format('call.gathered did not come within %s ms', waited_ms)
               END,
               CASE decision
                   WHEN 'menu' THEN format('asked: "%s"', ivr.spoken(response))
                   WHEN 'no_input' THEN format('asked again: "%s"', ivr.spoken(response))
                   WHEN 'invalid' THEN format('no such choice, asked again: "%s"', ivr.spoken(response))
                   WHEN 'transfer' THEN format('sent to %s at %s', department, destination)
                   WHEN 'fallback' THEN format('gave up (%s), sent to %s', reason,
                                               concat_ws(' at ', department, destination))
                   ELSE format('%s: %s', decision, coalesce(reason, 'no configuration at hand'))
               END) AS words,
           digits, waited_ms, took_ms, response AS detail
    FROM answer
    UNION ALL
    SELECT event.call_id,
           CASE WHEN event.gather IS NOT NULL THEN
                    least(greatest(event.at, answer.answered_at), greatest(answer.next_at, answer.answered_at))
                WHEN event.closes IS NOT NULL THEN greatest(event.at, final.last_at)
                ELSE event.at END,
           answer.step, CASE WHEN event.gather IS NOT NULL THEN 2 WHEN event.closes IS NOT NULL THEN 3 ELSE 0 END,
           event.arrival, 'MiniVoice',
           CASE WHEN event.gather IS NOT NULL THEN concat_ws(':', 'gathered', answer.menu)
                ELSE coalesce(event.closes, CASE event.event WHEN 'call.created' THEN 'created'
                                                             WHEN 'call.answered' THEN 'answered' END) END,
           concat_ws(', ', event.event,
               CASE WHEN event.gather IS NULL THEN NULL
                    WHEN ivr.pressed(event.payload) = '' THEN 'the caller pressed nothing'
                    ELSE format('the caller pressed %s', ivr.pressed(event.payload)) END,
               CASE WHEN event.event = 'call.created' THEN
                   format('%s call from %s to %s', coalesce(event.payload #>> '{call,direction}', 'a'),
                          coalesce(event.payload #>> '{call,from}', 'unknown'),
                          coalesce(event.payload #>> '{call,to}', 'unknown')) END,
               CASE WHEN event.received_at - event.occurred_at > interval '5 seconds' THEN
                   format('told %s s later', round(extract(epoch FROM event.received_at - event.occurred_at))) END),
           ivr.pressed(event.payload), NULL, NULL, event.payload
    FROM event
    LEFT JOIN answer ON answer.call_id = event.call_id AND answer.gather = event.gather
    LEFT JOIN LATERAL (SELECT max(answered_at) AS last_at FROM ivr.answers
                       WHERE answers.call_id = event.call_id) AS final ON event.closes IS NOT NULL
)
SELECT call_id,
       row_number() OVER in_order AS line,
       at,
       round(extract(epoch FROM at - first_value(at) OVER in_order) * 1000)::bigint AS ms,
       source, what, words, step, digits, waited_ms, took_ms, detail
FROM line
WINDOW in_order AS (PARTITION BY call_id ORDER BY at, step NULLS FIRST, side, arrival);

COMMENT ON VIEW ivr.journey IS
    'What happened on a call, one row per event or answer, in order and in words: SELECT ms, source, what, words FROM ivr.journey WHERE call_id = ''call_123'' ORDER BY line. An event that comes twice is there once; a call.gathered stands between the menu that it answers and the next answer, however late it came.';
COMMENT ON COLUMN ivr.journey.call_id IS 'The call.';
COMMENT ON COLUMN ivr.journey.line IS 'Counts the rows of a call; order by it.';
COMMENT ON COLUMN ivr.journey.at IS
    'When it happened: the sender''s created_at for events, our clock for answers; held between the answers around it.';
COMMENT ON COLUMN ivr.journey.ms IS 'Milliseconds since the first row.';
COMMENT ON COLUMN ivr.journey.source IS 'MiniVoice for an event, or the program that answered.';
COMMENT ON COLUMN ivr.journey.what IS 'The step that this row brings the call to, in the words of calls.current_step; null for events that change no step.';
COMMENT ON COLUMN ivr.journey.words IS 'What happened, as a sentence.';
COMMENT ON COLUMN ivr.journey.step IS 'The number of the answer, or of the menu that a call.gathered belongs to.';
COMMENT ON COLUMN ivr.journey.digits IS 'What was pressed; empty for nothing.';
COMMENT ON COLUMN ivr.journey.waited_ms IS 'How long the answer waited for call.gathered, in ms.';
COMMENT ON COLUMN ivr.journey.took_ms IS 'How long the answer took in all, in ms.';
COMMENT ON COLUMN ivr.journey.detail IS 'The JSON that was received or returned.';
