# private.bash: a private stack with SHARDS shards: a cluster for each, beside that of the router. Sourced by nginx/private-stack.
#
#   shard-stop N [immediate]  stop the cluster of one shard
#   shard-start N             and start it again

. "$root/sql/standby/private.bash" # STANDBY=1: each of them has a standby

# server COMMAND [NUMBER] [MODE]: one cluster alone, of the router (or the only one) or of a shard.
server() {
    case $1 in
        pg-start) start_postgres ;;
        pg-stop) stop_postgres db 5432 "${2:-fast}" ;;
        shard-start) start_postgres "db-$2" $((5440 + $2)) ;;
        shard-stop) stop_postgres "db-$2" $((5440 + $2)) "${3:-fast}" ;;
        promote | rejoin) "$1_pair" "${2:-router}" "${3:-immediate}" ;;
    esac
}

# Those that there are, else those that are wanted.
shard_numbers() {
    if [[ -d $state/db-0 ]]; then (cd "$state" && echo db-[0-9] | sed 's/db-//g'); else seq 0 $((${SHARDS:-0} - 1)); fi
}
each_shard() { for shard in $(shard_numbers); do "$1" "db-$shard" $((5440 + shard)) "${@:2}"; done; }

db_tool() { PGHOST=$(servers) PGTARGETSESSIONATTRS=$(wanted_server) PGUSER=postgres "$root/sql/minivoice-db" -q "$@" 9>&-; }
make_shard_database() { PGPORT=$2 db_tool create; }

# start_aside FILE LOG WORD...: minivoice-db, in a group of its own whose number is in FILE, if it does not run.
start_aside() {
    if [[ $(cat "$1" 2>/dev/null) ]] && kill -0 "$(cat "$1")" 2>/dev/null; then return 0; fi
    PGUSER=postgres setsid "$root/sql/minivoice-db" "${@:3}" </dev/null >>"$2" 2>&1 9>&- &
    echo $! >"$1"
}
stop_aside() {
    if [[ -e $1 ]]; then kill -TERM -- "-$(cat "$1")" 2>/dev/null || true; fi
    rm -f "$1"
}
start_watch() { PGHOST=$(servers) PGTARGETSESSIONATTRS=$(wanted_server) start_aside "$state/watch.pid" "$state/log/watch.log" shards watch; }

start_shards() {
    local shard connections=()
    each_shard start_postgres
    each_shard make_shard_database || fail 'minivoice-db create failed for a shard' "$state/log/postgresql.log"
    if [[ $(db_tool psql -XAt -c "SELECT to_regclass('ivr_shards.shards')" 2>&1) != ivr_shards.shards ]]; then
        for shard in $(shard_numbers); do connections+=("$(reach $((5440 + shard))) dbname=minivoice"); done
        db_tool --router "$(reach 5432)" shards add "${connections[@]}" || fail 'minivoice-db shards add failed' "$state/log/postgresql.log"
    fi
    start_watch
}

stop_shards() {
    stop_aside "$state/watch.pid"
    each_shard stop_postgres fast
}
