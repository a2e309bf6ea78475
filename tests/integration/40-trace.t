#!/bin/bash
# IVR_TRACE: requests are kept whole, at nobody's cost, and tell what the platform does.
. tests/integration/lib.bash

# settled: the traces of what was sent are there: they are written twice a second.
settled() {
    local had=-1 has tries
    for ((tries = 0; tries < 40; tries++)); do
        has=$(sql 'SELECT count(*) FROM ivr.traces')
        [[ $has != "$had" ]] || ((has == 0)) || return 0
        had=$has
        sleep 1.2
    done
}
traces() { sql "SELECT count(*) FROM ivr.traces WHERE $1"; }
metric() { curl -s "$IVR_URL/metrics/$1" | awk -v name="$2{" 'index($1, name) == 1 {print $2}'; }

# Off
ok 'off, a call' "$sim" --quiet --digits 1
sleep 0.5
is 'leaves no trace' "$(traces true)" 0
is 'and offers none' "$(metric answer minivoice_traces_total)" 0

# On
key=open-sesame-0123456789
with_own_stack IVR_TRACE=1 IVR_ACCESS_KEY=$key IVR_WEBHOOK_BUDGET_MS=800
export IVR_ACCESS_KEY=$key
ok 'on, a call' "$sim" --quiet --digits 9,1 --call-id c1 --carry form
get "answer?key=$key" -X POST -H 'X-Thing: a b' -H "Authorization: Bearer $key" -H 'Cookie: a=0123456789abcdef' -d '{"id":"c2","key":"'$key'"}' >/dev/null
get answer -X POST -d "{'k\\u0065y':'open\\u002d${key#open-}','id':'c9'}" >/dev/null
printf '\377\0' | get "answer?key=$key" --data-binary @- -H $'X-Odd: \377' >/dev/null
head -c 100000 /dev/zero | tr '\0' x | get "answer?key=$key" --data-binary @- >/dev/null
post_event '{"event":"call.created","call":{"id":"c3"}}' >/dev/null
get webhook -d '{}' >/dev/null
curl -s "$IVR_URL/healthz" >/dev/null
settled
is 'leaves one for each request' "$(sql "SELECT string_agg(program || ':' || n, ' ' ORDER BY program) FROM (SELECT program, count(*) AS n FROM ivr.traces WHERE call_id = 'c1' GROUP BY program) AS t")" \
    'answer:1 route-menu:2 webhook:5'
is 'with what was replied' "$(sql "SELECT reply::jsonb #>> '{actions,0,destination}' FROM ivr.traces WHERE program = 'route-menu' ORDER BY trace_id DESC LIMIT 1")" +15551230011
is 'with method, URL and body' "$(sql "SELECT method || ' ' || url || ' ' || convert_from(body, 'UTF8') FROM ivr.traces WHERE call_id = 'c2'")" \
    'POST /minivoice/answer?key=open*** {"id":"c2","key":"open***"}'
is 'a body that tells a key in a way that nobody should write is left out' \
    "$(sql "SELECT http_status || ' ' || convert_from(body, 'UTF8') FROM ivr.traces WHERE call_id = 'c9'")" '200 (left out: it tells an access key)'
is 'and headers' "$(sql "SELECT ivr.headers(headers) ->> 'x-thing' FROM ivr.traces WHERE call_id = 'c2'")" 'a b'
is 'no key, signature, cookie or secret is of use in it' \
    "$(sql "SELECT count(*) FROM ivr.traces AS t WHERE t::text ~ '$key|0123456789|v1=[0-9a-f]{4}|$IVR_WEBHOOK_SECRET' OR encode(body, 'escape') ~ '$key'")" 0
is 'bytes that are no text are kept' "$(traces "body = '\\xff00'")" 1
is 'of a long body 64 KiB and its length' "$(traces 'length(body) = 65536 AND body_length = 100000')" 1
is 'what was refused, too' "$(traces "program = 'webhook' AND http_status = 401")" 1
is 'the time is that of the request' "$(traces "received_at NOT BETWEEN now() - interval '1 minute' AND now() OR took_us NOT BETWEEN 1 AND 10000000")" 0
is 'none was dropped' "$(metric webhook minivoice_dropped_traces_total)" 0
is 'and a probe is none of them' "$(traces "url LIKE '%healthz%'")" 0
ok 'plain CGI leaves one too' test "$(cgi answer "call_id=cgi&key=$key" IVR_TRACE=1 | body_of | json -r '.actions | length')" -gt 0
is '...' "$(traces "call_id = 'cgi'")" 1

# Every convention that the simulator plays, one call each: the findings name what was played, and nothing else.
# FULL=1 (make traces) plays the whole product, SLICE=0 to 6 another seventh of it.

# facts UNKNOWN: what was seen, without the numbers, in order.
facts() { sql "SELECT string_agg(fact, '; ' ORDER BY fact COLLATE \"C\") FROM (SELECT regexp_replace(unnest(string_to_array(seen, '; ')), ' \([0-9]+\)$', '') AS fact FROM ivr.platform_findings() WHERE unknown = '$1') AS f"; }
sorted() { printf '%s\n' "$@" | grep . | LC_ALL=C sort | sed ':all; N; $!b all; s/\n/; /g'; }
place_of() { case $1 in form) echo form ;; json) echo 'JSON body' ;; *) echo query ;; esac; }
id_of() { case $1 in header) echo 'call id in the header x-minivoice-call-id' ;; none) echo '' ;; *) echo "call id in the $(place_of "$1")" ;; esac; }

# played CARRY DIGITS CREATED_AT REPEATED: one call; its ten requests are traced.
played() {
    local digits=webhook delay=before tries
    case $2 in redirect) digits=redirect ;; after) delay=150 ;; esac
    sql 'TRUNCATE ivr.traces'
    "$sim" --quiet --digits 1 --carry "$1" --digits-in $digits --gathered-delay $delay --created-at "$3" --twice --repeated-as "$4" >"$scratch/played" || return 1
    for ((tries = 0; tries < 50; tries++)); do
        [[ $(sql 'SELECT count(*) FROM ivr.traces') != 10 ]] || return 0
        sleep 0.1
    done
    return 1
}

# named CARRY DIGITS CREATED_AT REPEATED: prints what the findings say otherwise.
named() {
    local place asked id unknown wanted got
    place=$(place_of "$1") id=$(id_of "$1")
    case $1 in form) asked='POST, form body' ;; json) asked='POST, JSON body' ;; *) asked='GET, no body' ;; esac
    local nobody="no call id of the platform's"
    local -A want=([U1]=$asked [U6]=unsigned [U12]='POST, application/json; from 127.0.0.1' [U14]='timestamp in seconds')
    want[U2]=${id:-no call id}
    case $1 in query | form | json) want[U2]=$(sorted "$id" "direction in the $place" "from in the $place" "to in the $place") ;; esac
    want[U3]=$(sorted "${id:-$nobody}" "$([[ $2 == redirect ]] && echo "digits in the $place" || echo 'no digits')" "$asked" "$([[ ! $id ]] || echo 'our query came back')")
    [[ $id ]] && want[U4]='a redirect tells its call' || want[U4]='nothing ties a redirect to its call'
    if [[ ! $id ]]; then want[U5]='not seen yet'; elif [[ $2 == after ]]; then want[U5]='the redirect came first, by 0.1 to 0.5 s'; else want[U5]='call.gathered came first'; fi
    [[ $4 == same ]] && want[U7]='came again with the same bytes' || want[U7]='came again with another created_at'
    [[ $2 == redirect ]] && want[U8]=$(sorted 'no digits' 'status completed') || want[U8]=$(sorted 'data.digits, string' 'status completed')
    [[ $2 == redirect ]] && want[I10]='in the redirect' || want[I10]='in call.gathered'
    case $3 in s) want[U13]='created_at in whole seconds' ;; ms) want[U13]='created_at with fractions' ;; *) want[U13]='created_at in whole seconds, with an offset' ;; esac
    for unknown in "${!want[@]}"; do
        wanted=${want[$unknown]} got=$(facts "$unknown")
        [[ $unknown != U13 ]] || got=$(sed 's/; .*//' <<<"$got")
        [[ $got == "$wanted" ]] || echo "$unknown: got '$got', wanted '$wanted'"
    done
}

nth=0
for carry in query form json header none; do
    for digits in redirect before after; do
        for created_at in s ms offset; do
            for repeated in same later; do
                nth=$((nth + 1))
                [[ ${FULL:-} ]] || ((nth % 7 == ${SLICE:-1})) || continue
                ok "call id: $carry, digits: $digits, created_at: $created_at, repeated: $repeated: played" played $carry $digits $created_at $repeated
                is '... and named' "$(named $carry $digits $created_at $repeated)" ''
            done
        done
    done
done

# An event that was not stored at once.
sql 'TRUNCATE ivr.traces'
is 'what was not seen is said to be open' "$(sql "SELECT string_agg(DISTINCT seen, ' ') || count(*) || bool_and(meaning LIKE 'Still open: %') FROM ivr.platform_findings()")" 'not seen yet26true'
is 'and the script says what to try' "$(sql "SELECT bool_and(open = settles) || ' ' || count(*) FROM ivr.first_call_script()")" 'true 8'
sql_of_calls 'BEGIN; LOCK TABLE ivr.call_events; SELECT pg_sleep(3); COMMIT' >/dev/null &
sleep 0.3
ok 'events are answered 503 for a moment, and sent again' "$sim" --quiet --digits -,9,1 --retries 10 --retry-ms 1200 --created-at ms
wait
settled
is 'when they are sent again is seen' "$(facts U11)" 'sent again after 1 to 10 s'
is 'and that they are the same' "$(facts U7)" 'came again with the same bytes'
is 'and that nothing was pressed' "$(facts U21)" 'a redirect after a time-out'
is 'two gathers have one event_key' "$(facts I6)" 'gathers of a call share one'
is 'with one call nearly all is settled' "$(sql "SELECT string_agg(unknown, ' ') FROM ivr.platform_findings() WHERE seen = 'not seen yet'")" ''
is 'each says what it means' "$(sql "SELECT count(*) FROM ivr.platform_findings() WHERE coalesce(meaning, '') = '' OR times < 1 OR coalesce(example, '') = ''")" 0
is 'no number is in plain' "$(sql "SET ROLE ivr_report; SELECT count(*) FROM ivr.platform_findings() AS f WHERE f::text ~ '1555123'")" 0
is 'a stranger'"'"'s events are none of the platform'"'"'s' "$(for n in 1 2; do get webhook -d '{"event":"call.created","created_at":"x","call":{"id":"x"}}'; done >/dev/null; sleep 1.2; facts U13 | grep -c 'no time')" 0

# A table that is held: the traces wait, nobody else does.
sql 'TRUNCATE ivr.traces'
sql 'BEGIN; LOCK TABLE ivr.traces; SELECT pg_sleep(4); COMMIT' >/dev/null &
sleep 0.3
ok 'while ivr.traces is locked: 40 calls, nobody waits a second, every event is stored' \
    "$sim" --quiet --calls 40 --parallel 4 --digits 1 --digits-in redirect --max-answer-ms 1000
ok 'all that before it is let go' kill -0 $!
wait
settled
is 'and of each a trace is there' "$(sql 'SELECT count(DISTINCT call_id) FROM ivr.traces')" 40

# The database is away: callers do not wait for it, and traces are counted.
own_stack pg-stop
ok 'without the database, a call' "$sim" --quiet --digits 1 --digits-in redirect --accept-events-failure --max-answer-ms 1500
is 'its traces are dropped and counted' "$(($(metric answer minivoice_dropped_traces_total) > 0))" 1
own_stack pg-start
sleep 1
ok 'when it is back' "$sim" --quiet --digits 1 --call-id c5
settled
is 'requests are kept again' "$(traces "call_id = 'c5' AND program = 'route-menu'")" 1
done_testing
