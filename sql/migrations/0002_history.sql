-- 0002_history.sql: what happened. Three logs that only grow, and one row a call derived from them.
--
-- Each key of these tables contains call_id (or the digest), so that they can be hash partitioned or
-- distributed by call_id without changing a statement.

CREATE TABLE ivr.call_events (
    call_id     text NOT NULL,
    event       text NOT NULL,
    event_key   text,
    occurred_at timestamptz,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    payload     jsonb,
    raw         bytea NOT NULL,
    digest      bytea NOT NULL,
    arrival     bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT call_events_pkey PRIMARY KEY (call_id, digest),
    CONSTRAINT call_events_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255),
    CONSTRAINT call_events_event_is_short CHECK (length(event) BETWEEN 1 AND 255)
);
COMMENT ON TABLE ivr.call_events IS
    'Every webhook event, once, append-only. Delivered twice it is still one row; see ivr.event_digest().';
COMMENT ON COLUMN ivr.call_events.call_id IS 'The platform''s call.id, an opaque string.';
COMMENT ON COLUMN ivr.call_events.event IS 'The event name, e.g. call.gathered; unknown names are kept too.';
COMMENT ON COLUMN ivr.call_events.event_key IS 'data.event_key as sent, where present; not an identity (PLATFORM section 11.6).';
COMMENT ON COLUMN ivr.call_events.occurred_at IS 'The sender''s created_at; null when absent or unreadable.';
COMMENT ON COLUMN ivr.call_events.received_at IS 'When this database got it first.';
COMMENT ON COLUMN ivr.call_events.payload IS 'The event as jsonb; null when jsonb refuses it (e.g. \u0000).';
COMMENT ON COLUMN ivr.call_events.raw IS 'The very bytes that were signed.';
COMMENT ON COLUMN ivr.call_events.digest IS 'The dedupe key: SHA-256 as computed by ivr.event_digest().';
COMMENT ON COLUMN ivr.call_events.arrival IS 'Counts events in the order in which they arrived.';

CREATE TABLE ivr.answers (
    call_id         text,
    step            integer NOT NULL,
    asked_step      integer,
    endpoint        text NOT NULL,
    menu            text,
    digits          text,
    digits_source   text,
    gathered_digest bytea,
    waited_ms       integer NOT NULL DEFAULT 0,
    decision        text NOT NULL,
    reason          text,
    department      text,
    destination     text,
    from_number     text,
    to_number       text,
    response        jsonb NOT NULL,
    config_version  bigint,
    answered_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    took_ms         real,
    stored_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT answers_one_a_step UNIQUE (call_id, step),
    CONSTRAINT answers_one_a_question UNIQUE (call_id, asked_step),
    CONSTRAINT answers_consume_a_digit_once UNIQUE (call_id, gathered_digest),
    CONSTRAINT answers_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255),
    CONSTRAINT answers_digits_source_is_known CHECK (digits_source IN ('request', 'stored', 'awaited', 'none'))
);
COMMENT ON TABLE ivr.answers IS 'Every answer given to the platform, append-only, numbered within its call.';
COMMENT ON COLUMN ivr.answers.call_id IS 'The call; null when the request told none.';
COMMENT ON COLUMN ivr.answers.step IS 'This answer''s number within its call, from 1; the redirect URL in it carries step=<this>.';
COMMENT ON COLUMN ivr.answers.asked_step IS 'The step whose redirect was followed to get here; null for the answer endpoint.';
COMMENT ON COLUMN ivr.answers.endpoint IS 'The program that answered: answer, route-menu or department.';
COMMENT ON COLUMN ivr.answers.menu IS 'The menu that was asked, or that the digits belong to.';
COMMENT ON COLUMN ivr.answers.digits IS 'What the caller pressed, finish key removed; empty for nothing; null where nothing was asked.';
COMMENT ON COLUMN ivr.answers.digits_source IS
    'Where the digits came from: request, stored (call.gathered was there), awaited (it came while waiting), none (it did not come).';
COMMENT ON COLUMN ivr.answers.gathered_digest IS 'The call.gathered event that this answer used up.';
COMMENT ON COLUMN ivr.answers.waited_ms IS 'How long the program waited for call.gathered, in ms.';
COMMENT ON COLUMN ivr.answers.decision IS
    'menu (first question), no_input or invalid (asked again), transfer, fallback, or unavailable (no configuration at hand).';
COMMENT ON COLUMN ivr.answers.reason IS 'Why, in words, where the decision alone does not say it.';
COMMENT ON COLUMN ivr.answers.department IS 'The department transferred to.';
COMMENT ON COLUMN ivr.answers.destination IS 'The number or SIP URI in the transfer.';
COMMENT ON COLUMN ivr.answers.from_number IS 'The caller as told in the request, where told.';
COMMENT ON COLUMN ivr.answers.to_number IS 'The called number as told in the request, where told.';
COMMENT ON COLUMN ivr.answers.response IS 'The exact JSON that was returned.';
COMMENT ON COLUMN ivr.answers.config_version IS 'The configuration that decided; see ivr.config_versions.';
COMMENT ON COLUMN ivr.answers.answered_at IS 'When the program decided.';
COMMENT ON COLUMN ivr.answers.took_ms IS 'From reading the request to the decision, waiting included, in ms.';
COMMENT ON COLUMN ivr.answers.stored_at IS 'When it reached this table; much later than answered_at after a database outage.';

CREATE TABLE ivr.calls (
    call_id        text NOT NULL,
    application_id text,
    customer_id    text,
    direction      text,
    from_number    text,
    to_number      text,
    status         text,
    current_step   text NOT NULL,
    last_menu      text,
    last_digits    text,
    department     text,
    transferred_to text,
    started_at     timestamptz NOT NULL,
    answered_at    timestamptz,
    closed_at      timestamptz,
    disposition    text,
    events         integer NOT NULL,
    gathers        integer NOT NULL,
    answers        integer NOT NULL,
    CONSTRAINT calls_pkey PRIMARY KEY (call_id)
)
-- A call's row is written about six times in a minute and then never again: leave room for HOT updates.
WITH (fillfactor = 60);
COMMENT ON TABLE ivr.calls IS
    'One row a call, derived from ivr.call_events and ivr.answers alone by ivr.project_call(); ivr.rebuild_calls() gives the same rows again.';
COMMENT ON COLUMN ivr.calls.call_id IS 'The platform''s call.id.';
COMMENT ON COLUMN ivr.calls.application_id IS 'call.application_id.';
COMMENT ON COLUMN ivr.calls.customer_id IS 'call.customer_id.';
COMMENT ON COLUMN ivr.calls.direction IS 'inbound or outbound, as sent.';
COMMENT ON COLUMN ivr.calls.from_number IS 'The caller, as sent: E.164, a SIP URI, or anything else (PLATFORM U31).';
COMMENT ON COLUMN ivr.calls.to_number IS 'The called number, as sent.';
COMMENT ON COLUMN ivr.calls.status IS 'call.status of the newest event, or of the one that closed the call; an open set of words.';
COMMENT ON COLUMN ivr.calls.current_step IS
    'created, answered, menu:<menu>, gathered:<menu>, transfer:<department>, fallback:<menu>, then completed, failed or canceled.';
COMMENT ON COLUMN ivr.calls.last_menu IS 'The menu the caller heard last.';
COMMENT ON COLUMN ivr.calls.last_digits IS 'The last digits pressed.';
COMMENT ON COLUMN ivr.calls.department IS 'The department the call was sent to.';
COMMENT ON COLUMN ivr.calls.transferred_to IS 'The number or SIP URI the call was sent to.';
COMMENT ON COLUMN ivr.calls.started_at IS 'The earliest moment known of the call.';
COMMENT ON COLUMN ivr.calls.answered_at IS 'When the call was answered (call.answered).';
COMMENT ON COLUMN ivr.calls.closed_at IS 'When it ended; null while it is open. Set once: a closed call never reopens.';
COMMENT ON COLUMN ivr.calls.disposition IS
    'How a closed call ended: transferred, fallback, no input, abandoned in menu, completed, failed, canceled. Null while open.';
COMMENT ON COLUMN ivr.calls.events IS 'How many events are stored.';
COMMENT ON COLUMN ivr.calls.gathers IS 'How many of them are call.gathered.';
COMMENT ON COLUMN ivr.calls.answers IS 'How many answers were given.';

CREATE TABLE ivr.rejected_requests (
    rejected_id    bigint GENERATED ALWAYS AS IDENTITY,
    digest         bytea NOT NULL,
    received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    endpoint       text NOT NULL,
    reason         text NOT NULL,
    detail         text,
    http_status    integer NOT NULL,
    remote_address text,
    sent_timestamp text,
    sent_signature text,
    raw            bytea NOT NULL,
    raw_length     bigint NOT NULL,
    CONSTRAINT rejected_requests_pkey PRIMARY KEY (rejected_id, digest)
);
COMMENT ON TABLE ivr.rejected_requests IS
    'What was refused, or acknowledged but not understood, append-only: nothing that reached us is lost without a trace.';
COMMENT ON COLUMN ivr.rejected_requests.rejected_id IS 'Number of the rejection.';
COMMENT ON COLUMN ivr.rejected_requests.digest IS 'SHA-256 of the kept bytes; equal digests are the same request again.';
COMMENT ON COLUMN ivr.rejected_requests.received_at IS 'When it came.';
COMMENT ON COLUMN ivr.rejected_requests.endpoint IS 'The program that was asked.';
COMMENT ON COLUMN ivr.rejected_requests.reason IS 'One of a few fixed words: signature, timestamp, body, too large, not an event, access key, …';
COMMENT ON COLUMN ivr.rejected_requests.detail IS 'What exactly was wrong.';
COMMENT ON COLUMN ivr.rejected_requests.http_status IS 'The status that was replied; 200 for a signed body that is no event.';
COMMENT ON COLUMN ivr.rejected_requests.remote_address IS 'Where it came from, as the web server says.';
COMMENT ON COLUMN ivr.rejected_requests.sent_timestamp IS 'Header X-MiniVoice-Timestamp as sent.';
COMMENT ON COLUMN ivr.rejected_requests.sent_signature IS 'Header X-MiniVoice-Signature as sent.';
COMMENT ON COLUMN ivr.rejected_requests.raw IS 'The body, at most 256 KiB of it.';
COMMENT ON COLUMN ivr.rejected_requests.raw_length IS 'How long the body was, in bytes.';
