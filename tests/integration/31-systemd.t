#!/bin/bash
# The units in a systemd that has booted: start, reload under load, refusal, sockets that outlive a restart, secrets of one
# program, the timer, the end.
. tests/integration/lib.bash
. tests/integration/booted.bash

reason=$(why_no_boot)
if [[ $reason ]]; then
    echo "1..0 # SKIP skipped: $reason"
    exit 0
fi
trap 'end_boot; finish' EXIT

state=$(dirname "$PGHOST")
inner=$((PORT + 7))
make_root >"$scratch/made" 2>&1 || { echo "Bail out! $(tail -3 "$scratch/made")"; exit 1; }
# The test's PostgreSQL is its own user's alone: here everybody who is let in by its directory is ivr_app.
chmod o+rwx "$PGHOST/.s.PGSQL.5432"
chmod o+x "$PGHOST"
if ! boot --overlay-ro="/usr:$host/usr:/usr" --bind="$PGHOST:/run/postgresql"; then
    echo "1..0 # SKIP skipped: systemd does not boot in a container here: $(tr -d '\r' <"$scratch/console" | grep -v '^$' | tail -1)"
    exit 0
fi

settings() {
    printf '%s\n' PGHOST=/run/postgresql PGUSER=ivr_app "PGDATABASE=$PGDATABASE" "IVR_PUBLIC_URL=http://127.0.0.1:$inner/minivoice" \
        IVR_SETTINGS_CACHE=/var/lib/minivoice/settings.json IVR_SPOOL_DIR=/var/lib/minivoice/spool IVR_WEBHOOK_BUDGET_MS=10000 "$@" >"$root/etc/minivoice/minivoice.env"
}
settings "IVR_WEBHOOK_SECRET=$IVR_WEBHOOK_SECRET"
inside chown root:minivoice /etc/minivoice/minivoice.env
cat >"$root/etc/nginx/test.conf" <<END
user www-data;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    include /etc/minivoice/nginx/minivoice-upstreams.conf;
    server {
        listen 127.0.0.1:$inner;
        include /etc/minivoice/nginx/minivoice-locations.conf;
    }
}
END
mkdir -p "$root/var/lib/nginx"
# How long the web server waits is not what is tried here, and this machine may be slow.
sed -i -E 's/(fastcgi_(read|connect|send|next_upstream)_timeout) [0-9]+s/\1 30s/; s/(fastcgi_next_upstream_timeout) [0-9]+s/\1 30s/' \
    "$root/etc/minivoice/nginx/minivoice-locations.conf"
ok 'nginx starts with the files as they are installed' inside nginx -c /etc/nginx/test.conf -e /var/log/nginx/error.log
IVR_URL=http://127.0.0.1:$inner/minivoice

units() { inside systemctl "$@"; }
says() { "$@" 2>&1; echo $?; }
active() { inside systemctl is-active "minivoice@answer.$1" "minivoice@route-menu.$1" "minivoice@department.$1" "minivoice@webhook.$1" | sort | uniq -c | xargs; }
serving() { inside minivoice-ctl status | grep -c ' serves since '; }
all_serve() { for ((i = 0; i < 100; i++)); do if (($(serving) == 4)); then return 0; fi; sleep 0.1; done; inside minivoice-ctl status; return 1; }
# becomes WANTED COMMAND...: in ten seconds; systemctl does not wait for what it passes on.
becomes() {
    local wanted=$1
    shift
    for ((i = 0; i < 100; i++)); do
        if [[ $("$@") == "$wanted" ]]; then return 0; fi
        sleep 0.1
    done
    echo "$("$@") instead of $wanted"
    return 1
}
pids() { inside pgrep -f '^/usr/lib/minivoice/' | sort | tr '\n' ' '; }

# old_of PIDS: those of them that still run.
old_of() { comm -12 <(tr ' ' '\n' <<<"$1" | sort) <(pids | tr ' ' '\n' | sort) | grep -v '^$'; }

# The four by one name
is 'the target is enabled and started by one name' "$(says units enable --now minivoice.target | tail -1)" 0
ok 'all four come up' all_serve
is 'as units that are active' "$(active service)" '4 active'
ok 'callers are answered by the program' grep -q redirect <<<"$(get 'answer?call_id=booted-1')"
is 'minivoice-ctl tells who runs them' "$(inside minivoice-ctl status | grep -c 'runs, by systemd')" 4
is 'and does not meddle' "$(says inside minivoice-ctl stop answer | tail -1) $(says inside minivoice-ctl reload answer | tail -1)" '1 1'
is 'no secret is in the environment' "$(inside bash -c 'cat $(pgrep -f "^/usr/lib/minivoice/" | sed "s,.*,/proc/&/environ,") | tr "\0" "\n" | grep -c SECRET')" 0
is 'they run as nobody else may' "$(inside stat -c '%U:%G %a' /run/minivoice /run/minivoice/answer.sock /var/lib/minivoice | xargs)" \
    'minivoice:www-data 750 minivoice:www-data 660 minivoice:www-data 700'

# Reloads under load
# load SECONDS COMMAND...: whole calls while the command runs, again and again; all must be well.
load() {
    local seconds=$1 sender end status=0
    shift
    "$build/bench-load" --port "$inner" --script mixed --connections 48 --rate 100 --seconds "$seconds" --calls "$scratch/told" \
        >"$scratch/figures" 2>&1 &
    sender=$!
    end=$((SECONDS + seconds))
    while ((SECONDS < end)); do "$@" || status=1; done
    wait "$sender" || status=1
    ((status == 0)) || cat "$scratch/figures"
    return "$status"
}
check() { psql -X -A -t -q -f tests/bench/check.sql -v events=ivr.call_events -v answers=ivr.answers -v calls=ivr.calls <"$scratch/told"; }
static() { cat "$root/var/log/nginx/minivoice.log" 2>/dev/null | wc -l; }
before=$(pids)
ok 'reloads under load lose nothing' load 8 units reload 'minivoice@*.service'
is 'nginx never answered by itself' "$(static)" 0
is 'what was acknowledged is stored, once' "$(check)" ''
is 'no process is an old one' "$(old_of "$before")" ''
before=$(pids)
units reload minivoice.target
sleep 0.5
all_serve
ok 'the target passes a reload on' becomes '' old_of "$before"

# Refused
all_serve
cp -a "$root/etc/minivoice/minivoice.env" "$scratch/right.env"
before=$(pids)
settings "IVR_WEBHOOK_SECRET=$IVR_WEBHOOK_SECRET" IVR_THREADS=many
is 'a reload with wrong settings fails' "$(says units reload 'minivoice@*.service' | tail -1)" 1
is 'all go on as they were' "$(pids) $(active service)" "$before 4 active"
ok 'the journal says why' grep -q 'IVR_THREADS must be a whole number' <<<"$(inside journalctl -q -u minivoice@answer -n 20)"
cp -a "$scratch/right.env" "$root/etc/minivoice/minivoice.env"
inside chown root:minivoice /etc/minivoice/minivoice.env

# The webhook's secret
inside groupadd --system minivoice-secret
install -m 640 /dev/null "$root/etc/minivoice/webhook_secret"
inside chgrp minivoice-secret /etc/minivoice/webhook_secret
install -D -m 644 nginx/minivoice-secret.conf "$root/etc/systemd/system/minivoice@webhook.service.d/secret.conf"
echo "$IVR_WEBHOOK_SECRET" >"$root/etc/minivoice/webhook_secret"
settings
units daemon-reload
units restart minivoice@webhook
all_serve
event() { post_event '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"booted-'"$1"'"},"variables":{},"data":{}}' >/dev/null; status; }
is 'a secret in a file of its own serves webhook' "$(event 1)" 200
is 'the others cannot read it' "$(inside setpriv --reuid=minivoice --regid=www-data --groups=minivoice cat /etc/minivoice/webhook_secret 2>&1 | grep -c denied)" 1
printf '%s\n' new-secret "$IVR_WEBHOOK_SECRET" >"$root/etc/minivoice/webhook_secret"
is 'a reload brings another one' "$(says units reload minivoice@webhook | tail -1) $(SECRET=new-secret event 2) $(event 3) $(SECRET=none event 4)" '0 200 200 401'

# Sockets of systemd
sockets=(minivoice@{answer,route-menu,department,webhook}.socket)
units stop minivoice.target
ok 'the target stops all' becomes '4 inactive' active service
is 'systemd opens the sockets' "$(says units enable --now "${sockets[@]}" | tail -1) $(active socket)" '0 4 active'
ok 'a program is started by its first request' grep -q redirect <<<"$(get 'answer?call_id=booted-2')"
units start minivoice.target
all_serve
is 'spawn-fcgi is not needed' "$(inside pgrep -fc spawn-fcgi)" 0
: >"$root/var/log/nginx/minivoice.log"
restart() { units restart 'minivoice@*.service' && sleep 1; }
ok 'restarts under load lose nothing' load 8 restart
is 'nginx never answered by itself' "$(static)" 0
is 'what was acknowledged is stored, once' "$(check)" ''
ok 'reloads lose nothing here either' load 5 units reload 'minivoice@*.service'
inside pkill -KILL -x multiwatch
ok 'whoever comes when every watcher was killed waits for the program' grep -q redirect <<<"$(get 'answer?call_id=booted-killed')"
all_serve
units restart minivoice.target
all_serve
is 'a restart of the target leaves the sockets' "$(active socket)" '4 active'
is 'nginx never answered by itself' "$(static)" 0
units stop minivoice.target
ok 'a stop ends them' becomes '4 inactive' active socket
ok 'and the programs' becomes '4 inactive' active service
get 'answer?call_id=booted-3' >/dev/null
is 'then nginx answers' "$(status) $(header x-ivr-fallback)" '200 static'

# The timer. Here nobody is ivr_keeper by name, so the database is told who asks.
mkdir -p "$root/etc/systemd/system/minivoice-housekeep.service.d"
printf '%s\n' '[Service]' Environment=PGHOST=/run/postgresql "Environment=PGDATABASE=$PGDATABASE" >"$root/etc/systemd/system/minivoice-housekeep.service.d/test.conf"
units daemon-reload
is 'the timer is enabled' "$(says units enable --now minivoice-housekeep.timer | tail -1)" 0
ok 'and knows its next hour' grep -q minivoice-housekeep.service <<<"$(units list-timers --no-pager)"
is 'what it starts does its work' "$(says units start minivoice-housekeep.service | tail -1)" 0
ok 'and says so' grep -qi 'housekeeping' <<<"$(inside journalctl -q -u minivoice-housekeep -o cat -n 5)"
is 'no unit has failed' "$(units list-units --failed --no-legend --no-pager 'minivoice*')" ''
done_testing
