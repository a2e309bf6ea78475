CREATE OR REPLACE VIEW ivr.places AS
SELECT 'start' AS place, 'start' AS kind,
       CASE WHEN EXISTS (SELECT FROM ivr.numbers) THEN 'any other number' ELSE 'any number' END AS name, NULL AS words
FROM ivr.menus
WHERE menu = 'main'
UNION ALL
SELECT 'start:department', 'start', 'answer?menu=department', NULL
FROM ivr.menus
WHERE menu = 'department'
UNION ALL
SELECT 'number:' || row_number() OVER (ORDER BY number COLLATE "C"), 'number', ivr.shown(number),
       concat_ws(', ', note, language, time_zone)
FROM ivr.numbers
UNION ALL
SELECT 'callers', 'callers', 'known callers', NULL
WHERE EXISTS (SELECT FROM ivr.callers WHERE NOT blocked AND num_nonnulls(department, menu) = 1)
   OR EXISTS (SELECT FROM ivr.departments WHERE callback_menu IS NOT NULL)
UNION ALL
SELECT 'emergency', 'emergency', CASE WHEN active THEN 'EMERGENCY IS ON' ELSE 'emergency' END, message
FROM ivr.emergency
UNION ALL
SELECT 'menu:' || menu, 'menu', menu, prompt
FROM ivr.menus
UNION ALL
SELECT 'menu:' || menu, kind, CASE kind WHEN 'code' THEN replace(menu, ':', ' ') ELSE replace(kind, '_', ' ') || ' of ' || department END, concat_ws(' ', greeting, prompt, recording_notice)
FROM ivr.made_menus
UNION ALL
SELECT 'back:' || menu, 'back', 'back', 'the menu before'
FROM ivr.menu_options
WHERE back
GROUP BY menu
UNION ALL
SELECT 'department:' || department, 'department', department,
       coalesce((SELECT string_agg(ivr.shown(agents.destination) || CASE WHEN on_duty THEN '' ELSE ' (off duty)' END,
                                   e'\n' ORDER BY priority, agents.destination COLLATE "C")
                 FROM ivr.agents
                 WHERE agents.department = departments.department), ivr.shown(destination))
FROM ivr.departments
UNION ALL
SELECT 'extensions', 'extensions', 'extensions',
       CASE WHEN count(*) > 8
            THEN format('%s from %s to %s', count(*), min(extension COLLATE "C"), max(extension COLLATE "C"))
            ELSE string_agg(concat_ws(' ', extension, name), ', ' ORDER BY extension COLLATE "C") END
FROM ivr.extensions
HAVING count(*) > 0
UNION ALL
SELECT DISTINCT to_place, 'message', 'message', substr(to_place, length('message:') + 1)
FROM ivr.ways
WHERE to_place LIKE 'message:%';

COMMENT ON VIEW ivr.places IS
    'Everywhere that a call can begin, be or end by the configuration. The ways between them: ivr.ways.';
COMMENT ON COLUMN ivr.places.place IS
    'What ivr.ways calls it: start, number:1, callers, emergency, menu:main, menu:message_box:sales, back:main, department:sales, extensions, message:…';
COMMENT ON COLUMN ivr.places.kind IS
    'start, number, callers, emergency, menu, message_box, callback, callback_check, code, back, department, extensions or message.';
COMMENT ON COLUMN ivr.places.name IS 'Its name: the menu, the department, the number that is called.';
COMMENT ON COLUMN ivr.places.words IS
    'What is said or dialled there: the prompt of a menu, the destinations of a department, a message; the note of a number.';
