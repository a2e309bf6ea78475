#!/bin/bash
# What a new owner types first, in the wrong place or too early: it does no harm, and says in words what is missing.
. tests/integration/lib.bash

made() { sql "SELECT count(*) FROM ivr.calls WHERE starts_with(call_id, 'call_made_')"; }

# --- without a private stack

# PG* name a living database all the while.
nowhere=$((PORT + 3))
for target in psql history walk replay timelines; do
    ok "make $target stops without a private stack, and says so" \
        refuses "not up on port $nowhere; run: make up" env -u MAKEFLAGS -u MAKELEVEL make -s -o all PORT=$nowhere EVENTS=50 DAYS=3 CALL=x $target
done
is 'nothing was written into the database that PG* name' "$(made)" 0

# --- invented calls beside real ones

# Another run has other ids from the next second on.
invent() { sleep 1; env EVENTS=60 DAYS=2 "$@" sql/history/generate; }
createdb safe
(PGDATABASE=safe refuses 'minivoice-db create --database safe' invent) >/dev/null
is 'history for a database without the schema tells how to make it' "$?" 0
ok 'minivoice-db upgrade creates the schema' env PGDATABASE=safe sql/minivoice-db upgrade
export PGDATABASE=safe
ok 'history fills an empty database' invent
ok 'and one that holds only what it made' invent
is 'which is much' "$(($(made) > 10))" 1
sql "SELECT ivr.store_events(ARRAY[1], ARRAY['call_real'], ARRAY['call.created'], ARRAY['2026-05-29T12:09:00Z'], ARRAY['{}'::bytea], ARRAY[now()])" >"$scratch/said"
before=$(made)
ok 'a real call forbids it' refuses 'holds 1 calls that this did not make' invent
ok 'and it tells what to type' refuses 'REALLY=yes DATABASE=safe' invent
ok 'REALLY=yes alone is not enough' refuses 'REALLY=yes DATABASE=safe' invent REALLY=yes
ok 'nor with the name of another database' refuses 'REALLY=yes DATABASE=safe' invent REALLY=yes DATABASE=minivoice
ok 'nor the name alone' refuses 'REALLY=yes DATABASE=safe' invent DATABASE=safe
is 'nothing was written meanwhile' "$(made)" "$before"
ok 'told twice it goes on' invent REALLY=yes DATABASE=safe
is 'and writes' "$(($(made) > before))" 1

# --- a call that is not what its log says: psql says so in the place of the database

mkdir "$scratch/shim"
cat >"$scratch/shim/psql" <<SHIM
#!/bin/bash
case "\$*" in *'count(DISTINCT call_id) FROM ivr.drift('*) echo 3 ;; *) exec "$(command -v psql)" "\$@" ;; esac
SHIM
chmod +x "$scratch/shim/psql"
drifts() { sleep 1; refuses "$1" env PATH="$scratch/shim:$PATH" EVENTS=60 DAYS=2 REALLY=yes DATABASE=safe "$2"; }
ok 'history says in words that calls are not what their log says' drifts '3 are not what their log says' sql/history/generate
ok 'without an error of SQL for it' same "$(grep -c 'ERROR' "$scratch/refusal")" 0
ok 'so do the timelines' drifts '3 calls are not what the log says' tests/timelines
ok 'without one as well' same "$(grep -c 'ERROR' "$scratch/refusal")" 0

# --- sql/minivoice-db: what is missing

ok 'a database that is missing is told, and how to make it' refuses 'this makes it: minivoice-db create --database missing' env PGDATABASE=missing sql/minivoice-db upgrade
ok 'asked by name it is made' sql/minivoice-db create --database 'Made "by" name'
is 'with the schema in it, and UTF-8' \
    "$(PGDATABASE='Made "by" name' sql "SELECT to_regclass('ivr.calls'), current_setting('server_encoding')")" 'ivr.calls|UTF8'
ok 'and again it stays' sql/minivoice-db create --database 'Made "by" name'
ok 'a role that is unknown is told' refuses 'does not let stranger in' env PGUSER=stranger sql/minivoice-db upgrade
ok 'a server that is not there is told' refuses 'no PostgreSQL answers at /nowhere' env PGHOST=/nowhere sql/minivoice-db upgrade
ok 'a role without the right is told' refuses 'CREATEROLE' env PGUSER=ivr_app sql/minivoice-db upgrade
export PGDATABASE=minivoice

# --- as root, to a PostgreSQL of Debian's kind: a system user is known by its own name alone

server=$(dirname "$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)")
cluster=
stop_cluster() {
    [[ ! $cluster ]] || as postgres "$server/pg_ctl" stop -m immediate -D "$cluster/db" >/dev/null 2>&1
    rm -rf "$cluster"
}
trap 'stop_cluster; finish' EXIT
as() { (cd / && setpriv --reuid="$1" --regid="$(id -g "$1")" --init-groups -- "${@:2}"); }
start_cluster() {
    cluster=$(mktemp -d /tmp/minivoice-peer.XXXXXX)
    chown postgres "$cluster" && chmod 755 "$cluster"
    as postgres "$server/initdb" -D "$cluster/db" --auth=peer -U postgres --locale=C &&
        as postgres "$server/pg_ctl" start -w -D "$cluster/db" -l "$cluster/log" -o "-c listen_addresses='' -k $cluster" >/dev/null
}
# Sockets in a directory, and nobody says who asks.
peer() { env -u PGUSER -u PGDATABASE PGHOST="$cluster" PGPORT=5432 "$@"; }

# The lines that FILE tells to write, as written there but for the system user.
hba() { grep -oE "^#     local .* $2" "nginx/$1" | cut -c7-; }
ident() { grep -oE "^#     minivoice +[a-z-]+ +ivr_app$" "nginx/$1" | awk '{print $2, "nobody", $4}'; }
admit() {
    sed -i "/^local *all *all/i $(hba "$1" "$2")" "$cluster/db/pg_hba.conf"
    ident "$1" >>"$cluster/db/pg_ident.conf"
    as postgres "$server/pg_ctl" reload -D "$cluster/db" >/dev/null
    sleep 0.3
}
admit_nobody_else() {
    sed -i '/^local *minivoice/d' "$cluster/db/pg_hba.conf"
    : >"$cluster/db/pg_ident.conf"
}
programs_enter() { as nobody env PGHOST="$cluster" PGUSER=ivr_app PGDATABASE=minivoice "$@" psql -X -w -A -t -c 'SELECT 1'; }

if ((EUID == 0)) && id postgres >/dev/null 2>&1; then
    ok 'a PostgreSQL of Debian'"'"'s kind starts' start_cluster
    mkdir -m 700 "$scratch/closed" && cp -R sql Makefile "$scratch/closed/"
    ok 'root who names no database is told of the one that is missing' \
        refuses 'this makes it: minivoice-db create --database minivoice' peer sql/minivoice-db upgrade
    ok 'and of one that he names' refuses 'this makes it: minivoice-db create --database other' peer PGDATABASE=other make -s db
    ok 'from a checkout that postgres cannot enter, root makes it' peer "$scratch/closed/sql/minivoice-db" create
    is 'with the schema in it, and UTF-8, whatever the cluster has' \
        "$(as postgres psql -X -A -t -h "$cluster" -d minivoice -c "SELECT to_regclass('ivr.calls'), current_setting('server_encoding')")" 'ivr.calls|UTF8'
    ok 'make db brings it up to date, as root' peer PGDATABASE=minivoice make -s -C "$scratch/closed" db
    is 'nothing is left in /tmp' "$(left_after "$cluster/log")" ''

    for file in minivoice.env.example minivoice-apache-cgi.conf; do
        admit_nobody_else
        as postgres "$server/pg_ctl" reload -D "$cluster/db" >/dev/null
        sleep 0.3
        ok 'another system user may not be ivr_app' refuses 'Peer authentication failed' programs_enter
        admit "$file" 'map=minivoice'
        ok "with the lines of $file it may" programs_enter
        admit_nobody_else
        as postgres psql -X -q -h "$cluster" -d minivoice -c "ALTER ROLE ivr_app PASSWORD 'sesame'"
        admit "$file" 'scram-sha-256'
        ok 'with its other line the password decides' programs_enter PGPASSWORD=sesame
        ok 'and a wrong one is refused' refuses 'password authentication failed' programs_enter PGPASSWORD=open
    done
fi

# --- what the files under nginx/ tell to type

# Each install line, run from here, below a root of our own.
install_lines() {
    local line
    grep -hoE '^#     install .*' nginx/minivoice* | cut -c7- |
        sed -E "s# /(usr|etc|var)/# $scratch/root/\\1/#g; s# -[og] [a-z-]+##g; s#build/bin/#$build/#g" | sort -u >"$scratch/install"
    cat "$scratch/install"
    while read -r line; do $line || return; done <"$scratch/install"
}
ok 'the install lines name what is there' install_lines
is 'there are some' "$(($(wc -l <"$scratch/install") >= 5))" 1
is 'and bring all that the unit names' \
    "$(cd "$scratch/root" && ls usr/lib/minivoice/{answer,route-menu,department,webhook} usr/sbin/minivoice-ctl etc/minivoice/minivoice.env \
        etc/systemd/system/minivoice{@.service,@.socket,.target} | wc -l)" 9
ok 'the settings cache of each kind is in a directory that somebody makes' test -d "$scratch/root/var/cache/minivoice"
is 'no number of the documents is in what goes live' "$(grep -l '+1555' nginx/minivoice*)" ''

# --- a probe

with_own_stack
rows() { sql 'SELECT (SELECT count(*) FROM ivr.answers) + (SELECT count(*) FROM ivr.rejected_requests) + (SELECT count(*) FROM ivr.calls)'; }
is 'the start of the private stack leaves no row' "$(rows)" 0
head_of() { curl -sS -m 10 -D "$scratch/head" -o "$scratch/body" -w '%{http_code} %{size_download}' -I "$IVR_URL/$1"; }
for path in answer 'answer?menu=department' 'answer?call_id=probed&from=%2B4930123456' route-menu 'route-menu?call_id=probed&step=1' department; do
    is "HEAD $path is answered with 200 and no body" "$(head_of "$path")" '200 0'
    is 'and the type of the answer' "$(header Content-Type)" application/json
    is 'and a length' "$(($(header Content-Length) > 20))" 1
done
head_of answer >/dev/null
length=$(header Content-Length)
is 'HEAD of webhook is refused as ever' "$(head_of webhook)" '405 0'
is 'none of it leaves a row' "$(rows)" 0
is 'the length is that of the answer to GET' "$length" "$(get answer | wc -c)"
is 'which is stored: it may be a call' "$(rows)" 1
ok 'a call is asked its menu' test -n "$(get 'answer?call_id=moved')"
head_of 'route-menu?call_id=moved&step=1&digits=1' >/dev/null
is 'and is not moved by a probe' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id = 'moved'")" 1
known=$(rows)
is 'plain CGI sends no body either' "$(cgi answer '' REQUEST_METHOD=HEAD | body_of | wc -c)" 0
is 'with an access key a probe without it is forbidden' "$(cgi answer '' REQUEST_METHOD=HEAD IVR_ACCESS_KEY=k | head -1 | tr -d '\r')" 'Status: 403 Forbidden'
is 'and with it welcome' "$(cgi answer 'key=k' REQUEST_METHOD=HEAD IVR_ACCESS_KEY=k | head -1 | tr -d '\r')" 'Status: 200 OK'
is 'which leaves no row either' "$(rows)" "$known"

# --- placeholders

log=$(dirname "$PGHOST")/log
is 'the log warns once a process of a fallback that is a placeholder' "$(grep -c 'warning=configuration .*IVR_FALLBACK_DESTINATION is a placeholder' "$log/answer.log")" 2
is 'not the program for webhooks, which has none' "$(grep -c warning= "$log/webhook.log")" 0
is 'make check-config names the seeded destinations, and ends well' "$(make -s check-config | grep -c '^note: department .*placeholder')" 5
own_stack down --remove >/dev/null

# --- the first command

is 'no line of the demo is longer than 120 characters' \
    "$(PORT=$own_port BUILD=$build tests/demo | sed 's/\x1b\[[0-9]*m//g' | tee "$scratch/demo" | LC_ALL=C.UTF-8 awk 'length > 120')" ''
ok 'which ends well' grep -q '9 calls played, 9 transferred, 9 closed' "$scratch/demo"

# A machine on which nothing is installed, and apt talks.
cat >"$scratch/shim/apt-get" <<'SHIM'
#!/bin/sh
seq -f 'apt says %g' 100
case "$*" in *install*) exit "${APT_FAILS:-0}" ;; esac
SHIM
printf '#!/bin/sh\necho "  Candidate: 1"\n' >"$scratch/shim/apt-cache"
printf '#!/bin/sh\n' >"$scratch/shim/dpkg-query"
printf '#!/bin/sh\necho 1000\n' >"$scratch/shim/id"
printf '#!/bin/sh\n[ "$1" != -n ] || shift\n[ "$1" != sh ] || exec apt-get install\nexec "$@"\n' >"$scratch/shim/sudo"
chmod +x "$scratch"/shim/*
# packages STATUS: with which apt ends.
packages() { env PATH="$scratch/shim:$PATH" TMPDIR="$scratch" APT_FAILS="$1" sh tests/packages -s build echo 'the command runs'; }
is 'what is installed is told in a line a step' "$(packages 0 2>&1 | grep -vc '^packages: ')" 1
is 'then the command runs' "$(packages 0 2>/dev/null)" 'the command runs'
is 'and no log stays' "$(compgen -G "$scratch/minivoice-packages.*")" ''
ok 'a failure names the log' refuses "$scratch/minivoice-packages." packages 1
is 'which has it all' "$(cat "$scratch"/minivoice-packages.* | grep -c 'apt says')" 200
done_testing
