-- 0015_test_calls.sql: calls that minivoice-check plays, told apart from those of callers.

-- A mark of its own, made with the call's id by ivr.begin_test_call(): the platform chooses the ids of real calls, so none
-- of them can be marked, and an id that only looks like one of these is a real call's.
CREATE TABLE ivr.test_calls (
    call_id  text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    digests  bytea[] NOT NULL,
    CONSTRAINT test_calls_pkey PRIMARY KEY (call_id)
);
COMMENT ON TABLE ivr.test_calls IS
    'Calls that minivoice-check played to see whether all is well. ivr.journey shows them, every view with figures leaves them out; what they left goes after an hour, the mark after 30 days, for what may still come late.';
COMMENT ON COLUMN ivr.test_calls.call_id IS 'Made by chance when the call was marked.';
COMMENT ON COLUMN ivr.test_calls.begun_at IS 'When it was marked.';
COMMENT ON COLUMN ivr.test_calls.digests IS
    'SHA-256 of each body that it sends: what is refused of it is known in ivr.rejected_requests by that.';
