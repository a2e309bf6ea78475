#!/bin/bash
# Everything an owner of a phone menu expects, set up with SQL and heard on the next call.
. tests/integration/lib.bash

german=+4930123450
with_own_stack
before=$(get answer)

sql "INSERT INTO ivr.departments (department, destination, announcement, time_zone) VALUES
         ('verkauf', '+493012345001', 'Sie werden mit dem Verkauf verbunden.', 'Europe/Berlin'),
         ('werkstatt', '+493012345002', NULL, 'Europe/Berlin'),
         ('zentrale', '+493012345000', NULL, 'Europe/Berlin');
     INSERT INTO ivr.menus (menu, greeting, recording_notice, prompt, num_digits, finish_on_key, no_input_prompt, invalid_prompt, fallback,
                            direct_dial, no_input_limit, invalid_limit) VALUES
         ('de', 'Guten Tag bei Beispiel.', 'Das Gespräch wird aufgezeichnet.', 'Drücken Sie 1 für Verkauf, 2 für Service, oder eine Durchwahl.',
          3, '#', 'Wir haben nichts gehört.', 'Diese Wahl gibt es nicht.', 'zentrale', true, 1, 1);
     INSERT INTO ivr.menus (menu, prompt, no_input_prompt, invalid_prompt, fallback, no_input_limit, invalid_limit) VALUES
         ('de-service', 'Drücken Sie 1 für die Werkstatt, 2 für Öffnungszeiten, 3 für mehr, 9 für zurück.', 'Bitte wählen Sie.', 'Bitte noch einmal.', 'zentrale', 1, 1),
         ('de-mehr', 'Drücken Sie 1 für die Zentrale, 9 für zurück.', 'Bitte wählen Sie.', 'Bitte noch einmal.', 'zentrale', 1, 1);
     INSERT INTO ivr.menu_options (menu, digits, department, to_menu, message, back) VALUES
         ('de', '1', 'verkauf', NULL, NULL, false), ('de', '2', NULL, 'de-service', NULL, false),
         ('de-service', '1', 'werkstatt', NULL, NULL, false), ('de-service', '2', NULL, NULL, 'Wir haben von 8 bis 18 Uhr geöffnet.', false),
         ('de-service', '3', NULL, 'de-mehr', NULL, false), ('de-service', '9', NULL, NULL, NULL, true),
         ('de-mehr', '1', 'zentrale', NULL, NULL, false), ('de-mehr', '9', NULL, NULL, NULL, true);
     INSERT INTO ivr.extensions VALUES ('204', '+493012345204', 'Frau Meier'), ('205', 'sip:schulz@pbx.example.com', 'Herr Schulz');
     INSERT INTO ivr.numbers VALUES ('$german', 'de', 'Europe/Berlin', 'de');"
sleep 2

call() { "$sim" --quiet --to "$german" --created-at ms "$@"; }
walk() {
    local digits=$1 expect=$2
    call --digits "$digits" --expect "default=$expect"
    call --digits "$digits" --expect "default=$expect" --digits-in webhook --gathered-delay 100
}
end_of() { sql "SELECT concat_ws(' ', a.decision, a.reason, a.department) FROM ivr.answers AS a JOIN ivr.calls USING (call_id) WHERE call_id = '$1' ORDER BY step DESC LIMIT 1"; }

is 'the documents'"'"' menu is as before' "$(get answer)" "$before"
is 'the German number greets, tells of the recording, starts it and asks' \
    "$(get "answer?to=%2B${german#+}" | json '[.actions[] | keys[0]]')" '["say","say","start_recording","gather","type"]'
is 'in German' "$(get "answer?to=%2B${german#+}" | json -r '.actions[0].say.text')" 'Guten Tag bei Beispiel.'
ok 'one digit leads to a department' walk 1 +493012345001
ok 'two levels' walk 2,1 +493012345002
ok 'three levels' walk 2,3,1 +493012345000
ok 'back and on' walk 2,9,1 +493012345001
ok 'back twice' walk 2,3,9,9,1 +493012345001
ok 'an extension is dialled directly' walk 204 +493012345204
ok 'and one on SIP' walk 205 sip:schulz@pbx.example.com
ok 'a message ends the call' walk 2,2 say
ok 'an extension that does not exist is a wrong number' walk 299,1 +493012345001
ok 'going round and round ends at the fallback, within the platform'"'"'s redirects' call --call-id round \
    --digits 2,9,2,9,2,9,2,9,2,9,2,9,2,9,2,9,2,9,2,9,2,9 --expect default=+493012345000
is 'and says so' "$(end_of round)" 'fallback too many redirects zentrale'
ok 'the announcement is spoken before the transfer' call --call-id announced --digits 1 --expect default=+493012345001
is 'in the answer' "$(sql "SELECT response #>> '{actions,0,say,text}' FROM ivr.answers WHERE call_id = 'announced' AND decision = 'transfer'")" 'Sie werden mit dem Verkauf verbunden.'
is 'recording starts once a call' "$(sql "SELECT max(n) FROM (SELECT count(*) FILTER (WHERE response @> '{\"actions\":[{\"start_recording\":{}}]}') AS n FROM ivr.answers WHERE call_id IS NOT NULL GROUP BY call_id) AS calls")" 1

# Own destinations for silence and wrong digits
sql "UPDATE ivr.menus SET no_input_message = 'Auf Wiederhören.', invalid_department = 'werkstatt', no_input_limit = 0, invalid_limit = 1 WHERE menu = 'de'"
sleep 2
ok 'silence has an end of its own' call --digits - --expect none=say
ok 'wrong digits another' call --digits 7,8 --expect default=+493012345002
sql "UPDATE ivr.menus SET no_input_message = NULL, no_input_menu = 'de-service' WHERE menu = 'de'"
sleep 2
ok 'silence may lead to another menu' call --digits -,1 --expect default=+493012345002

# Hours
sql "UPDATE ivr.departments SET closed_message = 'Der Verkauf ist geschlossen.', closed_department = 'zentrale' WHERE department = 'verkauf';
     INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'verkauf', day, '00:00', '24:00' FROM generate_series(1, 7) AS day"
sleep 2
ok 'open round the clock is open' walk 1 +493012345001
sql "INSERT INTO ivr.holidays (day, department, name)
     SELECT (now() AT TIME ZONE 'Europe/Berlin')::date + day, 'verkauf', 'Betriebsferien' FROM generate_series(-1, 1) AS day"
sleep 2
ok 'closed for a holiday: another department' walk 1 +493012345000
is 'after its message' "$(get "route-menu?menu=de&step=1&digits=1" | json -r '.actions[0].say.text')" 'Der Verkauf ist geschlossen.'
sql "UPDATE ivr.departments SET closed_department = NULL WHERE department = 'verkauf'"
sleep 2
ok 'or the end of the call' walk 1 say
sql "DELETE FROM ivr.holidays; DELETE FROM ivr.hours;
     INSERT INTO ivr.hours (menu, weekday, opens, closes)
     SELECT 'de', extract(isodow FROM now() AT TIME ZONE 'Europe/Berlin' + interval '3 days'), '09:00', '10:00';
     UPDATE ivr.menus SET closed_message = 'Wir haben geschlossen.', closed_menu = 'de-mehr' WHERE menu = 'de'"
sleep 2
ok 'a menu outside its hours: another menu' call --digits 1 --expect default=+493012345000
sql "UPDATE ivr.menus SET closed_menu = NULL WHERE menu = 'de'"
sleep 2
ok 'or the end of the call' call --expect none=say
sql "DELETE FROM ivr.hours"

# Agents
sql "INSERT INTO ivr.agents (department, destination, priority, share) VALUES
         ('werkstatt', '+493012345021', 1, 3), ('werkstatt', '+493012345022', 1, 1), ('werkstatt', '+493012345023', 2, 1)"
sleep 2
ok '200 calls for two agents' call --calls 200 --parallel 50 --digits 2,1
share=$(sql "SELECT round(100.0 * count(*) FILTER (WHERE transferred_to = '+493012345021') / count(*)) FROM ivr.calls WHERE transferred_to LIKE '+4930123450__' AND department = 'werkstatt' AND transferred_to <> '+493012345002'")
ok "are shared 3 to 1 ($share % to the first)" test "$share" -ge 62 -a "$share" -le 88
sql "UPDATE ivr.agents SET on_duty = false WHERE priority = 1"
sleep 2
ok 'nobody of the first priority is on duty: the second' walk 2,1 +493012345023
ok 'his call fails' call --from +4915100000001 --digits 2,1 --end failed --expect default=+493012345023
sql "UPDATE ivr.agents SET on_duty = true WHERE destination = '+493012345022'"
sleep 2
ok 'the first that is left is tried' call --from +4915100000001 --digits 2,1 --end failed --expect default=+493012345022
ok 'both have failed for this caller, then it begins anew' call --from +4915100000001 --digits 2,1 --expect default=+493012345022
sql "UPDATE ivr.agents SET on_duty = true, priority = 1; UPDATE ivr.agents SET priority = 2 WHERE destination = '+493012345023'"
sleep 2
ok 'a caller whom 22 and 23 have failed gets 21' call --from +4915100000001 --digits 2,1 --expect default=+493012345021
sql "UPDATE ivr.agents SET on_duty = false; UPDATE ivr.departments SET closed_message = 'Niemand ist da.' WHERE department = 'werkstatt'"
sleep 2
ok 'nobody on duty is closed' walk 2,1 say

# Known callers
sql "INSERT INTO ivr.callers (number, name, greeting, department, menu, blocked) VALUES
         ('+4915200000001', 'Meier', 'Guten Tag, Frau Meier.', 'verkauf', NULL, false),
         ('+4915200000002', 'Schulz', 'Guten Tag, Herr Schulz.', NULL, 'de-mehr', false),
         ('+4915200000003', 'Spam', NULL, NULL, NULL, true)"
ok 'a known caller skips the menu' call --from +4915200000001 --expect default=+493012345001,none=+493012345001
is 'greeted by name' "$(get 'answer?from=%2B4915200000001' | json -r '.actions[0].say.text')" 'Guten Tag, Frau Meier.'
ok 'another is asked a menu of his own' call --from +4915200000002 --digits 1 --expect default=+493012345000
ok 'and one is turned away' call --from +4915200000003 --expect none=say
ok 'an anonymous caller is a caller' call --from anonymous --digits 1 --expect default=+493012345001
ok 'so is one on SIP' call --from sip:someone@example.com --digits 1 --expect default=+493012345001
ok 'the called number is known from call.created where the request does not tell it' call --carry header --digits 1 --expect default=+493012345001

# The emergency switch
sql 'UPDATE ivr.emergency SET active = true'
sleep 2
ok 'the emergency switch wins over all' call --expect none=+15551230010
is 'with its message' "$(get 'answer' | json -r '.actions[0].say.text | length > 20')" true
is 'also for those who are in a menu' "$(get 'route-menu?digits=1' | json -r '.actions[-1].destination')" +15551230010
sql 'UPDATE ivr.emergency SET active = false'
sleep 2
is 'and off again' "$(get answer)" "$before"
done_testing
