#!/bin/bash
# Workers are told to stop, or killed, under load: no request is lost.
. tests/integration/lib.bash

expect='1=+15551230011,2=+15551230012'

# signal_workers SIGNAL TIMES: one worker at a time, at random, while the simulator runs.
signal_workers() {
    local pids
    for ((i = 0; i < $2; i++)); do
        mapfile -t pids < <(own_stack pids | cut -d' ' -f2)
        kill "-$1" "${pids[RANDOM % ${#pids[@]}]}" && sent=$((sent + 1))
        sleep 0.4
    done
}


with_own_stack
sent=0
"$sim" --quiet --calls 1500 --parallel 48 --spread 13000 --digits 1/2 --created-at ms --expect "$expect" >"$scratch/load" 2>&1 &
load=$!
signal_workers TERM 30
is '30 SIGTERMs were sent under load' "$sent" 30
ok 'every request was answered, every caller reached what was pressed, every event acknowledged' wait "$load"
is 'every event is stored' "$(sql 'SELECT count(*) FROM ivr.call_events')" 6000
is 'every answer is stored' "$(sql 'SELECT count(*) FROM ivr.answers WHERE call_id IS NOT NULL')" 3000
is 'and no more requests were logged as failed' "$(cat "$(dirname "$PGHOST")"/log/{answer,route-menu,webhook}.log | grep -c 'status=[45]')" 0

sql 'TRUNCATE ivr.call_events, ivr.answers, ivr.calls'
sent=0
"$sim" --quiet --calls 600 --parallel 48 --spread 5000 --digits 1/2 --created-at ms --expect "$expect" >"$scratch/load" 2>&1 &
load=$!
signal_workers KILL 8
is '8 workers were killed under load' "$sent" 8
ok 'still every request was answered' wait "$load"
is 'and every event is stored' "$(sql 'SELECT count(*) FROM ivr.call_events')" 2400
done_testing
