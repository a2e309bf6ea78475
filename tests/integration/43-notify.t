#!/bin/bash
# minivoice-notify and those who have subscribed: told what happens at least once, in order, signed; one that fails, is slow
# or dead, and kills of the program itself, lose nothing and delay nobody else. CALLS=10000: that many (make notify).
. tests/integration/lib.bash

calls=${CALLS:-80}
port=$((PORT + 8))
old="whsec_$(printf 'the old secret of this test, long' | base64 -w0)"
secret="whsec_$(printf 'the new secret of this test, long' | base64 -w0)"
base=http://127.0.0.1:$port
receiver_pid=
notify_pid=
listens_pid=
trap 'stop receiver_pid; stop notify_pid; stop listens_pid; finish' EXIT

# stop NAME: the process whose number this variable holds.
stop() { [[ ! ${!1} ]] || { kill "${!1}" && wait "${!1}"; } 2>/dev/null; printf -v "$1" ''; }

receive() {
    tests/integration/receiver "$port" "$scratch/heard" "$old" "$secret" 2>>"$scratch/receiver.err" &
    receiver_pid=$!
    listens "$port" "$scratch/receiver.err"
}

with=(IVR_NOTIFY_PRIVATE=127.0.0.0/8)
# notify ARGUMENT...: once; prints the exit code, what it said is in $scratch/err.
notify() {
    local status=0
    env PGUSER=ivr_notifier "${with[@]}" timeout 60 "$build/minivoice-notify" --once "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    cat "$scratch/err" >>"$scratch/notify.log"
    echo "$status"
}
# shellcheck disable=SC2317  # called by ok
says() { cat "$scratch/err"; grep -qF -- "$1" "$scratch/err"; }

# subscribe PATH [KINDS [MORE]]: prints its number.
subscribe() { sql "SELECT ivr.subscribe('$base$1', '$secret', '${2:-{call.closed\}}'${3:+, $3})"; }

# event CALL EVENT STATUS [SECONDS]: stores it as the webhook does, so many seconds ago.
event() {
    sql "SELECT result FROM to_char((now() - interval '${4:-1} seconds') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS stamp, ivr.store_events(ARRAY[1], ARRAY['$1'], ARRAY['$2'], ARRAY[stamp],
             ARRAY[convert_to(jsonb_build_object('event', '$2', 'created_at', stamp, 'data', '{}'::jsonb, 'call', jsonb_build_object('id', '$1',
                 'status', '$3', 'direction', 'inbound', 'from', '+15551230001', 'to', '+15551230002'))::text, 'UTF8')])"
}
end_call() { event "$1" call.completed completed "${2:-1}"; }

# heard PATH [FILTER]: what came in there, one line each.
heard() { jq -c "select(.path == \"$1\") | ${2:-.id}" "$scratch/heard"; }
# notices SUBSCRIPTION COLUMNS: of the notices of one.
notices() { sql "SELECT $2 FROM ivr.notifications WHERE subscription = $1 ORDER BY notice, tried_at"; }

# What other tests have left would be told as well.
with_own_stack
: >"$scratch/heard"
receive

# --- settings, and who may not be told

with=(IVR_NOTIFY_PRIVATE=10.0.0.0/99)
is 'a network that is none is refused' "$(notify)" 2
ok 'and named' says IVR_NOTIFY_PRIVATE
is 'an option that is none is told' "$(notify --twice)" 2
with=(IVR_NOTIFY_PRIVATE=127.0.0.0/8)
is 'without a database it says so' "$(with+=(PGHOST=/nowhere); notify)" 5
is 'where nobody has subscribed nothing is done' "$(notify)" 0
ok 'a kind that there is not is refused, with those that there are' \
    refuses 'There are call.closed, call.stuck, callback.asked, configuration.changed, message.left' psql -X -c "SELECT ivr.subscribe('https://example.com', '$secret', '{call.lost}')"
ok 'so is a short secret' refuses '24 to 64 bytes' psql -X -c "SELECT ivr.subscribe('https://example.com', 'whsec_c2hvcnQ=', '{call.closed}')"

# --- one call

one=$(subscribe /one/200)
end_call before >"$scratch/said"
is 'what is due is told' "$(notify)" 0
is 'one request for one call' "$(heard /one/200 .status)" 200
is 'it is signed' "$(heard /one/200 .good)" 1
is 'as JSON' "$(heard /one/200 .type)" '"application/json"'
is 'and says what it is, numbers masked' "$(heard /one/200 '.body | fromjson | [.type, .data.call_id, .data.outcome, .data.from]')" \
    '["call.closed","before","completed","+1555*****01"]'
is 'the try is noted' "$(notices "$one" 'kind, call_id, http_status, outcome')" 'call.closed|before|200|told'
is 'nothing is told twice' "$(notify; heard /one/200 | wc -l)" "$(printf '0\n1')"
ok 'a secret stands in no log' test "$(grep -c -e "$secret" -e "${secret#whsec_}" "$scratch/notify.log")" = 0
sql "SELECT ivr.notify_again(notice) FROM ivr.notifications WHERE call_id = 'before'" >"$scratch/said"
is 'what is wanted again is' "$(notify; heard /one/200 | sort -u | wc -l; heard /one/200 | wc -l)" "$(printf '0\n1\n2')"

two=$(subscribe /two/200 '{call.closed}' 'numbers_in_plain => true')
sql "SELECT ivr.rotate_secret($one, '$old')" >"$scratch/said"
event again call.ended busy 5 >"$scratch/said"
is 'a new secret' "$(notify)" 0
is 'signs beside the one before' "$(heard /one/200 .good | tail -1)" 2
is 'numbers are in plain for whom they are' "$(heard /two/200 '.body | fromjson | .data.from')" '"+15551230001"'
is 'a new subscription begins now' "$(heard /two/200 | wc -l)" 1
end_call again >"$scratch/said"
is 'a newer word' "$(notify)" 0
is 'is told after the older one, under a name of its own' "$(heard /two/200 '.body | fromjson | .data.end' | xargs; heard /two/200 | sort -u | wc -l)" "$(printf 'failed completed\n2')"
event again recording.completed completed 0 >"$scratch/said"
is 'what is no news' "$(notify; heard /two/200 | wc -l)" "$(printf '0\n2')"
sql 'SELECT ivr.rebuild_calls()' >"$scratch/said"
is 'is none after a rebuild' "$(notify; heard /two/200 | wc -l)" "$(printf '0\n2')"
past=$(subscribe /past/200 '{call.closed}' "from_time => now() - interval '1 day'")
is 'a subscription from yesterday on' "$(notify; heard /past/200 '.body | fromjson | .data.call_id' | sort | xargs)" "$(printf '0\nagain before')"
sql "SELECT ivr.unsubscribe($past), ivr.unsubscribe($one), ivr.unsubscribe($two)" >"$scratch/said"

# --- the other kinds

kinds=$(subscribe /kinds/200 '{call stuck,configuration changed}')
event hangs call.created in_progress 300 >"$scratch/said"
sql "UPDATE ivr.menus SET prompt = 'Press 1.' WHERE menu = 'main'" >"$scratch/said"
is 'a call that hangs and a change of the configuration' "$(notify)" 0
is 'are told' "$(heard /kinds/200 '.body | fromjson | .type' | sort | xargs)" 'call.stuck configuration.changed'
ok 'the change in words' test "$(heard /kinds/200 '.body | fromjson | .data.changes[0] // empty' | grep -c 'Press 1\.')" = 1
is 'once' "$(notify; heard /kinds/200 | wc -l)" "$(printf '0\n2')"
sql "SELECT ivr.unsubscribe($kinds)" >"$scratch/said"
end_call hangs >"$scratch/said"

# --- a row that is committed late

late=$(subscribe /late/200)
mkfifo "$scratch/first"
psql -X -q <"$scratch/first" >"$scratch/said" 2>&1 &
first_pid=$!
exec 4>"$scratch/first"
cat >&4 <<SQL
BEGIN;
SELECT ivr.store_events(ARRAY[1], ARRAY['slow to commit'], ARRAY['call.completed'], ARRAY[NULL], ARRAY['{"event": "call.completed", "call": {"id": "slow to commit"}}'::bytea]);
SQL
until [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%slow to commit%'") == 1 ]]; do sleep 0.05; done
end_call 'quick to commit' >"$scratch/said"
is 'while a writer has an earlier number and has not committed' "$(notify)" 0
is 'the log is not read past it' "$(sql "SELECT count(*) FROM ivr.notices WHERE subscription = $late")" 0
echo 'COMMIT;' >&4
exec 4>&-
wait "$first_pid"
is 'when it has' "$(notify)" 0
is 'both are told' "$(heard /late/200 '.body | fromjson | .data.call_id' | sort | xargs)" 'quick to commit slow to commit'
sql "SELECT ivr.unsubscribe($late)" >"$scratch/said"

# --- receivers that are difficult

gone=$(subscribe /gone/410)
moved=$(subscribe "/moved/302?to=$base/elsewhere/200")
later=$(subscribe '/later/503?after=3')
self=$(sql "SELECT ivr.subscribe('http://localhost:$port/self/200', '$secret', '{call.closed}')")
end_call difficult >"$scratch/said"
is 'receivers that refuse' "$(notify)" 0
is 'one that says it is gone is not told again' "$(sql "SELECT ended_because FROM ivr.subscriptions WHERE subscription = $gone")" 'the receiver said that it is gone (410)'
is 'a redirect is a failure' "$(notices "$moved" 'http_status, outcome')" '302|failed, due again'
is 'and not followed' "$(heard /elsewhere/200 | wc -l)" 0
ok 'one that wants to be left alone is' test "$(sql "SELECT not_before > clock_timestamp() + interval '1 second' FROM ivr.subscriptions WHERE subscription = $later")" = t
is 'nothing is told before' "$(notify; heard /later/503 | wc -l)" "$(printf '0\n1')"
sql "UPDATE ivr.notices SET next_try_at = now() WHERE subscription = $later" >"$scratch/said"
until [[ $(sql "SELECT now() > not_before FROM ivr.subscriptions WHERE subscription = $later") == t ]]; do sleep 0.2; done
is 'then it is tried again' "$(notify; heard /later/503 | wc -l)" "$(printf '0\n2')"
sql "SELECT ivr.unsubscribe(subscription) FROM ivr.subscriptions" >"$scratch/said"

with=()
private=$(subscribe /private/200)
self=$(sql "SELECT ivr.subscribe('http://localhost:$port/private/200', '$secret', '{call.closed}')")
end_call private >"$scratch/said"
is 'an address of this host' "$(notify)" 0
is 'is called by no number and no name' "$(heard /private/200 | wc -l; sql "SELECT string_agg(DISTINCT fault, ' ') FROM ivr.notifications WHERE subscription IN ($private, $self)")" \
    "$(printf '0\nits address may not be called')"
sql "SELECT ivr.unsubscribe(subscription) FROM ivr.subscriptions" >"$scratch/said"
with=(IVR_NOTIFY_PRIVATE='127.0.0.0/8,::1')

tls_port=$((port + 1))
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout "$scratch/tls.key" -out "$scratch/tls.crt" 2>"$scratch/said"
openssl s_server -quiet -accept "127.0.0.1:$tls_port" -cert "$scratch/tls.crt" -key "$scratch/tls.key" -naccept 20 </dev/null >"$scratch/tls" 2>&1 &
tls_pid=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null || ! kill -0 "$tls_pid" 2>/dev/null; do sleep 0.05; done
tls=$(sql "SELECT ivr.subscribe('https://127.0.0.1:$tls_port/', '$secret', '{call.closed}')")
end_call tls >"$scratch/said"
is 'a certificate that nobody has signed' "$(notify)" 0
is 'is not believed' "$(sql "SELECT http_status IS NULL AND fault LIKE '%certificate%' FROM ivr.notifications WHERE subscription = $tls")" t
is 'and told nothing' "$(grep -c webhook-id "$scratch/tls")" 0
kill "$tls_pid" 2>/dev/null
wait "$tls_pid" 2>/dev/null
sql "SELECT ivr.unsubscribe(subscription) FROM ivr.subscriptions" >"$scratch/said"

# --- those who would rather listen

sql 'SELECT ivr.notify_listeners(true), ivr.notify_listeners(true)' >"$scratch/said"
mkfifo "$scratch/listener"
psql -X -q -A -t <"$scratch/listener" >"$scratch/listened" 2>&1 &
listener_pid=$!
exec 4>"$scratch/listener"
printf 'LISTEN ivr;\nSELECT 1;\n' >&4
until [[ -s $scratch/listened ]]; do sleep 0.05; done
event listened call.ended busy 5 >"$scratch/said"
notify >"$scratch/said"
end_call listened >"$scratch/said"
notify >"$scratch/said"
echo 'SELECT 2;' >&4
exec 4>&-
wait "$listener_pid"
is 'who listens hears of each closed call once' "$(grep -c 'notification "ivr" with payload "listened"' "$scratch/listened")" 1
sql 'SELECT ivr.notify_listeners(false)' >"$scratch/said"
end_call unlistened >"$scratch/said"
is 'and of none when it is off' "$(notify; sql "SELECT count(*) FROM ivr.notices WHERE of_call = 'unlistened'")" "$(printf '0\n0')"

# --- one at a time

run() {
    env PGUSER=ivr_notifier IVR_NOTIFY_PRIVATE=127.0.0.0/8 "$build/minivoice-notify" --timeout "${1:-5000}" 2>>"$scratch/notify.log" &
    notify_pid=$!
}
run
until [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = ivr.lock_key('minivoice-notify')") == 1 ]]; do sleep 0.05; done
is 'a second one has nothing to do' "$(notify)" 6
live=$(subscribe /live/200)
end_call live >"$scratch/said"
for ((i = 0; i < 50 && $(heard /live/200 | wc -l) == 0; i++)); do sleep 0.1; done
is 'one that runs tells by itself' "$(heard /live/200 | wc -l)" 1
stop notify_pid
ok 'it ends when it is told to, and says what it did' grep -q 'told=1 failed=0' "$scratch/notify.log"
sql "SELECT ivr.unsubscribe($live)" >"$scratch/said"

# --- what it costs: the long run measures

# spent: what the programs have used of processors so far, in ns.
spent() {
    while read -r program pid; do
        case $program in answer | route-menu | department | webhook) cat "/proc/$pid"/task/*/schedstat 2>/dev/null ;; esac
    done < <(own_stack pids) | awk '{ ns += $1 } END { printf "%.0f\n", ns }'
}
requests() { sql 'SELECT (SELECT count(*) FROM ivr.call_events) + (SELECT count(*) FROM ivr.answers)'; }
# a_round FILE: adds to it what a request costs the programs, in ns.
a_round() {
    local ns count
    ns=$(spent)
    count=$(requests)
    "$sim" --calls 400 --parallel 8 --digits 1 >"$scratch/said" 2>&1
    echo $((($(spent) - ns) / ($(requests) - count))) >>"$1"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
if ((calls >= 1000)); then
    a_round "$scratch/warm"
    for ((i = 0; i < 9; i++)); do
        a_round "$scratch/without"
        measured=$(subscribe /measured/200)
        run
        a_round "$scratch/with"
        stop notify_pid
        sql "SELECT ivr.unsubscribe($measured)" >"$scratch/said"
    done
    echo "# a request costs the programs $(median "$scratch/without") ns without a subscription ($(sort -n "$scratch/without" | xargs)), $(median "$scratch/with") ns with one that is told all the while ($(sort -n "$scratch/with" | xargs))"
    ok 'the programs were measured' at_least "$(median "$scratch/without")" 1000
    ok 'a subscription costs the programs less than 3 %' at_most $((100 * $(median "$scratch/with"))) $((103 * $(median "$scratch/without")))
fi

# --- everything fails at once

# one CALL in five ends twice, a second later with a better word
end_calls() {
    sql "SELECT count(*) FROM generate_series($1, $2) AS n, to_char((now() - interval '1 second') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS stamp,
             ivr.store_events(ARRAY[n], ARRAY['call ' || n], ARRAY['$3'], ARRAY[stamp],
                 ARRAY[convert_to(jsonb_build_object('event', '$3', 'created_at', stamp, 'data', '{}'::jsonb, 'call', jsonb_build_object('id', 'call ' || n,
                     'status', '$4', 'direction', 'inbound', 'from', '+15551230001', 'to', '+15551230002'))::text, 'UTF8')])
         WHERE n % 5 = 0 OR '$3' = 'call.completed'" >>"$scratch/ended"
}
waiting() { sql "SELECT count(*) FROM ivr.notices WHERE subscription = $1 AND done_at IS NULL"; }
# percentile SUBSCRIPTION: in ms, how soon after it was noted 99 of 100 were told.
percentile() {
    sql "SELECT round(percentile_cont(0.99) WITHIN GROUP (ORDER BY 1000 * extract(epoch FROM done_at - noticed_at))) FROM ivr.notices
         WHERE subscription = $1 AND outcome = 'told' AND of_call LIKE '$2 %'"
}
# soon NAME COUNT: so many calls end, a few at a time.
soon() {
    local from
    for ((from = 1; from <= $2; from += 5)); do
        sql "SELECT count(*) FROM generate_series($from, $from + 4) AS n, ivr.store_events(ARRAY[n], ARRAY['$1 ' || n], ARRAY['call.completed'], ARRAY[NULL],
                 ARRAY[convert_to(jsonb_build_object('event', 'call.completed', 'call', jsonb_build_object('id', '$1 ' || n))::text, 'UTF8')])" >"$scratch/said"
        sleep 0.1
    done
}
few=$((calls < 1000 ? 100 : 1000))
quick=$(subscribe /quick/200)
run 2000
soon alone "$few"
for ((i = 0; i < 300 && $(sql "SELECT count(*) FROM ivr.notices WHERE subscription = $quick AND outcome = 'told' AND of_call LIKE 'alone %'") < few; i++)); do sleep 0.2; done
dead=$(subscribe '/dead/200?slow=100&ms=600000')
refused=$(sql "SELECT ivr.subscribe('http://127.0.0.1:1/', '$secret', '{call.closed}')")
soon beside "$few"
for ((i = 0; i < 300 && $(sql "SELECT count(*) FROM ivr.notices WHERE subscription = $quick AND outcome = 'told' AND of_call LIKE 'beside %'") < few; i++)); do sleep 0.2; done
alone=$(percentile "$quick" alone)
beside=$(percentile "$quick" beside)
echo "# 99 of 100 of $few calls were told $alone ms after they were noted, beside two dead receivers $beside ms"
ok 'two dead receivers beside it delay a good one by nothing' at_most "${beside:-999999}" $((${alone:-0} * 3 / 2 + 100))
ok 'of a dead one no more than so much is tried' at_most "$(sql "SELECT max(tries) FROM (SELECT count(*) AS tries FROM ivr.notifications WHERE subscription IN ($dead, $refused) AND tried_at IS NOT NULL GROUP BY subscription) AS t")" 200
sql "SELECT ivr.unsubscribe($quick), ivr.unsubscribe($refused)" >"$scratch/said"

: >"$scratch/heard"
mixed=$(subscribe '/mixed/200?fail=20&slow=10&ms=1500')
sql "UPDATE ivr.subscriptions SET first_pause = '0.2 seconds' WHERE subscription = $mixed" >"$scratch/said"
# The long run has a library of others look at each request as it comes.
if ((calls >= 1000)); then
    mkdir -p "$build/notify-node"
    (cd "$build/notify-node" && npm install --silent --no-audit --no-fund --no-package-lock standardwebhooks) >"$scratch/npm" 2>&1
    sleep 100000 &
    listens_pid=$!
    tail -n +1 -f --pid="$listens_pid" "$scratch/heard" | grep --line-buffered '"/mixed/' |
        node tests/integration/verify.js "$build/notify-node" "$secret" >"$scratch/verified" 2>&1 &
    verify_pid=$!
fi
(
    size=$((calls / 50 > 0 ? calls / 50 : 1))
    for ((from = 1; from <= calls; from += size)); do
        to=$((from + size - 1 < calls ? from + size - 1 : calls))
        end_calls "$from" "$to" call.ended busy
        sleep 0.7
        end_calls "$from" "$to" call.completed completed
    done
) &
writer_pid=$!
killed=0
began=$SECONDS
is_dead=
# shellcheck disable=SC2034  # read as stop's ${!1}
while kill -0 "$writer_pid" 2>/dev/null || (($(waiting "$mixed") > 0)); do
    sleep 1
    kill -9 "$notify_pid" 2>/dev/null
    wait "$notify_pid" 2>/dev/null
    killed=$((killed + 1))
    run 2000
    if ((SECONDS - began > 5)) && [[ ! $is_dead ]]; then
        stop receiver_pid
        is_dead=$SECONDS
    elif [[ $is_dead && ! $receiver_pid ]] && ((SECONDS - is_dead > (calls < 1000 ? 3 : 60))); then
        receive
    fi
    ((SECONDS - began < (calls < 1000 ? 120 : 3000))) || break
done
wait "$writer_pid"
sleep 1
for ((i = 0; i < 100 && $(waiting "$mixed") > 0; i++)); do sleep 0.5; done
stop notify_pid
is 'of so many calls each was told' "$(jq -r 'select(.path == "/mixed/200" and .status == 200) | .body | fromjson | select(.data.end == "completed") | .data.call_id' "$scratch/heard" | sort -u | wc -l)" "$calls"
is 'and is noted as told' "$(sql "SELECT count(DISTINCT of_call), count(*) FILTER (WHERE outcome IS DISTINCT FROM 'told') FROM ivr.notices WHERE subscription = $mixed")" "$calls|0"
# Of each call: what came in, in this order, without what came again at once. Twice in it: it came after something newer.
is 'nothing came after something newer of the same call' "$(jq -r 'select(.path == "/mixed/200") | [(.body | fromjson | .data.call_id), .id] | @tsv' "$scratch/heard" |
    awk -F'\t' '$2 != last[$1] { if (seen[$1, $2]++) wrong++; last[$1] = $2 } END { print wrong + 0 }')" 0
is 'every request was signed' "$(jq -r 'select(.path == "/mixed/200") | .good' "$scratch/heard" | sort | uniq -c | awk '{print $2}' | xargs)" 1
if [[ $listens_pid ]]; then
    kill "$listens_pid"
    wait "$listens_pid" "$verify_pid" 2>/dev/null
    is 'as another implementation of Standard Webhooks says' "$(<"$scratch/verified")" "$(heard /mixed/200 | wc -l) good, 0 bad"
fi
echo "# $calls calls, $(sql "SELECT count(*) FROM ivr.notices WHERE subscription = $mixed") notices, $(heard /mixed/200 | wc -l) requests, $(heard /mixed/200 | sort -u | wc -l) different; killed $killed times; $((SECONDS - began)) s"
sql "SELECT ivr.unsubscribe(subscription) FROM ivr.subscriptions" >"$scratch/said"

done_testing
