-- 0004_history.sql: the call history for its owner: more of each call, late results, taking rejected requests again,
-- how long what is kept, and the key of pseudonyms.

-- What a call's row tells besides

ALTER TABLE ivr.calls
    ADD COLUMN inferred boolean NOT NULL DEFAULT false,
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN asked_at timestamptz,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN last_event_at timestamptz,
    ADD COLUMN last_answer_at timestamptz,
    ADD COLUMN menu_seconds numeric,
    ADD COLUMN talk_seconds numeric;
COMMENT ON COLUMN ivr.calls.current_step IS
    'created, answered, menu:<menu>, gathered:<menu>, transfer:<department>, fallback:<menu>, message:<menu>, then completed, failed or canceled; unknown when its end was inferred.';
COMMENT ON COLUMN ivr.calls.closed_at IS
    'When it ended; null while it is open. A closed call never reopens. Of an inferred end: when the call was last heard of.';
COMMENT ON COLUMN ivr.calls.disposition IS
    'How a closed call ended: transferred, fallback, message, no input, abandoned in menu, completed (nothing was asked), failed, canceled, or unknown (its end was inferred and nothing had been decided). Null while open.';
COMMENT ON COLUMN ivr.calls.events IS 'How many events of the platform are stored.';
COMMENT ON COLUMN ivr.calls.inferred IS
    'True when no terminal event came and ivr.infer_closings() closed the call; false again when one comes after all.';
COMMENT ON COLUMN ivr.calls.attempts IS 'How many menus were asked, repeats included.';
COMMENT ON COLUMN ivr.calls.asked_at IS 'When the first menu was asked.';
COMMENT ON COLUMN ivr.calls.decided_at IS 'When the last answer was given that asked no menu: a transfer, a fallback or a message.';
COMMENT ON COLUMN ivr.calls.last_event_at IS 'When the newest event of the platform happened, late recordings included; on the sender''s clock.';
COMMENT ON COLUMN ivr.calls.last_answer_at IS 'The newest answer.';
COMMENT ON COLUMN ivr.calls.menu_seconds IS
    'From the first menu to what was decided, or to the end of the call when nothing was. Null while in the menu and where the end was inferred.';
COMMENT ON COLUMN ivr.calls.talk_seconds IS
    'From the transfer to the end of a completed call, ringing included. Null for all others: a call that failed or whose end was inferred was not a known talk.';

COMMENT ON COLUMN ivr.answers.decision IS
    'menu (first question), no_input or invalid (asked again), transfer, fallback, message (a sentence, then the call ends), or unavailable (no configuration at hand).';
COMMENT ON COLUMN ivr.call_events.event IS
    'The event name, e.g. call.gathered; unknown names are kept too. ivr.inferred is no event of the platform: see ivr.infer_closings().';

-- What is made of a call after its end

CREATE TABLE ivr.enrichments (
    call_id           text NOT NULL,
    section           text NOT NULL,
    status            text NOT NULL,
    content           jsonb,
    first_received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    received_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT enrichments_pkey PRIMARY KEY (call_id, section),
    CONSTRAINT enrichments_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255),
    CONSTRAINT enrichments_section_is_known CHECK (section IN ('transcription', 'summary', 'score', 'topics')),
    CONSTRAINT enrichments_status_is_short CHECK (length(status) BETWEEN 1 AND 64)
);
COMMENT ON TABLE ivr.enrichments IS
    'What the platform''s AI made of a call, one row a section, read long after the call''s end. It holds the last state, not the history of it: the platform keeps the result and gives it again, so what it said on the way (pending, processing) answers no question about the call.';
COMMENT ON COLUMN ivr.enrichments.call_id IS 'The call.';
COMMENT ON COLUMN ivr.enrichments.section IS 'transcription, summary, score or topics.';
COMMENT ON COLUMN ivr.enrichments.status IS
    'The section''s own status as the platform tells it, e.g. completed or failed; a missing section is not a failed one (PLATFORM section 10).';
COMMENT ON COLUMN ivr.enrichments.content IS 'The section as the platform returned it.';
COMMENT ON COLUMN ivr.enrichments.first_received_at IS 'When this section was heard of first.';
COMMENT ON COLUMN ivr.enrichments.received_at IS 'When this state of it was stored.';

-- Taking a rejected request again

ALTER TABLE ivr.rejected_requests
    ADD COLUMN reingested_at timestamptz,
    ADD COLUMN reingested_call_id text,
    ADD COLUMN reingested_digest bytea,
    ADD COLUMN pseudonymised_at timestamptz;
COMMENT ON COLUMN ivr.rejected_requests.reingested_at IS 'When ivr.reingest() took it after all; null when it has not been.';
COMMENT ON COLUMN ivr.rejected_requests.reingested_call_id IS 'The call of the event that it is.';
COMMENT ON COLUMN ivr.rejected_requests.reingested_digest IS 'The digest of the event that it is, in ivr.call_events.';
COMMENT ON COLUMN ivr.rejected_requests.pseudonymised_at IS 'When pseudonyms were put in the place of the numbers in it; null: not yet.';

-- How long

CREATE TABLE ivr.history_settings (
    one_row            boolean NOT NULL DEFAULT true,
    infer_after        interval NOT NULL DEFAULT '6 hours',
    pseudonymise_after interval DEFAULT '90 days',
    purge_after        interval DEFAULT '2 years',
    CONSTRAINT history_settings_pkey PRIMARY KEY (one_row),
    CONSTRAINT history_settings_is_one_row CHECK (one_row),
    CONSTRAINT history_settings_infer_after_is_positive CHECK (infer_after > interval '0'),
    CONSTRAINT history_settings_pseudonymise_after_is_positive CHECK (pseudonymise_after > interval '0'),
    CONSTRAINT history_settings_purge_after_is_positive CHECK (purge_after > interval '0')
);
COMMENT ON TABLE ivr.history_settings IS
    'How long what is kept, one row. ivr.housekeep() does it; without a timer that calls it nothing is closed, pseudonymised or removed.';
COMMENT ON COLUMN ivr.history_settings.one_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ivr.history_settings.infer_after IS
    'A call of which nothing was heard for so long is taken to have ended; longer than your longest call.';
COMMENT ON COLUMN ivr.history_settings.pseudonymise_after IS
    'The age at which a call''s numbers are replaced by pseudonyms; null for never.';
COMMENT ON COLUMN ivr.history_settings.purge_after IS
    'The age at which a call is removed with all that is known of it; null for never.';
INSERT INTO ivr.history_settings DEFAULT VALUES;

CREATE TABLE ivr.pseudonym_key (
    one_row boolean NOT NULL DEFAULT true,
    key     bytea NOT NULL,
    CONSTRAINT pseudonym_key_pkey PRIMARY KEY (one_row),
    CONSTRAINT pseudonym_key_is_one_row CHECK (one_row),
    CONSTRAINT pseudonym_key_is_32_bytes CHECK (length(key) = 32)
);
COMMENT ON TABLE ivr.pseudonym_key IS
    'The key of ivr.pseudonym(), made by chance when the schema is installed. Nobody but the owner reads it: with it, a number could be tried against a pseudonym. Replaced, the same caller has another pseudonym from then on.';
COMMENT ON COLUMN ivr.pseudonym_key.one_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ivr.pseudonym_key.key IS '32 bytes.';
INSERT INTO ivr.pseudonym_key (key)
SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- store_event() takes one argument more, the time of receipt.
DROP FUNCTION IF EXISTS ivr.store_event(text, text, text, bytea);
