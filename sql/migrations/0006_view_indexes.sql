-- 0006_view_indexes.sql: what the views need to answer quickly, however long the history is. One index, one question.
--
-- The two on problems hold only the rows that have one, so that a healthy event or answer pays nothing for them; the
-- views repeat their conditions word for word. No index has a column that changes with each event of a call, such as
-- current_step: the rows of ivr.calls could not be updated in place any more.

CREATE INDEX calls_open ON ivr.calls (started_at) WHERE closed_at IS NULL;
COMMENT ON INDEX ivr.calls_open IS 'ivr.live_calls, ivr.stuck_calls: which calls are not over?';

CREATE INDEX calls_by_start ON ivr.calls (started_at);
COMMENT ON INDEX ivr.calls_by_start IS 'ivr.today and every view with a day: which calls began then?';

CREATE INDEX answers_by_time ON ivr.answers (answered_at);
COMMENT ON INDEX ivr.answers_by_time IS 'ivr.questions and the views on it: what was asked and answered on this day?';

CREATE INDEX answers_with_problem ON ivr.answers (answered_at)
    WHERE decision IN ('fallback', 'unavailable') OR config_version IS NULL OR call_id IS NULL
       OR stored_at - answered_at > interval '1 second' OR took_ms - waited_ms > 250;
COMMENT ON INDEX ivr.answers_with_problem IS 'ivr.answer_problems: which answers were not what they should be?';

CREATE INDEX call_events_with_problem ON ivr.call_events (received_at)
    WHERE payload IS NULL OR occurred_at IS NULL
       OR received_at - occurred_at > interval '30 seconds' OR occurred_at - received_at > interval '5 seconds';
COMMENT ON INDEX ivr.call_events_with_problem IS
    'ivr.intake_problems: which events came late, ahead of our clock, without a time or unreadable?';

CREATE INDEX rejected_requests_by_time ON ivr.rejected_requests (received_at);
COMMENT ON INDEX ivr.rejected_requests_by_time IS 'ivr.intake_problems: what was refused on this day?';
