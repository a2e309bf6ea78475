#!/bin/bash
# Events twice and in any order: each is stored once, and every call ends as it would have in order.
. tests/integration/lib.bash

calls() {
    "$sim" --quiet --calls 100 --parallel 50 --digits '1/2/9,1/-,2/-,-,-' --created-at ms --from '' "$@"
}

rows() {
    sql "SELECT from_number, to_number, status, current_step, last_menu, last_digits, department, transferred_to,
                disposition, events, gathers, answers
         FROM ivr.calls ORDER BY from_number"
}

with_own_stack
ok '100 calls in order' "$sim" --quiet --calls 100 --parallel 50 --digits '1/2/9,1/-,2/-,-,-' --created-at ms
rows >"$scratch/in-order"
is 'make 100 rows' "$(wc -l <"$scratch/in-order")" 100
events=$(sql 'SELECT count(*) FROM ivr.call_events')
sql 'TRUNCATE ivr.call_events, ivr.answers, ivr.calls'
ok '100 calls, every event twice, in random order' "$sim" --quiet --calls 100 --parallel 50 \
    --digits '1/2/9,1/-,2/-,-,-' --created-at ms --twice --order shuffle --seed "$RANDOM"
is 'each event is stored once' "$(sql 'SELECT count(*) FROM ivr.call_events')" "$events"
rows >"$scratch/shuffled"
ok 'every row is that of the run in order' diff "$scratch/in-order" "$scratch/shuffled"
sql 'SELECT * FROM ivr.calls ORDER BY call_id' >"$scratch/stored"
is 'rebuilding gives as many calls' "$(sql 'SELECT ivr.rebuild_calls()')" 100
sql 'SELECT * FROM ivr.calls ORDER BY call_id' >"$scratch/rebuilt"
ok 'and the same rows' diff "$scratch/stored" "$scratch/rebuilt"
ok 'a call in reverse order closes' "$sim" --quiet --digits 1 --order reverse --call-id reversed
is 'and stays closed' "$(sql "SELECT current_step, disposition FROM ivr.calls WHERE call_id = 'reversed'")" 'completed|transferred'
ok 'a recording that comes after the end is stored' "$sim" --quiet --digits 1 --late-recording 50 --call-id recorded
is 'and reopens nothing' "$(sql "SELECT current_step, events FROM ivr.calls WHERE call_id = 'recorded'")" 'completed|5'
ok 'an event with a name that nobody knows is stored' "$sim" --quiet --digits 1 --unknown-event --call-id unheard-of
is 'and changes no step' "$(sql "SELECT current_step FROM ivr.calls WHERE call_id = 'unheard-of'")" completed
done_testing
