-- 0003_call_control.sql: numbers, menus of menus, hours, agents, known callers, extensions, the emergency switch.

CREATE FUNCTION ivr.is_time_zone(zone text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    PERFORM now() AT TIME ZONE zone;
    -- Europe/Berlin2 would be taken too, as a POSIX zone of a fixed offset.
    RETURN zone = 'UTC' OR zone ~ '^[A-Za-z_]+(/[A-Za-z_-]+)+$' OR zone ~ '^Etc/GMT[+-]?[0-9]{1,2}$';
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN false;
END;
$$;
COMMENT ON FUNCTION ivr.is_time_zone(text) IS 'True for an IANA time zone such as Europe/Berlin, and for UTC.';

CREATE FUNCTION ivr.is_destination(destination text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN destination ~ '^\+[1-9][0-9]{6,14}$'
    OR destination ~ '^sips?:[^[:space:][:cntrl:]"<>@]+@[A-Za-z0-9.:\[\]-]+(;[^[:space:][:cntrl:]"<>]*)?$';
COMMENT ON FUNCTION ivr.is_destination(text) IS
    'True for what a transfer can dial: an E.164 number (+ and 7 to 15 digits) or a SIP URI (PLATFORM section 5, transfer).';

-- Departments: what callers hear before they are connected, and what happens when nobody is there

ALTER TABLE ivr.departments
    ADD COLUMN announcement text,
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
    ADD COLUMN closed_message text,
    ADD COLUMN closed_department text,
    ADD COLUMN closed_menu text,
    ADD COLUMN retry_minutes integer NOT NULL DEFAULT 10,
    DROP CONSTRAINT departments_destination_is_e164_or_sip,
    ADD CONSTRAINT departments_destination_is_e164_or_sip CHECK (ivr.is_destination(destination)),
    ADD CONSTRAINT departments_announcement_can_be_spoken CHECK (ivr.is_prompt(announcement)),
    ADD CONSTRAINT departments_closed_message_can_be_spoken CHECK (ivr.is_prompt(closed_message)),
    ADD CONSTRAINT departments_time_zone_exists CHECK (ivr.is_time_zone(time_zone)),
    ADD CONSTRAINT departments_close_to_one_place CHECK (num_nonnulls(closed_department, closed_menu) <= 1),
    ADD CONSTRAINT departments_close_to_another CHECK (closed_department <> department),
    ADD CONSTRAINT departments_retry_within_a_day CHECK (retry_minutes BETWEEN 0 AND 1440),
    ADD CONSTRAINT departments_closed_department_exists FOREIGN KEY (closed_department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE DEFERRABLE,
    ADD CONSTRAINT departments_closed_menu_exists FOREIGN KEY (closed_menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE DEFERRABLE;
COMMENT ON COLUMN ivr.departments.destination IS
    'What a transfer dials where ivr.agents has nobody for the department: E.164 or SIP URI.';
COMMENT ON COLUMN ivr.departments.announcement IS 'Spoken before the transfer, or null.';
COMMENT ON COLUMN ivr.departments.time_zone IS 'IANA zone of its opening hours, e.g. Europe/Berlin.';
COMMENT ON COLUMN ivr.departments.closed_message IS
    'Spoken when it is closed or nobody is on duty; then closed_department or closed_menu, or the end of the call.';
COMMENT ON COLUMN ivr.departments.closed_department IS 'Where callers go instead when it is closed.';
COMMENT ON COLUMN ivr.departments.closed_menu IS 'The menu that is asked instead when it is closed.';
COMMENT ON COLUMN ivr.departments.retry_minutes IS
    'A caller who comes back this soon after a transfer that failed is connected to the next agent first; 0 for never.';

-- Menus

ALTER TABLE ivr.menus
    ADD COLUMN greeting text,
    ADD COLUMN recording_notice text,
    ADD COLUMN direct_dial boolean NOT NULL DEFAULT false,
    ADD COLUMN no_input_department text,
    ADD COLUMN no_input_menu text,
    ADD COLUMN no_input_message text,
    ADD COLUMN invalid_department text,
    ADD COLUMN invalid_menu text,
    ADD COLUMN invalid_message text,
    ADD COLUMN time_zone text,
    ADD COLUMN closed_message text,
    ADD COLUMN closed_department text,
    ADD COLUMN closed_menu text,
    ADD CONSTRAINT menus_greeting_can_be_spoken CHECK (ivr.is_prompt(greeting)),
    ADD CONSTRAINT menus_recording_notice_can_be_spoken CHECK (ivr.is_prompt(recording_notice)),
    ADD CONSTRAINT menus_no_input_message_can_be_spoken CHECK (ivr.is_prompt(no_input_message)),
    ADD CONSTRAINT menus_invalid_message_can_be_spoken CHECK (ivr.is_prompt(invalid_message)),
    ADD CONSTRAINT menus_closed_message_can_be_spoken CHECK (ivr.is_prompt(closed_message)),
    ADD CONSTRAINT menus_time_zone_exists CHECK (ivr.is_time_zone(time_zone)),
    ADD CONSTRAINT menus_no_input_leads_to_one_place CHECK (
        num_nonnulls(no_input_department, no_input_menu, no_input_message) <= 1),
    ADD CONSTRAINT menus_invalid_leads_to_one_place CHECK (
        num_nonnulls(invalid_department, invalid_menu, invalid_message) <= 1),
    ADD CONSTRAINT menus_close_to_one_place CHECK (num_nonnulls(closed_department, closed_menu) <= 1),
    ADD CONSTRAINT menus_lead_to_others CHECK (menu NOT IN (no_input_menu, invalid_menu, closed_menu)),
    ADD CONSTRAINT menus_no_input_department_exists FOREIGN KEY (no_input_department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_invalid_department_exists FOREIGN KEY (invalid_department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_closed_department_exists FOREIGN KEY (closed_department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    ADD CONSTRAINT menus_no_input_menu_exists FOREIGN KEY (no_input_menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE DEFERRABLE,
    ADD CONSTRAINT menus_invalid_menu_exists FOREIGN KEY (invalid_menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE DEFERRABLE,
    ADD CONSTRAINT menus_closed_menu_exists FOREIGN KEY (closed_menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE DEFERRABLE;
COMMENT ON COLUMN ivr.menus.greeting IS 'Spoken once before the menu''s first question, or null.';
COMMENT ON COLUMN ivr.menus.recording_notice IS
    'Spoken before the menu''s first question; recording starts after it, once a call. Null: no recording.';
COMMENT ON COLUMN ivr.menus.direct_dial IS 'True: beside the options, callers may dial the extensions of ivr.extensions.';
COMMENT ON COLUMN ivr.menus.fallback IS
    'The department that gets callers for whom nothing else is said. It is dialled whatever its hours.';
COMMENT ON COLUMN ivr.menus.no_input_department IS 'Where silent callers past the limit go instead of the fallback.';
COMMENT ON COLUMN ivr.menus.no_input_menu IS 'The menu that silent callers past the limit are asked instead.';
COMMENT ON COLUMN ivr.menus.no_input_message IS 'What silent callers past the limit hear before the call ends.';
COMMENT ON COLUMN ivr.menus.invalid_department IS 'Where callers past the limit of wrong digits go instead of the fallback.';
COMMENT ON COLUMN ivr.menus.invalid_menu IS 'The menu that callers past the limit of wrong digits are asked instead.';
COMMENT ON COLUMN ivr.menus.invalid_message IS 'What callers past the limit of wrong digits hear before the call ends.';
COMMENT ON COLUMN ivr.menus.time_zone IS 'IANA zone of its opening hours; null: that of the number that was called.';
COMMENT ON COLUMN ivr.menus.closed_message IS
    'Spoken outside its hours; then closed_department or closed_menu, or the end of the call.';
COMMENT ON COLUMN ivr.menus.closed_department IS 'Where callers go outside its hours.';
COMMENT ON COLUMN ivr.menus.closed_menu IS 'The menu that is asked instead outside its hours.';

ALTER TABLE ivr.menu_options
    ALTER COLUMN department DROP NOT NULL,
    ADD COLUMN to_menu text,
    ADD COLUMN message text,
    ADD COLUMN back boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT menu_options_lead_to_one_place CHECK (num_nonnulls(department, to_menu, message) + back::integer = 1),
    ADD CONSTRAINT menu_options_message_can_be_spoken CHECK (ivr.is_prompt(message)),
    ADD CONSTRAINT menu_options_to_menu_exists FOREIGN KEY (to_menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE;
COMMENT ON TABLE ivr.menu_options IS 'What each digit of a menu leads to: exactly one of department, to_menu, message and back.';
COMMENT ON COLUMN ivr.menu_options.to_menu IS 'The menu that is asked next.';
COMMENT ON COLUMN ivr.menu_options.message IS 'What the caller hears before the call ends.';
COMMENT ON COLUMN ivr.menu_options.back IS 'True: back to the menu from which the caller came.';

CREATE TABLE ivr.extensions (
    extension   text NOT NULL,
    destination text NOT NULL,
    name        text,
    CONSTRAINT extensions_pkey PRIMARY KEY (extension),
    CONSTRAINT extensions_are_digits CHECK (extension ~ '^[0-9]{1,20}$'),
    CONSTRAINT extensions_destination_is_e164_or_sip CHECK (ivr.is_destination(destination))
);
COMMENT ON TABLE ivr.extensions IS 'Direct dialling, in menus with direct_dial: extension and where it rings. An option wins over an extension.';
COMMENT ON COLUMN ivr.extensions.extension IS 'What the caller dials.';
COMMENT ON COLUMN ivr.extensions.destination IS 'What a transfer dials: E.164 or SIP URI.';
COMMENT ON COLUMN ivr.extensions.name IS 'Whose it is; for people.';

-- Numbers

CREATE TABLE ivr.numbers (
    number    text NOT NULL,
    menu      text NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC',
    language  text,
    note      text,
    CONSTRAINT numbers_pkey PRIMARY KEY (number),
    CONSTRAINT numbers_number_is_short CHECK (length(number) BETWEEN 1 AND 255),
    CONSTRAINT numbers_time_zone_exists CHECK (ivr.is_time_zone(time_zone)),
    CONSTRAINT numbers_menu_exists FOREIGN KEY (menu) REFERENCES ivr.menus (menu) ON UPDATE CASCADE
);
COMMENT ON TABLE ivr.numbers IS 'Which menu answers which of your numbers; any other number gets the menu main.';
COMMENT ON COLUMN ivr.numbers.number IS 'The called number as the platform tells it (E.164), or an application id.';
COMMENT ON COLUMN ivr.numbers.menu IS 'The menu that its callers are asked first.';
COMMENT ON COLUMN ivr.numbers.time_zone IS 'IANA zone for the hours of menus that have none of their own.';
COMMENT ON COLUMN ivr.numbers.language IS 'The language of its menus, e.g. de; for people.';
COMMENT ON COLUMN ivr.numbers.note IS 'For people; the programs do not read it.';

-- Hours

CREATE TABLE ivr.hours (
    department text,
    menu       text,
    weekday    integer NOT NULL,
    opens      time NOT NULL,
    closes     time NOT NULL,
    CONSTRAINT hours_once UNIQUE NULLS NOT DISTINCT (department, menu, weekday, opens),
    CONSTRAINT hours_are_of_one_place CHECK (num_nonnulls(department, menu) = 1),
    CONSTRAINT hours_weekday_is_1_to_7 CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT hours_open_and_close_at_two_times CHECK (opens <> closes AND opens < '24:00'),
    CONSTRAINT hours_department_exists FOREIGN KEY (department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT hours_menu_exists FOREIGN KEY (menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE ivr.hours IS
    'Weekly opening hours of a department or a menu, on its own clock; several rows a day are fine. No rows at all: always open.';
COMMENT ON COLUMN ivr.hours.department IS 'The department, or null for a menu''s hours.';
COMMENT ON COLUMN ivr.hours.menu IS 'The menu, or null for a department''s hours.';
COMMENT ON COLUMN ivr.hours.weekday IS '1 Monday to 7 Sunday: the day on which it opens.';
COMMENT ON COLUMN ivr.hours.opens IS 'Local time, included.';
COMMENT ON COLUMN ivr.hours.closes IS 'Local time, not included; 24:00 for midnight; earlier than opens: on the next day.';

CREATE TABLE ivr.holidays (
    day        date NOT NULL,
    department text,
    menu       text,
    opens      time,
    closes     time,
    name       text NOT NULL,
    CONSTRAINT holidays_once UNIQUE NULLS NOT DISTINCT (day, department, menu, opens),
    CONSTRAINT holidays_are_of_one_place CHECK (num_nonnulls(department, menu) <= 1),
    CONSTRAINT holidays_open_and_close CHECK (num_nonnulls(opens, closes) IN (0, 2)),
    CONSTRAINT holidays_open_and_close_at_two_times CHECK (opens <> closes AND opens < '24:00'),
    CONSTRAINT holidays_department_exists FOREIGN KEY (department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT holidays_menu_exists FOREIGN KEY (menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE ivr.holidays IS
    'Days with other hours than the weekly ones: closed, or the hours given. They hold for what has weekly hours.';
COMMENT ON COLUMN ivr.holidays.day IS 'The local date; it replaces the weekly hours that open on it.';
COMMENT ON COLUMN ivr.holidays.department IS 'The department, or null: with menu null too, for all.';
COMMENT ON COLUMN ivr.holidays.menu IS 'The menu, or null: with department null too, for all.';
COMMENT ON COLUMN ivr.holidays.opens IS 'Local time, or null: closed all day.';
COMMENT ON COLUMN ivr.holidays.closes IS 'Local time; earlier than opens: on the next day.';
COMMENT ON COLUMN ivr.holidays.name IS 'What is celebrated; for people.';

CREATE TABLE ivr.emergency (
    one_row    boolean NOT NULL DEFAULT true,
    active     boolean NOT NULL DEFAULT false,
    message    text,
    department text,
    CONSTRAINT emergency_pkey PRIMARY KEY (one_row),
    CONSTRAINT emergency_is_one_row CHECK (one_row),
    CONSTRAINT emergency_message_can_be_spoken CHECK (ivr.is_prompt(message)),
    CONSTRAINT emergency_does_something CHECK (num_nonnulls(message, department) >= 1),
    CONSTRAINT emergency_department_exists FOREIGN KEY (department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE
);
COMMENT ON TABLE ivr.emergency IS
    'The emergency switch, one row: UPDATE ivr.emergency SET active = true sends every caller to one place. It wins over all.';
COMMENT ON COLUMN ivr.emergency.one_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ivr.emergency.active IS 'Whether it is on.';
COMMENT ON COLUMN ivr.emergency.message IS 'What every caller hears first, or null.';
COMMENT ON COLUMN ivr.emergency.department IS 'Where every caller is sent, whatever its hours; null: the call ends after the message.';
INSERT INTO ivr.emergency (message, department)
VALUES ('We cannot take calls as usual today. You are being connected to our operator.', 'operator');

-- Who takes calls

CREATE TABLE ivr.agents (
    department  text NOT NULL,
    destination text NOT NULL,
    priority    integer NOT NULL DEFAULT 1,
    share       integer NOT NULL DEFAULT 1,
    on_duty     boolean NOT NULL DEFAULT true,
    note        text,
    CONSTRAINT agents_pkey PRIMARY KEY (department, destination),
    CONSTRAINT agents_destination_is_e164_or_sip CHECK (ivr.is_destination(destination)),
    CONSTRAINT agents_priority_is_1_to_99 CHECK (priority BETWEEN 1 AND 99),
    CONSTRAINT agents_share_is_1_to_1000 CHECK (share BETWEEN 1 AND 1000),
    CONSTRAINT agents_department_exists FOREIGN KEY (department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE ivr.agents IS
    'Several destinations of a department. The caller goes to one on duty of the lowest priority, chosen by share. A department without rows here has its own destination; one with rows but nobody on duty is closed.';
COMMENT ON COLUMN ivr.agents.department IS 'The department.';
COMMENT ON COLUMN ivr.agents.destination IS 'What a transfer dials: E.164 or SIP URI.';
COMMENT ON COLUMN ivr.agents.priority IS '1 first; higher ones only when nobody of a lower one is on duty.';
COMMENT ON COLUMN ivr.agents.share IS 'How many of the calls, compared with the others of its priority.';
COMMENT ON COLUMN ivr.agents.on_duty IS 'Switched by UPDATE; heard by the next caller within two seconds.';
COMMENT ON COLUMN ivr.agents.note IS 'Whose it is; for people.';

-- Who calls

CREATE TABLE ivr.callers (
    number     text NOT NULL,
    name       text,
    greeting   text,
    department text,
    menu       text,
    blocked    boolean NOT NULL DEFAULT false,
    message    text,
    note       text,
    CONSTRAINT callers_pkey PRIMARY KEY (number),
    CONSTRAINT callers_number_is_short CHECK (length(number) BETWEEN 1 AND 255),
    CONSTRAINT callers_greeting_can_be_spoken CHECK (ivr.is_prompt(greeting)),
    CONSTRAINT callers_message_can_be_spoken CHECK (ivr.is_prompt(message)),
    CONSTRAINT callers_go_to_one_place CHECK (num_nonnulls(department, menu) <= 1),
    CONSTRAINT callers_department_exists FOREIGN KEY (department)
        REFERENCES ivr.departments (department) ON UPDATE CASCADE,
    CONSTRAINT callers_menu_exists FOREIGN KEY (menu)
        REFERENCES ivr.menus (menu) ON UPDATE CASCADE
);
COMMENT ON TABLE ivr.callers IS
    'Callers who are known by their number: greeted by name, sent straight to a department or to another menu, or turned away.';
COMMENT ON COLUMN ivr.callers.number IS 'The caller as the platform tells him in from: E.164, or a SIP URI.';
COMMENT ON COLUMN ivr.callers.name IS 'For people.';
COMMENT ON COLUMN ivr.callers.greeting IS 'Spoken first, e.g. Hello Ms. Meier.';
COMMENT ON COLUMN ivr.callers.department IS 'Sent there without a menu.';
COMMENT ON COLUMN ivr.callers.menu IS 'Asked this menu instead of the number''s.';
COMMENT ON COLUMN ivr.callers.blocked IS 'True: hears the message and the call ends.';
COMMENT ON COLUMN ivr.callers.message IS 'What a blocked caller hears; null: a neutral sentence.';
COMMENT ON COLUMN ivr.callers.note IS 'For people.';

-- Who changed what, and how it was before

ALTER TABLE ivr.config_versions ADD COLUMN snapshot jsonb;
COMMENT ON TABLE ivr.config_versions IS
    'One row for each transaction that changed the configuration. The programs take a new snapshot when the highest version changes.';
COMMENT ON COLUMN ivr.config_versions.snapshot IS
    'All tables of the configuration as they were after it: what ivr.restore_config() goes back to. ivr.callers is not in it: customers are data.';

-- On disposition, which is null until the end: a step on the way then changes no index and the row is updated in place.
CREATE INDEX calls_failed_by_caller ON ivr.calls (from_number, closed_at) WHERE disposition = 'failed';
COMMENT ON INDEX ivr.calls_failed_by_caller IS 'Where could this caller not be connected a short time ago? Asked by every answer.';

-- It takes the caller's number and tells more now.
DROP FUNCTION IF EXISTS ivr.call_state(text, integer, boolean);
