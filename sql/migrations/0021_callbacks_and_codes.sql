-- 0021_callbacks_and_codes.sql: call me back. A place of a department, as its message box is (0019_message_boxes.sql), made of two
-- menus: one takes a number, the other reads it back and takes the confirmation. The number stands in the redirect's URL
-- between the two.

ALTER TABLE ivr.departments
    ADD COLUMN callback_prompt text,
    ADD COLUMN callback_thanks text,
    ADD COLUMN callback_menu text,
    ADD COLUMN closed_callback text,
    DROP CONSTRAINT departments_close_to_one_place,
    ADD CONSTRAINT departments_close_to_one_place CHECK (
        num_nonnulls(closed_department, closed_menu, closed_message_box, closed_callback) <= 1),
    ADD CONSTRAINT departments_callback_prompt_can_be_spoken CHECK (ivr.is_prompt(callback_prompt)),
    ADD CONSTRAINT departments_callback_thanks_can_be_spoken CHECK (ivr.is_prompt(callback_thanks)),
    ADD CONSTRAINT departments_callback_menu_exists FOREIGN KEY (callback_menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE DEFERRABLE,
    ADD CONSTRAINT departments_closed_callback_exists FOREIGN KEY (closed_callback)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE DEFERRABLE;
COMMENT ON COLUMN ivr.departments.callback_prompt IS 'What asks a caller for the number on which it calls back. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.departments.callback_thanks IS 'What a caller hears who is to be called back, before the call ends. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.departments.callback_menu IS
    'The menu that is asked first of somebody whom it still has to call back, whoever of both calls; null: the number''s.';
COMMENT ON COLUMN ivr.departments.closed_callback IS
    'The department that calls callers back when this one is closed; mostly itself.';

ALTER TABLE ivr.menus
    ADD COLUMN no_input_callback text,
    ADD COLUMN invalid_callback text,
    ADD COLUMN closed_callback text,
    DROP CONSTRAINT menus_no_input_leads_to_one_place,
    DROP CONSTRAINT menus_invalid_leads_to_one_place,
    DROP CONSTRAINT menus_close_to_one_place,
    ADD CONSTRAINT menus_no_input_leads_to_one_place CHECK (
        num_nonnulls(no_input_department, no_input_menu, no_input_message, no_input_message_box, no_input_callback) <= 1),
    ADD CONSTRAINT menus_invalid_leads_to_one_place CHECK (
        num_nonnulls(invalid_department, invalid_menu, invalid_message, invalid_message_box, invalid_callback) <= 1),
    ADD CONSTRAINT menus_close_to_one_place CHECK (
        num_nonnulls(closed_department, closed_menu, closed_message_box, closed_callback) <= 1),
    ADD CONSTRAINT menus_no_input_callback_exists FOREIGN KEY (no_input_callback)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_invalid_callback_exists FOREIGN KEY (invalid_callback)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_closed_callback_exists FOREIGN KEY (closed_callback)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE;
COMMENT ON COLUMN ivr.menus.no_input_callback IS 'The department that calls silent callers past the limit back.';
COMMENT ON COLUMN ivr.menus.invalid_callback IS 'The department that calls callers past the limit of wrong digits back.';
COMMENT ON COLUMN ivr.menus.closed_callback IS 'The department that calls callers back outside its hours.';

ALTER TABLE ivr.menu_options
    ADD COLUMN callback text,
    DROP CONSTRAINT menu_options_lead_to_one_place,
    ADD CONSTRAINT menu_options_lead_to_one_place CHECK (
        num_nonnulls(department, to_menu, message, message_box, callback) + back::integer + again::integer = 1),
    ADD CONSTRAINT menu_options_callback_exists FOREIGN KEY (callback)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE;
COMMENT ON TABLE ivr.menu_options IS
    'What each digit of a menu leads to: exactly one of department, to_menu, message, message_box, callback, back and again; and the language in which the call goes on.';
COMMENT ON COLUMN ivr.menu_options.callback IS 'The department that calls the caller back.';

CREATE TABLE ivr.callback_requests (
    call_id    text NOT NULL,
    department text NOT NULL,
    number     text NOT NULL,
    caller     text,
    asked_at   timestamptz NOT NULL,
    times      integer NOT NULL DEFAULT 1,
    tries      integer NOT NULL DEFAULT 0,
    tried_at   timestamptz,
    done_at    timestamptz,
    done_by    text,
    CONSTRAINT callback_requests_pkey PRIMARY KEY (call_id, department),
    CONSTRAINT callback_requests_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255),
    CONSTRAINT callback_requests_are_asked CHECK (times >= 1),
    CONSTRAINT callback_requests_are_tried CHECK (tries >= 0 AND (tries = 0) = (tried_at IS NULL)),
    CONSTRAINT callback_requests_are_done_by_somebody CHECK (num_nonnulls(done_at, done_by) IN (0, 2))
);
COMMENT ON TABLE ivr.callback_requests IS
    'Who is to be called back, with plain numbers; ivr.callbacks shows them. Of one caller and department at most one is open.';
COMMENT ON COLUMN ivr.callback_requests.call_id IS 'The call in which it was asked for first.';
COMMENT ON COLUMN ivr.callback_requests.department IS 'The department that is to call.';
COMMENT ON COLUMN ivr.callback_requests.number IS 'The number to call, as it was confirmed last: E.164.';
COMMENT ON COLUMN ivr.callback_requests.caller IS 'The number from which it was asked for; null where none was shown.';
COMMENT ON COLUMN ivr.callback_requests.asked_at IS 'When it was asked for first.';
COMMENT ON COLUMN ivr.callback_requests.times IS 'How often it was asked for.';
COMMENT ON COLUMN ivr.callback_requests.tries IS 'How often somebody has tried: ivr.called_back() counts.';
COMMENT ON COLUMN ivr.callback_requests.tried_at IS 'When that was last; null: not yet.';
COMMENT ON COLUMN ivr.callback_requests.done_at IS 'When the caller was reached, or given up; null: it is open.';
COMMENT ON COLUMN ivr.callback_requests.done_by IS 'The database role that said so.';
CREATE INDEX callback_requests_open ON ivr.callback_requests (number) WHERE done_at IS NULL;
COMMENT ON INDEX ivr.callback_requests_open IS 'Is somebody to be called back on this number? Asked by the first answer of a call.';
CREATE INDEX callback_requests_open_by_caller ON ivr.callback_requests (caller) WHERE done_at IS NULL;
COMMENT ON INDEX ivr.callback_requests_open_by_caller IS 'Has this caller asked for it already?';

-- A word that opens: a menu that nobody wrote takes a code. The database alone knows whether it is right: the programs get
-- neither the code nor its hash, and while the database is away nothing opens. What was pressed is judged as its event
-- comes in, and only the judgement is kept: see ivr.hide_codes().

CREATE TABLE ivr.codes (
    code          text NOT NULL,
    num_digits    integer NOT NULL,
    salt          bytea NOT NULL,
    hash          bytea NOT NULL,
    set_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    department    text,
    to_menu       text,
    prompt        text,
    wrong_prompt  text,
    wrong_message text,
    CONSTRAINT codes_pkey PRIMARY KEY (code),
    CONSTRAINT codes_name_is_simple CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    CONSTRAINT codes_have_4_to_12_digits CHECK (num_digits BETWEEN 4 AND 12),
    CONSTRAINT codes_are_kept_as_a_salted_hash CHECK (length(salt) = 16 AND length(hash) = 32),
    CONSTRAINT codes_open_one_place CHECK (num_nonnulls(department, to_menu) = 1),
    CONSTRAINT codes_prompt_can_be_spoken CHECK (ivr.is_prompt(prompt)),
    CONSTRAINT codes_wrong_prompt_can_be_spoken CHECK (ivr.is_prompt(wrong_prompt)),
    CONSTRAINT codes_wrong_message_can_be_spoken CHECK (ivr.is_prompt(wrong_message)),
    CONSTRAINT codes_department_exists FOREIGN KEY (department) REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    CONSTRAINT codes_to_menu_exists FOREIGN KEY (to_menu) REFERENCES ivr.menus (menu) ON UPDATE CASCADE
);
COMMENT ON TABLE ivr.codes IS 'Codes that open a department or a menu: ivr.set_code() sets one. The code itself is nowhere.';
COMMENT ON COLUMN ivr.codes.code IS 'Its name, which options lead to.';
COMMENT ON COLUMN ivr.codes.num_digits IS 'How many digits it has, 4 to 12.';
COMMENT ON COLUMN ivr.codes.salt IS '16 bytes of chance.';
COMMENT ON COLUMN ivr.codes.hash IS 'HMAC-SHA256 of the digits under the salt.';
COMMENT ON COLUMN ivr.codes.set_at IS 'When it was set.';
COMMENT ON COLUMN ivr.codes.department IS 'The department that it opens, or null.';
COMMENT ON COLUMN ivr.codes.to_menu IS 'The menu that it opens, or null.';
COMMENT ON COLUMN ivr.codes.prompt IS 'What asks for it. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.codes.wrong_prompt IS 'What a caller hears who entered another. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.codes.wrong_message IS 'What a caller hears past three tries, before the call ends. Null: a neutral sentence.';

ALTER TABLE ivr.menu_options
    ADD COLUMN code text,
    DROP CONSTRAINT menu_options_lead_to_one_place,
    ADD CONSTRAINT menu_options_lead_to_one_place CHECK (
        num_nonnulls(department, to_menu, message, message_box, callback, code) + back::integer + again::integer = 1),
    ADD CONSTRAINT menu_options_code_exists FOREIGN KEY (code) REFERENCES ivr.codes (code) ON UPDATE CASCADE;
COMMENT ON TABLE ivr.menu_options IS
    'What each digit of a menu leads to: exactly one of department, to_menu, message, message_box, callback, code, back and again; and the language in which the call goes on.';
COMMENT ON COLUMN ivr.menu_options.code IS 'The code that is asked for, which opens a place.';

CREATE TABLE ivr.code_tries (
    call_id  text NOT NULL,
    step     integer NOT NULL,
    code     text NOT NULL,
    caller   text,
    tried_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    opened   boolean NOT NULL,
    CONSTRAINT code_tries_pkey PRIMARY KEY (call_id, step),
    CONSTRAINT code_tries_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255)
);
COMMENT ON TABLE ivr.code_tries IS 'Who has tried a code, and whether it opened. Not what was tried.';
COMMENT ON COLUMN ivr.code_tries.call_id IS 'The call.';
COMMENT ON COLUMN ivr.code_tries.step IS 'The answer that asked for it.';
COMMENT ON COLUMN ivr.code_tries.code IS 'The name of the code.';
COMMENT ON COLUMN ivr.code_tries.caller IS 'The caller''s number, as the call''s events tell it; null where they do not.';
COMMENT ON COLUMN ivr.code_tries.tried_at IS 'When.';
COMMENT ON COLUMN ivr.code_tries.opened IS 'Whether it was the right one.';
CREATE INDEX code_tries_wrong_by_caller ON ivr.code_tries (caller, tried_at) WHERE NOT opened;
COMMENT ON INDEX ivr.code_tries_wrong_by_caller IS 'How often has this caller been wrong in the last hour?';
