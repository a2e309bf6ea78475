-- 0017_traces.sql: requests as they came, with what was replied, while IVR_TRACE is set.

-- Unlogged. A diagnostic need not survive a crash of the server, and numbers in plain that are kept for a while should be in no
-- archive of the log, no standby and no base backup, where ivr.forget() cannot reach them. After a
-- crash or on a promoted standby it begins empty; ivr.platform_findings() then knows nothing, until there are calls again.
CREATE UNLOGGED TABLE ivr.traces (
    trace_id       bigint GENERATED ALWAYS AS IDENTITY,
    received_at    timestamptz NOT NULL,
    took_us        bigint NOT NULL,
    program        text NOT NULL,
    call_id        text,
    method         text NOT NULL,
    url            text NOT NULL,
    remote_address text,
    headers        text NOT NULL,
    body           bytea NOT NULL,
    body_length    bigint NOT NULL,
    http_status    integer NOT NULL,
    reply          text NOT NULL,
    bytes_before   bigint NOT NULL,
    CONSTRAINT traces_pkey PRIMARY KEY (trace_id),
    CONSTRAINT traces_body_is_bounded CHECK (length(body) <= 65536),
    CONSTRAINT traces_reply_is_bounded CHECK (octet_length(reply) <= 65536)
);
-- Most rows are a kilobyte or two: to compress these would cost more than all the rest.
ALTER TABLE ivr.traces SET (toast_tuple_target = 8160);
ALTER TABLE ivr.traces ALTER headers SET STORAGE EXTERNAL, ALTER body SET STORAGE EXTERNAL, ALTER reply SET STORAGE EXTERNAL;
COMMENT ON TABLE ivr.traces IS
    'Requests whole, as they came, with what was replied, while the setting IVR_TRACE is on: to see what the platform really sends. At most 100,000 rows, 256 MB and 14 days: ivr.trim_traces(). Unlogged: empty after a crash of the server, and on no standby. Access keys, signatures and cookies are cut short. For members of ivr_privileged; what it tells is in ivr.platform_findings().';
COMMENT ON COLUMN ivr.traces.trace_id IS 'In the order of storing.';
COMMENT ON COLUMN ivr.traces.received_at IS 'When the program got it, by the program''s clock.';
COMMENT ON COLUMN ivr.traces.took_us IS 'Until the reply had left, in microseconds.';
COMMENT ON COLUMN ivr.traces.program IS 'answer, route-menu, department or webhook.';
COMMENT ON COLUMN ivr.traces.call_id IS 'The call that it told, wherever it told it; null for none.';
COMMENT ON COLUMN ivr.traces.method IS 'GET, POST, …';
COMMENT ON COLUMN ivr.traces.url IS 'Path and query as they came, keys cut short.';
COMMENT ON COLUMN ivr.traces.remote_address IS 'Who sent it, or the proxy before us.';
COMMENT ON COLUMN ivr.traces.headers IS 'A line for each, name: value, the names in lower case; of those that hold a secret or a signature the beginning. See ivr.headers().';
COMMENT ON COLUMN ivr.traces.body IS 'The first 64 KiB, keys cut short.';
COMMENT ON COLUMN ivr.traces.body_length IS 'How many bytes came.';
COMMENT ON COLUMN ivr.traces.http_status IS 'What was replied.';
COMMENT ON COLUMN ivr.traces.reply IS 'The body of the reply, keys cut short; empty where it was an error.';
COMMENT ON COLUMN ivr.traces.bytes_before IS 'How many bytes all traces before this one had together, removed ones included.';
