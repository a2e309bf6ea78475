#!/bin/bash
# No log, reply, process title or environment shows a secret, an access key or a whole number: with programs that work, that
# are stopped, killed, missing or started with wrong settings, with and without a database, behind nginx and Apache, and while
# minivoice-check looks at all of it.
#
# What is searched for is marked, so that it is found wherever it is. A call's id is no number: it is what a call is found by.
. tests/integration/lib.bash
[[ ! -x /usr/sbin/apache2 ]] || . tests/integration/apache.bash

secret='Marked-Secret-5f1e'
key='Marked-Key-77ab'
wrong_key='Marked-Wrong-4c2d'
password='Marked-Password-90cc'
caller=92555501473
called=41555501884
destination=49305550192
marks="Marked-(Secret|Key|Wrong|Password)|2555501473|1555501884|305550192"

# What starts the stack is not what is tried: it gets none of them.
with_own_stack
export -n IVR_WEBHOOK_SECRET
IVR_WEBHOOK_SECRET=$secret
state=$(dirname "$PGHOST")
owner=$(stat -c %U "$PGHOST")
sql "UPDATE ivr.departments SET destination = '+$destination'"
sql "INSERT INTO ivr.callers (number, greeting) VALUES ('+$caller', 'Good day.')"

# --- the programs as a unit starts them: with the name of their settings file, and nothing else

chmod 755 "$scratch"
mkdir "$scratch/host"
write_settings() {
    cat >"$scratch/host/minivoice.env" <<END
PGHOST=$PGHOST
PGDATABASE=minivoice
PGUSER=ivr_app
PGPASSWORD=$password
IVR_PUBLIC_URL=$IVR_URL
IVR_WEBHOOK_SECRET=$secret
IVR_ACCESS_KEY=$key
IVR_FALLBACK_DESTINATION=+$destination
IVR_GATHER_WAIT_MS=100
IVR_SPOOL_DIR=$state/spool
IVR_SPOOL_EVENTS=1
IVR_SETTINGS_CACHE=$state/cache/settings.json
END
    chmod 640 "$scratch/host/minivoice.env"
    chgrp "$(id -g "$owner")" "$scratch/host/minivoice.env"
}
become=()
((EUID != 0)) || become=("$(type -P setpriv)" --reuid="$owner" --regid="$(id -g "$owner")" --init-groups --)
as_owner() { "${become[@]}" "$@"; }
started=()
start_programs() {
    local name
    for name in answer route-menu department webhook; do
        rm -f "$state/sock/$name.sock"
        (umask 077; cd / && exec setsid env -i PATH="$PATH" IVR_SETTINGS_FILE="$scratch/host/minivoice.env" \
            "${become[@]}" spawn-fcgi -n -s "$state/sock/$name.sock" -M 0660 -- "$(command -v multiwatch)" -f 2 -r 1000000 -- "$state/bin/$name") \
            2>>"$scratch/$name.log" </dev/null >/dev/null &
        started+=($!)
    done
    for name in answer route-menu department webhook; do
        for ((i = 0; i < 100; i++)); do [[ -S $state/sock/$name.sock ]] && break; sleep 0.1; done
    done
    sleep 1
}
end_programs() {
    ((${#started[@]} == 0)) || kill -TERM "${started[@]}" 2>/dev/null
    wait "${started[@]}" 2>/dev/null
    started=()
}
workers() { pgrep -P "$(IFS=,; echo "${started[*]}")"; }
trap 'end_programs; [[ ! -x /usr/sbin/apache2 ]] || stop_apache 2>/dev/null; finish' EXIT

# --- what is played, and what is kept of it

# Replies to who has neither key nor secret, or to whom something went wrong, and replies to who has both.
refused() { get "$@" >/dev/null; cat "$scratch/head" "$scratch/body" >>"$scratch/refused"; }
granted() { get "$@" >/dev/null; cat "$scratch/head" "$scratch/body" >>"$scratch/granted"; }
numbers="from=%2B$caller&to=%2B$called"
# event CALL NAME DATA
event() { printf '{"event":"%s","created_at":"2026-05-29T12:09:00Z","call":{"id":"%s","status":"in_progress","direction":"inbound","from":"+%s","to":"+%s"},"variables":{},"data":%s}' "$2" "$1" "$caller" "$called" "$3"; }
send() { post_event "$@" >/dev/null; cat "$scratch/head" "$scratch/body" >>"$scratch/refused"; }

# play CALL: a call as it should be, and whatever else may come.
play() {
    local call=$1
    send "$(event "$call" call.created '{}')"
    send "$(event "$call" call.created '{}')"
    send "$(event "$call" "call.from+$caller" '{}')"
    granted "answer?call_id=$call&key=$key&$numbers"
    send "$(event "$call" call.gathered '{"digits":"1"}')"
    granted "route-menu?call_id=$call&step=1&key=$key&$numbers"
    granted answer -d "call_id=$call-form&key=$key&$numbers"
    granted answer -H 'Content-Type: application/json' -d "{\"key\":\"$key\",\"call\":{\"id\":\"$call-json\",\"from\":\"+$caller\",\"to\":\"+$called\"}}"
    send "$(event "$call" call.completed '{}')"
    # What is refused, or not understood
    refused "answer?call_id=$call&key=$wrong_key&$numbers"
    refused "route-menu?call_id=$call&$numbers"
    refused "department/$key/+$caller?key=$wrong_key&$numbers"
    refused "$key/$caller?key=$key&$numbers" -H "Referer: https://example.com/?key=$key&$numbers" -A "agent $caller"
    refused webhook -d "$(event "$call" call.created '{}')"
    refused "webhook?key=$key&$numbers"
    SECRET=$wrong_key post_event "$(event "$call" call.created '{}')" >/dev/null
    send "{\"event\":\"call.created\",\"call\":{\"from\":\"+$caller\"}"
    send "$(event "$call" call.created "{\"sip\":\"sip:$caller@pbx.example.com\",\"u\":\"\\u0000\"}")"
    send "$(printf '{"event":"call.x","call":{"id":"%s","from":"+%s\xff"},"data":{}}' "$call" "$caller")"
    send "[\"+$caller\"]"
    granted "route-menu?key=$key&$numbers" --data-binary "@$scratch/large"
}
head -c 1200000 /dev/zero | tr '\0' x >"$scratch/large"

# --- what is searched

# looked PID...: what a process shows of itself to whoever may ask.
shown_by() {
    local pid
    for pid; do
        as_owner cat "/proc/$pid/cmdline" "/proc/$pid/environ" "/proc/$pid/comm" 2>/dev/null | tr '\0' '\n'
    done
}
processes() {
    workers
    printf '%s\n' "${started[@]}"
    cat "$state/nginx/nginx.pid"
    pgrep -P "$(cat "$state/nginx/nginx.pid")"
    if head -1 "$state/db/postmaster.pid" 2>/dev/null; then pgrep -P "$(head -1 "$state/db/postmaster.pid")"; fi
}
# nothing_in FILE...: of the marks; shows where one is.
nothing_in() {
    local found
    found=$(grep -aEno ".{0,60}($marks)" "$@" 2>/dev/null | head -5)
    [[ -z $found ]] && return
    echo "$found"
    return 1
}
logs() { find "$state/log" "$scratch" -maxdepth 1 -name '*.log' -size +0; }
nothing_in_logs() {
    local list
    mapfile -t list < <(logs)
    nothing_in "${list[@]}"
}
# Each program that minivoice-check starts tells here what it was given.
mkdir "$scratch/shim"
for name in curl openssl psql setpriv timeout awk grep sed tr; do
    printf '#!/bin/sh\n{ echo "%s $*"; env; } >>"%s" 2>/dev/null\nexec "%s" "$@"\n' "$name" "$scratch/given" "$(type -P "$name")" >"$scratch/shim/$name"
done
chmod 755 "$scratch"/shim/*
: >"$scratch/given"
chmod 666 "$scratch/given"
check() {
    PATH=$scratch/shim:$PATH nginx/minivoice-check --settings "$scratch/host/minivoice.env" --programs "$state/bin" --run "$state/sock" \
        --user "$owner" --web nginx --web-config "$state/private-stack.conf" --web-user "$owner" --local "http://127.0.0.1:$own_port" "$@" >>"$scratch/check" 2>&1
}
# nothing_shows WHILE
nothing_shows() {
    local pids
    mapfile -t pids < <(processes)
    shown_by "${pids[@]}" >"$scratch/shown"
    ok "$1: no process shows one in its title or its environment" nothing_in "$scratch/shown"
    ok "$1: no log holds one" nothing_in_logs
    ok "$1: no reply to whom something went wrong" nothing_in "$scratch/refused"
    check
    check --json
    ok "$1: minivoice-check says none" nothing_in "$scratch/check"
    ok "$1: and gives none to what it starts" nothing_in "$scratch/given"
}

ok 'what is searched for would be found' test -n "$(nothing_in "$scratch/host/minivoice.env" <<<"$(write_settings)" 2>&1)"
for name in answer route-menu department webhook; do own_stack workers-stop $name >"$scratch/up" 2>&1; done

# --- while all is well

start_programs
play up
for path in healthz metrics; do
    for name in answer route-menu department webhook; do refused "$path/$name"; done
done
is 'calls were played' "$(sql "SELECT answers >= 2 AND from_number = '+$caller' FROM ivr.calls WHERE call_id = 'up'")" t
is 'the log of each program tells of it' "$(grep -lE 'program=.* status=' "$scratch"/{answer,route-menu,webhook}.log | wc -l)" 3
nothing_shows 'while all is well'
ok 'the test call went to its end' test "$(sql "SELECT count(*) FROM ivr.test_calls, ivr.test_call(call_id) AS t WHERE t.disposition IS NOT NULL")" -ge 1
ok 'minivoice-check started much' test "$(grep -cE '^(curl|openssl|psql) ' "$scratch/given")" -gt 20
is 'a caller is given no secret, no wrong key, no password and no number of his' "$(grep -aEc "Marked-(Secret|Wrong|Password)|$caller" "$scratch/granted")" 0
is 'his key in the address to come back to, and nowhere else' "$(sed -E 's/"url": *"[^"]*"//g' "$scratch/granted" | grep -ac "$key")" 0

# --- without the database: what waits for it is on disk, plain, for its owner alone

own_stack pg-stop immediate >"$scratch/up" 2>&1
sleep 1
play away
ok 'without the database the spool holds what the database must get' grep -rqa "$caller" "$state/spool"
is 'its files are their owner'"'"'s alone' "$(find "$state/spool" "$state/cache" -type f ! -perm 600 | head -3)" ''
is 'and so are their directories' "$(stat -c %a "$state/spool" "$state/cache" | sort -u)" 700
nothing_shows 'without the database'
own_stack pg-start >"$scratch/up" 2>&1
for ((i = 0; i < 100; i++)); do [[ ! $(find "$state/spool" -name '*.spool' -size +0) ]] && break; sleep 0.2; done

# --- programs that are silent, die, or are not there

mapfile -t pids < <(workers)
kill -STOP "${pids[@]}"
refused "answer?call_id=silent&key=$key&$numbers"
kill -CONT "${pids[@]}"
mapfile -t pids < <(workers)
kill -KILL "${pids[@]}"
play killed
nothing_shows 'after programs were killed'
end_programs
play gone
is 'callers hear the last resort' "$(grep -aic '^x-ivr-fallback: static' "$scratch/refused" | sed 's/^[1-9].*/yes/')" yes
started=($$)
nothing_shows 'without programs'
started=()

# --- wrong settings, which are said in words

sed -i "s/^IVR_WEBHOOK_SECRET=.*/IVR_WEBHOOK_SECRET=$secret\\\\/; s/^IVR_PUBLIC_URL=.*/IVR_PUBLIC_URL=$key/; s/^IVR_FALLBACK_DESTINATION=.*/IVR_FALLBACK_DESTINATION=$caller x/" "$scratch/host/minivoice.env"
cat >>"$scratch/host/minivoice.env" <<END
IVR_THREADS=$password
$secret
IVR_ACCESS_KEY = $key
IVR_SPOOL_MAX_MB='$key
END
start_programs
play wrong
ok 'programs with wrong settings say so' grep -q 'error=configuration' "$scratch/answer.log"
nothing_shows 'with wrong settings'
end_programs
write_settings

# --- behind Apache, which is told to tell everything

if [[ -x /usr/sbin/apache2 ]]; then
    start_programs
    apache_level=debug
    ok 'Apache starts' start_apache minivoice-apache.conf
    IVR_URL=http://127.0.0.1:$apache_port/minivoice
    play apache
    mapfile -t pids < <(cat "$site/pid"; pgrep -P "$(cat "$site/pid")")
    shown_by "${pids[@]}" >"$scratch/shown"
    ok 'no process of Apache shows one' nothing_in "$scratch/shown"
    end_programs
    play apache-gone
    ok 'nor a log of it' nothing_in "$site"/*.log
    ok 'nor a reply' nothing_in "$scratch/refused"
    ok 'though it wrote some' test -s "$site/error.log"
    stop_apache
fi

ok 'PostgreSQL has written a log, too' test -s "$state/log/postgresql.log"
done_testing
