#!/bin/bash
# Call me back: what a caller hears, and who is to be called back.
. tests/integration/lib.bash

with_own_stack
sql "INSERT INTO ivr.menu_options (menu, digits, callback) VALUES ('main', '4', 'support');
     UPDATE ivr.departments SET callback_prompt = 'Your number?', callback_thanks = 'We call you.' WHERE department = 'support';
     UPDATE ivr.menus SET no_input_limit = 0, no_input_callback = 'sales' WHERE menu = 'department'"
sleep 2
callback() { sql "SELECT department, number, from_number, times, tries, done FROM ivr.callbacks WHERE call_id = '$1'"; }
call() {
    local id=$1
    shift
    "$sim" --quiet --call-id "$id" "$@"
}
said() { json -r '[.actions[] | .say.text? // .gather?.prompt? // empty] | join(" | ")'; }

# What is said

is 'who shows a number hears it digit by digit' "$(get 'route-menu?call_id=a&step=1&digits=4&from=%2B15551230001' | said)" \
    'We call you back on this number. | 1 5 5 5 1 2 3 0 0 0 1 | Press 1 if it is right, or 2 for another number.'
is 'the redirect carries it' "$(get 'route-menu?call_id=a&step=1&digits=4&from=%2B15551230001' | json -r '.actions[-1].url')" \
    "$IVR_URL/route-menu?call_id=a&step=2&menu=callback_check%3Asupport&callback=15551230001"
is 'who shows none is asked' "$(get 'route-menu?call_id=b&step=1&digits=4&from=anonymous' | json -c '.actions[0].gather')" \
    '{"finish_on_key":"#","num_digits":15,"prompt":"Your number?","timeout_seconds":10}'
is 'what is entered is read back' "$(get 'route-menu?call_id=c&step=1&menu=callback:support&digits=004915112345678' | said)" \
    'We call you back on this number. | 4 9 1 5 1 1 2 3 4 5 6 7 8 | Press 1 if it is right, or 2 for another number.'
is 'what cannot be called is refused kindly' "$(get 'route-menu?call_id=d&step=1&menu=callback:support&digits=0151' | said)" \
    'This number cannot be called. Please enter it with its country code, and press the hash key.'

# Calls

ok 'a caller confirms the number that is shown' call shown --from +15551230055 --digits 4,1 --expect 1=say
is 'and is to be called back' "$(callback shown)" 'support|+15551230055|+15551230055|1|0|f'
is 'the call ended in a message' "$(sql "SELECT disposition FROM ivr.calls WHERE call_id = 'shown'")" message
ok 'another one corrects it twice' call twice --from +15551230056 --digits '4,2,15551230077#,2,0015551230078#,1' --expect 1=say
is 'the last number counts' "$(callback twice)" 'support|+15551230078|+15551230056|1|0|f'
ok 'one who shows no number enters it' call anonymous --from anonymous --digits '4,15551230079#,1' --expect 1=say
is 'and is to be called back as well' "$(callback anonymous)" 'support|+15551230079|anonymous|1|0|f'
ok 'one who enters nothing hears an end' call silent --from anonymous --digits '4,-,-' --expect none=say
is 'and is not to be called' "$(callback silent)" ''
ok 'one who confirms nothing as well' call unsure --from +15551230057 --digits '4,-,-' --expect none=say
is 'and is not to be called either' "$(callback unsure)" ''
ok 'one whose number cannot be called, three times' call wrong --from anonymous --digits '4,12#,0#,999#' --expect 999=say
ok 'one who corrects for ever comes to an end' call ever --from anonymous --digits "4,$(printf '15551230080#,2,%.0s' {1..12})" --expect default=say,15551230080=say
ok 'one who hangs up before' call gone --from +15551230058 --digits 4 --end hangup
is 'is not to be called' "$(callback gone)" ''
ok 'one who asks again' call again --from +15551230055 --digits '4,2,15551230081#,1' --expect 1=say
is 'has one that is open' "$(callback shown)" 'support|+15551230081|+15551230055|2|0|f'
ok 'however the digits are told' call told --from anonymous --digits '4,15551230082#,1' --digits-in redirect --ask-twice --expect 1=say
is 'it is one' "$(callback told)" 'support|+15551230082|anonymous|1|0|f'
ok 'where redirects tell nothing as well' call bare --from +15551230083 --carry first --digits 4,1 --expect 1=say
is 'the number is that of the call' "$(callback bare)" 'support|+15551230083|+15551230083|1|0|f'
ok 'a limit may lead to it' call limit --from +15551230084 --answer 'answer?menu=department' --digits -,1 --expect 1=say
is 'of its department' "$(callback limit)" 'sales|+15551230084|+15551230084|1|0|f'
is 'who has been called is done' "$(sql "SELECT ivr.called_back('limit')"; callback limit)" $'1\nsales|+15551230084|+15551230084|1|1|t'

# Who waits for a call

sql "UPDATE ivr.departments SET callback_menu = 'department' WHERE department = 'support'"
sleep 2
is 'who waits for a call is asked by a menu of its own' "$(get 'answer?call_id=back&from=%2B15551230083&to=%2B15551230002' | said)" 'Press 1 for billing or 2 for technical support.'
ok 'also when it is called' call out --from +15551230002 --to +15551230083 --digits 1 --expect 1=+15551230013
ok 'every path ends' "$sim" --quiet --walk <(sql 'SELECT ivr.settings(NULL)')
is 'the configuration is right' "$(sql "SELECT * FROM ivr.check_config() WHERE severity = 'error'")" ''

# Nobody reads the numbers

readable=$(sql "SELECT format('SELECT count(*) FROM ivr.%I AS r WHERE r::text ~ ''555123008[0-9]|5 5 5 1 2 3 0 0 8'';', relname) FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'v'")
is 'readers see none of the numbers' "$(psql -X -A -t -q -c 'SET ROLE ivr_report' -f - <<<"$readable" | sort -u)" 0
sql "SELECT ivr.pseudonymise_calls(ARRAY['told', 'anonymous', 'twice'])" >/dev/null
is 'what was entered gets a pseudonym' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id IN ('told', 'anonymous', 'twice') AND (response::text ~ '1555123007[789]|15551230082|5 1 2 3 0 0' OR digits ~ '5551230')")" 0

# The database is away

own_stack pg-stop immediate
is 'a callback is served without the database' "$(get 'route-menu?call_id=away&step=2&digits=1&menu=callback_check:support&callback=15551230085' | said)" 'We call you.'
own_stack pg-start
ok 'what was given is stored later' is_drained
is 'and is to be called back' "$(callback away)" 'support|+15551230085||1|0|f'
is 'rows are what the log says' "$(sql 'SELECT count(*) FROM ivr.drift()')" 0
done_testing
