#!/bin/bash
# Clocks that differ: the platform's is ahead or behind, ours is (the database's included), or steps back under way.
. tests/integration/lib.bash

patient=2000   # ms: the clocks are tried here, not the machine
minute=60
hour=$((60 * minute))

# play SKEW OPTION...: twenty calls of a platform whose clock is SKEW seconds ahead of the machine's.
play() {
    local skew=$1
    shift
    "$sim" --quiet --calls 20 --parallel 10 --digits '1,/9,2/-,1' --created-at ms --clock-skew "${skew}000" \
        --digits-in webhook --gathered-delay 50 "$@"
}
closed() { sql "SELECT count(*) FROM ivr.calls WHERE current_step = 'completed' AND disposition = 'transferred'"; }
# closed_since BEFORE WANTED: how many more; an answer that was given without the database is stored a moment later.
closed_since() {
    for ((i = 0; i < 50 && $(closed) - $1 < $2; i++)); do sleep 0.2; done
    echo $(($(closed) - $1))
}
drift() { sql 'SELECT count(*) FROM ivr.drift()'; }

# misplaced WHAT...: calls whose journey does not begin so, end with the end, and count its answers in between.
misplaced() {
    local begins
    begins=$(printf ",'%s'" "$@")
    sql "SELECT count(*) FROM (SELECT array_agg(what ORDER BY line) AS told, array_agg(step ORDER BY line) FILTER (WHERE source <> 'MiniVoice') AS steps
                               FROM ivr.journey WHERE call_id LIKE 'call%' GROUP BY call_id) AS call
         WHERE told[1:$#] <> ARRAY[${begins#,}] OR told[cardinality(told)] <> 'completed'
            OR steps <> (SELECT array_agg(step ORDER BY step) FROM unnest(steps) AS step)"
}

# told SKEW ID: an event of a platform whose clock is SKEW seconds ahead; prints the status it is answered.
told() {
    local now=$(($(date +%s) + $1)) body
    body=$(printf '{"event":"call.created","created_at":"%s","call":{"id":"%s"},"variables":{},"data":{}}' \
        "$(date -u -d "@$now" +%FT%TZ)" "$2")
    get webhook --data-binary "$body" -H 'Content-Type: application/json' -H "X-MiniVoice-Timestamp: $now" \
        -H "X-MiniVoice-Signature: v1=$(sign "$now" "$body")" >/dev/null
    status
}
refused() { sql "SELECT count(*) FROM ivr.rejected_requests WHERE reason = '$1'"; }

# The platform's clock. At most five minutes ahead, at most a day behind: PLATFORM U14, IVR_SIGNATURE_MAX_AGE_S.
with_own_stack IVR_DB_BUDGET_MS=$patient
for skew in $((4 * minute)) $((-4 * minute)) $((-6 * minute)) $((-23 * hour)); do
    before=$(closed)
    ok "the platform's clock is $skew s ahead: calls go as ever" play "$skew" --twice
    is 'each is closed as it ended' "$(closed_since "$before" 20)" 20
done
is 'every journey is in order' "$(misplaced created answered)" 0
is 'six minutes ahead: not believed' "$(told $((6 * minute)) ahead)" 401
is '25 hours ahead: neither' "$(told $((25 * hour)) far-ahead)" 401
is '25 hours behind: neither' "$(told $((-25 * hour)) far-behind)" 401
is 'the three are on record, with the reason' "$(sql "SELECT count(*) FROM ivr.rejected_requests WHERE detail LIKE '%timestamp%'")" 3
is 'and are no calls' "$(sql "SELECT count(*) FROM ivr.calls WHERE call_id LIKE '%ahead' OR call_id LIKE '%behind'")" 0
is 'a caller is answered whatever the clocks say' "$(get 'route-menu?call_id=ahead&step=1&digits=1' | json -r '.actions[0].destination')" +15551230011
is 'no call is other than its log says' "$(drift)" 0

# Ours: the programs and PostgreSQL live by a clock that a file sets while they run.
library=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -1)
if [[ ! $library ]]; then
    ok 'ours steps back # SKIP libfaketime is not there' true
    done_testing
fi
offset=$scratch/offset
set_clock() { printf '%s\n' "$1" >"$offset.new" && chmod 644 "$offset.new" && mv "$offset.new" "$offset"; }
chmod 755 "$scratch"
set_clock +0
faked=(env LD_PRELOAD="$library" FAKETIME_TIMESTAMP_FILE="$offset" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1)

# As the user whose data they are: a shared clock of root's could not be read.
restart_postgres() {
    local data owner
    data=$(sql 'SHOW data_directory')
    owner=$(stat -c %U "$data")
    own_stack pg-stop
    local as=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups --)
    ((EUID == 0)) || as=()
    (cd / && "${as[@]}" "${faked[@]}" "$(printf '%s\n' /usr/lib/postgresql/*/bin/pg_ctl | sort -V | tail -1)" start -w -D "$data" \
        -l "$data/../log/postgresql.log" >/dev/null)
}
with_own_stack IVR_DB_BUDGET_MS=$patient WRAP="${faked[*]}"
ok 'PostgreSQL lives by it too' restart_postgres
until [[ $(told 0 awake) == 200 ]]; do sleep 0.1; done
for program in answer route-menu; do
    until get "healthz/$program" | grep -q '"database":"up"'; do sleep 0.1; done
done
database_clock() { sql "SELECT round(extract(epoch FROM clock_timestamp() - 'epoch')) - $(date +%s)"; }
for ours in -4m +4m +6m; do
    before=$(closed)
    set_clock "$ours"
    ok "our clock is off by $ours: calls go as ever" play 0 --twice
    is 'each is closed as it ended' "$(closed_since "$before" 20)" 20
done
ok "the database's clock is off as well" at_most 350 "$(database_clock)"
set_clock -6m
is 'six minutes behind: an event is not believed' "$(told 0 ours-behind)" 401
set_clock +25h
is '25 hours ahead: neither' "$(told 0 ours-ahead)" 401
set_clock +0
is 'when it is right, both are taken' "$(told 0 ours-behind) $(told 0 ours-ahead)" '200 200'

before=$(closed)
set_clock +4m
play 0 --calls 200 --parallel 40 --spread 4000 --twice >"$scratch/played" 2>&1 &
player=$!
for back in +3m +90s +0 -1m -2m -3m -4m; do
    sleep 0.6
    set_clock "$back"
done
went_well() { wait "$player" || { cat "$scratch/played"; return 1; }; }
ok 'it steps back by a minute, eight times, under way: every call goes as ever' went_well
is 'each is closed as it ended' "$(closed_since "$before" 20)" 200
is 'every journey is in order' "$(misplaced created)" 0
is 'no call is other than its log says' "$(drift)" 0
is 'no answer is missing' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id IS NOT NULL GROUP BY call_id HAVING count(*) <> max(step)")" ''
done_testing
