-- made_menus.sql: places that speak with the caller, as menus: what ivr.settings() adds to those that somebody wrote.
-- 0019_message_boxes.sql says why.
CREATE OR REPLACE VIEW ivr.made_menus AS
SELECT 'message_box:' || d.department AS menu, 'message_box' AS kind, 'message' AS takes, d.department, said.prompt,
       coalesce(d.message_notice, 'Your message is recorded.') AS recording_notice,
       1 AS num_digits, 30 AS timeout_seconds, '#' AS finish_on_key,
       -- Each gather is half a minute.
       said.prompt AS no_input_prompt, 2 * coalesce(d.message_minutes, 2) - 1 AS no_input_limit,
       said.prompt AS invalid_prompt, 0 AS invalid_limit,
       said.thanks AS no_input_message, said.thanks AS invalid_message,
       NULL AS greeting, NULL AS partner, '[]'::jsonb AS options, NULL AS opens_department, NULL AS opens_menu
FROM ivr.departments AS d
CROSS JOIN LATERAL (
    SELECT coalesce(d.message_prompt, 'Please leave a message, and press the hash key when you have finished.') AS prompt,
           coalesce(d.message_thanks, 'Thank you for your message. Goodbye.') AS thanks) AS said
WHERE d.department IN (
    SELECT message_box FROM ivr.menu_options
    UNION ALL SELECT closed_message_box FROM ivr.departments
    UNION ALL SELECT unnest(ARRAY[closed_message_box, no_input_message_box, invalid_message_box]) FROM ivr.menus)
UNION ALL
-- Two that are partners: one takes a number, the other reads it back.
SELECT asks.menu, asks.kind, asks.takes, d.department, asks.prompt, NULL, asks.num_digits, asks.timeout_seconds, '#',
       asks.no_input_prompt, 1, asks.invalid_prompt, 2, said.sorry, said.sorry, asks.greeting, asks.partner, asks.options, NULL, NULL
FROM ivr.departments AS d
CROSS JOIN LATERAL (
    SELECT coalesce(d.callback_prompt,
                    'Please enter the number on which we call you back, with its country code, and press the hash key.') AS prompt,
           coalesce(d.callback_thanks, 'Thank you. We call you back. Goodbye.') AS thanks,
           'We are sorry, we could not take your number. Please call again. Goodbye.' AS sorry) AS said
CROSS JOIN LATERAL (VALUES
    ('callback:' || d.department, 'callback', 'number', said.prompt, 15, 10, said.prompt,
     'This number cannot be called. Please enter it with its country code, and press the hash key.',
     NULL, 'callback_check:' || d.department, '[]'::jsonb),
    ('callback_check:' || d.department, 'callback_check', 'confirmation', 'Press 1 if it is right, or 2 for another number.', 1, 7,
     'Press 1 if this number is right, or 2 for another number.', 'Press 1 if this number is right, or 2 for another number.',
     'We call you back on this number.', 'callback:' || d.department,
     jsonb_build_array(jsonb_build_object('digits', '1', 'message', said.thanks),
                       jsonb_build_object('digits', '2', 'to_menu', 'callback:' || d.department)))
    ) AS asks (menu, kind, takes, prompt, num_digits, timeout_seconds, no_input_prompt, invalid_prompt, greeting, partner, options)
WHERE d.department IN (
    SELECT callback FROM ivr.menu_options
    UNION ALL SELECT closed_callback FROM ivr.departments
    UNION ALL SELECT unnest(ARRAY[closed_callback, no_input_callback, invalid_callback]) FROM ivr.menus)
UNION ALL
-- What a code opens is its department, or that of the menu, by then.
SELECT 'code:' || c.code, 'code', 'code', coalesce(c.department, (SELECT m.fallback FROM ivr.menus AS m WHERE m.menu = c.to_menu)),
       said.prompt, NULL, c.num_digits, 10, '#', said.prompt, 1, coalesce(c.wrong_prompt, 'This code is not right. Please enter it again.'), 2,
       said.goodbye, said.goodbye, NULL, NULL, '[]', c.department, c.to_menu
FROM ivr.codes AS c
CROSS JOIN LATERAL (
    SELECT coalesce(c.prompt, 'Please enter your code.') AS prompt,
           coalesce(c.wrong_message, 'We are sorry, we cannot connect you without the code. Goodbye.') AS goodbye) AS said
WHERE c.code IN (SELECT code FROM ivr.menu_options);

COMMENT ON VIEW ivr.made_menus IS
    'Menus that nobody wrote: the places of the configuration that speak with the caller, as far as something leads to them. Their columns are those of ivr.menus.';
COMMENT ON COLUMN ivr.made_menus.menu IS 'Its name, which no menu of ivr.menus can have: message_box:support, callback:support, callback_check:support, code:doctors.';
COMMENT ON COLUMN ivr.made_menus.kind IS 'message_box, callback, callback_check or code.';
COMMENT ON COLUMN ivr.made_menus.takes IS 'What it wants to hear, in the words of the settings: message (a recording, until a key is pressed), number (of a telephone), confirmation (of that number), code.';
COMMENT ON COLUMN ivr.made_menus.department IS 'Whose it is, and where the call goes should nothing else be possible.';
COMMENT ON COLUMN ivr.made_menus.prompt IS 'Spoken first.';
COMMENT ON COLUMN ivr.made_menus.recording_notice IS 'Spoken after that; recording starts behind it.';
COMMENT ON COLUMN ivr.made_menus.num_digits IS 'How many digits end its gather.';
COMMENT ON COLUMN ivr.made_menus.timeout_seconds IS 'How long a gather waits for a key.';
COMMENT ON COLUMN ivr.made_menus.finish_on_key IS 'The key that ends it.';
COMMENT ON COLUMN ivr.made_menus.no_input_prompt IS 'Spoken when nothing was pressed; into a message nothing is spoken.';
COMMENT ON COLUMN ivr.made_menus.no_input_limit IS 'How often it goes on when no key was pressed.';
COMMENT ON COLUMN ivr.made_menus.invalid_prompt IS 'Spoken when something wrong was pressed, or a number that cannot be called.';
COMMENT ON COLUMN ivr.made_menus.invalid_limit IS 'How often it asks again after that. Any key ends a message: 0.';
COMMENT ON COLUMN ivr.made_menus.no_input_message IS 'Spoken at the end, past the limit.';
COMMENT ON COLUMN ivr.made_menus.invalid_message IS 'The same.';
COMMENT ON COLUMN ivr.made_menus.greeting IS 'Spoken before all, or null.';
COMMENT ON COLUMN ivr.made_menus.partner IS 'The other menu of a callback; null for a message box.';
COMMENT ON COLUMN ivr.made_menus.options IS 'What can be pressed, as in the settings of the programs.';
COMMENT ON COLUMN ivr.made_menus.opens_department IS 'The department that a code opens.';
COMMENT ON COLUMN ivr.made_menus.opens_menu IS 'The menu that it opens.';
