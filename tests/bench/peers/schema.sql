-- schema.sql: what every peer stores into: the same facts as ours, as one would plainly write them down.
--
-- One table of events, one of answers, one row a call that moves on; one function for each fact, one round trip and one
-- transaction each. Each peer has a database of its own with this in it.

\set ON_ERROR_STOP on

CREATE TABLE departments (
    department  text PRIMARY KEY,
    destination text NOT NULL
);

CREATE TABLE menus (
    menu            text PRIMARY KEY,
    prompt          text NOT NULL,
    no_input_prompt text NOT NULL,
    invalid_prompt  text NOT NULL,
    num_digits      integer NOT NULL,
    timeout_seconds integer NOT NULL,
    finish_on_key   text,
    repeats         integer NOT NULL,
    fallback        text NOT NULL REFERENCES departments
);

CREATE TABLE menu_options (
    menu       text REFERENCES menus,
    digits     text,
    department text NOT NULL REFERENCES departments,
    PRIMARY KEY (menu, digits)
);

CREATE TABLE events (
    call_id     text NOT NULL,
    digest      bytea NOT NULL,
    event       text NOT NULL,
    created_at  timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    payload     jsonb NOT NULL,
    raw         bytea NOT NULL,
    PRIMARY KEY (call_id, digest)
);

CREATE TABLE answers (
    call_id     text NOT NULL,
    step        integer NOT NULL,
    asked_step  integer NOT NULL,  -- the step whose redirect was followed; 0: none
    endpoint    text NOT NULL,
    menu        text NOT NULL,
    digits      text,
    decision    text NOT NULL,
    department  text,
    response    jsonb NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (call_id, step),
    UNIQUE (call_id, asked_step)
);

CREATE TABLE calls (
    call_id      text PRIMARY KEY,
    from_number  text,
    to_number    text,
    status       text,
    current_step text NOT NULL,
    last_menu    text,
    last_digits  text,
    department   text,
    started_at   timestamptz NOT NULL,
    answered_at  timestamptz,
    moved_at     timestamptz NOT NULL,
    closed_at    timestamptz
) WITH (fillfactor = 60);
CREATE INDEX calls_open ON calls (started_at) WHERE closed_at IS NULL;

-- True when the event is new. A late event moves nothing back, a closed call stays closed.
CREATE FUNCTION store_event(p_call_id text, p_event text, p_created_at timestamptz, p_from text, p_to text,
                            p_status text, p_digits text, p_raw text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    p_step   text := substr(p_event, strpos(p_event, '.') + 1);
    p_closed timestamptz := CASE WHEN p_event IN ('call.completed', 'call.failed', 'call.canceled') THEN p_created_at END;
BEGIN
    INSERT INTO events (call_id, digest, event, created_at, payload, raw)
    VALUES (p_call_id, sha256(convert_to(p_raw, 'UTF8')), p_event, p_created_at, p_raw::jsonb, convert_to(p_raw, 'UTF8'))
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO calls AS c (call_id, from_number, to_number, status, current_step, last_digits, started_at, answered_at,
                            moved_at, closed_at)
    VALUES (p_call_id, p_from, p_to, p_status, p_step, p_digits, p_created_at,
            CASE WHEN p_event = 'call.answered' THEN p_created_at END, p_created_at, p_closed)
    ON CONFLICT (call_id) DO UPDATE
    SET from_number = coalesce(c.from_number, excluded.from_number),
        to_number = coalesce(c.to_number, excluded.to_number),
        started_at = least(c.started_at, excluded.started_at),
        answered_at = coalesce(c.answered_at, excluded.answered_at),
        closed_at = coalesce(c.closed_at, excluded.closed_at),
        last_digits = coalesce(excluded.last_digits, c.last_digits),
        status = CASE WHEN c.closed_at IS NULL AND (p_closed IS NOT NULL OR excluded.moved_at >= c.moved_at)
                      THEN excluded.status ELSE c.status END,
        current_step = CASE WHEN c.closed_at IS NULL AND (p_closed IS NOT NULL OR excluded.moved_at >= c.moved_at)
                            THEN excluded.current_step ELSE c.current_step END,
        moved_at = greatest(c.moved_at, excluded.moved_at);
    RETURN true;
END;
$$;

-- What is known when the call asks: the answer given to this question before, or what a new one needs. The n-th
-- call.gathered belongs to the n-th question.
CREATE FUNCTION call_state(p_call_id text, p_asked_step integer,
                           OUT response jsonb, OUT menu text, OUT digits text, OUT repeats integer)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT a.response INTO response FROM answers AS a WHERE a.call_id = p_call_id AND a.asked_step = p_asked_step;
    IF response IS NOT NULL OR p_asked_step = 0 THEN
        RETURN;
    END IF;
    SELECT a.menu INTO menu FROM answers AS a WHERE a.call_id = p_call_id AND a.step = p_asked_step;
    SELECT count(*) INTO repeats FROM answers AS a
    WHERE a.call_id = p_call_id AND a.decision IN ('no_input', 'invalid');
    SELECT coalesce(e.payload #>> '{data,digits}', '') INTO digits FROM events AS e
    WHERE e.call_id = p_call_id AND e.event = 'call.gathered'
    ORDER BY e.created_at OFFSET p_asked_step - 1 LIMIT 1;
END;
$$;

-- Stores an answer and moves the call; returns the one to give: asked twice at once, the first one stands.
CREATE FUNCTION store_answer(p_call_id text, p_asked_step integer, p_endpoint text, p_from text, p_to text, p_menu text,
                             p_digits text, p_decision text, p_department text, p_response text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    p_step text := CASE WHEN p_decision IN ('transfer', 'fallback') THEN 'transfer:' || p_department ELSE 'menu:' || p_menu END;
BEGIN
    INSERT INTO answers (call_id, step, asked_step, endpoint, menu, digits, decision, department, response)
    VALUES (p_call_id, p_asked_step + 1, p_asked_step, p_endpoint, p_menu, p_digits, p_decision, p_department,
            p_response::jsonb)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT response FROM answers WHERE call_id = p_call_id AND asked_step = p_asked_step);
    END IF;
    INSERT INTO calls AS c (call_id, from_number, to_number, current_step, last_menu, last_digits, department, started_at,
                            moved_at)
    VALUES (p_call_id, p_from, p_to, p_step, p_menu, p_digits, p_department, clock_timestamp(), clock_timestamp())
    ON CONFLICT (call_id) DO UPDATE
    SET from_number = coalesce(c.from_number, excluded.from_number),
        to_number = coalesce(c.to_number, excluded.to_number),
        last_menu = excluded.last_menu,
        last_digits = coalesce(excluded.last_digits, c.last_digits),
        department = coalesce(excluded.department, c.department),
        current_step = CASE WHEN c.closed_at IS NULL THEN excluded.current_step ELSE c.current_step END,
        moved_at = greatest(c.moved_at, excluded.moved_at);
    RETURN p_response;
END;
$$;

INSERT INTO departments VALUES
    ('sales', '+15551230011'), ('support', '+15551230012'), ('operator', '+15551230010');
INSERT INTO menus VALUES
    ('main', 'Press 1 for sales or 2 for support.', 'We did not hear a choice. Press 1 for sales or 2 for support.',
     'That was not one of the choices. Press 1 for sales or 2 for support.', 1, 5, '#', 2, 'operator');
INSERT INTO menu_options VALUES ('main', '1', 'sales'), ('main', '2', 'support');
