#!/bin/bash
# Everything is killed again and again while calls come in: what was acknowledged is there once, what was not sent is
# not, every caller hears a menu, and what they heard is on record. The long run is `make chaos`.
. tests/integration/lib.bash

figure() { sed -n "s/^$1=//p" "$scratch/figures"; }
PORT=$((PORT + 1)) SEEDS=23 EVENTS=3000 SECONDS_LONG=40 tests/chaos/run >"$scratch/figures" 2>&1
ran=$?
sed 's/^/# /' "$scratch/figures"
ok 'the run came to its end, with no promise broken' test "$ran" = 0

ok 'programs were killed' at_least "$(figure worker_kills)" 200
ok 'and the web server' at_least "$(figure nginx_worker_kills)" 4
ok 'and the database' at_least "$(figure server_kills)" 2
ok 'events were sent, some of them twice' at_least "$(figure events_repeated)" 100
is 'each was acknowledged in the end' "$(figure events_acknowledged)" "$(figure events)"
is 'no caller heard an error' "$(figure replies_not_200)" 0
is 'nor a list of actions that the platform would refuse' "$(figure replies_invalid)" 0
is 'nor the web server'"'"'s own sentence because a program was dead' "$(figure replies_static_of_the_dead)" 0
is 'no acknowledged event is lost' "$(figure events_lost)" 0
is 'none is there twice' "$(figure events_doubled)" 0
is 'none is there that was not sent' "$(figure events_invented)" 0
is 'none is refused' "$(figure events_rejected)" 0
is 'no question has two answers' "$(figure answers_doubled)" 0
is 'no answer is there that nobody asked for' "$(figure answers_invented)" 0
if grep -q '^NOT CHECKED' "$scratch/figures"; then
    ok 'every answer that a caller heard is on record # SKIP the programs have no spool' true
else
    is 'every answer that a caller heard is on record' "$(figure answers_lost)" 0
fi
is 'one that is not the first to its question says which it is' "$(figure answers_beside_none)" 0
is 'no call is missing' "$(figure calls_missing)" 0
is 'none is open whose end was acknowledged' "$(figure calls_open)" 0
is 'each is what a replay of its log gives' "$(figure calls_unlike_their_replay)" 0
is 'and nothing has drifted' "$(figure drift)" 0

# Connections that stop in the middle of a request
tests/chaos/clients half "$(dirname "$PGHOST")/sock/answer.sock" 200 >"$scratch/clients" 2>&1 &
clients=$!
sleep 1
get answer >/dev/null
is '200 clients are stuck in the middle of a request: the next one is served' "$(status), fallback: $(header x-ivr-fallback)" '200, fallback: '
ok 'and at once' at_most "$(took_ms)" 500
kill "$clients"
wait "$clients"
done_testing
