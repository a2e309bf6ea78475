-- 0014_housekeepings.sql: when the housekeeping was done, and what it did.

CREATE TABLE ivr.housekeepings (
    housekeeping  bigint GENERATED ALWAYS AS IDENTITY,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_by       text NOT NULL DEFAULT session_user,
    closed        bigint NOT NULL,
    pseudonymised bigint NOT NULL,
    removed       bigint NOT NULL,
    CONSTRAINT housekeepings_pkey PRIMARY KEY (housekeeping)
);
CREATE INDEX housekeepings_newest ON ivr.housekeepings (ended_at);
COMMENT ON TABLE ivr.housekeepings IS
    'One row for each time that ivr.housekeep() came to its end; those of the last hundred days.';
COMMENT ON COLUMN ivr.housekeepings.housekeeping IS 'Its number.';
COMMENT ON COLUMN ivr.housekeepings.started_at IS 'When it began.';
COMMENT ON COLUMN ivr.housekeepings.ended_at IS 'When it came to its end.';
COMMENT ON COLUMN ivr.housekeepings.done_by IS 'The database role that was logged in.';
COMMENT ON COLUMN ivr.housekeepings.closed IS 'How many calls were taken to have ended.';
COMMENT ON COLUMN ivr.housekeepings.pseudonymised IS 'Of how many calls the numbers were replaced.';
COMMENT ON COLUMN ivr.housekeepings.removed IS 'How many calls were removed.';
COMMENT ON INDEX ivr.housekeepings_newest IS 'When was it done last?';
