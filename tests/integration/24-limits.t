#!/bin/bash
# What a hostile client can do at the web server: bodies that never end cost other requests nothing, and what is refused gets
# the static answers.
. tests/integration/lib.bash

with_own_stack
nginx=127.0.0.1:$own_port
static='We are sorry, we cannot take your call right now. Please call again later.'
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
calls() { "$sim" --quiet --digits 1 --created-at ms --expect 1=+15551230011 "$@"; }

# drip_from SENDERS CONNECTIONS: goes on until undrip; then $held is how many bodies dripped at the end.
drip_from() {
    tests/integration/drip "$nginx" /minivoice/webhook "$2" "$1" 90 >"$scratch/drip" &
    dripper=$!
    until grep -q ready "$scratch/drip"; do
        kill -0 "$dripper" || return 1
        sleep 0.1
    done
}
undrip() {
    kill "$dripper"
    wait "$dripper"
    held=$(sed -n 's/^dripping //p' "$scratch/drip")
}

# p99: of plain calls, in microseconds. least_of FILE
p99() { "$build/bench-load" --port "$own_port" --connections 4 --seconds 1 --script calls | sed -n 's/^request_p99=//p'; }
least_of() { sort -n "$1" | head -1; }
within() { # ALONE BESIDE
    echo "$1 us alone, $2 us beside bodies that drip"
    (($2 * 10 <= $1 * 12))
}

# One sender with more bodies than nginx has connections
drip_from 1 2500
sleep 2
ok '2,500 bodies of one sender drip in: 200 calls go on, every answer right' calls --calls 200 --parallel 16
is 'an event is stored' "$(post_event "$(event beside-one)")" '{"status":"stored"}'
undrip
ok 'of the 2,500 nginx holds 256, and lets twice as many wait' at_most "$held" 768

# Many senders: what has no body is served always
drip_from 100 2500
sleep 2
is 'bodies of 100 senders drip in: a caller without a body is answered by the program' \
    "$(get 'answer?call_id=beside-many' | json -r '.actions[1].type')" redirect
post_event "$(event beside-many)" >/dev/null
is 'an event is asked for again' "$(status) $(header retry-after)" '503 5'
is 'a caller with a body gets a valid list' "$(get answer -d 'call_id=beside-many' | json -r '.actions[0].say.text')" "$static"
is 'with status 200' "$(status)" 200
is 'and a monitor can tell' "$(header x-ivr-fallback)" static
undrip
is 'of the 2,500 nginx holds 512' "$held" 512
sleep 1
is 'when they are gone the event is stored' "$(post_event "$(event beside-many)")" '{"status":"stored"}'
is 'refusals fill no log' "$(grep -c limiting "$(dirname "$PGHOST")/log/nginx.log")" 0

# Events without a pause
ok '200 senders of events without a pause: none is refused' \
    "$build/bench-load" --port "$own_port" --script events --connections 200 --seconds 2
ok 'they are passed on at a pace' at_most "$(sed -n 's/^rate=\([0-9]*\).*/\1/p' "$scratch/said")" 600

# What nginx admits of them costs nobody time. The machine has other things to do as well, so the best of each is taken, in
# turns, until they agree: what costs time in every turn never does.
for turn in {1..16}; do
    p99 >>"$scratch/alone"
    drip_from 1 256
    p99 >>"$scratch/beside"
    undrip
    echo "$held" >>"$scratch/held"
    ! within "$(least_of "$scratch/alone")" "$(least_of "$scratch/beside")" >"$scratch/said" || ((turn < 4)) || break
done
is 'meanwhile 256 bodies dripped in' "$(sort -u "$scratch/held")" 256
ok 'p99 beside them is at most 1.2 times what it is alone' within "$(least_of "$scratch/alone")" "$(least_of "$scratch/beside")"

# A body that stands still, and headers that never end
# shellcheck disable=SC2016
still='use IO::Socket::INET; use Time::HiRes "time"; my $s = IO::Socket::INET->new($ARGV[0]) or die; print $s $ARGV[1]; $s->flush;
    my $start = time; $SIG{ALRM} = sub { print "waits\n"; exit }; alarm 15; my $all = ""; 1 while sysread $s, $all, 4096, length $all; print time - $start < 12 ? "ended\n" : "late\n"'
perl -e "$still" "$nginx" $'POST /minivoice/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{' >"$scratch/still" &
perl -e "$still" "$nginx" $'GET /minivoice/answer HTTP/1.1\r\nHost' >"$scratch/headers" &
wait
is 'a body that stands still for 10 seconds is ended' "$(cat "$scratch/still")" ended
is 'headers that are not there in 10 seconds are ended' "$(cat "$scratch/headers")" ended

# Who is counted as one: a server that shows it
cp nginx/minivoice-upstreams.conf "$scratch/"
cat >"$scratch/senders.conf" <<END
pid $scratch/pid; error_log $scratch/nginx.log; events {}
http {
    access_log off; client_body_temp_path $scratch/t1; fastcgi_temp_path $scratch/t2; proxy_temp_path $scratch/t3;
    scgi_temp_path $scratch/t4; uwsgi_temp_path $scratch/t5;
    include $scratch/minivoice-upstreams.conf;
    set_real_ip_from 127.0.0.1; real_ip_header X-From;
    server { listen 127.0.0.1:$((PORT + 2)); location / { return 200 "\$minivoice_sender \$minivoice_body"; } }
}
END
sed -i 's|# 192.0.2.0/24 1;|192.0.2.0/24 1;|' "$scratch/minivoice-upstreams.conf"
chmod 755 "$scratch"
nginx -p "$scratch/" -c "$scratch/senders.conf" -e "$scratch/nginx.log"
sender() { curl -s -H "X-From: $1" "${@:2}" "http://127.0.0.1:$((PORT + 2))/"; }
is 'an IPv6 network is one sender' "$(sender 2001:db8:1:2:3::4)" '2001:db8:1:2: '
is 'also with zeros in it' "$(sender 2001:db8::7)" '2001:db8:: '
is 'two IPv4 addresses are two' "$([[ $(sender 198.51.100.1) == "$(sender 198.51.100.2)" ]] || echo two)" two
is 'a known address is not counted' "$(sender 192.0.2.7 -d x)" ' '
is 'a body is counted' "$(sender 2001:db8::7 -d x)" '2001:db8:: body'
is 'a chunked one too' "$(sender 2001:db8::7 -d x -H 'Transfer-Encoding: chunked')" '2001:db8:: body'
is 'an empty one not' "$(sender 2001:db8::7 -X POST -H 'Content-Length: 0')" '2001:db8:: '
kill "$(cat "$scratch/pid")"

# The secret in a file: only webhook reads it, and nobody else may
secret=$(dirname "$PGHOST")/webhook_secret
started_with_secret_file() {
    own_stack workers-stop webhook
    env IVR_WEBHOOK_SECRET= IVR_WEBHOOK_SECRET_FILE="$secret" PORT="$own_port" nginx/private-stack up >"$scratch/up" 2>&1
}
old=$IVR_WEBHOOK_SECRET
install -m 400 -o "$(stat -c %U "$PGHOST")" /dev/null "$secret"
printf '%s\nnew-secret\n' "$old" >"$secret"
ok 'webhook starts with its secrets in a file' started_with_secret_file
is 'the first is good' "$(SECRET=$old post_event "$(event by-file)")" '{"status":"stored"}'
is 'and so is the second' "$(SECRET=new-secret post_event "$(event by-file-2)")" '{"status":"stored"}'
chmod 444 "$secret"
started_with_secret_file
is 'a file that everybody may read is refused before the start, in words' \
    "$(grep -c 'IVR_WEBHOOK_SECRET_FILE: may be read or written by others' "$scratch/up" | sed 's/^[1-9].*/said/')" said
done_testing
