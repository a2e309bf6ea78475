#!/bin/bash
# Two hosts with programs behind one address, and one database: whichever host a request of a call comes to, it is answered as
# by one. Here they are two stacks on two ports, and nginx is what keepalived or DNS would be.
. tests/integration/lib.bash

other_port=$((PORT + 2))
address_port=$((PORT + 3))
trap 'leave; finish' EXIT

leave() {
    [[ ! -s $scratch/address.pid ]] || kill "$(cat "$scratch/address.pid")"
    PORT=$other_port nginx/private-stack down --remove
}

# on HOST COMMAND...: as if the address led to host a or b, or to whichever has its turn.
on() {
    local IVR_URL=http://127.0.0.1:${ports[$1]}/minivoice
    "${@:2}"
}
event() { printf '{"event":"%s","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"data":%s}' "$1" "$2" "${3:-{\}}"; }
steps() { sql "SELECT string_agg(step || ' ' || decision, ', ' ORDER BY answer_order) FROM (SELECT *, row_number() OVER (ORDER BY answered_at, step) AS answer_order FROM ivr.answers WHERE call_id = '$1') AS a"; }
requests() { cat "$1"/log/{answer,route-menu,department,webhook}.log | grep -c ' status='; }

# An address that leads to both in turns, and leaves out one that is dead.
start_address() {
    cat >"$scratch/address.conf" <<CONF
$( ((EUID)) || echo 'user root;')
pid $scratch/address.pid;
error_log $scratch/address.log;
events {}
http {
    access_log off;
    client_body_temp_path $scratch/address-body;
    proxy_temp_path $scratch/address-proxy;
    upstream hosts { server 127.0.0.1:${ports[a]}; server 127.0.0.1:${ports[b]}; }
    server {
        listen 127.0.0.1:$address_port;
        location / { proxy_pass http://hosts; proxy_set_header Host \$http_host; proxy_next_upstream error timeout non_idempotent; }
    }
}
CONF
    nginx -p "$scratch" -c "$scratch/address.conf" -e "$scratch/address.log" && listens "$address_port" "$scratch/address.log"
}

public=http://127.0.0.1:$address_port/minivoice
with_own_stack IVR_PUBLIC_URL="$public"
declare -A ports=([a]=$own_port [b]=$other_port [any]=$address_port)
here=$(dirname "$PGHOST")
PORT=$other_port nginx/private-stack down --remove
env PORT=$other_port IVR_PUBLIC_URL="$public" SHARDS= SERVERS="$PGHOST" nginx/private-stack up >"$scratch/up" 2>&1 || { echo "Bail out! $(cat "$scratch/up")"; exit 1; }
there=$(readlink -f "run/$other_port")
PORT=$other_port nginx/private-stack pg-stop >"$scratch/stack" 2>&1 # nobody asks it
ok 'one address leads to both' start_address

# --- one call, on both

first=$(on a get 'answer?call_id=over')
is 'a call begins on one host, whose answer leads to the common address' "$(json -r '.actions[1].url' <<<"$first")" "$public/route-menu?call_id=over&step=1"
is 'what is pressed is told to the other' "$(on b post_event "$(event call.gathered over '{"digits":"1"}')")" '{"status":"stored"}'
is 'and known to the first' "$(on a get 'route-menu?call_id=over&step=1')" '{"actions":[{"type":"transfer","destination":"+15551230011"}]}'
is 'the same question on the other has the same answer' "$(on b get 'route-menu?call_id=over&step=1')" '{"actions":[{"type":"transfer","destination":"+15551230011"}]}'
is 'and is recorded once' "$(steps over)" '1 menu, 2 transfer'

on b get 'answer?call_id=waits' >"$scratch/reply"
(scratch=$(mktemp -d -p "$scratch"); on b get 'route-menu?call_id=waits&step=1') >"$scratch/waited" &
waiting=$!
sleep 0.1
on a post_event "$(event call.gathered waits '{"digits":"2"}')" >"$scratch/reply"
wait "$waiting"
is 'a host that waits for a digit sees the one that comes to the other' "$(cat "$scratch/waited")" '{"actions":[{"type":"transfer","destination":"+15551230012"}]}'

on a get 'answer?call_id=wrong' >"$scratch/reply"
again=$(on b get 'route-menu?call_id=wrong&step=1&digits=9' | json -r '.actions[1].url')
is 'a wrong digit on the other host is asked again, as the next step' "$again" "$public/route-menu?call_id=wrong&step=2"
on a get 'route-menu?call_id=wrong&step=2&digits=1' >"$scratch/reply"
is 'and the steps are in order' "$(steps wrong)" '1 menu, 2 invalid, 3 transfer'

# --- at the same moment

for nth in {1..20}; do
    on any get "answer?call_id=both-$nth" >"$scratch/reply"
    for host in a b; do
        (scratch=$(mktemp -d -p "$scratch"); on $host post_event "$(event call.answered "both-$nth")") >>"$scratch/events" &
        (scratch=$(mktemp -d -p "$scratch"); on $host get "route-menu?call_id=both-$nth&step=1&digits=1") >>"$scratch/answers" &
    done
    wait
done
is 'an event that comes to both is stored once' "$(sort "$scratch/events" | sed 's/}{/}\n{/g' | sort | uniq -c | xargs)" '20 {status:duplicate} 20 {status:stored}'
is 'a question that comes to both is answered alike' "$(sed 's/}{/}\n{/g' "$scratch/answers" | sort -u | wc -l)" 1
is 'and is one step' "$(sql "SELECT DISTINCT count(*) FROM ivr.answers WHERE call_id LIKE 'both-%' GROUP BY call_id")" 2

before_here=$(requests "$here") before_there=$(requests "$there")
ok '200 calls at once, in turns here and there' on any "$sim" --quiet --calls 200 --parallel 50 --digits 1/2 --created-at ms --digits-in webhook --gathered-delay 100 \
    --expect 1=+15551230011,2=+15551230012
ok 'each host had a good part' test "$(($(requests "$here") - before_here))" -gt 500 -a "$(($(requests "$there") - before_there))" -gt 500
is 'every call has its two steps' "$(sql "SELECT DISTINCT count(*) FROM ivr.answers WHERE call_id LIKE 'call\_%' GROUP BY call_id")" 2
is 'in order' "$(sql "SELECT count(*) FROM ivr.answers AS a JOIN ivr.answers AS b USING (call_id) WHERE a.step < b.step AND a.answered_at > b.answered_at AND call_id LIKE 'call\_%'")" 0

# --- the configuration

sql "UPDATE ivr.menu_options SET department = 'support' WHERE menu = 'main' AND digits = '1'"
sleep 2
is 'a change is heard on both' "$(on a get 'route-menu?digits=1')$(on b get 'route-menu?digits=1')" \
    '{"actions":[{"type":"transfer","destination":"+15551230012"}]}{"actions":[{"type":"transfer","destination":"+15551230012"}]}'

# --- one host dies

(on any "$sim" --quiet --calls 200 --parallel 20 --spread 5000 --digits 2 --created-at ms --expect 2=+15551230012 >"$scratch/load" 2>&1) &
load=$!
sleep 1.5
nginx=$(cat "$there/nginx/nginx.pid")
# shellcheck disable=SC2046  # lists
kill -KILL "$nginx" $(pgrep -P "$nginx") $(PORT=$other_port nginx/private-stack pids | cut -d' ' -f2)
ok 'one host dies under load: every caller reached what was pressed, every event was taken' wait "$load"
is 'nothing has drifted' "$(sql 'SELECT count(*) FROM ivr.drift()')" 0
done_testing
