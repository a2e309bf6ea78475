#!/bin/bash
# The model of tests/bench/scale against what is known of queues by heart. Its costs are invented here; nothing is measured.
. tests/integration/lib.bash

# play NAME=VALUE...: what comes out is in ${out[...]}.
declare -A out=()
play() {
    local name value
    tests/bench/scale_model.py play "$scratch/figures" "$@" >"$scratch/out" || return
    while IFS='=' read -r name value; do out[$name]=$value; done <"$scratch/out"
}
# near GOT WANTED PERCENT
near() {
    echo "got $1, wanted $2 to within $3 %"
    awk -v got="$1" -v wanted="$2" -v percent="$3" 'BEGIN { d = got - wanted; exit !(wanted > 0 && (d < 0 ? -d : d) <= wanted * percent / 100) }'
}
# holds EXPRESSION: of awk, about the outcome.
holds() {
    local name arguments=()
    for name in "${!out[@]}"; do arguments+=(-v "${name//-/_}=${out[$name]}"); done
    cat "$scratch/out"
    awk "${arguments[@]}" "BEGIN { exit !($1) }"
}
figures() { cat >"$scratch/figures"; }

# --- one server, one queue: 100 us an event, nothing else

figures <<'COSTS'
cpu events 0 1 100 0
COSTS
alone=(steps=event most=1 shard_cores=1 hop=0 seconds=10)

ok 'a queue with random costs is played' play "${alone[@]}" rate=7000 law=exponential
ok 'its mean time is that of M/M/1: 1 / (10000 - 7000)' near "${out[event_mean]}" 333.3 5
ok 'its median is that of an exponential law' near "${out[event_p50]}" 231.0 5
ok 'its server is as busy as there is work' near "${out[shard_use]}" 0.7 2
ok "Little's law holds: inside = rate x time" near "${out[inside]}" "$(awk "BEGIN { print ${out[event_count]} / 10 * ${out[event_mean]} / 1e6 }")" 1
ok 'a queue with equal costs is played' play "${alone[@]}" rate=7000
ok 'its mean time is that of M/D/1: 100 + 70 * 100 / (2 * 30)' near "${out[event_mean]}" 216.7 5
ok 'two servers are played' play "${alone[@]}" rate=14000 law=exponential most=1 shard_cores=2 hosts=64
ok 'their mean time is that of M/M/2: 100 / (1 - 0.7 ^ 2)' near "${out[event_mean]}" 196.1 6
ok 'the same seed' play "${alone[@]}" rate=7000 seed=7 seconds=1
first=$(<"$scratch/out")
ok 'plays again' play "${alone[@]}" rate=7000 seed=7 seconds=1
is 'the same' "$(<"$scratch/out")" "$first"

# --- with little to do, a reply takes the sum of its costs

figures <<'COSTS'
cpu events 0 1 400 0
cpu events 0 16 80 0
cpu looks 0 1 100 0
cpu looks 0 16 40 0
cpu answers 0 1 500 0
cpu answers 0 16 100 0
cpu events 1 1 150 400
cpu events 1 16 20 80
cpu events 2 1 150 400
cpu events 2 16 30 110
cpu looks 1 1 50 100
cpu looks 1 16 10 40
cpu looks 2 1 50 100
cpu looks 2 16 15 50
cpu answers 1 1 200 500
cpu answers 1 16 30 100
cpu answers 2 1 200 500
cpu answers 2 16 40 120
program events 1 1 120 60 30
program answers 1 1 140 70 30
sync 0 250
sync 1 250
COSTS

ok 'few calls are played in one database' play rate=2 seconds=60 hop=100
ok 'an event takes its program, two hops, its set and a flush' near "${out[event_p50]}" $((180 + 200 + 400 + 250)) 0.1
ok 'an answer takes two hops for its look, and for its store' near "${out[answer_p50]}" $((210 + 200 + 100 + 200 + 400 + 250)) 0.1
ok 'each set is one event' near "${out[webhook_set]}" 1 1
ok 'few calls are played by a router and two shards' play rate=2 seconds=60 hop=100 shards=2
ok 'an event takes the router and two more hops as well' near "${out[event_p50]}" $((180 + 200 + 150 + 200 + 400 + 250)) 0.1
ok 'few calls are played on one host' play rate=2 seconds=60 together=1
ok 'no hops, and the load generator' near "${out[event_p50]}" $((180 + 30 + 400 + 250)) 0.1

# --- with much to do

ok 'many calls are played in one database' play rate=6000 seconds=2 shard_cores=2
ok 'sets grow' holds 'webhook_set > 2'
ok 'no core is more than busy' holds 'shard_use <= 1 && host_use <= 1'
ok 'more than one program can have stored, at a slow disk, are played' play rate=6000 seconds=1 sync=20000
ok 'its sets grow, never beyond its threads' holds 'webhook_set > 12 && webhook_set <= 32'
ok 'sixteen programs at a slow disk are played' play rate=6000 seconds=1 sync=5000 hosts=16
ok 'a flush serves the commits of several, and no two are under way' holds 'syncs > 190 && syncs < 202'
ok 'the same calls are played by four shards' play rate=6000 seconds=2 shards=4 shard_cores=2
ok 'the router works' holds 'router_use > 0.05'
ok 'a load beyond all cores is played' play rate=20000 seconds=1 shard_cores=1
ok 'and cannot be answered in time' holds 'event_p99 > 50000 && shard_use > 0.95'
done_testing
