#!/bin/bash
# How a program is, told by itself: healthz as 200 or 503 with JSON, metrics for Prometheus; from memory, at once, to this
# machine alone.
. tests/integration/lib.bash

with_own_stack IVR_SPOOL_DIR=
state=$(dirname "$PGHOST")
programs=(answer route-menu department webhook)

# health PATH FILTER: the status of the reply, and what jq finds in it.
health() { get "$1" >/dev/null; echo "$(status) $(jq -r "$2" "$scratch/body" 2>&1)"; }
# metric PROGRAM SAMPLE: its value, 0 where there is none.
metric() { get "metrics/$1" | awk -v sample="$2" 'index($0, sample " ") == 1 {value = $NF} END {print value + 0}'; }
until_health() {
    local end=$((SECONDS + 5))
    until [[ $(health "$1" "$2") == "$3" ]]; do
        if ((SECONDS >= end)); then
            cat "$scratch/body"
            return 1
        fi
        sleep 0.1
    done
}
event='{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"health"},"variables":{},"data":{}}'

# All is well
for program in "${programs[@]}"; do
    is "$program is well" "$(health "healthz/$program" '[.status, .program, .database, .queued, .deferred] | join(" ")')" "200 ok $program up 0 0"
    is 'and says which process it is' "$(jq -r .pid "$scratch/body" | xargs -I{} cat /proc/{}/comm)" "$program"
    is 'and its version' "$(jq -r '.version' "$scratch/body")" "$("$build/$program" --version | cut -d' ' -f3)"
    is 'and the schema' "$(jq -r .schema "$scratch/body")" "$(sql 'SELECT max(migration) FROM ivr.migrations')"
done
is 'without a name it is answer' "$(health healthz .program)" '200 answer'
is 'the settings are those of the database, and new' \
    "$(health healthz '[.snapshot, .configuration, .settings_age_s < 5] | join(" ")')" "200 database $(sql 'SELECT max(version) FROM ivr.config_versions') true"
is 'it is JSON' "$(header content-type)" application/json
is 'which nobody keeps' "$(header cache-control)" no-store
is 'there are no other names' "$(get healthz/nobody >/dev/null; status)" 404
is 'HEAD and POST do no harm' "$(get healthz -d 'digits=1' >/dev/null; status)" 200

# For this machine alone
for path in healthz healthz/webhook metrics metrics/answer; do
    get "$path" --interface 127.0.0.2 >/dev/null
    is "$path is told to nobody else" "$(status)" 403
done
is 'the endpoints are' "$(get 'answer' --interface 127.0.0.2 | jq -r '.actions | length')" 2
is 'nobody asks an endpoint by a header' "$(get answer -H 'MINIVOICE-PROBE: healthz' -H 'MINIVOICE_PROBE: healthz' | jq -r '.actions | length')" 2
is 'or by a parameter' "$(get 'answer?MINIVOICE_PROBE=healthz' | jq -r '.actions | length')" 2
is 'none of this is a line of the log' "$(grep -c 'method=' "$state/log/webhook.log")" 0
is 'or a request that is counted' "$(metric webhook minivoice_request_duration_seconds_count'{program="webhook"}')" 0

# What is counted
before=$(metric answer 'minivoice_requests_total{program="answer",status="200",outcome="menu"}')
ok '20 calls' "$sim" --quiet --calls 20 --parallel 4 --digits 1 --digits-in webhook --gathered-delay 200 --created-at ms --expect 1=+15551230011
count() { metric "$1" "minivoice_requests_total{program=\"$1\",status=\"$2\",outcome=\"$3\"}"; }
is 'are 20 more menus' "$(($(count answer 200 menu) - before))" 20
is '20 transfers' "$(count route-menu 200 transfer)" 20
is 'which waited for their digits' "$(metric route-menu 'minivoice_digit_wait_seconds_count{program="route-menu"}')" 20
ok 'as long as the log says' test "$(metric route-menu 'minivoice_digit_wait_seconds_sum{program="route-menu"}')" = \
    "$(awk 'match($0, /waited_ms=[0-9]+/) {ms += substr($0, RSTART + 10, RLENGTH - 10)} END {print ms / 1000}' "$state/log/route-menu.log")"
is 'and events that were stored' "$(count webhook 200 stored)" "$(sql 'SELECT count(*) FROM ivr.call_events')"
get "route-menu?digits=9" >/dev/null
is 'a fallback is told apart, or a menu asked again' "$(($(count route-menu 200 fallback) + $(count route-menu 200 invalid)))" 1
post_event "$event" >/dev/null
post_event "$event" >/dev/null
is 'an event that came again' "$(count webhook 200 duplicate)" 1
SECRET=wrong post_event "$event" >/dev/null
is 'a rejection' "$(count webhook 401 rejected)" 1
get webhook >/dev/null
is 'and another method' "$(count webhook 405 none)" 1
is 'all requests have a duration' "$(metric webhook 'minivoice_request_duration_seconds_count{program="webhook"}')" \
    "$(get metrics/webhook | awk '/^minivoice_requests_total/ {sum += $NF} END {print sum}')"
is 'as many as there are lines in the log' "$(metric webhook 'minivoice_request_duration_seconds_count{program="webhook"}')" \
    "$(grep -c 'method=' "$state/log/webhook.log")"
ok 'no set is empty' test "$(metric webhook 'minivoice_set_requests_total{program="webhook"}')" -ge "$(metric webhook 'minivoice_sets_total{program="webhook"}')"
ok 'and sets were sent' test "$(metric webhook 'minivoice_sets_total{program="webhook"}')" -gt 0
for program in "${programs[@]}"; do
    get "metrics/$program" >"$scratch/metrics"
    is "the metrics of $program can be read" "$(awk -f tests/integration/exposition.awk "$scratch/metrics")" ''
    is 'as text' "$(header content-type)" 'text/plain; version=0.0.4; charset=utf-8'
    if command -v promtool >/dev/null; then
        ok 'and promtool has nothing against them' promtool check metrics <"$scratch/metrics"
    fi
    is 'they name their process' "$(sed -n 's/.*_process_info{.*pid="\([0-9]*\)".*/\1/p' "$scratch/metrics" | xargs -I{} cat /proc/{}/comm)" "$program"
done
is 'the parser would see a fault' "$(printf '# HELP a_total b\n# TYPE a_total gauge\na_total{p="x"} 1\n' | awk -f tests/integration/exposition.awk | wc -l)" 1

# The database goes away
own_stack pg-stop >"$scratch/stack" 2>&1
ok 'without the database callers are still answered' until_health healthz/answer '[.status, .database, .snapshot] | join(" ")' '200 degraded lost database'
ok 'at once' at_most "$(took_ms)" 100
ok 'and events are not' until_health healthz/webhook '[.status, .database] | join(" ")' '503 down lost'
ok 'at once' at_most "$(took_ms)" 100
get 'answer?call_id=later' >/dev/null
is 'an answer waits to be stored' "$(health healthz/answer .deferred)" '200 1'
is 'and is counted' "$(metric answer 'minivoice_waiting_answers{program="answer"}')" 1
is 'the database is not up' "$(metric answer 'minivoice_database_up{program="answer"}')" 0
sleep 2
ok 'the settings grow old' test "$(health healthz/answer .settings_age_s | cut -d' ' -f2)" -ge 2
while read -r _ pid; do kill -TERM "$pid"; done < <(own_stack pids)
ok 'started anew, answers come from the file' until_health healthz/answer '[.status, .database, .snapshot, .settings_age_s] | join(" ")' '200 degraded lost cache '
rm -f "$state/cache/settings.json"
while read -r _ pid; do kill -TERM "$pid"; done < <(own_stack pids)
ok 'without that callers cannot be answered as the owner wants' until_health healthz/answer '[.status, .database, .snapshot] | join(" ")' '503 down lost none'
own_stack pg-start >"$scratch/stack" 2>&1
for program in "${programs[@]}"; do
    ok "the database comes back: $program is well" until_health "healthz/$program" '[.status, .deferred] | join(" ")' '200 ok 0'
done

# A server that hangs instead of refusing
postmaster=$(head -1 "$(sql 'SHOW data_directory')/postmaster.pid")
hold() { pkill "-$1" -P "$postmaster"; kill "-$1" "$postmaster"; }
hold STOP
post_event "$event" -m 1 >/dev/null 2>&1 &
sleep 0.3
get healthz/webhook >/dev/null
ok 'a database that hangs keeps nobody from saying how he is' at_most "$(took_ms)" 100
get metrics/webhook >/dev/null
ok 'or what he has counted' at_most "$(took_ms)" 100
hold CONT
wait

# Nobody there
own_stack workers-stop webhook >"$scratch/stack" 2>&1
is 'a program that does not run is not well' "$(health healthz/webhook .status)" '503 silent'
is 'and has no metrics' "$(get metrics/webhook >/dev/null; status)" 503
done_testing
