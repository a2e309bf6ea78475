#!/bin/bash
# The same programs behind a real Apache: over FastCGI, with mod_fcgid, and as plain CGI, with the drop-ins of the project.
. tests/integration/lib.bash

. tests/integration/apache.bash

expect='1=+15551230011,2=+15551230012,none=+15551230010'

url=http://127.0.0.1:$apache_port/minivoice
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
calls() { "$sim" --quiet --url "$url" --created-at ms --expect "$expect" --digits 1/2/9,1 "$@"; }

# Of both documents: each option, something else, nothing; the second one's menu is asked for by name.
documents() {
    calls --calls 6 --digits 1/2/9,1/-,1/2/1 && "$sim" --quiet --url "$url" --created-at ms --answer 'answer?menu=department' --calls 4 \
        --digits 1/2/-,1/9,2 --expect '1=+15551230013,2=+15551230014'
}
# health PROGRAM: what it says of itself; only this machine may ask.
health() { IVR_URL=$url get "healthz/$1" | jq -r '[.status, .program, .database] | join(" ")' 2>&1; }
well() {
    local program
    for program in answer route-menu department webhook; do
        is "$1: healthz/$program" "$(health $program)" "ok $program up"
        IVR_URL=$url get "healthz/$program" --interface 127.0.0.2 >/dev/null
        is 'which is told to nobody else' "$(status)" 403
    done
}

ok 'Apache starts with the FastCGI drop-in' start_apache minivoice-apache.conf
ok '100 calls behind Apache over FastCGI' calls --calls 100 --parallel 20
ok 'the calls of both documents' documents
well FastCGI
is 'without a name it is answer' "$(IVR_URL=$url get healthz | jq -r .program)" answer
for program in answer route-menu department webhook; do
    IVR_URL=$url get "metrics/$program" >"$scratch/metrics"
    is "metrics/$program can be read" "$(awk -f tests/integration/exposition.awk "$scratch/metrics")" ''
    is 'and are its own' "$(grep -c "process_info{program=\"$program\"" "$scratch/metrics")" 1
    IVR_URL=$url get "metrics/$program" --interface 127.0.0.2 >/dev/null
    is 'for this machine alone' "$(status)" 403
done
is 'nobody asks an endpoint by a header' "$(IVR_URL=$url get answer -H 'MINIVOICE-PROBE: healthz' -H 'MINIVOICE_PROBE: healthz' | jq -r '.actions | length')" 2
for carry in form json header; do
    ok "call id in $carry, digits by webhook 100 ms later" calls --calls 6 --carry "$carry" --method POST --digits-in webhook --gathered-delay 100
done
is 'a chunked event is stored' "$(IVR_URL=$url; post_event "$(event chunked)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
tests/integration/drip "127.0.0.1:$apache_port" /minivoice/webhook 64 1 7 >"$scratch/drip" &
sleep 5
ok 'while 64 bodies drip in: 20 calls' calls --calls 20 --parallel 4
wait
ok 'every one of them was ended' test "$(sed -n 's/^ended //p' "$scratch/drip")" -ge 64
# Who has no body is served always. How long that takes: tests/chaos/neighbours.
served() {
    for ((i = 0; i < 100; i++)); do
        [[ $(IVR_URL=$url get "answer?call_id=beside-$i" --max-time 1 | json -r '.actions[1].type') == redirect ]] || return
    done
}
if [[ -e $modules/mod_qos.so ]]; then
    tests/integration/drip "127.0.0.1:$apache_port" /minivoice/webhook 2500 100 60 >"$scratch/drip" &
    dripper=$!
    until grep -q ready "$scratch/drip"; do sleep 0.1; done
    sleep 2
    ok 'while 2,500 bodies of a hundred senders drip in: a hundred callers are answered by the program' served
    IVR_URL=$url post_event "$(event beside)" >/dev/null
    is 'an event is asked for again' "$(status) $(header retry-after)" '503 5'
    kill "$dripper"
    wait "$dripper"
    ok 'of the bodies Apache holds no more than its limit' at_most "$(sed -n 's/^dripping //p' "$scratch/drip")" 100
    sleep 1
    is 'when they are gone the event is stored' "$(IVR_URL=$url post_event "$(event beside)")" '{"status":"stored"}'
else
    echo '# skipped: libapache2-mod-qos is not installed, so nothing counts bodies that drip in'
fi
sed -i 's#answer.sock#nowhere.sock#; s#webhook.sock#nowhere.sock#' "$site/httpd.conf"
/usr/sbin/apache2 -f "$site/httpd.conf" -k graceful
sleep 1
IVR_URL=$url
is 'no program there: the caller still gets a valid list' "$(get answer | json -r '.actions[0].say.text | length > 20')" true
is 'with status 200' "$(status)" 200
get webhook -d x >/dev/null
is 'and events are asked for again' "$(status) $(header retry-after)" '503 5'
is 'and a program that is not there is silent' "$(get healthz/webhook | json -r .status) $(status)" 'silent 503'
stop_apache

# mod_fcgid starts the processes itself: each has a socket of its own, so each of them serves.
if [[ -e $modules/mod_fcgid.so ]]; then
    ok 'Apache starts with the mod_fcgid drop-in' start_apache minivoice-apache-fcgid.conf
    ok 'the calls of both documents' documents
    ok '100 calls' calls --calls 100 --parallel 10
    well mod_fcgid
    pids() { pgrep -f "^$site/lib/$1"; }
    ok '20 redirects wait for their digits at once' calls --calls 20 --parallel 12 --digits-in webhook --gathered-delay 1000
    before=$(date +%s%3N)
    ok '8 redirects wait a second for their digits' calls --calls 8 --parallel 8 --digits 1 --digits-in webhook --gathered-delay 1000
    ok 'at the same time: no process stands by for another' at_most $(($(date +%s%3N) - before)) 4000
    ok 'each has a process' test "$(pids route-menu | wc -l)" -ge 8
    is 'a chunked event is stored' "$(IVR_URL=$url; post_event "$(event chunked-fcgid)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
    ok 'unsigned events are refused' "$sim" --quiet --url "$url" --signature none --digits 1
    head -c 300000 /dev/zero | tr '\0' ' ' >"$scratch/large"
    is 'a body that is too large is refused by the program' "$(IVR_URL=$url get webhook --data-binary "@$scratch/large" | json -r .error.code) $(status)" 'too_large 413'
    # What one that dies has accepted is lost with mod_fcgid, which asks nobody else.
    # shellcheck disable=SC2046  # a list
    kill -KILL $(pids '')
    while [[ $(pids '') ]]; do sleep 0.1; done
    ok 'killed, they are started again: 20 calls' calls --calls 20 --parallel 2
    rm "$site"/lib/answer "$site"/lib/webhook
    # shellcheck disable=SC2046  # a list
    kill -KILL $(pids '')
    is 'no program there: the caller still gets a valid list' "$(IVR_URL=$url get answer | json -r '.actions[0].say.text | length > 20')" true
    is 'with status 200' "$(status)" 200
    IVR_URL=$url get webhook -d x >/dev/null
    is 'and events are asked for again' "$(status) $(header retry-after)" '503 5'
    stop_apache
else
    echo '# skipped: libapache2-mod-fcgid is not installed'
fi

ok 'Apache starts with the plain CGI drop-in' start_apache minivoice-apache-cgi.conf
ok '20 calls as plain CGI' calls --calls 20 --parallel 4
ok 'the calls of both documents' documents
well 'plain CGI'
ok 'digits by webhook 300 ms later' calls --calls 3 --digits-in webhook --gathered-delay 300
ok 'unsigned events are refused' "$sim" --quiet --url "$url" --signature none --digits 1
is 'a chunked event is stored' "$(post_event "$(event chunked-cgi)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
done_testing
