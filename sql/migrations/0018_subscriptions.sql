-- 0018_subscriptions.sql: who is told of what happens, and every try to tell.

CREATE TYPE ivr.log_place AS (arrival bigint, at timestamptz, version bigint);
COMMENT ON TYPE ivr.log_place IS
    'A place in the logs: the events up to this call_events.arrival, what else was stored up to this moment, the configurations up to this version. See ivr.end_of_log().';

COMMENT ON COLUMN ivr.log_place.arrival IS 'The last event: call_events.arrival.';
COMMENT ON COLUMN ivr.log_place.at IS 'When it was looked: what was stored before that by a writer who has committed.';
COMMENT ON COLUMN ivr.log_place.version IS 'The last configuration: config_versions.version.';

CREATE TYPE ivr.due AS (subject text, call_id text, word text, at timestamptz, department text, number text, data jsonb);
COMMENT ON TYPE ivr.due IS
    'One fact that subscribers are told, as the function of its kind gives it: what it is about; the call, if it is about one, and then its department and your number, by which subscriptions choose; what makes it another fact than the last one about the same subject; when it was; and what is told.';
COMMENT ON COLUMN ivr.due.subject IS 'What it is about.';
COMMENT ON COLUMN ivr.due.call_id IS 'The call, if it is about one.';
COMMENT ON COLUMN ivr.due.word IS 'Another word about the same subject is another fact. No number is in it.';
COMMENT ON COLUMN ivr.due.at IS 'When it was.';
COMMENT ON COLUMN ivr.due.department IS 'Its department.';
COMMENT ON COLUMN ivr.due.number IS 'Your number.';
COMMENT ON COLUMN ivr.due.data IS 'What is told.';

CREATE TABLE ivr.subscriptions (
    subscription     bigint GENERATED ALWAYS AS IDENTITY,
    url              text NOT NULL,
    kinds            text[] NOT NULL,
    department       text,
    number           text,
    numbers_in_plain boolean NOT NULL DEFAULT false,
    place            ivr.log_place NOT NULL,
    first_pause      interval NOT NULL DEFAULT '5 seconds',
    patience         interval NOT NULL DEFAULT '3 days',
    failures         integer NOT NULL DEFAULT 0,
    not_before       timestamptz NOT NULL DEFAULT '-infinity',
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by       text NOT NULL DEFAULT session_user,
    ended_at         timestamptz,
    ended_because    text,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (subscription),
    CONSTRAINT subscriptions_url_is_one CHECK (
        length(url) <= 2048 AND (url = 'notify:ivr' OR url ~ '^https?://[^][[:space:][:cntrl:]"<>\\@?#/]+([/?][^[:space:][:cntrl:]"<>\\#]*)?$'
                                                    OR url ~ '^https?://\[[0-9A-Fa-f:.]+\](:[0-9]+)?([/?][^[:space:][:cntrl:]"<>\\#]*)?$')),
    CONSTRAINT subscriptions_have_a_kind CHECK (cardinality(kinds) > 0),
    CONSTRAINT subscriptions_pause CHECK (first_pause BETWEEN '10 milliseconds' AND '1 hour' AND patience BETWEEN '0' AND '30 days'),
    CONSTRAINT subscriptions_end_for_a_reason CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
COMMENT ON TABLE ivr.subscriptions IS
    'Who is told of what happens, by minivoice-notify: made by ivr.subscribe(), ended by ivr.unsubscribe() or by a receiver that answers 410. What was told, and every try, is in ivr.notifications.';
COMMENT ON COLUMN ivr.subscriptions.subscription IS 'Its number.';
COMMENT ON COLUMN ivr.subscriptions.url IS
    'Where it is posted to. A part of it may be a secret, so no view shows more than the host. notify:ivr: nowhere, but NOTIFY ivr; see ivr.notify_listeners().';
COMMENT ON COLUMN ivr.subscriptions.kinds IS 'What is told: the kinds whose function ivr.due_KIND() exists, as call.closed.';
COMMENT ON COLUMN ivr.subscriptions.department IS 'Only calls that were sent to this department; null: all.';
COMMENT ON COLUMN ivr.subscriptions.number IS 'Only calls of this number of yours; null: all.';
COMMENT ON COLUMN ivr.subscriptions.numbers_in_plain IS 'True: callers'' numbers are told in plain, otherwise masked.';
COMMENT ON COLUMN ivr.subscriptions.place IS 'So far the logs have been read for it; what was found there is in ivr.notices.';
COMMENT ON COLUMN ivr.subscriptions.first_pause IS 'How long after its first failure something is tried again; four times as long after each further one, half a day at most.';
COMMENT ON COLUMN ivr.subscriptions.patience IS 'How long after its first try something is given up.';
COMMENT ON COLUMN ivr.subscriptions.failures IS 'How many tries have failed since the last one that did not.';
COMMENT ON COLUMN ivr.subscriptions.not_before IS 'Nothing is told before this: the receiver said so by Retry-After, or has failed several times on end.';
COMMENT ON COLUMN ivr.subscriptions.created_at IS 'When it was made.';
COMMENT ON COLUMN ivr.subscriptions.created_by IS 'The database role that made it.';
COMMENT ON COLUMN ivr.subscriptions.ended_at IS 'When it was ended; null: it goes on.';
COMMENT ON COLUMN ivr.subscriptions.ended_because IS 'Why.';

CREATE TABLE ivr.subscription_secrets (
    subscription bigint NOT NULL,
    nth          integer NOT NULL,
    secret       bytea NOT NULL,
    valid_until  timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT subscription_secrets_pkey PRIMARY KEY (subscription, nth),
    CONSTRAINT subscription_secrets_belong FOREIGN KEY (subscription) REFERENCES ivr.subscriptions ON DELETE CASCADE,
    CONSTRAINT subscription_secrets_are_long CHECK (length(secret) BETWEEN 24 AND 64)
);
COMMENT ON TABLE ivr.subscription_secrets IS
    'What is told is signed with each of these that is still valid. No role but the owner reads them, minivoice-notify neither: it is handed signatures.';
COMMENT ON COLUMN ivr.subscription_secrets.subscription IS 'The subscription.';
COMMENT ON COLUMN ivr.subscription_secrets.nth IS 'Counts its secrets; the newest signs first.';
COMMENT ON COLUMN ivr.subscription_secrets.secret IS 'The key: what stands in base64 behind whsec_.';
COMMENT ON COLUMN ivr.subscription_secrets.valid_until IS 'Signs until then; see ivr.rotate_secret().';

CREATE TABLE ivr.notices (
    notice       bigint GENERATED ALWAYS AS IDENTITY,
    subscription bigint NOT NULL,
    kind         text NOT NULL,
    subject      text NOT NULL,
    of_call      text,
    message_id   text NOT NULL,
    noticed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries        integer NOT NULL DEFAULT 0,
    first_try_at timestamptz,
    next_try_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at      timestamptz,
    outcome      text,
    CONSTRAINT notices_pkey PRIMARY KEY (notice),
    CONSTRAINT notices_once UNIQUE (subscription, message_id),
    CONSTRAINT notices_belong FOREIGN KEY (subscription) REFERENCES ivr.subscriptions ON DELETE CASCADE,
    CONSTRAINT notices_of_call_is_short CHECK (length(of_call) BETWEEN 1 AND 255),
    CONSTRAINT notices_outcome_is_known CHECK ((done_at IS NULL) = (outcome IS NULL) AND outcome IN ('told', 'given up', 'gone'))
);
CREATE INDEX notices_due ON ivr.notices (subscription, next_try_at, notice) WHERE done_at IS NULL;
CREATE INDEX notices_in_line ON ivr.notices (subscription, (coalesce(of_call, kind)), notice) WHERE done_at IS NULL;
CREATE INDEX notices_of_call ON ivr.notices (of_call);
COMMENT ON TABLE ivr.notices IS
    'One row for each fact that was found in the logs for a subscription. Holds no word of what is told: that is made anew from the logs at each try, so that what is forgotten there is not told.';
COMMENT ON COLUMN ivr.notices.notice IS 'Its number; in the order in which they were found.';
COMMENT ON COLUMN ivr.notices.subscription IS 'Who is to be told.';
COMMENT ON COLUMN ivr.notices.kind IS 'The kind of fact, as call.closed.';
COMMENT ON COLUMN ivr.notices.subject IS 'What it is about: a call id, the number of a configuration.';
COMMENT ON COLUMN ivr.notices.of_call IS 'The call''s id; null where it is about none. What concerns one call is told in order.';
COMMENT ON COLUMN ivr.notices.message_id IS
    'What goes out as webhook-id: made of kind, subject and what is told, numbers left out. The same at each try and for each subscription; another one when a call has a newer word.';
COMMENT ON COLUMN ivr.notices.noticed_at IS 'When it was found.';
COMMENT ON COLUMN ivr.notices.tries IS 'How often it was tried since it was found, or since ivr.notify_again().';
COMMENT ON COLUMN ivr.notices.first_try_at IS 'When the first of them was; the subscription''s patience counts from there.';
COMMENT ON COLUMN ivr.notices.next_try_at IS 'Not before this.';
COMMENT ON COLUMN ivr.notices.done_at IS 'When it was done with; null: it is still to be told.';
COMMENT ON COLUMN ivr.notices.outcome IS 'told; given up, after the subscription''s patience; or gone: what it was about is no longer there.';
COMMENT ON INDEX ivr.notices_due IS 'ivr.due_notices(): what is to be told now?';
COMMENT ON INDEX ivr.notices_in_line IS 'ivr.due_notices(): is something of the same call still before it?';
COMMENT ON INDEX ivr.notices_of_call IS 'ivr.purge_calls(): what was told of this call?';

CREATE TABLE ivr.notice_tries (
    notice      bigint NOT NULL,
    tried_at    timestamptz NOT NULL,
    http_status integer,
    fault       text,
    took_ms     integer,
    CONSTRAINT notice_tries_pkey PRIMARY KEY (notice, tried_at),
    CONSTRAINT notice_tries_belong FOREIGN KEY (notice) REFERENCES ivr.notices ON DELETE CASCADE
);
COMMENT ON TABLE ivr.notice_tries IS 'Every try to tell somebody something; nothing of what the receiver replied but its status.';
COMMENT ON COLUMN ivr.notice_tries.notice IS 'What was to be told.';
COMMENT ON COLUMN ivr.notice_tries.tried_at IS 'When it was sent.';
COMMENT ON COLUMN ivr.notice_tries.http_status IS 'The reply''s status; null: there was none.';
COMMENT ON COLUMN ivr.notice_tries.fault IS 'Why there was none.';
COMMENT ON COLUMN ivr.notice_tries.took_ms IS 'From the sending to the reply.';

-- Where a subscription stopped reading, and what has come since.
CREATE INDEX call_events_by_arrival ON ivr.call_events (arrival);
-- Whole: every look at a call's answers implies that they have a call, so that to a planner which takes the table for empty an
-- index of those alone is as good as the key, and it reads all of it.
CREATE INDEX answers_by_storing ON ivr.answers (stored_at);
COMMENT ON INDEX ivr.call_events_by_arrival IS 'ivr.due_call_closed(): which events came after this place?';
COMMENT ON INDEX ivr.answers_by_storing IS 'ivr.due_call_closed(): which answers were stored after this moment?';
