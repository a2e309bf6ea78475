#!/bin/bash
# The bench measures nothing here: it must run, and tell when what was acknowledged is not what is stored.
. tests/integration/lib.bash

load() { "$build/bench-load" --port "$PORT" --connections 8 --seconds 0.3 --calls "$scratch/told" "$@" >"$scratch/figures"; }
check() { sql_file tests/bench/check.sql -v events=ivr.call_events -v answers=ivr.answers -v calls=ivr.calls <"$scratch/told"; }
sql_file() { psql -X -A -t -q -f "$@"; }
fails() { ! "$@"; }
figure() { sed -n "s/^$1=//p" "$scratch/figures"; }

for script in events answers calls awaited; do
    ok "$script are played and answered" load --script "$script"
    is "all that was acknowledged under $script is stored, once" "$(check)" ''
done
ok 'every wait had its digit' test "$(figure redirect)" -ge 8
ok 'mixed calls begin at their own moments' load --script mixed --rate 300
is 'and are stored' "$(check)" ''
ok 'latencies are told' test "$(figure event_p99)" -ge "$(figure event_p50)"
ok 'a wrong signature ends the run' fails env IVR_WEBHOOK_SECRET=wrong "$build/bench-load" --port "$PORT" --script events --seconds 0.1
printf 'call_never_seen\t1\t1\tt\n' >"$scratch/told"
is 'an event that is missing is told' "$(check)" 'call_never_seen: 0 of 1 events, 0 of 1 answers, closed f, told t'
ok 'a short run of the whole bench' env BENCH_PORT=$((PORT + 4)) DESIGNS=ours LIMITS= LOADS=calls-8 ROUNDS=1 SECONDS_EACH=1 \
    RESULTS="$scratch/RESULTS.md" tests/bench/run
ok 'writes its report' grep -q '^| ours | [0-9]' "$scratch/RESULTS.md"
done_testing
