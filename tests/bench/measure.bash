# measure.bash: one measurement: warm up, fresh statistics and a checkpoint, the load, what it used, is all of it there.
#
# A load is SCRIPT-CONNECTIONS, such as events-64; the rate of mixed is in $mixed_rate. Each figure becomes a line
# "load round design name value" of $results; $section and $label, where set, tell the load and the design apart.

seconds=${SECONDS_EACH:-3}
results=
mixed_rate=
section=
label=
settle=yes    # or no: statistics stay as they are

# play DESIGN LOAD SECONDS: name=value lines.
play() {
    local options=(--port "$(url_port "$1")" --seconds "$3" --calls "$work/told")
    options+=(--script "${2%-*}" --connections "${2#*-}")
    if [[ $2 == mixed-* ]]; then options+=(--rate "$mixed_rate"); fi
    if [[ $1 == nginx || $1 == echo ]]; then options+=(--blind); fi
    "$build/bench-load" "${options[@]}"
}

whole_seconds() { awk -v s="$1" 'BEGIN { print s < 1 ? 1 : int(s) }'; }

# The same for the limit that is no web server. The last lines of pgbench tell latency and transactions a second.
play_pgbench() {
    local me=$BASHPID start used clients=${1#*-}
    start=$(cpu "$me")
    "$(pg_config --bindir)/pgbench" -n -M prepared -c "$clients" -j 1 -T "$(whole_seconds "$2")" -f "$bench/pgbench.sql" \
        bench_pgbench >"$work/pgbench.log" 2>&1 || die "pgbench failed: $(tail -n 3 "$work/pgbench.log")"
    used=$(($(cpu "$me") - start))
    awk -v used="$used" '
        /number of transactions actually/ { split($NF, part, "/"); done = part[1] * 4 }
        /^latency average/ { p50 = $4 * 250 }
        /^tps/ { rate = $3 * 4 }
        END { printf "event=%d\nrequest=%d\nrate=%.1f\nown_us=%d\nrequest_p50=%d\n", done, done, rate, used, p50 }' "$work/pgbench.log"
}

log_position() { sql -d postgres -c "SELECT pg_current_wal_insert_lsn() - '0/0'"; }

# Syncs of the log, and rows of facts. A session tells both at once, but up to a second late, and when it ends.
sync_counts() {
    sql -d "$(database "$1")" -F ' ' -c "SELECT wal_sync,
        (SELECT coalesce(sum(n_tup_ins), 0) FROM pg_stat_user_tables WHERE relname ~ '^(call_events|events|answers)(_[0-9]+)?\$')
        FROM pg_stat_wal"
}

note() { printf '%s\t%s\t%s\t%s\t%s\n' "${section:+$section: }$load" "$round" "${label:-$design}" "$1" "$2" >>"$results"; }

# Kinds of CPU in a row: programs, nginx, PostgreSQL.
usage_of() {
    local pids
    pids=$(program_pids "$1")
    # shellcheck disable=SC2046,SC2086  # lists
    echo $(cpu $pids) $(cpu $(nginx_pid "$1")) $(cpu $(postgres_pid))
}

check_stored() {
    local wrong
    if [[ $1 == nginx || $1 == echo || $1 == pgbench ]]; then return 0; fi
    # shellcheck disable=SC2046  # arguments
    wrong=$(sql -d "$(database "$1")" $(tables "$1") -f "$bench/check.sql" <"$work/told") || die "the check of $1 failed"
    [[ ! $wrong ]] || die "$1 under $load: what is stored is not what was acknowledged:"$'\n'"$wrong"
}

# note_use BEFORE AFTER LOG LOG: CPU and log, per request.
note_use() {
    local names=(programs nginx postgres) requests i total=0 used
    local -a before after
    read -ra before <<<"$1"
    read -ra after <<<"$2"
    requests=${figure[request]}
    for i in 0 1 2; do
        used=$((after[i] - before[i]))
        total=$((total + used))
        note "cpu_${names[i]}_us" "$((used / requests))"
    done
    figure[cpu_us]=$((total / requests))
    note cpu_us "${figure[cpu_us]}"
    note own_cpu_us "$(awk "BEGIN { print ${figure[own_us]} / $requests }")"
    if [[ $design != nginx && $design != echo ]]; then note wal_bytes "$((($4 - $3) / requests))"; fi
}

# note_syncs BEFORE AFTER: syncs of the log per fact stored.
note_syncs() {
    awk '{ if ($4 > $2) print ($3 - $1) / ($4 - $2) }' <<<"$1 $2" | while read -r value; do note fsyncs "$value"; done
}

connections() {
    sql -d postgres -c "SELECT count(*) FROM pg_stat_activity
        WHERE datname = '$(database "$design")' AND backend_type = 'client backend'"
}

note_size() {
    local pids size
    pids=$(program_pids "$design")
    if [[ $pids ]]; then
        # shellcheck disable=SC2086  # a list
        read -ra size <<<"$(memory $pids)"
        note processes "${size[0]}"
        note pss_kb "${size[1]}"
    fi
    if [[ $design != nginx && $design != echo && $design != pgbench ]]; then note connections "$(connections)"; fi
}

# measure LOAD ROUND DESIGN
measure() {
    local load=$1 round=$2 design=$3 before after log_before log_after syncs said name value
    local -A figure=()
    local player=(play "$design" "$load")
    if [[ $design == pgbench ]]; then player=(play_pgbench "$load"); fi
    start "$design"
    "${player[@]}" 1 >/dev/null || die "$design failed while warming up"
    # shellcheck disable=SC2046  # arguments
    if [[ $settle == yes ]]; then sql -d "$(database "$design")" $(tables "$design") -f "$bench/settle.sql"; fi
    before=$(usage_of "$design")
    log_before=$(log_position)
    syncs=$(sync_counts "$design")
    said=$("${player[@]}" "$seconds") || die "$design failed under $load"
    log_after=$(log_position)
    after=$(usage_of "$design")
    while IFS='=' read -r name value; do
        figure[$name]=$value
        note "$name" "$value"
    done <<<"$said"
    note_use "$before" "$after" "$log_before" "$log_after"
    note_size
    check_stored "$design"
    stop "$design"
    note_syncs "$syncs" "$(sync_counts "$design")"
    say "$(printf '%s  round %s  %-10s %8.0f requests/s  %6d us CPU each' "${section:+$section: }$load" "$round" "${label:-$design}" \
        "${figure[rate]}" "${figure[cpu_us]}")"
}
