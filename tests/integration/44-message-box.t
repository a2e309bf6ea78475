#!/bin/bash
# Leave a message: what a caller hears in a message box, and what becomes of it, whatever the platform tells of the recording.
. tests/integration/lib.bash

with_own_stack
sql "INSERT INTO ivr.menu_options (menu, digits, message_box) VALUES ('main', '3', 'support');
     UPDATE ivr.departments SET message_prompt = 'Please speak.', message_notice = 'This is recorded.', message_thanks = 'Thank you.' WHERE department = 'support';
     UPDATE ivr.menus SET no_input_limit = 0, no_input_message_box = 'sales' WHERE menu = 'department'"
sleep 2
message() { sql "SELECT $2 FROM ivr.messages WHERE call_id = '$1'"; }
call() {
    local id=$1
    shift
    "$sim" --quiet --call-id "$id" "$@"
}
event() { printf '{"event":"%s","created_at":"%s","call":{"id":"%s"},"variables":{},"data":%s}' "$1" "$2" "$3" "$4"; }

# What is said, to the byte

is 'a box says its sentences, then records, then listens in silence' "$(get 'route-menu?call_id=box&step=1&digits=3')" \
    "{\"actions\":[{\"say\":{\"text\":\"Please speak.\"}},{\"say\":{\"text\":\"This is recorded.\"}},{\"start_recording\":{}},{\"gather\":{\"num_digits\":1,\"timeout_seconds\":30,\"finish_on_key\":\"#\"}},{\"type\":\"redirect\",\"url\":\"$IVR_URL/route-menu?call_id=box&step=2&menu=message_box%3Asupport\"}]}"
get answer?call_id=words >/dev/null
get 'route-menu?call_id=words&step=1&digits=3' >/dev/null
post_event "$(event call.gathered 2026-05-29T12:10:30Z words '{"digits":"","timed_out":true,"finish_on_key":"#"}')" >/dev/null
post_event "$(event call.created 2026-05-29T12:10:00Z words '{}')" >/dev/null
is 'who presses nothing goes on speaking, and hears nothing' "$(get 'route-menu?call_id=words&step=2&menu=message_box:support' | json -c '[.actions[] | keys[0]]')" '["gather","type"]'
post_event "$(event call.gathered 2026-05-29T12:10:50Z words '{"digits":"","timed_out":false,"finish_on_key":"#"}')" >/dev/null
is 'the hash key ends it' "$(get 'route-menu?call_id=words&step=3&menu=message_box:support')" \
    '{"actions":[{"stop_recording":{}},{"say":{"text":"Thank you."}}]}'
is 'the answer is stored as it was given' "$(get 'route-menu?call_id=words&step=3&menu=message_box:support')" \
    '{"actions":[{"stop_recording":{}},{"say":{"text":"Thank you."}}]}'

# Calls

ok 'a message is left' call left --digits '3,-,#' --expect 'none=say,default=say'
is 'it is a message, recorded and confirmed' "$(message left 'department, ended, recording, recording_id, done')" 'support|finished|recorded|rec_left|f'
is 'the call ended in a message' "$(sql "SELECT disposition FROM ivr.calls WHERE call_id = 'left'")" message
ok 'its journey says so' grep -qE 'message left, said: "Thank you\."' <<<"$(sql "SELECT words FROM ivr.journey WHERE call_id = 'left'")"
ok 'any other key ends it too' call key --digits '3,5' --expect 5=say
is 'and it is a message' "$(message key ended)" finished
ok 'whichever way the digits are told' call told --digits '3,#' --digits-in redirect --expect none=say
is 'it is one message' "$(message told ended)" finished
ok 'who hangs up in it leaves one as well' call gone --digits 3,- --end hangup --late-recording 300
is 'it says so' "$(message gone 'ended, recording')" 'hung up|recorded'
ok 'a recording may fail' call failed --digits '3,#' --fail-recording
is 'and the message says so' "$(message failed recording)" failed
ok 'events of the recording may never come' call never --digits '3,#' --events call.created,call.gathered,call.completed
is 'then nothing is promised' "$(message never 'ended, recording, recording_id')" 'finished|not confirmed|'
post_event "$(event recording.completed "$(date -u -d '+5 hours' +%Y-%m-%dT%H:%M:%SZ)" never '{"recording":{"id":"rec_late","duration_seconds":17}}')" >/dev/null
is 'hours later they still count' "$(message never 'recording, recording_id, seconds')" 'recorded|rec_late|17'
is 'the call stays closed' "$(sql "SELECT current_step, disposition FROM ivr.calls WHERE call_id = 'never'")" 'completed|message'
ok 'a caller who never presses anything is thanked after two minutes of silence' call silent --digits '3,-,-,-,-' --expect none=say
is 'which took four gathers' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id = 'silent' AND menu = 'message_box:support' AND decision IN ('menu', 'no_input')")" 4
ok 'a limit may lead to a box' call limit --answer 'answer?menu=department' --digits '-,#' --expect none=say
is 'of its department' "$(message limit department)" sales
ok 'asked twice it answers the same' call twice --digits '3,-,#' --ask-twice=parallel --expect none=say
sql "SELECT ivr.done('left')" >/dev/null
is 'who deals with it says so' "$(message left 'done')" t
is 'rows are what the log says' "$(sql 'SELECT count(*) FROM ivr.drift()')" 0

# Closed departments

sql "INSERT INTO ivr.hours (department, weekday, opens, closes) SELECT 'sales', extract(isodow FROM now() - interval '2 days')::integer, '00:00', '00:01';
     UPDATE ivr.departments SET closed_message_box = 'sales', closed_message = 'Sales is closed.' WHERE department = 'sales'"
sleep 2
is 'a closed department may take messages' "$(get 'route-menu?digits=1&call_id=closed&step=1' | json -c '[.actions[] | .say.text? // keys[0]]')" \
    '["Sales is closed.","Please leave a message, and press the hash key when you have finished.","Your message is recorded.","start_recording","gather","type"]'
ok 'every path ends' "$sim" --quiet --walk <(sql 'SELECT ivr.settings(NULL)')
is 'the configuration is right' "$(sql "SELECT * FROM ivr.check_config() WHERE severity = 'error'")" ''

# The database is away

own_stack pg-stop immediate
is 'a box is served without the database' "$(get 'route-menu?call_id=away&step=1&digits=3&menu=main' | json -c '[.actions[] | keys[0]]')" '["say","say","start_recording","gather","type"]'
is 'and ended by a key' "$(get 'route-menu?call_id=away&step=2&digits=%23&menu=message_box:support')" '{"actions":[{"stop_recording":{}},{"say":{"text":"Thank you."}}]}'
own_stack pg-start
ok 'what was given is stored later' is_drained
is 'and is a message' "$(message away department)" support
done_testing
