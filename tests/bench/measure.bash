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
    local options=(--port "$(url_port "$1")" --script "${2%-*}" --connections "${2#*-}" --seconds "$3" --calls "$work/told")
    if [[ $2 == mixed-* ]]; then options+=(--rate "$mixed_rate"); fi
    if [[ $1 == nginx || $1 == echo ]]; then options+=(--blind); fi
    "$build/bench-load" "${options[@]}"
}

# The same for the limit that is no web server. The last lines of pgbench tell latency and transactions a second.
play_pgbench() {
    local me=$BASHPID start used clients=${1#*-}
    start=$(cpu "$me")
    "$(pg_config --bindir)/pgbench" -n -M prepared -c "$clients" -j 1 -T "$(awk -v s="$2" 'BEGIN { print s < 1 ? 1 : int(s) }')" -f "$bench/pgbench.sql" bench_pgbench >"$work/pgbench.log" 2>&1 ||
        die "pgbench failed: $(tail -n 3 "$work/pgbench.log")"
    used=$(($(cpu "$me") - start))
    awk -v used="$used" '
        /number of transactions actually/ { split($NF, part, "/"); done = part[1] * 4 }
        /^latency average/ { p50 = $4 * 250 }
        /^tps/ { rate = $3 * 4 }
        END { printf "event=%d\nrequest=%d\nrate=%.1f\nown_us=%d\nrequest_p50=%d\n", done, done, rate, used, p50 }' "$work/pgbench.log"
}

# What PostgreSQL says: position of the log, its syncs, rows of facts. The counters lag, but together: only the ratio
# of the last two is used.
database_counts() {
    sql -d "$1" -F ' ' -c "SELECT pg_current_wal_insert_lsn() - '0/0', wal_sync,
        (SELECT coalesce(sum(n_tup_ins), 0) FROM pg_stat_user_tables WHERE relname ~ '^(call_events|events|answers)(_[0-9]+)?\$')
        FROM pg_stat_wal"
}

note() { printf '%s\t%s\t%s\t%s\t%s\n' "${section:+$section: }$load" "$round" "${label:-$design}" "$1" "$2" >>"$results"; }

# Kinds of CPU in a row: programs, nginx, PostgreSQL.
usage_of() {
    local pids
    pids=$(program_pids "$1")
    # shellcheck disable=SC2046,SC2086  # lists
    echo $(if [[ $pids ]]; then cpu $pids; else echo 0; fi) $(if [[ $(nginx_pid "$1") ]]; then cpu $(nginx_pid "$1"); else echo 0; fi) \
        "$(cpu "$(postgres_pid)")"
}

check_stored() {
    local wrong
    if [[ $1 == nginx || $1 == echo || $1 == pgbench ]]; then return 0; fi
    # shellcheck disable=SC2046  # arguments
    wrong=$(sql -d "$(database "$1")" $(tables "$1") -f "$bench/check.sql" <"$work/told") || die "the check of $1 failed"
    [[ ! $wrong ]] || die "$1 under $load: what is stored is not what was acknowledged:"$'\n'"$wrong"
}

# note_use BEFORE AFTER COUNTS COUNTS: CPU and log, per request.
note_use() {
    local names=(programs nginx postgres) requests i total=0 used
    local -a before after log_before log_after
    read -ra before <<<"$1"
    read -ra after <<<"$2"
    read -ra log_before <<<"$3"
    read -ra log_after <<<"$4"
    requests=${figure[request]}
    for i in 0 1 2; do
        used=$((after[i] - before[i]))
        total=$((total + used))
        note "cpu_${names[i]}_us" "$((used / requests))"
    done
    figure[cpu_us]=$((total / requests))
    note cpu_us "${figure[cpu_us]}"
    note own_cpu_us "$(awk "BEGIN { print ${figure[own_us]} / $requests }")"
    local facts=$((log_after[2] - log_before[2]))
    if ((facts > 0)); then
        note wal_bytes "$(((log_after[0] - log_before[0]) / requests))"
        note fsyncs "$(awk "BEGIN { print (${log_after[1]} - ${log_before[1]}) / $facts }")"
    fi
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
    [[ $design == nginx || $design == echo || $design == pgbench ]] || note connections "$(sql -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '$(database "$design")' AND backend_type = 'client backend'")"
}

# measure LOAD ROUND DESIGN
measure() {
    local load=$1 round=$2 design=$3 before after log_before log_after said name value
    local -A figure=()
    local player=(play "$design" "$load")
    if [[ $design == pgbench ]]; then player=(play_pgbench "$load"); fi
    start "$design"
    "${player[@]}" 1 >/dev/null || die "$design failed while warming up"
    # shellcheck disable=SC2046  # arguments
    if [[ $settle == yes ]]; then sql -d "$(database "$design")" $(tables "$design") -f "$bench/settle.sql"; fi
    before=$(usage_of "$design")
    log_before=$(database_counts "$(database "$design")")
    said=$("${player[@]}" "$seconds") || die "$design failed under $load"
    log_after=$(database_counts "$(database "$design")")
    after=$(usage_of "$design")
    while IFS='=' read -r name value; do
        figure[$name]=$value
        note "$name" "$value"
    done <<<"$said"
    note_use "$before" "$after" "$log_before" "$log_after"
    note_size
    check_stored "$design"
    stop "$design"
    say "$(printf '%s  round %s  %-10s %8.0f requests/s  %6d us CPU each' "${section:+$section: }$load" "$round" "${label:-$design}" \
        "${figure[rate]}" "${figure[cpu_us]}")"
}
