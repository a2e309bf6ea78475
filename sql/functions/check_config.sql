CREATE OR REPLACE FUNCTION ivr.check_config()
RETURNS TABLE (severity text, subject text, problem text, hint text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ivr, pg_temp
SET jit = off  -- compiling takes longer than running it
AS $$
#variable_conflict use_column
BEGIN
    -- Ways that lead nowhere good

    RETURN QUERY
    SELECT 'error', 'menu main', 'does not exist, but it is what callers of numbers without a menu are asked',
           'INSERT it into ivr.menus.'
    WHERE NOT EXISTS (SELECT FROM ivr.menus WHERE menu = 'main');

    RETURN QUERY
    SELECT 'error', format('number %s', ivr.masked(n.number)), 'has no menu', 'Set menu of its row in ivr.numbers.'
    FROM ivr.numbers AS n
    WHERE NOT EXISTS (SELECT FROM ivr.menus AS m WHERE m.menu = n.menu);

    RETURN QUERY
    SELECT 'warning', format('number %s', ivr.masked(n.number)), 'is never the number that was called: it is not E.164',
           'Write + and 7 to 15 digits, without blanks.'
    FROM ivr.numbers AS n
    WHERE n.number LIKE '+%' AND NOT ivr.is_destination(n.number);

    RETURN QUERY
    WITH RECURSIVE reached (place) AS (
        SELECT to_place FROM ivr.ways WHERE kind IN ('start', 'number', 'caller')
        UNION
        SELECT to_place FROM ivr.ways JOIN reached ON from_place = place
    )
    SELECT 'warning', format('menu %s', menu), 'no number, caller, option or other menu leads to it',
           'Lead something to it or delete it, unless an answer_url asks for it by ?menu=' || menu || '.'
    FROM ivr.menus
    WHERE NOT EXISTS (SELECT FROM reached WHERE place = 'menu:' || menu);

    RETURN QUERY
    SELECT 'error', format('menu %s', menu),
           CASE WHEN direct_dial THEN 'has no options, and there are no extensions to dial' ELSE 'has no options' END,
           'INSERT its choices into ivr.menu_options' || CASE WHEN direct_dial THEN ' or ivr.extensions.' ELSE '.' END
    FROM ivr.menus
    WHERE NOT EXISTS (SELECT FROM ivr.menu_options AS o WHERE o.menu = menus.menu)
      AND NOT (direct_dial AND EXISTS (SELECT FROM ivr.extensions));

    -- Doors that are closed

    RETURN QUERY
    WITH place AS MATERIALIZED (
        -- A week says it for nearly all of them.
        SELECT department, menu,
               NOT EXISTS (SELECT FROM ivr.open_spans(department, menu, zone, now(), now() + interval '8 days'))
               AND NOT EXISTS (SELECT FROM ivr.open_spans(department, menu, zone, now(), now() + interval '400 days'))
               AS never
        FROM (SELECT department, NULL AS menu, time_zone AS zone FROM ivr.departments
              UNION ALL
              SELECT NULL, menu, coalesce(time_zone, 'UTC') FROM ivr.menus) AS with_zone
    ),
    led AS (
        SELECT DISTINCT substr(to_place, length('department:') + 1) AS department,
               CASE kind
                   WHEN 'option' THEN format('option %s of menu %s', how, substr(from_place, length('menu:') + 1))
                   WHEN 'caller' THEN 'known callers'
                   ELSE format('%s of %s', kind, replace(from_place, ':', ' '))
               END AS subject
        FROM ivr.ways
        WHERE to_place LIKE 'department:%' AND kind NOT IN ('fallback', 'emergency')
    )
    SELECT 'error', led.subject,
           format('leads to department %s, which does not open in the next 400 days', place.department),
           'Look at its rows in ivr.hours and ivr.holidays.'
    FROM place JOIN led USING (department)
    WHERE never
    UNION ALL
    SELECT 'error', format('menu %s', place.menu), 'does not open in the next 400 days',
           'Look at its rows in ivr.hours and ivr.holidays.'
    FROM place
    WHERE never AND place.menu IS NOT NULL
    UNION ALL
    SELECT 'warning', led.subject, format('leads to department %s, where nobody is on duty', led.department),
           'UPDATE ivr.agents SET on_duty = true for somebody.'
    FROM led
    WHERE EXISTS (SELECT FROM ivr.agents AS a WHERE a.department = led.department)
      AND NOT EXISTS (SELECT FROM ivr.agents AS a WHERE a.department = led.department AND on_duty);

    RETURN QUERY
    SELECT DISTINCT 'warning', replace(place, ':', ' '), 'has holidays but no weekly hours, so it is always open',
           'INSERT its weekly hours into ivr.hours.'
    FROM (SELECT coalesce('department:' || department, 'menu:' || menu) AS place FROM ivr.holidays
          EXCEPT
          SELECT coalesce('department:' || department, 'menu:' || menu) FROM ivr.hours) AS forgotten
    WHERE place IS NOT NULL;

    RETURN QUERY
    WITH RECURSIVE chain (path, place) AS (
        SELECT ARRAY[from_place], to_place FROM ivr.ways WHERE kind = 'closed'
        UNION ALL
        SELECT path || place, to_place
        FROM chain JOIN ivr.ways ON from_place = place
        WHERE kind = 'closed' AND NOT place = ANY (path)
    )
    SELECT 'error', replace(place, ':', ' '),
           format('when all are closed they lead in a circle: %s',
                  replace(array_to_string(path || place, ' -> '), ':', ' ')),
           'Let closed_department or closed_menu of one of them lead elsewhere.'
    FROM chain
    WHERE place = path[1] AND place = (SELECT min(p COLLATE "C") FROM unnest(path) AS p)
    UNION ALL
    SELECT 'error', replace(path[1], ':', ' '),
           format('when all are closed it leads through more than 8 places: %s',
                  replace(array_to_string(path || place, ' -> '), ':', ' ')),
           'Let closed_department or closed_menu lead to something open sooner.'
    FROM chain
    WHERE cardinality(path) = 9 AND place <> ALL (path);

    -- What is said and dialled

    RETURN QUERY
    SELECT 'error', format('menu %s', menu),
           format('greeting, recording notice and prompt have %s characters together', length(spoken)),
           'Shorten them to 600; callers cannot choose before the end.'
    FROM ivr.menus, concat_ws(' ', greeting, recording_notice, prompt) AS spoken
    WHERE length(spoken) > 600
    UNION ALL
    SELECT 'error', format('message box of department %s', department),
           format('the sentence and the recording notice have %s characters together', length(spoken)),
           'Shorten them to 600; callers cannot speak before the end.'
    FROM ivr.made_menus, concat_ws(' ', prompt, recording_notice) AS spoken
    WHERE kind = 'message_box' AND length(spoken) > 600;

    RETURN QUERY
    SELECT 'error', subject, format('cannot be dialled: %s', ivr.masked(destination)),
           'A destination is E.164, like +15551230011, or a SIP URI.'
    FROM (SELECT format('department %s', department), destination FROM ivr.departments
          UNION ALL
          SELECT format('an agent of department %s', department), destination FROM ivr.agents
          UNION ALL
          SELECT format('extension %s', extension), destination FROM ivr.extensions) AS dialled (subject, destination)
    WHERE NOT ivr.is_destination(destination);

    -- The numbers of the documents, with which the configuration is seeded: area code 555 is nobody's.
    RETURN QUERY
    SELECT 'note', subject, format('sends callers to a placeholder, where nobody answers: %s', ivr.masked(destination)), hint
    FROM (SELECT format('department %s', department), destination,
                 format('UPDATE ivr.departments SET destination = a number of your own WHERE department = %L.', department)
          FROM ivr.departments
          UNION ALL
          SELECT format('an agent of department %s', department), destination, 'UPDATE its destination in ivr.agents.'
          FROM ivr.agents
          UNION ALL
          SELECT format('extension %s', extension), destination, 'UPDATE its destination in ivr.extensions.'
          FROM ivr.extensions) AS dialled (subject, destination, hint)
    WHERE starts_with(destination, '+1555123')
    UNION ALL
    SELECT 'note', format('number %s', ivr.masked(n.number)), 'is a placeholder, which nobody calls',
           'UPDATE it to a number of your own in ivr.numbers.'
    FROM ivr.numbers AS n
    WHERE starts_with(n.number, '+1555123');

    -- What is pressed

    RETURN QUERY
    WITH choice AS (
        SELECT m.menu, o.digits, m.num_digits, m.finish_on_key, m.timeout_seconds,
               format('option %s of menu %s', o.digits, m.menu) AS subject, format('option %s', o.digits) AS name
        FROM ivr.menus AS m JOIN ivr.menu_options AS o USING (menu)
        UNION ALL
        SELECT m.menu, e.extension, m.num_digits, m.finish_on_key, m.timeout_seconds,
               format('extension %s in menu %s', e.extension, m.menu), format('extension %s', e.extension)
        FROM ivr.menus AS m CROSS JOIN ivr.extensions AS e
        WHERE m.direct_dial
    )
    SELECT 'error', subject, format('can never be pressed: the menu takes %s digit(s)', num_digits),
           'Raise num_digits of the menu or shorten it.'
    FROM choice
    WHERE length(digits) > num_digits
    UNION ALL
    SELECT 'error', subject, format('can never be pressed: %s ends the input', finish_on_key),
           'Set finish_on_key of the menu to another key or to null.'
    FROM choice
    WHERE strpos(digits, finish_on_key) > 0
    UNION ALL
    SELECT 'warning', format('extension %s in menu %s', e.extension, m.menu),
           'is never reached: an option has the same digits',
           'Give the option or the extension other digits.'
    FROM ivr.menus AS m JOIN ivr.menu_options AS o USING (menu) JOIN ivr.extensions AS e ON e.extension = o.digits
    WHERE m.direct_dial
    UNION ALL
    SELECT 'warning', format('menu %s', menu),
           format('callers wait %s s after %s, because the menu takes %s digits', timeout_seconds,
                  CASE WHEN count(*) > 3 THEN format('%s and %s others', min(name COLLATE "C"), count(*) - 1)
                       ELSE string_agg(name, ', ' ORDER BY name COLLATE "C") END, num_digits),
           'Set finish_on_key of the menu and name the key in the prompt, or give all choices the same length.'
    FROM choice
    WHERE length(digits) < num_digits AND finish_on_key IS NULL
    GROUP BY menu, timeout_seconds, num_digits;

    -- Languages

    RETURN QUERY
    WITH said AS (
        SELECT sentence, min(subject COLLATE "C") AS subject FROM ivr.sentences GROUP BY sentence
    ), spoken AS (
        SELECT language FROM ivr.translations GROUP BY language
    ), missing AS (
        SELECT language, subject, sentence
        FROM said CROSS JOIN spoken
        WHERE NOT EXISTS (SELECT FROM ivr.translations AS t WHERE t.sentence = said.sentence AND t.language = spoken.language)
    )
    SELECT 'warning', format('language %s', language),
           format('%s has no translation: "%s"%s', min(subject COLLATE "C"), (array_agg(sentence ORDER BY subject COLLATE "C", sentence COLLATE "C"))[1],
                  CASE WHEN count(*) > 1 THEN format(', and %s other sentence(s)', count(*) - 1) ELSE '' END),
           'INSERT it into ivr.translations; callers hear it as it is written.'
    FROM missing
    GROUP BY language
    UNION ALL
    SELECT 'warning', format('language %s', language),
           format('a translation is of what nothing says any more: "%s"%s', (array_agg(sentence ORDER BY sentence COLLATE "C"))[1],
                  CASE WHEN count(*) > 1 THEN format(', and %s other(s)', count(*) - 1) ELSE '' END),
           'UPDATE ivr.translations SET sentence = what is said now, or DELETE it.'
    FROM ivr.translations AS t
    WHERE NOT EXISTS (SELECT FROM said WHERE said.sentence = t.sentence)
      AND NOT EXISTS (SELECT FROM ivr.callers AS c WHERE t.sentence IN (c.greeting, c.message))
    GROUP BY language
    UNION ALL
    SELECT 'warning', format('option %s of menu %s', digits, menu),
           format('sets the language %s, and no other has a translation', language), 'INSERT what is said into ivr.translations.'
    FROM ivr.menu_options
    WHERE language IS NOT NULL AND NOT EXISTS (SELECT FROM ivr.translations);

    -- How often a caller can be asked

    RETURN QUERY
    SELECT CASE WHEN redirects > 19 THEN 'error' ELSE 'warning' END, format('menu %s', menus[1]),
           CASE WHEN redirects > 19 THEN
                    format('a caller may be asked %s times, and the platform follows 20 redirects at most: %s',
                           redirects, array_to_string(menus, ' -> '))
                ELSE 'so many menus lead to each other that the depth of the tree is not proven' END,
           'Lower no_input_limit, invalid_limit or message_minutes on that way, or make it shorter. '
           'Until then, callers go to the fallback after the 19th question.'
    FROM ivr.deepest_way()
    WHERE redirects > 19 OR NOT proven;
END;
$$;
COMMENT ON FUNCTION ivr.check_config() IS
    'What is wrong with the configuration, one row for each problem, none when all is well: severity error for what callers will notice, warning for what is probably not meant, note for the placeholders of a fresh installation, which a demonstration needs and real callers must not reach; what it is about; what is wrong; what to do.';
