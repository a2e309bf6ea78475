# private.bash: a private stack whose clusters have a standby each, under repmgr (STANDBY=1). Sourced by nginx/private-stack.
#
#   promote [router | N] [kill | stop | immediate]   its primary dies: killed, silent, or as in a crash; repmgrd promotes the other
#   rejoin [router | N]                              the old one becomes the standby of the new one
#
# The cluster db has its standby in standby/db, with sockets in sock-b; so has db-0, that of a shard, in standby/db-0.

has_standbys() { [[ ${STANDBY:-} || -d $state/standby ]]; }
servers() { echo "$state/sock$(has_standbys && echo ",$state/sock-b")"; }
wanted_server() { has_standbys && echo read-write || echo any; }
print_env_of_standbys() { if has_standbys; then echo "export PGTARGETSESSIONATTRS='read-write'"; fi; }
# How others reach a cluster, with its standby.
reach() { has_standbys && echo "host=$(servers) port=$1,$1 target_session_attrs=read-write connect_timeout=2" || echo "host=$state/sock port=$1"; }

each_pair() {
    local shard
    "$1" db 5432
    for shard in $(shard_numbers); do "$1" "db-$shard" $((5440 + shard)); done
}
place_of() { if [[ $1 == router ]]; then pair=db port_of=5432; else pair=db-$1 port_of=$((5440 + $1)); fi; }

# tool SIDE PAIR PORT WORD...: minivoice-db standby, of one of both.
tool() {
    local folder=sock place=$state/$2
    if [[ $1 == b ]]; then folder=sock-b place=$state/standby/$2; fi
    PGHOST=$state/$folder PGPORT=$3 PGUSER=postgres PGTARGETSESSIONATTRS=any "$root/sql/minivoice-db" -q --cluster "$place" standby "${@:4}" 9>&-
}

start_watch_of() {
    start_aside "$state/standby/$1-$2.pid" "$state/log/standby-$1-$2.log" --cluster "$([[ $2 == a ]] && echo "$state/$1" || echo "$state/standby/$1")" standby watch
}

make_standby() {
    if [[ ! -d $state/standby/$1 ]]; then
        tool a "$1" "$2" prepare "host=$state/sock port=$2" "host=$state/sock-b port=$2" || fail 'minivoice-db standby prepare failed' "$state/log/postgresql.log"
        tool b "$1" "$2" create "host=$state/sock-b port=$2" "host=$state/sock port=$2" || fail 'minivoice-db standby create failed' "$state/standby/$1.log"
    fi
    start_watch_of "$1" a
    start_watch_of "$1" b
}
start_more() {
    [[ ! $(shard_numbers) ]] || start_shards
    [[ ! ${STANDBY:-} ]] || start_standbys
}
start_standbys() {
    local folder
    for folder in standby sock-b; do [[ -d $state/$folder ]] || install -d -m 711 ${as_user:+-o "$user" -g "$(id -g "$user")"} "$state/$folder"; done
    each_pair make_standby
    each_pair await_together
}
await_together() {
    local try
    for ((try = 0; try < 600; try++)); do
        if tool a "$1" "$2" status 2>&1 | grep '^ok' >/dev/null; then return; fi
        sleep 0.1
    done
    fail "$1 and its standby do not come together" "$state/log/standby-$1-a.log"
}

# Those that were made before; which of both is the primary they know.
start_known() {
    if [[ ! -d $state/standby/$1 ]] || postgres_runs "standby/$1"; then return 0; fi
    as rm -f "$state/standby/$1/postmaster.pid" "$state/sock-b/.s.PGSQL.$2.lock"
    as sh -c "$(sed -n "s/^service_start_command='\(.*\)'/\1/p" "$state/standby/$1.repmgr.conf")" >>"$state/pg.log" 2>&1 </dev/null || fail 'a standby did not start' "$state/standby/$1.log"
}
start_known_standbys() { [[ ! -d $state/standby ]] || each_pair start_known; }

stop_standbys() {
    local file
    for file in "$state"/standby/*.pid; do stop_aside "$file"; done
    [[ ! -d $state/standby ]] || each_pair stop_standby
}
stop_standby() { stop_postgres "standby/$1"; }

# --- they change places

recovers() { PGHOST=$1 PGPORT=$port_of PGTARGETSESSIONATTRS=any timeout 3 psql -XAt -U postgres -d postgres -c 'SELECT pg_is_in_recovery()' 2>&1; }
# Sets old and new, the sides, and the directory of the old one.
find_sides() {
    place_of "$1"
    old=a new=b place=$pair sockets=$state/sock-b
    [[ $(recovers "$state/sock-b") != f ]] || old=b new=a place=standby/$pair sockets=$state/sock
}
end_primary() {
    local postmaster
    postmaster=$(as head -n 1 "$state/$place/postmaster.pid")
    # shellcheck disable=SC2046  # a list
    case $1 in
        kill | stop) kill "-${1^^}" "$postmaster" $(pgrep -P "$postmaster") ;;
        *) stop_postgres "$place" '' immediate ;;
    esac
}
promote_pair() {
    local pair port_of old new place sockets from=${EPOCHREALTIME/./}
    find_sides "$1"
    end_primary "$2"
    until [[ $(recovers "$sockets") == f ]]; do
        ((${EPOCHREALTIME/./} - from < 60000000)) || die "nobody promoted the standby of $1: $state/log/standby-$pair-$new.log"
        sleep 0.05
    done
    echo "promoted after $(((${EPOCHREALTIME/./} - from) / 1000)) ms"
}
rejoin_pair() {
    local pair port_of old new place sockets pids
    find_sides "$1"
    pids=$(processes postgres "$([[ $new == a ]] && echo "$state/$pair" || echo "$state/standby/$pair")")
    # shellcheck disable=SC2086  # one that is silent hears nothing, not even that it shall end
    [[ ! $pids ]] || kill -CONT $pids
    tool "$new" "$pair" "$port_of" rejoin
    await_together "$pair" "$port_of"
}
