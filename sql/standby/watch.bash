# watch.bash: minivoice-db standby watch: runs repmgrd, which promotes the standby of a dead primary, and sees to it that a
# commit waits for the standby when there is one. Sourced by standby.bash.

# dead: nobody listens there; silent: nothing is known; primary or standby: what it says of itself.
look_at_other() {
    local found
    if found=$(there "SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END" 2>"$kept/other"); then
        echo "$found"
    elif grep -qE 'Connection refused|No such file or directory' "$kept/other" && ! grep 'connection to server' "$kept/other" | grep -qvE 'Connection refused|No such file or directory'; then
        echo dead
    else
        echo silent
    fi
}

# The row goes first: it says that the standby may take over by itself.
go_alone() {
    here 'SET synchronous_commit = local; DELETE FROM standby.in_step'
    here "ALTER SYSTEM SET synchronous_standby_names = ''"
    here 'SELECT pg_reload_conf()' >"$kept/reloaded"
}

# Who has read its settings anew after a checkpoint that was asked for then waits for the standby; what was written before that
# is there when the row is.
go_together() {
    local name=minivoice_$((3 - node)) started
    started=$(there 'SELECT pg_postmaster_start_time()') || return
    here "ALTER SYSTEM SET synchronous_standby_names = '\"$name\"'" && here 'SELECT pg_reload_conf()' >"$kept/reloaded" || return
    wait_until 10 here "SELECT current_setting('synchronous_standby_names') <> ''" && here CHECKPOINT '' 120 || return
    wait_until 10 here "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = '$name' AND sync_state = 'sync' AND flush_lsn >= '$(here 'SELECT pg_current_wal_lsn()')')" || return
    here "INSERT INTO standby.in_step SELECT $((3 - node)), '$started', max(backend_start) FROM pg_stat_replication WHERE application_name = '$name'
          ON CONFLICT (node_id) DO UPDATE SET started_at = EXCLUDED.started_at, sender_since = EXCLUDED.sender_since" || return
    say 'together: what is acknowledged is on both from here on'
}

# The other one is not there. It may have become the primary: then this one is the old one, and has to go.
look_around() {
    local found mine theirs
    found=$(look_at_other)
    [[ $found == dead ]] && dead=$((dead + 1)) || dead=0
    case $found in
        dead) if [[ $1 == waits && $alone != never ]] && ((dead >= 2)); then go_alone && say 'alone: the standby is dead, and not waited for'; fi ;;
        silent) if [[ $1 == waits && $alone =~ ^[0-9]+$ ]] && ((SECONDS - seen > alone)); then go_alone && say "alone: the standby was silent for $alone s"; fi ;;
        primary)
            mine=$(here 'SELECT standby.timeline()') && theirs=$(there 'SELECT standby.timeline()') || return 0
            if ((theirs > mine)); then
                stop_server immediate
                say 'stopped: the other one is the primary now. To make this one its standby: minivoice-db standby rejoin'
            fi ;;
    esac
}

# A router that was promoted sends its shards nothing until they have subscribed anew.
send_to_shards() {
    local missing
    ((SECONDS >= look_again)) || return 0
    look_again=$((SECONDS + 10))
    [[ $(of_database "SELECT to_regclass('ivr_shards.shards') IS NOT NULL" 2>"$kept/here") == t ]] || return 0
    missing=$(of_database "SELECT count(*) FROM ivr_shards.shards, pg_database WHERE datname = current_database() AND NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name ~ format('^ivr_%s_%s(_[0-9]+)?\$', oid, shard))") || return 0
    ((missing == 0)) || resubscribe || true
}
of_database() { as_owner timeout 10 "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$this user=repmgr dbname=$database connect_timeout=2 target_session_attrs=any" -c "$1"; }
resubscribe() {
    (PGHOST=$(word "$this" host) PGPORT=$(word "$this" port) && export PGHOST PGPORT=${PGPORT:-5432} PGUSER=repmgr PGTARGETSESSIONATTRS=any &&
        timeout 300 "$program" --database "$database" shards resubscribe)
}

# repmgrd waits for ever for a primary that fell silent in the middle of an answer, and does not begin without one. A standby that
# has all that was acknowledged does not wait for repmgrd longer than thirty seconds.
instead_of_repmgrd() {
    local pid
    case $(look_at_other) in dead | silent) ;; *) missed=$SECONDS ;; esac
    ((SECONDS - missed > 30)) || return 0
    missed=$SECONDS
    here "SELECT standby.must_be_in_step($node)" >"$kept/here" 2>&1 || return 0
    pid=$(here 'SELECT repmgr.get_repmgrd_pid()') || return 0
    [[ ! $pid =~ ^[0-9]+$ ]] || kill -KILL "$pid" 2>/dev/null || true
    repmgr standby promote >"$kept/repmgr" 2>&1 && say 'promoted: repmgrd did not do it in thirty seconds'
}

look_once() {
    local state
    state=$(here "SELECT standby.state($((3 - node)))" 2>"$kept/here") || return 0
    case $state in
        standby) instead_of_repmgrd ;;
        'would wait') wait_for_nobody ;;
        met) go_together ;;
        waits | alone) look_around "$state" ;;
    esac
    case $state in waits | alone) ;; *) seen=$SECONDS dead=0 ;; esac
    case $state in standby | 'would wait') look_again=$SECONDS ;; *) missed=$SECONDS && send_to_shards ;; esac
}

# repmgrd ends when it cannot reach the primary at its start, or its own server has gone.
run_repmgrd() {
    while :; do
        as_owner "$bin/repmgrd" -f "$conf" --daemonize=false --no-pid-file </dev/null || true
        sleep 1
    done
}

standby_watch() {
    local seen=$SECONDS dead=0 look_again=$SECONDS missed=$SECONDS
    read_conf
    end_with_all
    run_repmgrd &
    say 'watching'
    while :; do
        look_once || true
        sleep 1
    done
}
