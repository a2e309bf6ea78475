CREATE OR REPLACE VIEW ivr.stuck_calls AS
SELECT call_id, from_number, to_number, current_step, stuck AS why, silent_seconds,
       started_at + make_interval(secs => seconds - silent_seconds) AS last_heard_at, started_at
FROM ivr.live_calls
WHERE stuck IS NOT NULL;

COMMENT ON VIEW ivr.stuck_calls IS
    'Which calls hang? Those that are not over and of which nothing has been heard for 2 minutes, or for 4 hours once they were connected: ORDER BY silent_seconds. Mostly an event was lost on its way; ivr.infer_closings() closes such calls after a while.';
COMMENT ON COLUMN ivr.stuck_calls.call_id IS 'The call; its story so far is in ivr.journey.';
COMMENT ON COLUMN ivr.stuck_calls.from_number IS 'Who called; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.stuck_calls.to_number IS 'Your number that was called; masked in the same way.';
COMMENT ON COLUMN ivr.stuck_calls.current_step IS 'Where the call was when it was last heard of.';
COMMENT ON COLUMN ivr.stuck_calls.why IS 'What should have come next and did not.';
COMMENT ON COLUMN ivr.stuck_calls.silent_seconds IS 'How long nothing has been heard of it.';
COMMENT ON COLUMN ivr.stuck_calls.last_heard_at IS 'When it was last heard of.';
COMMENT ON COLUMN ivr.stuck_calls.started_at IS 'When the call began.';
