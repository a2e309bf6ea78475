-- 0001_configuration.sql: what the owner edits: departments, menus and their options.

-- Every change of the configuration, numbered. A version is one committed transaction.
CREATE TABLE ivr.config_versions (
    version        bigint NOT NULL,
    changed_at     timestamptz NOT NULL DEFAULT now(),
    changed_by     text NOT NULL DEFAULT session_user,
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT config_versions_pkey PRIMARY KEY (version),
    CONSTRAINT config_versions_one_a_transaction UNIQUE (transaction_id, changed_at)
);
COMMENT ON TABLE ivr.config_versions IS
    'One row for each transaction that changed departments, menus or options. The programs take a new snapshot when the highest version changes.';
COMMENT ON COLUMN ivr.config_versions.version IS
    'Counts up in the order of commit; stamped on every answer as config_version.';
COMMENT ON COLUMN ivr.config_versions.changed_at IS 'Start of the transaction that made the change.';
COMMENT ON COLUMN ivr.config_versions.changed_by IS 'The database role that was logged in.';
COMMENT ON COLUMN ivr.config_versions.transaction_id IS 'Several statements of one transaction share one version; with changed_at, because a restored dump brings numbers of another server.';

CREATE TABLE ivr.departments (
    department  text NOT NULL,
    destination text NOT NULL,
    note        text,
    CONSTRAINT departments_pkey PRIMARY KEY (department),
    CONSTRAINT departments_name_is_simple CHECK (department ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT departments_destination_is_e164_or_sip CHECK (
        destination ~ '^\+[1-9][0-9]{6,14}$'
        OR destination ~ '^sips?:[^[:space:][:cntrl:]"<>@]+@[A-Za-z0-9.:\[\]-]+(;[^[:space:][:cntrl:]"<>]*)?$')
);
COMMENT ON TABLE ivr.departments IS 'Where callers can be sent.';
COMMENT ON COLUMN ivr.departments.department IS 'Name used in options and reports: lower case, digits, _ and -.';
COMMENT ON COLUMN ivr.departments.destination IS
    'What a transfer dials: an E.164 number (+ and 7 to 15 digits) or a SIP URI (PLATFORM section 5, transfer).';
COMMENT ON COLUMN ivr.departments.note IS 'For people; the programs do not read it.';

CREATE FUNCTION ivr.is_prompt(spoken text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN length(btrim(spoken)) BETWEEN 1 AND 600 AND spoken !~ '[\u0001-\u001f\u007f-\u009f]';
COMMENT ON FUNCTION ivr.is_prompt(text) IS
    'True when text can be spoken: not blank, at most 600 characters, no control characters (the platform documents no length; short is the safe assumption).';

CREATE TABLE ivr.menus (
    menu            text NOT NULL,
    endpoint        text NOT NULL DEFAULT 'route-menu',
    prompt          text NOT NULL,
    num_digits      integer NOT NULL DEFAULT 1,
    timeout_seconds integer NOT NULL DEFAULT 5,
    finish_on_key   text,
    no_input_prompt text NOT NULL,
    no_input_limit  integer NOT NULL DEFAULT 2,
    invalid_prompt  text NOT NULL,
    invalid_limit   integer NOT NULL DEFAULT 2,
    fallback        text NOT NULL,
    note            text,
    CONSTRAINT menus_pkey PRIMARY KEY (menu),
    CONSTRAINT menus_name_is_simple CHECK (menu ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT menus_endpoint_is_a_program CHECK (endpoint IN ('route-menu', 'department')),
    CONSTRAINT menus_prompt_can_be_spoken CHECK (ivr.is_prompt(prompt)),
    CONSTRAINT menus_no_input_prompt_can_be_spoken CHECK (ivr.is_prompt(no_input_prompt)),
    CONSTRAINT menus_invalid_prompt_can_be_spoken CHECK (ivr.is_prompt(invalid_prompt)),
    CONSTRAINT menus_num_digits_is_1_to_20 CHECK (num_digits BETWEEN 1 AND 20),
    CONSTRAINT menus_timeout_is_1_to_30_seconds CHECK (timeout_seconds BETWEEN 1 AND 30),
    CONSTRAINT menus_finish_on_key_is_one_dtmf_key CHECK (finish_on_key ~ '^[0-9*#A-D]$'),
    -- 1 redirect for the first question and one for each repeat must stay under the platform's 20.
    CONSTRAINT menus_no_input_limit_is_0_to_9 CHECK (no_input_limit BETWEEN 0 AND 9),
    CONSTRAINT menus_invalid_limit_is_0_to_9 CHECK (invalid_limit BETWEEN 0 AND 9),
    CONSTRAINT menus_fallback_is_a_department FOREIGN KEY (fallback)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE
);
COMMENT ON TABLE ivr.menus IS 'What callers are asked. A change is heard by the next caller within two seconds.';
COMMENT ON COLUMN ivr.menus.menu IS 'Name used in URLs (answer?menu=…), options and reports.';
COMMENT ON COLUMN ivr.menus.endpoint IS 'The program that the redirect after the gather asks: route-menu or department.';
COMMENT ON COLUMN ivr.menus.prompt IS 'Spoken the first time.';
COMMENT ON COLUMN ivr.menus.num_digits IS 'How many digits end the gather, 1 to 20.';
COMMENT ON COLUMN ivr.menus.timeout_seconds IS 'How long the platform waits for a digit, 1 to 30 s (PLATFORM section 5, gather).';
COMMENT ON COLUMN ivr.menus.finish_on_key IS 'One DTMF key that ends the input early, or null for none.';
COMMENT ON COLUMN ivr.menus.no_input_prompt IS 'Spoken when the caller pressed nothing.';
COMMENT ON COLUMN ivr.menus.no_input_limit IS 'How often a caller who presses nothing is asked again, 0 to 9; then the fallback.';
COMMENT ON COLUMN ivr.menus.invalid_prompt IS 'Spoken when the caller pressed something that is no option.';
COMMENT ON COLUMN ivr.menus.invalid_limit IS 'How often a caller who presses something wrong is asked again, 0 to 9; then the fallback.';
COMMENT ON COLUMN ivr.menus.fallback IS 'The department that gets callers past either limit.';
COMMENT ON COLUMN ivr.menus.note IS 'For people; the programs do not read it.';

CREATE TABLE ivr.menu_options (
    menu       text NOT NULL,
    digits     text NOT NULL,
    department text NOT NULL,
    CONSTRAINT menu_options_pkey PRIMARY KEY (menu, digits),
    CONSTRAINT menu_options_digits_are_dtmf CHECK (digits ~ '^[0-9*#A-D]{1,20}$'),
    CONSTRAINT menu_options_menu_exists FOREIGN KEY (menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT menu_options_department_exists FOREIGN KEY (department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE
);
COMMENT ON TABLE ivr.menu_options IS 'What each digit of a menu leads to.';
COMMENT ON COLUMN ivr.menu_options.menu IS 'The menu in which the digit is pressed.';
COMMENT ON COLUMN ivr.menu_options.digits IS 'The key or keys, at most the menu''s num_digits, never its finish_on_key.';
COMMENT ON COLUMN ivr.menu_options.department IS 'Where the caller is transferred.';

INSERT INTO ivr.departments (department, destination, note) VALUES
    ('sales', '+15551230011', 'replace by your own number'),
    ('support', '+15551230012', 'replace by your own number'),
    ('billing', '+15551230013', 'replace by your own number'),
    ('technical_support', '+15551230014', 'replace by your own number'),
    ('operator', '+15551230010', 'the fallback of both menus; replace by your own number');

INSERT INTO ivr.menus (menu, endpoint, prompt, num_digits, timeout_seconds, finish_on_key,
                       no_input_prompt, invalid_prompt, fallback, note)
VALUES
    ('main', 'route-menu', 'Press 1 for sales or 2 for support.', 1, 5, '#',
     'We did not hear a choice. Press 1 for sales or 2 for support.',
     'That was not one of the choices. Press 1 for sales or 2 for support.',
     'operator', 'Simple IVR'),
    ('department', 'department', 'Press 1 for billing or 2 for technical support.', 1, 7, NULL,
     'We did not hear a choice. Press 1 for billing or 2 for technical support.',
     'That was not one of the choices. Press 1 for billing or 2 for technical support.',
     'operator', 'Gather And Transfer');

INSERT INTO ivr.menu_options (menu, digits, department) VALUES
    ('main', '1', 'sales'),
    ('main', '2', 'support'),
    ('department', '1', 'billing'),
    ('department', '2', 'technical_support');

INSERT INTO ivr.config_versions (version) VALUES (1);
