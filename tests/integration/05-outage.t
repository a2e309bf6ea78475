#!/bin/bash
# The database goes away and comes back: callers hear the configured menu, events are asked for again.
. tests/integration/lib.bash

sales='{"actions":[{"type":"transfer","destination":"+15551230011"}]}'
event() {
    printf '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"variables":{},"data":{}}' "$1"
}

with_own_stack
for endpoint in answer 'answer?menu=department' 'route-menu?digits=1' 'department?digits=1'; do get "$endpoint" >/dev/null; done
menu=$(get answer)
is 'an event is stored while the database is there' "$(post_event "$(event before)")" '{"status":"stored"}'

own_stack pg-stop >"$scratch/stack" 2>&1
for round in 1 2 3; do
    is "PostgreSQL stopped: answer gives the configured menu ($round)" "$(get answer)" "$menu"
    ok 'in under 400 ms' at_most "$(took_ms)" 400
    is 'route-menu with the digit in the request transfers' "$(get "route-menu?call_id=outage-$round&step=1&digits=1")" "$sales"
    ok 'in under 400 ms' at_most "$(took_ms)" 400
    is 'department transfers' "$(get 'department?digits=2')" '{"actions":[{"type":"transfer","destination":"+15551230014"}]}'
    ok 'in under 400 ms' at_most "$(took_ms)" 400
    post_event "$(event "during-$round")" >/dev/null
    is 'an event is not acknowledged' "$(status)" 503
    is 'and asked for again' "$(header retry-after)" 5
done
is 'a wrong digit is asked again' "$(get 'route-menu?call_id=outage-1&step=1&digits=9' | json -r '.actions[1].url')" \
    "$IVR_URL/route-menu?call_id=outage-1&step=2"
is 'but not for ever' "$(get 'route-menu?call_id=outage-1&step=3&digits=9')" \
    '{"actions":[{"type":"transfer","destination":"+15551230010"}]}'
while read -r _ pid; do kill -TERM "$pid"; done < <(own_stack pids)
sleep 1
is 'programs that start without a database use the last snapshot' "$(get answer)" "$menu"

recovered() {
    local end=$((SECONDS + 3))
    until [[ $(post_event "$(event after)") == *status* ]]; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}
given=$(get 'route-menu?call_id=kept&step=1&digits=1')
own_stack pg-start >"$scratch/stack" 2>&1
ok 'PostgreSQL started: events are stored again within 3 seconds' recovered
stored_later() {
    local end=$((SECONDS + 3))
    until [[ $(sql "SELECT count(*) FROM ivr.answers WHERE call_id = 'kept'") == 1 ]]; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}
ok 'an answer given meanwhile is stored afterwards' stored_later
is 'as it was given' "$(sql "SELECT response = '$given' AND stored_at > answered_at FROM ivr.answers WHERE call_id = 'kept'")" t
ok 'a call is answered as before' "$sim" --quiet --digits 9,2 --digits-in webhook --gathered-delay 200 --expect 2=+15551230012

# A server that hangs instead of refusing.
postmaster=$(head -1 "$(sql 'SHOW data_directory')/postmaster.pid")
hold() { pkill "-$1" -P "$postmaster"; kill "-$1" "$postmaster"; }
hold STOP
is 'PostgreSQL hangs: answer gives the configured menu' "$(get 'answer?call_id=hanging')" \
    "$(sed 's/route-menu"/route-menu?call_id=hanging\&step=1"/' <<<"$menu")"
ok 'in under 400 ms' at_most "$(took_ms)" 400
is 'route-menu transfers' "$(get 'route-menu?call_id=hanging&step=1&digits=1')" "$sales"
ok 'in under 400 ms' at_most "$(took_ms)" 400
post_event "$(event hanging)" >/dev/null
is 'an event is not acknowledged' "$(status)" 503
hold CONT
ok 'it goes on: events are stored again within 3 seconds' recovered

# A server that crashes under load.
"$sim" --quiet --calls 400 --parallel 32 --spread 4000 --digits 1/2 --created-at ms --accept-events-failure \
    --expect 1=+15551230011,2=+15551230012 >"$scratch/load" 2>&1 &
load=$!
sleep 1.5
own_stack pg-stop immediate >"$scratch/stack" 2>&1
sleep 1
own_stack pg-start >"$scratch/stack" 2>&1
ok 'PostgreSQL crashes and recovers under load: every caller reached what was pressed' wait "$load"
is 'the projection is that of the log' \
    "$(sql 'SELECT count(*) FROM ivr.calls AS c WHERE c IS DISTINCT FROM ivr.project_call(c.call_id)')" 0
done_testing
