CREATE OR REPLACE VIEW ivr.live_calls AS
SELECT c.call_id,
       ivr.shown(c.from_number) AS from_number,
       ivr.shown(c.to_number) AS to_number,
       c.current_step,
       CASE split_part(c.current_step, ':', 1)
           WHEN 'created' THEN 'is ringing'
           WHEN 'answered' THEN 'waits for its first instructions'
           WHEN 'menu' THEN format('is asked the menu %s', c.last_menu)
           WHEN 'gathered' THEN concat_ws(' ', 'has pressed', coalesce(ivr.shown_word(c.last_digits), 'nothing'), 'in the menu ' || c.last_menu)
           WHEN 'transfer' THEN 'is connected to ' || coalesce(c.department, ivr.shown(c.transferred_to), 'a destination')
           WHEN 'fallback' THEN 'fell back to ' || coalesce(c.department, ivr.shown(c.transferred_to), 'a message')
           WHEN 'message' THEN 'hears a last message'
           ELSE c.current_step END AS doing,
       c.started_at,
       round(extract(epoch FROM clock.now - c.started_at))::bigint AS seconds,
       round(extract(epoch FROM clock.now - heard.at))::bigint AS silent_seconds,
       CASE WHEN clock.now - heard.at <= CASE WHEN c.current_step ~ '^(transfer|fallback)' THEN interval '4 hours'
                                              ELSE interval '2 minutes' END THEN NULL
            ELSE CASE split_part(c.current_step, ':', 1)
                WHEN 'created' THEN 'neither answered nor asked for instructions'
                WHEN 'answered' THEN 'answered, but the answer_url was not asked'
                WHEN 'menu' THEN 'the menu was asked, but no digit, redirect or end was told'
                WHEN 'gathered' THEN 'a digit was told, but the redirect did not follow'
                ELSE 'no end was told' END
       END AS stuck
FROM ivr.calls AS c
CROSS JOIN LATERAL (SELECT greatest(c.last_event_at, c.last_answer_at, c.started_at) AS at) AS heard
CROSS JOIN (SELECT statement_timestamp() AS now) AS clock
WHERE c.closed_at IS NULL AND c.call_id NOT IN (SELECT call_id FROM ivr.test_calls);

COMMENT ON VIEW ivr.live_calls IS
    'Who is on the line now, and in which step? One row for each call that is not over: ORDER BY started_at. A call whose end was never told stays here, marked as stuck, until ivr.infer_closings() closes it.';
COMMENT ON COLUMN ivr.live_calls.call_id IS 'The call; its story so far is in ivr.journey.';
COMMENT ON COLUMN ivr.live_calls.from_number IS 'Who calls; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.live_calls.to_number IS 'Your number that was called; masked in the same way.';
COMMENT ON COLUMN ivr.live_calls.current_step IS 'Where the call is, in the words of calls.current_step.';
COMMENT ON COLUMN ivr.live_calls.doing IS 'The same as a phrase: the caller …';
COMMENT ON COLUMN ivr.live_calls.started_at IS 'When the call began.';
COMMENT ON COLUMN ivr.live_calls.seconds IS 'How long ago that was.';
COMMENT ON COLUMN ivr.live_calls.silent_seconds IS 'How long nothing has been heard of it.';
COMMENT ON COLUMN ivr.live_calls.stuck IS
    'Why it seems to hang: nothing heard for 2 minutes, or for 4 hours once it was connected. Null for a call that is all right.';
