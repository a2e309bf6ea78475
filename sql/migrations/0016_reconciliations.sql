-- 0016_reconciliations.sql: of which calls the platform was asked, and when it may be asked again.

CREATE TABLE ivr.reconciliations (
    call_id       text NOT NULL,
    outcome       text NOT NULL,
    http_status   integer,
    asked         integer NOT NULL DEFAULT 0,
    asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    ask_again_at  timestamptz NOT NULL,
    CONSTRAINT reconciliations_pkey PRIMARY KEY (call_id),
    CONSTRAINT reconciliations_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255),
    CONSTRAINT reconciliations_outcome_is_known CHECK (outcome IN ('asking', 'reported', 'not found', 'failed'))
);
COMMENT ON TABLE ivr.reconciliations IS
    'One row for each call that minivoice-reconcile has asked the platform about. What was said is an event ivr.reported of ivr.call_events; here is only when to ask again. It goes when its call is purged.';
COMMENT ON COLUMN ivr.reconciliations.call_id IS 'The call.';
COMMENT ON COLUMN ivr.reconciliations.outcome IS
    'What came of it last: asking, somebody has taken it up; reported, the platform told a status; not found, it knows no such call; failed, it gave no answer that could be used.';
COMMENT ON COLUMN ivr.reconciliations.http_status IS 'The status of its last reply; null: there was none.';
COMMENT ON COLUMN ivr.reconciliations.asked IS 'How many runs have asked.';
COMMENT ON COLUMN ivr.reconciliations.asked_at IS 'When it was asked last.';
COMMENT ON COLUMN ivr.reconciliations.ask_again_at IS 'Not before this; infinity once it said how the call ended.';

-- What the platform said outweighs what is inferred, so these are asked for too.
CREATE INDEX calls_inferred ON ivr.calls (started_at) WHERE inferred;
COMMENT ON INDEX ivr.calls_inferred IS 'ivr.calls_to_reconcile(): of which calls was the end only inferred?';
COMMENT ON COLUMN ivr.call_events.event IS
    'The event name, e.g. call.gathered; unknown names are kept too. ivr.inferred and ivr.reported are no events of the platform: see ivr.infer_closings() and ivr.store_report().';
COMMENT ON COLUMN ivr.calls.menu_seconds IS
    'From the first menu to what was decided, or to the end of the call when nothing was. Null while in the menu, and where the end was inferred or only reported.';
COMMENT ON COLUMN ivr.calls.talk_seconds IS
    'From the transfer to the end of a completed call, ringing included. Null for all others: a call that failed, or whose end was inferred or only reported, was not a known talk.';
COMMENT ON COLUMN ivr.calls.closed_at IS
    'When it ended; null while it is open. A closed call never reopens. Of an inferred end, and of one that was reported without a time: when the call was last heard of.';

CREATE TABLE ivr.ai_requests (
    call_id       text NOT NULL,
    asked         integer NOT NULL DEFAULT 1,
    asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    ask_again_at  timestamptz NOT NULL,
    missing       text[] NOT NULL DEFAULT '{}',
    CONSTRAINT ai_requests_pkey PRIMARY KEY (call_id),
    CONSTRAINT ai_requests_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255),
    CONSTRAINT ai_requests_missing_are_sections CHECK (missing <@ ARRAY['transcription', 'summary', 'score', 'topics'])
);
COMMENT ON TABLE ivr.ai_requests IS
    'One row for each recorded call of which minivoice-reconcile has asked for AI results. What there was is in ivr.enrichments; here is when to ask again. It goes when its call is purged.';
COMMENT ON COLUMN ivr.ai_requests.call_id IS 'The call.';
COMMENT ON COLUMN ivr.ai_requests.asked IS 'How many runs have taken it up.';
COMMENT ON COLUMN ivr.ai_requests.asked_at IS 'When it was taken up last.';
COMMENT ON COLUMN ivr.ai_requests.ask_again_at IS 'Not before this; infinity once every section is completed or failed.';
COMMENT ON COLUMN ivr.ai_requests.missing IS
    'Sections that were not there when they were asked for last. One that failed is not missing: its row in ivr.enrichments says so.';
CREATE INDEX call_events_recorded ON ivr.call_events (received_at) WHERE event = 'recording.completed';
COMMENT ON INDEX ivr.call_events_recorded IS 'ivr.calls_to_enrich(): which calls were recorded in the last days?';
