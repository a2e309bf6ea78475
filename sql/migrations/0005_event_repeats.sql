-- 0005_event_repeats.sql: how often an event came again.
--
-- One row for each event that was delivered more than once, and a counter: whoever sends the same event for ever
-- fills no disk. Its key contains call_id, like every other key of the history.

CREATE TABLE ivr.event_repeats (
    call_id  text NOT NULL,
    digest   bytea NOT NULL,
    repeats  integer NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT event_repeats_pkey PRIMARY KEY (call_id, digest),
    CONSTRAINT event_repeats_come_after_the_first CHECK (repeats >= 1)
);
COMMENT ON TABLE ivr.event_repeats IS
    'Events that MiniVoice delivered more than once. ivr.call_events has each of them once; this counts the others.';
COMMENT ON COLUMN ivr.event_repeats.call_id IS 'The call of the event.';
COMMENT ON COLUMN ivr.event_repeats.digest IS 'Which of its events: call_events.digest.';
COMMENT ON COLUMN ivr.event_repeats.repeats IS 'How often it came again, the first delivery not counted.';
COMMENT ON COLUMN ivr.event_repeats.first_at IS 'When it came for the second time.';
COMMENT ON COLUMN ivr.event_repeats.last_at IS 'When it came for the last time.';
CREATE INDEX event_repeats_by_time ON ivr.event_repeats (last_at);
COMMENT ON INDEX ivr.event_repeats_by_time IS 'ivr.intake_problems: which events came again on this day?';
