# lib.bash: what the integration tests share: TAP, the simulator, plain CGI, stacks of their own.
#
# A test file says `. tests/integration/lib.bash`, makes its checks and ends with `done_testing`. The instance that
# tests/run has started is in IVR_URL and PG*; with_own_stack gives a file one with other settings.

set -u
build=$PWD/${BUILD:-build/bin}
sim=$build/minivoice-sim
scratch=$(mktemp -d)
own_port=
trap 'finish' EXIT
tests=0
failures=0

finish() {
    [[ -z $own_port ]] || PORT=$own_port nginx/private-stack down --remove
    rm -rf "$scratch"
}

# ok DESCRIPTION COMMAND...: passes when the command succeeds; shows what it said when not.
ok() {
    local description=$1
    shift
    tests=$((tests + 1))
    if "$@" >"$scratch/said" 2>&1; then
        echo "ok $tests - $description"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $description"
        tail -40 "$scratch/said" | sed 's/^/# /'
    fi
}

# is DESCRIPTION GOT WANTED
is() {
    ok "$1" same "$2" "$3"
}

same() {
    [[ $1 == "$2" ]] && return
    printf 'got    %s\nwanted %s\n' "$1" "$2"
    return 1
}

at_most() {
    echo "$1, at most $2 wanted"
    (($1 <= $2))
}

at_least() {
    echo "$1, at least $2 wanted"
    (($1 >= $2))
}

# refuses WORDS COMMAND...: it fails, and says so in these words.
refuses() {
    local words=$1 status=0
    shift
    "$@" >"$scratch/refusal" 2>&1 </dev/null || status=$?
    cat "$scratch/refusal"
    ((status != 0)) && grep -qF -- "$words" "$scratch/refusal"
}

# The spool of the instance that PGHOST names is empty within 15 seconds.
is_drained() {
    local end=$((SECONDS + 15))
    while ls "$(dirname "${PGHOST%%,*}")"/spool/*.spool 2>/dev/null; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# What a sanitizer or the C library says of a program that went wrong; nginx would have hidden it from the caller.
complaints() {
    grep -hE 'Sanitizer|runtime error|stack smashing|double free|corrupted' "$(dirname "${PGHOST%%,*}")"/log/*.log "$scratch"/*.log 2>/dev/null | head -20
}

done_testing() {
    is 'no program has anything to complain of' "$(complaints)" ''
    echo "1..$tests"
    exit $((failures > 0))
}

sql() { psql -X -A -t -q -c "$1"; }

# sql_of_calls SQL: in the database that has the calls, or, with SHARDS, in all of them at once.
sql_of_calls() {
    local shard pids=()
    if [[ ! ${SHARDS:-} ]]; then
        sql "$1"
        return
    fi
    for ((shard = 0; shard < SHARDS; shard++)); do
        PGPORT=$((5440 + shard)) sql "$1" &
        pids+=($!)
    done
    wait "${pids[@]}"
}

# with_own_stack [NAME=VALUE...]: starts an instance with other settings and points IVR_URL and PG* to it.
with_own_stack() {
    own_port=$((PORT + 1))
    PORT=$own_port nginx/private-stack down --remove
    env PORT=$own_port "$@" nginx/private-stack up >"$scratch/up" 2>&1 || { echo "Bail out! $(cat "$scratch/up")"; exit 1; }
    eval "$(PORT=$own_port nginx/private-stack env)"
}

# listens PORT LOG: waits until somebody does; without, the file stops with what that one said in LOG.
listens() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
        sleep 0.05
    done
    echo "Bail out! nobody listens on port $1: $(cat "$2")"
    exit 1
}

own_stack() { PORT=$own_port nginx/private-stack "$@"; }

# get PATH [CURL OPTION...]: the body; `status` and `seconds` of the reply are in $scratch.
get() {
    local path=$1
    shift
    curl -sS -m 30 -o "$scratch/body" -D "$scratch/head" -w '%{http_code} %{time_total}' "$@" "$IVR_URL/$path" >"$scratch/code"
    cat "$scratch/body"
}
status() { cut -d' ' -f1 "$scratch/code"; }
took_ms() { awk '{printf "%d\n", $2 * 1000}' "$scratch/code"; }
header() { awk -v name="$1" 'BEGIN{FS=": *"} tolower($1)==tolower(name){sub(/\r$/,"",$2); print $2}' "$scratch/head"; }

# post_event BODY [CURL OPTION...]: sends it signed.
post_event() {
    local body=$1 now
    shift
    now=$(date +%s)
    printf '%s' "$body" >"$scratch/event"
    get webhook --data-binary "@$scratch/event" -H 'Content-Type: application/json' -H "X-MiniVoice-Timestamp: $now" \
        -H "X-MiniVoice-Signature: v1=$(sign "$now" "$body")" "$@"
}
sign() { printf '%s.%s' "$1" "$2" | openssl dgst -sha256 -hmac "${SECRET:-$IVR_WEBHOOK_SECRET}" -r | cut -d' ' -f1; }

# cgi PROGRAM QUERY [NAME=VALUE...]: one request of plain CGI, body on standard input.
cgi() {
    local program=$1 query=$2
    shift 2
    env PGUSER=ivr_app IVR_PUBLIC_URL=https://example.com/minivoice REQUEST_METHOD=GET QUERY_STRING="$query" \
        "$@" "$build/$program" 2>>"$scratch/cgi.log"
}
body_of() { sed '1,/^\r*$/d'; }

# json FILTER [JQ OPTION...]: of standard input, keys sorted, on one line.
json() { jq -cS "$@"; }

# within SECONDS COMMAND...: until it succeeds; what it said last when it never does.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >"$scratch/within" 2>&1; do
        ((SECONDS < end)) || { cat "$scratch/within"; return 1; }
        sleep 0.1
    done
}

# left_after FILE: what minivoice-db has left in /tmp since FILE was made. Whoever still runs has not left anything.
left_after() {
    local copy pid
    while read -r copy; do
        pid=${copy#*minivoice-sql.}
        [[ -e /proc/${pid%%.*} ]] || echo "$copy"
    done < <(find /tmp -maxdepth 1 -name 'minivoice-sql.*' -newer "$1")
}
