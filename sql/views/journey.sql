-- journey.sql: what happened on a call. Each call is looked up by its keys, so that the view is as quick for the one
-- call that is asked for by its id as for the few that are found through another view.
CREATE OR REPLACE VIEW ivr.journey AS
SELECT call.call_id, placed.line, placed.at,
       round(extract(epoch FROM placed.at - placed.first_at) * 1000)::bigint AS ms,
       placed.source, placed.what,
       ivr.shown_text(placed.words) AS words,
       placed.step,
       ivr.shown_word(placed.digits) AS digits,
       placed.waited_ms, placed.took_ms,
       ivr.shown_json(placed.detail) AS detail,
       ivr.shown_text(placed.heard) AS heard,
       placed.late_ms
FROM ivr.calls AS call
CROSS JOIN LATERAL (
    WITH known AS (
        -- A whole-second stamp is up to a second early: an event that came within that second is placed where it
        -- came; so is one of a clock that is ahead of ours, for nothing comes before it has happened. side orders
        -- what happens at the same moment.
        SELECT e.event, e.occurred_at, e.received_at, e.payload, e.arrival, e.digest,
               coalesce(e.occurred_at, e.received_at) AS stamp,
               CASE WHEN e.received_at - e.occurred_at > interval '1 second' THEN e.occurred_at ELSE e.received_at END AS at,
               closing.word AS closes,
               CASE WHEN e.event = 'call.created' THEN 0
                    WHEN e.event = 'call.answered' THEN 1
                    WHEN e.event = 'call.gathered' THEN 4
                    WHEN closing.word IS NOT NULL THEN 5
                    ELSE 2 END AS side
        FROM ivr.call_events AS e
        CROSS JOIN LATERAL (SELECT ivr.closing_word(e.event, e.payload #>> '{call,status}') AS word) AS closing
        WHERE e.call_id = call.call_id
    ),
    event AS (
        -- No event is placed before one that the sender stamped earlier.
        SELECT event, occurred_at, received_at, payload, arrival, digest, closes, side,
               max(at) OVER (ORDER BY stamp, side, arrival) AS at,
               CASE WHEN event = 'call.gathered' THEN
                   row_number() OVER (PARTITION BY event ORDER BY stamp, arrival)
               END AS gather
        FROM known
    ),
    answer AS (
        -- In the order of steps, though our clock was put back between two.
        SELECT a.*, max(a.answered_at) OVER (ORDER BY a.step) AS at, said.heard,
               CASE WHEN a.decision IN ('menu', 'no_input', 'invalid') THEN
                   count(*) FILTER (WHERE a.decision IN ('menu', 'no_input', 'invalid')) OVER (ORDER BY a.step)
               END AS gather,
               lead(a.answered_at) OVER (ORDER BY a.step) AS next_answered_at,
               CASE WHEN a.language IS DISTINCT FROM lag(a.language) OVER (ORDER BY a.step) THEN a.language END AS now_in
        FROM ivr.answers AS a
        CROSS JOIN LATERAL (
            -- Every sentence of the answer, in order, in either of the platform's two forms.
            SELECT string_agg(coalesce(action #>> '{say,text}', action #>> '{gather,prompt}',
                                       CASE action ->> 'type' WHEN 'say' THEN action ->> 'text'
                                                              WHEN 'gather' THEN action ->> 'prompt' END),
                              ' ' ORDER BY place) AS heard
            FROM jsonb_path_query(a.response, '$.actions[*]') WITH ORDINALITY AS action (action, place)
        ) AS said
        WHERE a.call_id = call.call_id
    ),
    line AS (
        SELECT at, step, 3 AS side, 0::bigint AS arrival, endpoint AS source,
               CASE WHEN decision IN ('menu', 'no_input', 'invalid') THEN 'menu:' || coalesce(menu, 'none')
                    WHEN decision = 'transfer' THEN 'transfer:' || coalesce(department, reason, 'none')
                    WHEN decision = 'message' THEN 'message:' || coalesce(menu, 'none')
                    ELSE 'fallback:' || coalesce(menu, 'none') END AS what,
               concat_ws(', ',
                   CASE WHEN digits <> '' THEN format('got %s', ivr.shown_word(digits)) WHEN digits = '' THEN 'got no digit' END,
                   CASE digits_source
                       WHEN 'request' THEN 'told in the request'
                       WHEN 'stored' THEN 'told by call.gathered'
                       WHEN 'awaited' THEN format('told by call.gathered after waiting %s ms', waited_ms)
                       WHEN 'none' THEN format('call.gathered did not come within %s ms', waited_ms) END,
                   -- A reason that the decision itself does not tell: closed, known caller, back, extension, …
                   CASE WHEN decision NOT IN ('fallback', 'unavailable')
                         AND reason NOT IN ('no input', 'invalid input') THEN reason END,
                   'in the language ' || now_in,
                   CASE decision
                       WHEN 'menu' THEN concat(CASE WHEN starts_with(menu, 'message_box:') THEN 'asked for a message'
                                                    WHEN starts_with(menu, 'callback:') THEN 'asked for a number'
                                                    WHEN starts_with(menu, 'callback_check:') THEN 'asked whether the number is right'
                                                    ELSE 'asked' END, format(': "%s"', heard))
                       WHEN 'no_input' THEN CASE WHEN heard IS NULL THEN 'listens on' ELSE format('asked again: "%s"', heard) END
                       WHEN 'invalid' THEN format('no such choice, asked again: "%s"', heard)
                       WHEN 'transfer' THEN
                           concat(CASE WHEN heard IS NOT NULL THEN format('said: "%s", ', heard) END,
                                  'sent to ', concat_ws(' at ', department, ivr.shown(destination)))
                       WHEN 'fallback' THEN
                           concat(CASE WHEN reason IN ('no input', 'invalid input', 'too many redirects')
                                       THEN format('gave up (%s), ', reason)
                                       ELSE coalesce(reason || ', ', '') END,
                                  CASE WHEN heard IS NOT NULL THEN format('said: "%s", ', heard) END,
                                  'sent to ', concat_ws(' at ', department, ivr.shown(destination)))
                       WHEN 'message' THEN format('said: "%s", which ends the call', heard)
                       ELSE format('%s: %s', decision, coalesce(reason, 'no configuration at hand')) END,
                   CASE WHEN stored_at - answered_at > interval '1 second' THEN
                       format('decided without the database and stored %s s later',
                              round(extract(epoch FROM stored_at - answered_at))) END,
                   CASE WHEN beside_step IS NOT NULL THEN 'another answer to its question is stored: of two programs one could not know of the other' END,
                   CASE WHEN signature <> 'good' THEN format('the signature of the question was not good: %s', replace(signature, '_', ' ')) END) AS words,
               digits, waited_ms, took_ms, response AS detail, heard, NULL::bigint AS late_ms
        FROM answer
        UNION ALL
        SELECT -- least() and greatest() leave out nulls.
               least(greatest(event.at, answer.at),
                     CASE WHEN answer.next_answered_at IS NOT NULL THEN greatest(answer.next_answered_at, answer.at) END),
               answer.step, event.side, event.arrival,
               CASE WHEN event.event = 'ivr.inferred' THEN 'ivr' ELSE 'MiniVoice' END,
               CASE WHEN event.gather IS NOT NULL THEN concat_ws(':', 'gathered', answer.menu)
                    ELSE coalesce(event.closes, CASE event.event WHEN 'call.created' THEN 'created'
                                                                 WHEN 'call.answered' THEN 'answered' END) END,
               concat_ws(', ', ivr.shown_word(event.event),
                   CASE WHEN event.gather IS NULL THEN NULL
                        WHEN coalesce(ivr.pressed(event.payload), '') = '' THEN 'the caller pressed nothing'
                        ELSE format('the caller pressed %s', ivr.shown_word(ivr.pressed(event.payload))) END,
                   CASE WHEN event.event = 'ivr.inferred' THEN
                       format('nothing was heard of the call for %s s: it is taken to have ended',
                              coalesce(event.payload #>> '{data,silent_seconds}', 'many')) END,
                   CASE WHEN event.event = 'ivr.reported' THEN
                       concat_ws(', ', format('MiniVoice was asked and says: %s', coalesce(ivr.shown_word(replace(event.payload #>> '{call,status}', '_', ' ')), 'nothing')),
                                 CASE WHEN event.closes IS NULL THEN 'which ends nothing'
                                      WHEN event.payload #> '{data,ended_at}' IS NULL THEN 'not since when' END) END,
                   CASE WHEN event.event = 'call.created' THEN
                       format('%s call from %s to %s', coalesce(ivr.shown_word(event.payload #>> '{call,direction}'), 'a'),
                              coalesce(ivr.shown(event.payload #>> '{call,from}'), 'unknown'),
                              coalesce(ivr.shown(event.payload #>> '{call,to}'), 'unknown')) END,
                   CASE WHEN event.event LIKE 'recording.%' OR event.closes IN ('failed', 'canceled') AND event.event <> 'ivr.reported' THEN
                       nullif(concat_ws(', ',
                           nullif(coalesce(told.data ->> 'duration_seconds',
                                           told.data #>> '{recording,duration_seconds}'), '0') || ' s',
                           round(told.bytes / 1000) || ' kB',
                           coalesce(told.data ->> 'reason', told.data ->> 'cause', told.data #>> '{error,message}',
                                    told.data #>> '{error,code}', told.data ->> 'error', told.odd_status)), '') END,
                   CASE WHEN event.received_at - event.occurred_at > interval '5 seconds' AND event.event NOT LIKE 'ivr.%' THEN
                       format('told %s s later', round(extract(epoch FROM event.received_at - event.occurred_at))) END,
                   -- Within seconds it may have been sent once, and brought twice by nginx or a program here.
                   CASE WHEN again.repeats - again.at_once = 1 THEN 'came twice'
                        WHEN again.repeats > again.at_once THEN format('came %s times', again.repeats - again.at_once + 1)
                        WHEN again.at_once > 0 THEN 'came again at once' END),
               ivr.pressed(event.payload), NULL, NULL, event.payload, NULL,
               round(extract(epoch FROM event.received_at - event.occurred_at) * 1000)::bigint
        FROM event
        CROSS JOIN LATERAL (
            SELECT event.payload -> 'data' AS data,
                   (jsonb_path_query_first(event.payload,
                        '$.data.**.size_bytes ? (@.type() == "number" && @ > 0)') #>> '{}')::numeric AS bytes,
                   CASE WHEN lower(event.payload #>> '{call,status}')
                             NOT IN ('failed', 'canceled', 'cancelled', 'completed', 'in_progress')
                        THEN ivr.shown_word(replace(event.payload #>> '{call,status}', '_', ' ')) END AS odd_status
        ) AS told
        LEFT JOIN ivr.event_repeats AS again ON again.call_id = call.call_id AND again.digest = event.digest
        -- A gather belongs to the menu whose redirect used it; where none did, the nth to the nth menu.
        LEFT JOIN answer AS used ON used.gathered_digest = event.digest
        LEFT JOIN answer ON event.gather IS NOT NULL AND answer.gather IS NOT NULL
                        AND CASE WHEN used.asked_step IS NULL THEN answer.gather = event.gather
                                 ELSE answer.step = used.asked_step END
        UNION ALL
        SELECT enrichment.received_at, NULL, 6, 0, 'MiniVoice AI', NULL,
               concat_ws(', ', format('%s: %s', enrichment.section, enrichment.status),
                   '"' || left(coalesce(enrichment.content #>> '{data,summary}', enrichment.content ->> 'summary',
                                        enrichment.content #>> '{data,text}', enrichment.content ->> 'text',
                                        enrichment.content #>> '{data,score}', enrichment.content ->> 'score'),
                               120) || '"'),
               NULL, NULL, NULL, enrichment.content, NULL, NULL
        FROM ivr.enrichments AS enrichment
        WHERE enrichment.call_id = call.call_id
    )
    SELECT row_number() OVER in_order AS line, min(at) OVER () AS first_at, at, source, what, words, step, digits,
           waited_ms, took_ms, detail, heard, late_ms
    FROM (
        -- A call begins before its first answer, and what ends it stands after every answer and what was gathered
        -- for one, whatever the clocks say.
        SELECT CASE side WHEN 0 THEN least(at, min(at) FILTER (WHERE step IS NOT NULL) OVER ())
                         WHEN 5 THEN greatest(at, max(at) FILTER (WHERE step IS NOT NULL) OVER ())
                         ELSE at END AS at,
               step, side, arrival, source, what, words, digits, waited_ms, took_ms, detail, heard, late_ms
        FROM line
    ) AS line
    WINDOW in_order AS (ORDER BY at, side = 5, step NULLS FIRST, side, arrival)
) AS placed;

COMMENT ON VIEW ivr.journey IS
    'What happened on this call? One row per event, answer or AI result, in order and in words: SELECT ms, source, what, words FROM ivr.journey WHERE call_id = ''call_123'' ORDER BY line. An event that comes twice is there once; a call.gathered stands between the menu that it answers and the next answer, however late it came. Phone numbers are masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.journey.call_id IS 'The call.';
COMMENT ON COLUMN ivr.journey.line IS 'Counts the rows of a call; order by it.';
COMMENT ON COLUMN ivr.journey.at IS
    'When it happened: the sender''s created_at for events (as far as it is not after their arrival), our clock for answers; held between the answers around it.';
COMMENT ON COLUMN ivr.journey.ms IS 'Milliseconds since the first row.';
COMMENT ON COLUMN ivr.journey.source IS
    'Who says so: MiniVoice for an event or when it was asked (ivr.reported), MiniVoice AI for an AI result, ivr for what was only inferred here, else the program that answered.';
COMMENT ON COLUMN ivr.journey.what IS 'The step that this row brings the call to, in the words of calls.current_step; null where it changes no step.';
COMMENT ON COLUMN ivr.journey.words IS 'What happened, as a sentence.';
COMMENT ON COLUMN ivr.journey.step IS 'The number of the answer, or of the menu that a call.gathered belongs to.';
COMMENT ON COLUMN ivr.journey.digits IS 'What was pressed; empty for nothing.';
COMMENT ON COLUMN ivr.journey.waited_ms IS 'How long the answer waited for call.gathered, in ms.';
COMMENT ON COLUMN ivr.journey.took_ms IS 'How long the answer took in all, in ms.';
COMMENT ON COLUMN ivr.journey.detail IS 'The JSON that was received or returned.';
COMMENT ON COLUMN ivr.journey.heard IS 'Every sentence that this answer had spoken to the caller.';
COMMENT ON COLUMN ivr.journey.late_ms IS
    'How long after its own created_at an event reached us, in ms. Stamps are whole seconds, so up to 1000 means nothing; negative: the sender''s clock is ahead.';
