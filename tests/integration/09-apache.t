#!/bin/bash
# The same programs behind a real Apache: over FastCGI, and as plain CGI, with the drop-ins of the project.
. tests/integration/lib.bash

. tests/integration/apache.bash

expect='1=+15551230011,2=+15551230012,none=+15551230010'

url=http://127.0.0.1:$apache_port/minivoice
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
calls() { "$sim" --quiet --url "$url" --created-at ms --expect "$expect" --digits 1/2/9,1 "$@"; }

ok 'Apache starts with the FastCGI drop-in' start_apache minivoice-apache.conf
ok '100 calls behind Apache over FastCGI' calls --calls 100 --parallel 20
for carry in form json header; do
    ok "call id in $carry, digits by webhook 100 ms later" calls --calls 6 --carry "$carry" --method POST --digits-in webhook --gathered-delay 100
done
is 'a chunked event is stored' "$(IVR_URL=$url; post_event "$(event chunked)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
tests/integration/drip "127.0.0.1:$apache_port" /minivoice/webhook 64 1 7 >"$scratch/drip" &
sleep 5
ok 'while 64 bodies drip in: 20 calls' calls --calls 20 --parallel 4
wait
ok 'every one of them was ended' test "$(sed -n 's/^ended //p' "$scratch/drip")" -ge 64
sed -i 's#answer.sock#nowhere.sock#; s#webhook.sock#nowhere.sock#' "$site/httpd.conf"
/usr/sbin/apache2 -f "$site/httpd.conf" -k graceful
sleep 1
IVR_URL=$url
is 'no program there: the caller still gets a valid list' "$(get answer | json -r '.actions[0].say.text | length > 20')" true
is 'with status 200' "$(status)" 200
get webhook -d x >/dev/null
is 'and events are asked for again' "$(status) $(header retry-after)" '503 5'
stop_apache

ok 'Apache starts with the plain CGI drop-in' start_apache minivoice-apache-cgi.conf
ok '20 calls as plain CGI' calls --calls 20 --parallel 4
ok 'digits by webhook 300 ms later' calls --calls 3 --digits-in webhook --gathered-delay 300
ok 'unsigned events are refused' "$sim" --quiet --url "$url" --signature none --digits 1
is 'a chunked event is stored' "$(post_event "$(event chunked-cgi)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
done_testing
