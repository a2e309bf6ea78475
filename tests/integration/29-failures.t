#!/bin/bash
# A call that fails here and there (memory, the database, a thread, a file), and broken records on a program's socket: callers
# hear a list, no event is acknowledged that is not there, no program dies. The long runs are `make failures` and
# `make hostile`.
. tests/integration/lib.bash

figure() { sed -n "s/^$1=//p" "$scratch/$2"; }
case ${build##*/} in
    asan | tsan) ok 'calls fail here and there # SKIP a sanitizer has the memory to itself' true; done_testing ;;
esac

# Calls that fail, in plain CGI
EVERY=250 BUILD=${BUILD:-build/bin} tests/failures/walk >"$scratch/walked" 2>&1
ran=$?
grep -E '^BROKEN|=' "$scratch/walked" | sed 's/^/# /'
ok 'requests were made in which a call failed' at_least "$(figure runs walked)" 200
is 'none of them broke a promise' "$(figure broken walked)" 0
is 'and the walk came to its end' "$ran" 0
ok 'events were acknowledged all the same, and are there' at_least "$(figure acknowledged walked)" 10
is 'none is there twice' "$(figure doubled walked)" 0
is 'and nothing has drifted' "$(figure drift walked)" 0

# Calls that fail at random in long-lived programs: the four go on
chmod 755 "$scratch"
cp "$build/fail.so" "$scratch"
with_own_stack WRAP="env LD_PRELOAD=$scratch/fail.so FAIL_WHAT=database FAIL_ONE_IN=40 FAIL_SEED=29"
answered=0
for nth in {1..40}; do
    get "answer?call_id=random-$nth" >/dev/null
    answered=$((answered + ($(status) == 200 && $(jq -e '.actions | length' <"$scratch/body") > 0)))
done
is 'with a call to the database in forty that fails, each caller hears a list' "$answered" 40
# until_taken ID: an event that is sent again, as the platform does, until it is acknowledged.
until_taken() {
    local try
    for try in {1..50}; do
        post_event "{\"event\":\"call.created\",\"created_at\":\"2026-11-25T12:00:00Z\",\"call\":{\"id\":\"$1\"}}" >/dev/null
        case $(status) in
            200) echo "$1"; return ;;
            503) sleep 0.1 ;;
            *) echo "try $try: unexpected $(status)"; return ;;
        esac
    done
}
for nth in {1..40}; do until_taken "random-event-$nth"; done >"$scratch/acknowledged"
stored=$(sql "SELECT call_id FROM ivr.call_events WHERE call_id LIKE 'random-event-%'" | sort)
is 'each event is acknowledged in the end' "$(grep -c '^random-event-[0-9]*$' "$scratch/acknowledged")" 40
is 'and is there' "$(comm -23 <(sort "$scratch/acknowledged") <(echo "$stored"))" ''

# Broken records
with_own_stack
sockets=$(dirname "$PGHOST")/sock
workers=$(own_stack pids | sort)
for program in answer webhook; do
    ok "all whole requests are answered among broken records, by $program" tests/chaos/records "$sockets/$program.sock" 250 29
done
is 'no program died of them' "$(own_stack pids | sort)" "$workers"
get answer >/dev/null
is 'and the next caller is served by the program' "$(status), fallback: $(header x-ivr-fallback)" '200, fallback: '
ok 'what came is told in the log' grep -q 'is no request' "$(dirname "$PGHOST")/log/answer.log"
done_testing
