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
SELECT 'emergency', coalesce('department:' || department, 'message:' || message), 'emergency',
       CASE WHEN active THEN 'switched on' ELSE 'when switched on' END
FROM ivr.emergency
-- Out of a menu
UNION ALL
SELECT 'menu:' || menu,
       coalesce('department:' || department, 'menu:' || to_menu, 'message:' || message, 'back:' || menu),
       'option', digits
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
                          'message:' || no_input_message)),
    ('wrong digits', coalesce('department:' || invalid_department, 'menu:' || invalid_menu,
                              'message:' || invalid_message)),
    ('closed', coalesce('department:' || closed_department, 'menu:' || closed_menu, 'message:' || closed_message))
) AS past (kind, own_place)
WHERE kind <> 'closed' OR EXISTS (SELECT FROM ivr.hours WHERE hours.menu = menus.menu)
UNION ALL
SELECT 'menu:' || menu, 'department:' || fallback, 'fallback', 'otherwise'
FROM ivr.menus
-- Out of a department
UNION ALL
SELECT 'department:' || department,
       coalesce('department:' || closed_department, 'menu:' || closed_menu, 'message:' || closed_message), 'closed',
       concat_ws(' or ', CASE WHEN has_hours THEN 'closed' END, CASE WHEN has_agents THEN 'nobody on duty' END)
FROM ivr.departments AS d
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM ivr.hours WHERE hours.department = d.department) AS has_hours,
                           EXISTS (SELECT FROM ivr.agents WHERE agents.department = d.department) AS has_agents) AS may
WHERE num_nonnulls(closed_department, closed_menu, closed_message) > 0 AND (has_hours OR has_agents);

COMMENT ON VIEW ivr.ways IS
    'Every way that a call can go by the configuration: from a place to a place. What the places are: ivr.places. Nobody is led along a way that is not here, except back to the menu before.';
COMMENT ON COLUMN ivr.ways.from_place IS 'Where the call is: menu:main, department:sales, number:1, …; see ivr.places.';
COMMENT ON COLUMN ivr.ways.to_place IS 'Where it goes.';
COMMENT ON COLUMN ivr.ways.kind IS
    'Why: start, number, caller and emergency for calls that begin; option, extension, no input and wrong digits in a menu; closed; fallback where the menu says nothing else.';
COMMENT ON COLUMN ivr.ways.how IS
    'In words: the digits of an option, what happened for a fallback, how many callers are known by their number.';
