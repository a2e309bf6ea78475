CREATE OR REPLACE VIEW ivr.ways AS
-- Where a call begins
SELECT 'start' AS from_place, 'menu:main' AS to_place, 'start' AS kind, NULL AS how
FROM ivr.menus
WHERE menu = 'main'
UNION ALL
SELECT 'start:department', 'menu:department', 'start', NULL
FROM ivr.menus
WHERE menu = 'department'
UNION ALL
SELECT 'number:' || row_number() OVER (ORDER BY number COLLATE "C"), 'menu:' || menu, 'number', NULL
FROM ivr.numbers
UNION ALL
SELECT 'callers', coalesce('department:' || department, 'menu:' || menu), 'caller', count(*) || CASE WHEN count(*) = 1 THEN ' caller' ELSE ' callers' END
FROM ivr.callers
WHERE NOT blocked AND num_nonnulls(department, menu) = 1
GROUP BY department, menu
UNION ALL
SELECT 'callers', 'menu:' || callback_menu, 'caller', 'to be called back'
FROM ivr.departments
WHERE callback_menu IS NOT NULL
GROUP BY callback_menu
UNION ALL
SELECT 'emergency', coalesce('department:' || department, 'message:' || message), 'emergency',
       CASE WHEN active THEN 'switched on' ELSE 'when switched on' END
FROM ivr.emergency
-- Out of a menu
UNION ALL
SELECT 'menu:' || menu,
       coalesce('department:' || department, 'menu:' || to_menu, 'menu:message_box:' || message_box, 'menu:callback:' || callback, 'menu:code:' || code, 'message:' || message,
                CASE WHEN again THEN 'menu:' || menu ELSE 'back:' || menu END),
       'option', concat(digits, ' in ' || language)
FROM ivr.menu_options
UNION ALL
SELECT 'menu:' || menu, 'extensions', 'extension', 'an extension'
FROM ivr.menus
WHERE direct_dial AND EXISTS (SELECT FROM ivr.extensions)
UNION ALL
SELECT 'menu:' || menu, coalesce(own_place, 'department:' || fallback),
       CASE WHEN own_place IS NULL THEN 'fallback' ELSE kind END, kind
FROM ivr.menus
CROSS JOIN LATERAL (VALUES
    ('no input', coalesce('department:' || no_input_department, 'menu:' || no_input_menu,
                          'menu:message_box:' || no_input_message_box, 'menu:callback:' || no_input_callback, 'message:' || no_input_message)),
    ('wrong digits', coalesce('department:' || invalid_department, 'menu:' || invalid_menu,
                              'menu:message_box:' || invalid_message_box, 'menu:callback:' || invalid_callback, 'message:' || invalid_message)),
    ('closed', coalesce('department:' || closed_department, 'menu:' || closed_menu,
                        'menu:message_box:' || closed_message_box, 'menu:callback:' || closed_callback, 'message:' || closed_message))
) AS past (kind, own_place)
WHERE kind <> 'closed' OR EXISTS (SELECT FROM ivr.hours WHERE hours.menu = menus.menu)
UNION ALL
SELECT 'menu:' || menu, 'department:' || fallback, 'fallback', 'otherwise'
FROM ivr.menus
-- Out of a place that speaks with the caller
UNION ALL
SELECT 'menu:' || menu, 'message:' || no_input_message, 'end', 'when it is left'
FROM ivr.made_menus
UNION ALL
SELECT 'menu:' || menu, 'menu:' || partner, 'option', 'a number'
FROM ivr.made_menus
WHERE takes = 'number'
UNION ALL
SELECT 'menu:' || menu, coalesce('department:' || opens_department, 'menu:' || opens_menu), 'option', 'the code'
FROM ivr.made_menus
WHERE takes = 'code'
UNION ALL
SELECT 'menu:' || menu, coalesce('menu:' || (o ->> 'to_menu'), 'message:' || (o ->> 'message')), 'option', o ->> 'digits'
FROM ivr.made_menus CROSS JOIN LATERAL jsonb_array_elements(options) AS o
-- Out of a department
UNION ALL
SELECT 'department:' || department,
       coalesce('department:' || closed_department, 'menu:' || closed_menu, 'menu:message_box:' || closed_message_box, 'menu:callback:' || closed_callback,
                'message:' || closed_message), 'closed',
       concat_ws(' or ', CASE WHEN has_hours THEN 'closed' END, CASE WHEN has_agents THEN 'nobody on duty' END)
FROM ivr.departments AS d
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM ivr.hours WHERE hours.department = d.department) AS has_hours,
                           EXISTS (SELECT FROM ivr.agents WHERE agents.department = d.department) AS has_agents) AS may
WHERE num_nonnulls(closed_department, closed_menu, closed_message_box, closed_callback, closed_message) > 0 AND (has_hours OR has_agents);

COMMENT ON VIEW ivr.ways IS
    'Every way that a call can go by the configuration: from a place to a place. What the places are: ivr.places. Nobody is led along a way that is not here, except back to the menu before.';
COMMENT ON COLUMN ivr.ways.from_place IS 'Where the call is: menu:main, department:sales, number:1, …; see ivr.places.';
COMMENT ON COLUMN ivr.ways.to_place IS 'Where it goes.';
COMMENT ON COLUMN ivr.ways.kind IS
    'Why: start, number, caller and emergency for calls that begin; option, extension, no input and wrong digits in a menu; closed; end of what a place asks for; fallback where the menu says nothing else.';
COMMENT ON COLUMN ivr.ways.how IS
    'In words: the digits of an option and the language that it sets, what happened for a fallback, how many callers are known by their number.';
