-- 0019_message_boxes.sql: places that speak with the caller, and the first of them: a department's message box.
--
-- One mechanism serves them all. A place that speaks with the caller is a menu that nobody wrote: ivr.made_menus makes it
-- of a row, named after its kind and what it is of (message_box:support), and says what it takes instead of a choice. All
-- that is known of menus then holds for it: its name stands in the URL of its redirect, in ivr.answers and in the call's
-- step; its questions are numbered and its attempts counted; it is in the settings of the programs, so that it is served
-- while the database is away; it is in the journey, the funnel, the flow chart and the proof of the redirects. Only what
-- follows from what was pressed is its own, and that is one function in the programs for each kind.

ALTER TABLE ivr.departments
    ADD COLUMN message_prompt text,
    ADD COLUMN message_notice text,
    ADD COLUMN message_thanks text,
    ADD COLUMN message_minutes integer,
    ADD COLUMN closed_message_box text,
    DROP CONSTRAINT departments_close_to_one_place,
    ADD CONSTRAINT departments_close_to_one_place CHECK (num_nonnulls(closed_department, closed_menu, closed_message_box) <= 1),
    ADD CONSTRAINT departments_message_prompt_can_be_spoken CHECK (ivr.is_prompt(message_prompt)),
    ADD CONSTRAINT departments_message_notice_can_be_spoken CHECK (ivr.is_prompt(message_notice)),
    ADD CONSTRAINT departments_message_thanks_can_be_spoken CHECK (ivr.is_prompt(message_thanks)),
    ADD CONSTRAINT departments_message_takes_1_to_5_minutes CHECK (message_minutes BETWEEN 1 AND 5),
    ADD CONSTRAINT departments_closed_message_box_exists FOREIGN KEY (closed_message_box)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE DEFERRABLE;
COMMENT ON COLUMN ivr.departments.message_prompt IS 'What a caller hears who may leave a message for it. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.departments.message_notice IS 'The recording notice after that; recording starts behind it. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.departments.message_thanks IS 'What a caller hears who has left one, before the call ends. Null: a neutral sentence.';
COMMENT ON COLUMN ivr.departments.message_minutes IS
    'How long a message may be, 1 to 5 minutes; null: 2. Each half minute is one of the platform''s redirects.';
COMMENT ON COLUMN ivr.departments.closed_message_box IS
    'The department for which callers may leave a message when this one is closed; mostly itself.';
COMMENT ON COLUMN ivr.departments.closed_message IS
    'Spoken when it is closed or nobody is on duty; then closed_department, closed_menu or closed_message_box, or the end of the call.';

ALTER TABLE ivr.menus
    ADD COLUMN no_input_message_box text,
    ADD COLUMN invalid_message_box text,
    ADD COLUMN closed_message_box text,
    DROP CONSTRAINT menus_no_input_leads_to_one_place,
    DROP CONSTRAINT menus_invalid_leads_to_one_place,
    DROP CONSTRAINT menus_close_to_one_place,
    ADD CONSTRAINT menus_no_input_leads_to_one_place CHECK (
        num_nonnulls(no_input_department, no_input_menu, no_input_message, no_input_message_box) <= 1),
    ADD CONSTRAINT menus_invalid_leads_to_one_place CHECK (
        num_nonnulls(invalid_department, invalid_menu, invalid_message, invalid_message_box) <= 1),
    ADD CONSTRAINT menus_close_to_one_place CHECK (num_nonnulls(closed_department, closed_menu, closed_message_box) <= 1),
    ADD CONSTRAINT menus_no_input_message_box_exists FOREIGN KEY (no_input_message_box)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_invalid_message_box_exists FOREIGN KEY (invalid_message_box)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_closed_message_box_exists FOREIGN KEY (closed_message_box)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE;
COMMENT ON COLUMN ivr.menus.no_input_message_box IS 'The department for which silent callers past the limit may leave a message.';
COMMENT ON COLUMN ivr.menus.invalid_message_box IS 'The department for which callers past the limit of wrong digits may leave a message.';
COMMENT ON COLUMN ivr.menus.closed_message_box IS 'The department for which callers may leave a message outside its hours.';
COMMENT ON COLUMN ivr.menus.closed_message IS
    'Spoken outside its hours; then closed_department, closed_menu or closed_message_box, or the end of the call.';

ALTER TABLE ivr.menu_options
    ADD COLUMN message_box text,
    DROP CONSTRAINT menu_options_lead_to_one_place,
    ADD CONSTRAINT menu_options_lead_to_one_place CHECK (num_nonnulls(department, to_menu, message, message_box) + back::integer = 1),
    ADD CONSTRAINT menu_options_message_box_exists FOREIGN KEY (message_box)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE;
COMMENT ON TABLE ivr.menu_options IS
    'What each digit of a menu leads to: exactly one of department, to_menu, message, message_box and back.';
COMMENT ON COLUMN ivr.menu_options.message_box IS 'The department for which the caller may leave a message.';

CREATE TABLE ivr.dealt_with (
    call_id text NOT NULL,
    done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_by text NOT NULL DEFAULT session_user,
    CONSTRAINT dealt_with_pkey PRIMARY KEY (call_id),
    CONSTRAINT dealt_with_call_id_is_short CHECK (length(call_id) BETWEEN 1 AND 255)
);
COMMENT ON TABLE ivr.dealt_with IS 'The messages that somebody has dealt with: ivr.done() says so, ivr.messages shows it.';
COMMENT ON COLUMN ivr.dealt_with.call_id IS 'The call in which the message was left.';
COMMENT ON COLUMN ivr.dealt_with.done_at IS 'When it was said.';
COMMENT ON COLUMN ivr.dealt_with.done_by IS 'The database role that was logged in.';

CREATE INDEX answers_of_message_boxes ON ivr.answers (answered_at) WHERE starts_with(menu, 'message_box:') AND decision = 'menu';
COMMENT ON INDEX ivr.answers_of_message_boxes IS 'ivr.messages: who was asked for a message on these days?';
