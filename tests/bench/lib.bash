# lib.bash: what the measurements share: a private stack of their own, its database, who uses how much of what.
#
# BENCH_PORT (18480) is the stack's; the ports after it are the other designs'. BUILD names the binaries (build/bin).

set -euo pipefail
bench=$PWD/tests/bench
build=${BUILD:-build/bin}
port=${BENCH_PORT:-18480}
ports=() # of the stacks that this run started
work=    # files of the run, in the stack's own directory, which the stack's user can enter

say() { printf '%s\n' "$*" >&2; }
die() {
    say "bench: $*"
    exit 1
}

stack() { PORT=$port BUILD=$build nginx/private-stack "$@"; }

# use_stack PORT: one of those that are up.
use_stack() {
    port=$1
    eval "$(stack env)"
    work=$(dirname "$PGHOST")/bench
}

stacks_down() {
    local port
    for port in "${ports[@]}"; do
        if [[ ! ${KEEP:-} ]]; then stack down --remove >&2; fi
    done
}

# give_away PATH: to the stack's user.
give_away() { if ((EUID == 0)); then chown -R "$(stat -c %U:%G "$PGHOST")" "$1"; fi; }

# as COMMAND...: as the stack's user, when we are root.
as_user=()
as() { "${as_user[@]}" "$@"; }

sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }

# stack_up [PORT]: a fresh instance. 100 connections are what a stock server allows, and all that a design may take. Autovacuum would
# strike at random; tables are vacuumed before each measurement instead. Nothing else is changed: commits are durable.
stack_up() {
    port=${1:-$port}
    ports+=("$port")
    stack down --remove >&2
    stack up >&2
    eval "$(stack env)"
    if ((EUID == 0)); then
        as_user=(setpriv "--reuid=$(stat -c %U "$PGHOST")" "--regid=$(stat -c %G "$PGHOST")" --init-groups --)
    fi
    work=$(dirname "$PGHOST")/bench
    mkdir -p "$work"
    give_away "$work"
    sql -c 'ALTER SYSTEM SET max_connections = 100' -c 'ALTER SYSTEM SET autovacuum = off'
    stack down >&2
    stack up >&2
    know_sender
}

# nginx passes the events of a sender on at a pace, unless it is known.
know_sender() {
    local state
    state=$(dirname "$PGHOST")
    sed -i 's|# 192.0.2.0/24 1;|127.0.0.0/8 1;|' "$state/minivoice-upstreams.conf"
    kill -HUP "$(cat "$state/nginx/nginx.pid")"
}

# until_ok SECONDS COMMAND...
until_ok() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS > end)); then die "waited in vain for: $*"; fi
        sleep 0.05
    done
}

# cpu PID...: microseconds used so far by these processes and all they started, the ended ones included.
cpu() {
    local ticks
    ticks=$(getconf CLK_TCK)
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v roots="$*" -v ticks="$ticks" '
        { pid = $1; sub(/^.*\) /, ""); parent[pid] = $2; used[pid] = $12 + $13 + $14 + $15 }
        END {
            count = split(roots, root, " ")
            for (i = 1; i <= count; i++) ours[root[i]] = 1
            for (pid in parent) {
                for (p = pid; p > 1 && !(p in ours); p = parent[p]);
                if (p in ours) sum += used[pid]
            }
            printf "%.0f\n", sum * 1000000 / ticks
        }'
}

# tree PID...: these and all that descend from them.
tree() {
    ps -e -o pid=,ppid= | awk -v roots="$*" '
        { parent[$1] = $2 }
        END {
            count = split(roots, root, " ")
            for (i = 1; i <= count; i++) ours[root[i]] = 1
            for (pid in parent) {
                for (p = pid; p > 1 && !(p in ours); p = parent[p]);
                if (p in ours) print pid
            }
        }'
}

# memory PID...: how many processes, and their proportional share of memory in kB.
memory() {
    local pid files=()
    for pid in $(tree "$@"); do files+=("/proc/$pid/smaps_rollup"); done
    { as cat "${files[@]}" 2>/dev/null || true; } |
        awk -v processes="${#files[@]}" '/^Pss:/ { sum += $2 } END { print processes, sum + 0 }'
}

postgres_pid() { as head -n 1 "$(dirname "$PGHOST")/db/postmaster.pid"; }
