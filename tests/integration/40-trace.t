#!/bin/bash
# IVR_TRACE: requests are kept whole, at nobody's cost, and tell what the platform does.
. tests/integration/lib.bash

# settled: the traces of what was sent are there.
settled() {
    local had=-1 has tries
    for ((tries = 0; tries < 40; tries++)); do
        has=$(sql 'SELECT count(*) FROM ivr.traces')
        [[ $has != "$had" ]] || ((has == 0)) || return 0
        had=$has
        sleep 0.25
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
with_own_stack IVR_TRACE=1 IVR_ACCESS_KEY=$key
export IVR_ACCESS_KEY=$key
ok 'on, a call' "$sim" --quiet --digits 9,1 --call-id c1 --carry form
get "answer?key=$key" -X POST -H 'X-Thing: a b' -H "Authorization: Bearer $key" -H 'Cookie: a=0123456789abcdef' -d '{"id":"c2","key":"'$key'"}' >/dev/null
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
is 'and headers' "$(sql "SELECT headers ->> 'x-thing' FROM ivr.traces WHERE call_id = 'c2'")" 'a b'
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
