#!/bin/bash
# What the owner changes with SQL is heard by the next caller.
. tests/integration/lib.bash

# Every process must have it two seconds later.
heard_by_all() {
    sleep 2
    for ((i = 0; i < 40; i++)); do get answer | grep -qF "$1" || return 1; done
}
refuses() { ! sql "$1"; }

with_own_stack
version=$(sql 'SELECT max(version) FROM ivr.config_versions')
sql "UPDATE ivr.menus SET prompt = 'Guten Tag. Drücken Sie 1 oder 2.', timeout_seconds = 9 WHERE menu = 'main'"
ok 'a new prompt is heard by every caller two seconds later' heard_by_all 'Guten Tag. Drücken Sie 1 oder 2.'
is 'it is a new version of the configuration' "$(sql 'SELECT max(version) FROM ivr.config_versions')" $((version + 1))
is 'with which answers are stamped' "$(get 'answer?call_id=stamped' >/dev/null; sql "SELECT config_version FROM ivr.answers WHERE call_id = 'stamped'")" $((version + 1))
sql "UPDATE ivr.departments SET destination = 'sip:sales@pbx.example.com' WHERE department = 'sales'"
sleep 2
is 'a new destination is dialled' "$(get 'route-menu?digits=1')" '{"actions":[{"type":"transfer","destination":"sip:sales@pbx.example.com"}]}'
sql "INSERT INTO ivr.departments VALUES ('warehouse', '+4930123456'); INSERT INTO ivr.menu_options VALUES ('main', '3', 'warehouse')"
sleep 2
is 'a new option leads to its department' "$(get 'route-menu?digits=3')" '{"actions":[{"type":"transfer","destination":"+4930123456"}]}'
sql "INSERT INTO ivr.menus (menu, prompt, num_digits, finish_on_key, no_input_prompt, invalid_prompt, fallback)
     VALUES ('night', 'Type your code.', 3, '#', 'Type it now.', 'Wrong code.', 'operator');
     INSERT INTO ivr.menu_options VALUES ('night', '007', 'sales')"
sleep 2
is 'a new menu is asked by name' "$(get 'answer?menu=night' | json -r '.actions[1].url')" "$IVR_URL/route-menu?menu=night"
is 'and its codes keep their zeros and lose the finish key' "$(get 'route-menu?menu=night&digits=007%23' | json -r '.actions[0].destination')" 'sip:sales@pbx.example.com'
ok 'a whole call goes through it' "$sim" --quiet --answer 'answer?menu=night' --digits '12,007' --digits-in webhook --expect 007=sip:sales@pbx.example.com
{
    echo "BEGIN; UPDATE ivr.menus SET prompt = 'Half done.' WHERE menu = 'main';"
    sleep 10
    echo 'ROLLBACK;'
} | psql -X -q &
sleep 9
is 'a change in a transaction that has been open for 9 seconds is heard by nobody' \
    "$(for ((i = 0; i < 40; i++)); do get answer; done | grep -c 'Half done')" 0
wait
ok 'a timeout over 30 seconds is refused' refuses "UPDATE ivr.menus SET timeout_seconds = 31"
ok 'a destination that cannot be dialled is refused' refuses "UPDATE ivr.departments SET destination = '0800 SALES'"
ok 'a menu without a fallback is refused' refuses "UPDATE ivr.menus SET fallback = NULL"
ok 'a fallback that does not exist is refused' refuses "UPDATE ivr.menus SET fallback = 'nobody'"
ok 'two finish keys are refused' refuses "UPDATE ivr.menus SET finish_on_key = '##'"
done_testing
