# lib.bash: what the runs share: a private stack of their own on PORT (8087), the sender, and what is compared afterwards.

events=${EVENTS:-100000}
seconds=${SECONDS_LONG:-$((events / 500))}
build=${BUILD:-build/bin}
results=${RESULTS:-build/chaos}
export PORT=${PORT:-8087} BUILD=$build
mkdir -p "$results"
broken=0
trap 'quit' EXIT

# KEEP=1 leaves the stack for a look at what is in it.
quit() { [[ ${KEEP:-} ]] || stack down --remove >/dev/null 2>&1; }
stack() { nginx/private-stack "$@"; }
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

new_stack() {
    stack down --remove >/dev/null 2>&1
    stack up >"$results/stack.log" 2>&1 || { cat "$results/stack.log"; exit 1; }
    eval "$(stack env)"
    state=$(dirname "${PGHOST%%,*}")
}

# sender NAME OPTION...: its figures are in $results/NAME.figures, its ledger beside them.
sender() {
    local name=$1
    shift
    "$build/chaos-sender" --ledger "$results/$name.ledger" "$@" >"$results/$name.figures" 2>"$results/$name.said"
}
figure() { sed -n "s/^$2=//p" "$results/$1.figures"; }

# What was taken without the database is stored behind live work: wait until nothing more comes, and nothing is left in
# the spool, where there is one.
spooled() { find "$state" -name '*.spool' -size +0 | wc -l; }
await_rest() {
    local before='' now
    for _ in {1..60}; do
        now=$(sql -c 'SELECT (SELECT count(*) FROM ivr.answers) + (SELECT count(*) FROM ivr.call_events)')
        if [[ $now && $now == "$before" && $(spooled) == 0 ]]; then return 0; fi
        before=$now
        sleep 2
    done
}

load_ledger() {
    sql -c 'CREATE SCHEMA chaos' \
        -c 'CREATE TABLE chaos.ledger (kind text, number bigint, call_id text, name text, step integer, body text)' || return
    sql -c '\copy chaos.ledger FROM pstdin (FORMAT csv, DELIMITER E'\''\t'\'', QUOTE E'\''\x01'\'')' <"$1" || return
    sql -c 'CREATE INDEX ON chaos.ledger (call_id)' -c 'ANALYZE chaos.ledger'
}

# Kills what is named (see havoc), in the background, until end_havoc.
begin_havoc() {
    tests/chaos/havoc "$@" >"$results/havoc" 2>"$results/havoc.said" &
    havoc=$!
}
end_havoc() {
    kill -TERM "$havoc" 2>/dev/null
    wait "$havoc"
    cat "$results/havoc"
}

# Each endpoint is asked once: the programs know their settings, and keep them.
warm() {
    local endpoint
    for endpoint in answer route-menu department; do curl -sS -o "$results/warm" "$IVR_URL/$endpoint"; done
}

# need NAME VALUE WANTED: names what is not as it should be.
need() {
    echo "$1=$2"
    [[ $2 == "$3" ]] && return
    echo "BROKEN: $1=$2, $3 wanted"
    broken=1
}

# How often nginx gave its own sentence because the last program that it asked was dead (502). A program that was silent
# for five seconds (504) is none: then the whole machine stood still.
static_of_the_dead() { grep -cE ' (answer|route-menu|department) upstream="([^"]* )?502" .* status=200$' "$state/log/nginx-minivoice.log"; }

has_spool() { grep -q '^[^#]*IVR_SPOOL_DIR' nginx/private-stack; }

# judge FILE: names what must be 0 and is not.
judge() {
    local name value status=0
    while IFS='=' read -r name value; do
        if [[ $name == answers_lost && $value != 0 ]] && ! has_spool; then
            echo "NOT CHECKED: $value answers that callers heard are in no database; there is no spool (IVR_SPOOL_DIR)"
            continue
        fi
        [[ $value == 0 ]] || { echo "BROKEN: $name=$value"; status=1; }
    done <"$1"
    return "$status"
}

# check NAME: holds the database against the ledger of the sender of that name.
check() {
    await_rest
    load_ledger "$results/$1.ledger" && sql -f tests/chaos/check.sql >"$results/$1.checks" || return
    echo "answers_beside_another=$(sql -c 'SELECT count(*) FROM ivr.answers WHERE beside_step IS NOT NULL')"
    cat "$results/$1.checks"
    echo "complaints=$(cat "$state"/log/*.log | grep -cE 'Sanitizer|runtime error|stack smashing|double free|corrupted')" |
        tee -a "$results/$1.checks"
    judge "$results/$1.checks"
}

# call_of SHARD: an id that has its place there.
call_of() { sql -c "SELECT 'back-' || n FROM generate_series(1, 1000) AS n JOIN ivr_shards.slots ON slot = hashtext('back-' || n) & 63 WHERE shard = $1 ORDER BY random() LIMIT 1"; }

# post_of CALL: an event of it.
post_of() {
    local now body
    now=$(date +%s)
    body="{\"event\":\"call.created\",\"created_at\":\"2026-05-29T12:10:00Z\",\"call\":{\"id\":\"$1\"},\"data\":{\"n\":$RANDOM}}"
    curl -sS -o /dev/null -w '%{http_code}' "$IVR_URL/webhook" -H "X-MiniVoice-Timestamp: $now" -H \
        "X-MiniVoice-Signature: v1=$(printf '%s.%s' "$now" "$body" | openssl dgst -sha256 -hmac "$IVR_WEBHOOK_SECRET" -r | cut -d' ' -f1)" \
        -H 'Content-Type: application/json' -d "$body" 2>/dev/null
}

# await_stored NAME [CALL]: the ms until an event is stored, at most ten seconds' worth.
await_stored() {
    local from=${EPOCHREALTIME/./}
    until [[ $(post_of "${2:-back-$1-$RANDOM}") == 200 ]] || ((${EPOCHREALTIME/./} - from > 10000000)); do sleep 0.02; done
    echo $(((${EPOCHREALTIME/./} - from) / 1000))
}
