# failover.bash: a primary and a synchronous standby below a private directory, who change places.
#
# Each has a directory of data and one of sockets: $pair/{a,b} and $pair/sock-{a,b}. `primary` and `standby` say which is which.

server=$(dirname "$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)")
pair=
primary=a
standby=b

as_server() {
    if ((EUID == 0)); then
        (cd / && setpriv --reuid=postgres --regid="$(id -g postgres)" --init-groups -- "$@")
    else
        (cd / && "$@")
    fi
}
ask() { PGHOST=$pair/sock-$1 PGPORT=5432 PGUSER=postgres PGDATABASE=${3:-minivoice} psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$2"; }

pair_servers() { echo "$pair/sock-a,$pair/sock-b"; }

start_one() {
    as_server "$server/pg_ctl" start -w -t 60 -D "$pair/$1" -l "$pair/log-$1" -o "-c listen_addresses= -k $pair/sock-$1" >/dev/null
}

# What is acknowledged is on both from here on.
await_sync() {
    ask "$primary" "ALTER SYSTEM SET synchronous_standby_names = '*'" && ask "$primary" 'SELECT pg_reload_conf()' >/dev/null || return
    for _ in {1..300}; do
        if [[ $(ask "$primary" "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND flush_lsn >= pg_current_wal_lsn() - 1000000") == 1 &&
            $(ask "$primary" 'SHOW synchronous_standby_names') == '*' ]]; then
            # One that was written before the standby was waited for is there when a later one is.
            ask "$primary" 'CREATE TABLE IF NOT EXISTS public.flushed (); DROP TABLE public.flushed'
            return
        fi
        sleep 0.1
    done
    return 1
}

# Made anew from the primary, whatever was there. It does not wait for a standby of its own once it is promoted.
start_standby() {
    # The lock of its socket too: a server that was killed counts as alive until somebody asks how it died.
    as_server rm -rf "$pair/$standby" "$pair/sock-$standby"/.s.PGSQL.5432*
    as_server "$server/pg_basebackup" -h "$pair/sock-$primary" -U postgres -D "$pair/$standby" -R -c fast -X stream || return
    as_server tee -a "$pair/$standby/postgresql.auto.conf" <<<"synchronous_standby_names = ''" >/dev/null
    start_one "$standby"
}

start_pair() {
    pair=$(mktemp -d "${TMPDIR:-/tmp}/minivoice-pair.XXXXXX")
    chmod 755 "$pair"
    mkdir "$pair/sock-a" "$pair/sock-b"
    if ((EUID == 0)); then chown -R postgres: "$pair"; fi
    as_server "$server/initdb" -D "$pair/a" --auth=trust -E UTF8 --locale=C.UTF-8 -U postgres >"$pair/initdb" || return
    as_server tee -a "$pair/a/postgresql.conf" <<<'max_connections = 60
shared_buffers = 64MB' >/dev/null
    start_one a && PGHOST=$pair/sock-a PGPORT=5432 PGUSER=postgres sql/minivoice-db create -q >/dev/null && start_standby && await_sync
}

stop_pair() {
    local one
    [[ $pair ]] || return 0
    for one in a b; do
        signal CONT "$one"
        as_server "$server/pg_ctl" stop -m immediate -D "$pair/$one" >/dev/null 2>&1
    done
    rm -rf "$pair"
}

# signal SIGNAL WHICH: to a server and all its processes.
signal() {
    local postmaster
    postmaster=$(head -1 "$pair/$2/postmaster.pid" 2>/dev/null) || return 0
    # shellcheck disable=SC2046  # a list
    kill "-$1" "$postmaster" $(pgrep -P "$postmaster") 2>/dev/null
}

# kill_primary HOW: kill (-9), immediate (as in a crash), or stop: it is there and says nothing.
kill_primary() {
    case $1 in
        kill) signal KILL "$primary" ;;
        stop) signal STOP "$primary" ;;
        *) as_server "$server/pg_ctl" stop -m immediate -D "$pair/$primary" >/dev/null ;;
    esac
}

# The former primary, if it is only silent: two who both think that they are it would be worse.
bury() {
    signal KILL "$standby"
    sleep 0.2
}

promote() {
    local was=$primary
    as_server "$server/pg_ctl" promote -w -t 60 -D "$pair/$standby" >/dev/null || return
    primary=$standby
    standby=$was
}
