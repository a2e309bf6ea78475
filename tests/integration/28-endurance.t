#!/bin/bash
# A caller whose program dies again and again waits no longer for it; what came in a long outage is there afterwards, once;
# a full disk takes nothing by halves.
. tests/integration/lib.bash

# 1. Programs that die while a caller waits for a digit
with_own_stack IVR_SPOOL_EVENTS=1 IVR_GATHER_WAIT_MS=2500
spool=$(dirname "$PGHOST")/spool
for endpoint in answer route-menu; do get "$endpoint" >/dev/null; done

# Kills the processes of route-menu, both at once, so often.
murder() {
    local pids
    for ((i = 0; i < $1; i++)); do
        sleep 0.15
        mapfile -t pids < <(own_stack pids | sed -n 's/^route-menu //p')
        kill -KILL "${pids[@]}" && killed=$((killed + 1))
    done
}
killed=0
get 'answer?call_id=silent' >/dev/null
get 'route-menu?call_id=silent&step=1' >/dev/null &
redirect=$!     # a process substitution is a $! as well
murder 7
wait "$redirect"
ok 'its program was killed again and again while a redirect waited for a digit' at_least "$killed" 6
is 'the caller hears a program all the same' "$(status) $(header x-ivr-fallback)" '200 '
ok 'which has waited' at_least "$(took_ms)" 2450
ok 'and no longer than if nobody had died' at_most "$(took_ms)" 3100
is 'and the answer is there once' "$(sql "SELECT count(*), bool_and(waited_ms BETWEEN 2450 AND 2700) FROM ivr.answers WHERE call_id = 'silent' AND step = 2")" '1|t'
now=$(date +%s)
for header in MINIVOICE-SINCE MINIVOICE_SINCE HTTP-MINIVOICE-SINCE; do
    get "answer?call_id=$header" >/dev/null
    get "route-menu?call_id=$header&step=1" -H "$header: $((now - 5))" >/dev/null
    ok "nobody outside makes a program wait less ($header)" at_least "$(took_ms)" 2450
done
get 'answer?call_id=late' >/dev/null
get 'route-menu?call_id=late&step=1' >/dev/null &
redirect=$!
# In a folder of its own: the redirect is still under way.
post_late() {
    sleep 0.7
    scratch=$scratch/post
    post_event '{"event":"call.gathered","created_at":"'"$(date -u +%FT%T.%3NZ)"'","call":{"id":"late"},"variables":{},"data":{"digits":"2"}}'
}
mkdir "$scratch/post"
post_late >/dev/null &
post=$!
murder 3
wait "$redirect" "$post"
is 'a digit that comes between deaths is obeyed' "$(jq -c .actions "$scratch/body")" '[{"type":"transfer","destination":"+15551230012"}]'

# 2. What is handed over twice, because the program died that stored it, is there once
until_true() {
    local end=$((SECONDS + 15))
    until [[ $(sql "SELECT $1") == t ]]; do
        ((SECONDS < end)) || { sql "SELECT $1"; return 1; }
        sleep 0.1
    done
}
spool_bytes() { get "healthz/$1" | jq -r .spool_bytes; }
kill_all() {
    local pids
    mapfile -t pids < <(own_stack pids | cut -d' ' -f2)
    kill -KILL "${pids[@]}"
}
is 'an empty spool is told as such' "$(spool_bytes answer)" 0
own_stack pg-stop >"$scratch/stack" 2>&1
for nth in 1 2 3; do get 'route-menu?digits=1' >/dev/null; done
is 'answers that tell no call are given without the database' "$(status) $(header x-ivr-fallback)" '200 '
post_event '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"spooled"},"variables":{},"data":{}}' >/dev/null
is 'an event is taken' "$(status)" 202
is 'and what is signed but no event, too' "$(post_event '{"event":"call.surprise"}') $(status)" '{"status":"not understood"} 202'
ok 'what waits is told by every program' at_least "$(spool_bytes department)" 4096
ok 'and among the metrics' at_least "$(get metrics/webhook | sed -n 's/^minivoice_spool_bytes{.*} //p')" 4096
sleep 1
kill_all
for segment in "$spool"/*.spool; do
    cp --preserve=ownership "$segment" "$spool/again"
    mv "$spool/again" "${segment%.spool}-again.spool"
done
came_before=$(date +%s.%N)
own_stack pg-start >"$scratch/stack" 2>&1
ok 'all is stored' is_drained
is 'each answer once' "$(sql "SELECT count(*), count(DISTINCT spool_record) FROM ivr.answers WHERE call_id IS NULL AND stored_at - answered_at > interval '0.5 seconds'")" '3|3'
is 'the event once, with the time at which it came' \
    "$(sql "SELECT count(*), bool_and(received_at < to_timestamp($came_before)) FROM ivr.call_events WHERE call_id = 'spooled'")" '1|t'
is 'and what was no event' "$(sql "SELECT count(*), bool_and(received_at < to_timestamp($came_before)) FROM ivr.rejected_requests WHERE reason = 'not an event'")" '1|t'
is 'the event counts as one that may have come twice by our own doing' \
    "$(sql "SELECT repeats = at_once FROM ivr.event_repeats WHERE call_id = 'spooled'")" t
ok 'the spool is empty again' until_true "$(spool_bytes answer) = 0"
is 'no program has anything to complain of' "$(complaints)" ''
own_stack down --remove >"$scratch/stack" 2>&1
own_port=

# 3. The long forms are tests/chaos/long-outage, event-storm and full-disk
# figure RUN NAME
figure() { sed -n "s/^$2=//p" "$scratch/$1"; }
run() {
    local name=$1
    shift
    env PORT=$((PORT + 1)) "$@" "tests/chaos/$name" >"$scratch/$name" 2>&1
    echo $? >"$scratch/$name.status"
    sed 's/^/# /' "$scratch/$name"
}
run long-outage OUTAGE=6 RATE=40
is 'an outage with kills: no promise is broken' "$(cat "$scratch/long-outage.status")" 0
is 'no answer that a caller heard is missing' "$(figure long-outage answers_lost)" 0
is 'none is there twice' "$(figure long-outage answers_doubled)" 0
is 'none was the web server'"'"'s own because a program was dead' "$(figure long-outage replies_static_of_the_dead)" 0
ok 'many were given without the database' at_least "$(figure long-outage answers_kept)" 100
ok 'programs were killed' at_least "$(figure long-outage worker_kills)" 100

run event-storm EVENTS=1500 SECONDS_LONG=4
is 'a storm of events without a database: no promise is broken' "$(cat "$scratch/event-storm.status")" 0
ok 'each was acknowledged' at_least "$(figure event-storm events_acknowledged)" 1500
is 'none is lost' "$(figure event-storm events_lost)" 0
is 'none is there twice' "$(figure event-storm events_doubled)" 0
is 'each was received when it came' "$(figure event-storm events_received_when_stored)" 0
ok 'programs were killed' at_least "$(figure event-storm worker_kills)" 20

run full-disk EVENTS=4000 SECONDS_LONG=5 DISK=1m
if grep -q ^SKIPPED "$scratch/full-disk"; then
    ok 'a full disk # SKIP it cannot be mounted here' true
else
    is 'a full disk: no promise is broken' "$(cat "$scratch/full-disk.status")" 0
    ok 'it was full' at_least "$(figure full-disk events_refused)" 1
    is 'callers were answered' "$(figure full-disk callers_answered)" 50
    is 'no event is lost' "$(figure full-disk events_lost)" 0
    is 'nothing was half-written' "$(figure full-disk bytes_set_aside)" 0
    is 'then there was room again' "$(figure full-disk taken_again)" '200 '
fi
done_testing
