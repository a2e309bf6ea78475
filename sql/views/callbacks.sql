-- callbacks.sql: who is to be called back.
CREATE OR REPLACE VIEW ivr.callbacks AS
SELECT r.call_id, r.asked_at, r.department,
       ivr.shown(r.number) AS number,
       ivr.shown(r.caller) AS from_number,
       r.times, r.tries, r.tried_at,
       r.done_at IS NOT NULL AS done,
       r.done_at, r.done_by
FROM ivr.callback_requests AS r
WHERE r.call_id NOT IN (SELECT call_id FROM ivr.test_calls);

COMMENT ON VIEW ivr.callbacks IS
    'Who wants to be called back, by whom, since when, and has somebody done it? One row for each request: WHERE NOT done ORDER BY asked_at.';
COMMENT ON COLUMN ivr.callbacks.call_id IS 'The call in which it was asked for; ivr.called_back() takes it.';
COMMENT ON COLUMN ivr.callbacks.asked_at IS 'Since when.';
COMMENT ON COLUMN ivr.callbacks.department IS 'The department that is to call.';
COMMENT ON COLUMN ivr.callbacks.number IS 'The number to call; masked for readers outside ivr_privileged.';
COMMENT ON COLUMN ivr.callbacks.from_number IS 'The number from which it was asked for; masked in the same way.';
COMMENT ON COLUMN ivr.callbacks.times IS 'How often it was asked for.';
COMMENT ON COLUMN ivr.callbacks.tries IS 'How often somebody has tried.';
COMMENT ON COLUMN ivr.callbacks.tried_at IS 'When that was last.';
COMMENT ON COLUMN ivr.callbacks.done IS 'Whether it is done: SELECT ivr.called_back(call_id), or, where nobody answered, ivr.called_back(call_id, false).';
COMMENT ON COLUMN ivr.callbacks.done_at IS 'When that was said.';
COMMENT ON COLUMN ivr.callbacks.done_by IS 'By which database role.';
