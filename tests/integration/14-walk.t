#!/bin/bash
# Every path of a tree of 50 menus through the real programs; and a stored call against another configuration.
. tests/integration/lib.bash

walk() {
    sql 'SELECT ivr.settings(NULL)' | "$sim" --walk - --parallel 24 --created-at ms
}
replay() {
    sql "SELECT ivr.replay_script('$1')" | "$sim" --replay - --created-at ms
}

with_own_stack
ok 'every path of the seeded menus ends in a transfer' walk

# 50 menus, each with up to three below it, a department, a message, a way back and an own end for silence.
sql "INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback, no_input_limit, invalid_limit, no_input_message)
     SELECT 'm' || i, 'Menu ' || i || '.', 'Nothing heard in menu ' || i || '.', 'Wrong in menu ' || i || '.', 'operator',
            i % 2, i % 3 / 2, CASE WHEN i % 5 = 0 THEN 'Goodbye.' END
     FROM generate_series(0, 49) AS i;
     INSERT INTO ivr.menu_options (menu, digits, to_menu)
     SELECT 'm' || (i - 1) / 3, ((i - 1) % 3 + 1)::text, 'm' || i FROM generate_series(1, 49) AS i;
     INSERT INTO ivr.menu_options (menu, digits, department)
     SELECT 'm' || i, '4', (ARRAY['sales', 'support', 'billing'])[i % 3 + 1] FROM generate_series(0, 49) AS i;
     INSERT INTO ivr.menu_options (menu, digits, message) SELECT 'm' || i, '5', 'Message ' || i || '.' FROM generate_series(0, 49) AS i;
     INSERT INTO ivr.menu_options (menu, digits, back) SELECT 'm' || i, '9', true FROM generate_series(1, 49) AS i;
     INSERT INTO ivr.numbers (number, menu, time_zone) VALUES ('+4930123450', 'm0', 'Europe/Berlin')"
sleep 2
is 'the configuration has no fault' "$(sql "SELECT problem FROM ivr.check_config() WHERE severity = 'error'")" ''
walk >"$scratch/walk"
ok "every path of 50 menus ends in a transfer or a message: $(grep -i '^paths' "$scratch/walk" | tr -s ' ')" same "$?" 0
ok 'all of them were visited' grep -qE 'menus +52 ' "$scratch/walk"

sql "INSERT INTO ivr.hours (department, weekday, opens, closes)
     SELECT department, extract(isodow FROM now() + interval '3 days'), '09:00', '10:00' FROM ivr.departments WHERE department <> 'operator';
     UPDATE ivr.departments SET closed_message = 'We are closed.' WHERE department IN ('sales', 'support');
     UPDATE ivr.departments SET closed_department = 'operator' WHERE department = 'billing'"
sleep 2
ok 'the same when every department is closed' walk
sql 'UPDATE ivr.emergency SET active = true'
sleep 2
ok 'and in an emergency' walk
sql 'UPDATE ivr.emergency SET active = false; DELETE FROM ivr.hours'
sleep 2

ok 'a call is played' "$sim" --quiet --call-id stored --digits 9,2 --created-at ms --expect 2=+15551230012
ok 'played again it is the same' replay stored
sql "UPDATE ivr.departments SET destination = '+15551230077' WHERE department = 'support'; UPDATE ivr.menus SET invalid_prompt = 'Again, please.' WHERE menu = 'main'"
sleep 2
replay stored >"$scratch/replay"
is 'against another configuration it is not' "$?" 1
ok 'the difference is shown: the prompt' grep -q 'Again, please.' "$scratch/replay"
ok 'and the destination' grep -q '+15551230077' "$scratch/replay"
done_testing
