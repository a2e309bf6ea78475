#!/bin/bash
# A caller whose program dies again and again waits no longer for it; what came in a long outage is there afterwards, once;
# a full disk takes nothing by halves.
. tests/integration/lib.bash

at_least() {
    echo "$1, at least $2 wanted"
    (($1 >= $2))
}

# 1. Programs that die while a caller waits for a digit
with_own_stack IVR_SPOOL_EVENTS=1
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
murder 7
wait $!
ok 'its program was killed again and again while a redirect waited for a digit' at_least "$killed" 6
is 'the caller hears a program all the same' "$(status) $(header x-ivr-fallback)" '200 '
ok 'which has waited' at_least "$(took_ms)" 1450
ok 'and no longer than if nobody had died' at_most "$(took_ms)" 2100
is 'and the answer is there once' "$(sql "SELECT count(*), bool_and(waited_ms BETWEEN 1450 AND 1700) FROM ivr.answers WHERE call_id = 'silent' AND step = 2")" '1|t'
now=$(date +%s)
for header in MINIVOICE-SINCE MINIVOICE_SINCE HTTP-MINIVOICE-SINCE; do
    get "answer?call_id=$header" >/dev/null
    get "route-menu?call_id=$header&step=1" -H "$header: $((now - 5))" >/dev/null
    ok "nobody outside makes a program wait less ($header)" at_least "$(took_ms)" 1450
done
get 'answer?call_id=late' >/dev/null
get 'route-menu?call_id=late&step=1' >/dev/null &
murder 3
post_late() { post_event '{"event":"call.gathered","created_at":"'"$(date -u +%FT%T.%3NZ)"'","call":{"id":"late"},"variables":{},"data":{"digits":"2"}}'; }
(scratch=$(mktemp -d); post_late >/dev/null; rm -r "$scratch")
wait $!
is 'a digit that comes after three deaths is obeyed' "$(jq -c .actions "$scratch/body")" '[{"type":"transfer","destination":"+15551230012"}]'
done_testing
