# standby.bash: minivoice-db standby: a primary and its standby under repmgr, on two hosts. Sourced by minivoice-db; see STANDBY.md.

# shellcheck source=watch.bash
. "$files/standby/watch.bash"

# --- which cluster, and what is written of it -------------------------------------------------------------------------

# Sets data, conf, bin, and as whom its server runs: name and owner. A cluster is Debian's, VERSION/NAME, or a directory of data.
choose_cluster() {
    local version port
    if [[ ! $cluster ]]; then
        cluster=$(pg_lsclusters -h 2>/dev/null | awk '{print $1 "/" $2}')
        [[ $cluster && $cluster != *$'\n'* ]] || die 'which cluster is it? --cluster VERSION/NAME, as pg_lsclusters has it'
    fi
    if is_debians; then
        version=${cluster%%/*}
        read -r port data < <(pg_lsclusters -h 2>/dev/null | awk -v wanted="$cluster" '$1 "/" $2 == wanted {print $3, $6}') || die "there is no cluster $cluster: pg_lsclusters; pg_createcluster ${cluster/\// } makes it"
        export PGPORT=${PGPORT:-$port}
        conf=/etc/minivoice/standby/${cluster/\//-}.conf
    else
        data=$cluster conf=$cluster.repmgr.conf
        version=$(cat "$data/PG_VERSION" 2>/dev/null || printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1 | cut -d/ -f5)
    fi
    bin=/usr/lib/postgresql/$version/bin
    [[ -x $bin/repmgrd ]] || die "repmgr is not installed (Debian: apt-get install postgresql-$version-repmgr)"
    choose_owner
}
is_debians() { [[ $cluster != /* ]]; }

choose_owner() {
    owner=() name=
    ((EUID == 0)) || return 0
    name=$(stat -c %U "$data" 2>/dev/null || echo postgres)
    owner=(setpriv --reuid="$name" --regid="$(id -g "$name")" --init-groups -- env HOME="$(getent passwd "$name" | cut -d: -f6)")
}
as_owner() { (cd / && "${owner[@]}" "$@"); }
repmgr() { as_owner "$bin/repmgr" -f "$conf" "$@"; }

must_be_words() { [[ $1 =~ ^host=[^\ \'\"\\=%]+(\ [a-z_]+=[^\ \'\"\\=%]+)*$ ]] || die "\"$1\" is not how libpq reaches a server: words KEY=VALUE, host first, without user and dbname"; }
word() { sed -n "s/.*\b$2=\([^ ]*\).*/\1/p" <<<"$1"; }
login() { echo "$1 user=repmgr dbname=repmgr connect_timeout=2 keepalives_idle=2 keepalives_interval=1 keepalives_count=3 target_session_attrs=any"; }

# What starts it; as root on Debian, systemd knows of it then.
start_command() {
    local host port
    if is_debians; then
        echo "/usr/bin/pg_ctlcluster ${cluster/\// } start"
    else
        host=$(word "$this" host) port=$(word "$this" port)
        [[ $host == /* ]] && host="-c listen_addresses= -k $host" || host="-h $host"
        echo "$bin/pg_ctl -w -D $data -l $data.log -o \"$host -p ${port:-5432}\" start"
    fi
}
stop_command() { is_debians && echo "/usr/bin/pg_ctlcluster ${cluster/\// } stop" || echo "$bin/pg_ctl -w -m fast -D $data stop"; }
run_command() { if is_debians; then (cd / && sh -c "$1") </dev/null; else as_owner sh -c "$1" </dev/null >/dev/null; fi; }
stop_server() { as_owner "$bin/pg_ctl" -w -m "$1" -D "$data" stop >"$kept/stopped" 2>&1 || ! as_owner "$bin/pg_ctl" -D "$data" status >"$kept/stopped" 2>&1; }

# How long a primary may be silent: about 4 s when it refuses, 11 s when it says nothing at all.
write_conf() {
    mkdir -p "$(dirname "$conf")"
    is_debians || as_owner test -w "$data.log" || install -m 600 ${name:+-o "$name"} /dev/null "$data.log"
    cat >"$conf" <<END
# Of minivoice-db standby, which reads the next two lines; the rest is repmgr's.
# other: $other
# alone: $alone
node_id=$node
node_name='minivoice_$node'
conninfo='$(login "$this")'
data_directory='$data'
pg_bindir='$bin'
service_start_command='$(start_command)'
service_stop_command='$(stop_command)'
failover=automatic
promote_command='$bin/repmgr -f $conf standby promote'
follow_command='$bin/repmgr -f $conf standby follow --upstream-node-id=%n'
failover_validation_command='$bin/psql -X -q -v ON_ERROR_STOP=1 -d "$(login "$this")" -c "SELECT standby.must_be_in_step(%n)"'
election_rerun_interval=5
monitor_interval_secs=1
reconnect_attempts=3
reconnect_interval=1
log_level=NOTICE
END
    chmod 644 "$conf"
}

# Sets this, other, node and alone.
read_conf() {
    [[ -r $conf ]] || die "there is no $conf that can be read: minivoice-db standby prepare on the primary, create on the other host"
    this=$(sed -n "s/^conninfo='\(.*\) user=repmgr .*/\1/p" "$conf")
    other=$(sed -n 's/^# other: //p' "$conf")
    alone=$(sed -n 's/^# alone: //p' "$conf")
    node=$(sed -n 's/^node_id=//p' "$conf")
}

# here SQL, there SQL: one value, of this server and of the other one, as its superuser; never for long.
here() { as_owner timeout "${3:-10}" "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$(login "$this")" -c "$1"; }
there() { as_owner timeout "${3:-10}" "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$(login "$other")" -c "$1"; }

read_places() {
    (($# == 2)) || die "minivoice-db standby ${arguments[0]} takes two connections, this server's and the other's, as each reaches the other: 'host=db1 port=5432' 'host=db2 port=5432'"
    this=$1 other=$2
    must_be_words "$this" && must_be_words "$other"
    [[ $alone == never || $alone == dead || $alone =~ ^[1-9][0-9]*$ ]] || die '--alone takes never, dead, or a number of seconds'
}

# --- prepare: a database becomes a primary ----------------------------------------------------------------------------

make_role() {
    PGDATABASE=postgres ask <<'SQL'
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'repmgr') AS no_role, NOT EXISTS (SELECT FROM pg_database WHERE datname = 'repmgr') AS no_database \gset
\if :no_role
    CREATE ROLE repmgr LOGIN SUPERUSER REPLICATION;
    COMMENT ON ROLE repmgr IS 'repmgr, which clones, watches and promotes: minivoice-db standby';
\endif
\if :no_database
    CREATE DATABASE repmgr OWNER repmgr TEMPLATE template0;
\endif
SQL
    PGDATABASE=repmgr ask -f "$files/standby/standby.sql"
}

must_be_let_in() {
    if here 'SELECT 1' >"$kept/in" 2>&1; then return 0; fi
    die "repmgr does not get in: $(grep -v '^$' "$kept/in" | tail -1)" \
        "On both hosts, with the addresses of both, into pg_hba.conf (pg_reload_conf() after it), and listen_addresses = '*' into postgresql.conf:" \
        "    host   all,replication   repmgr   $(word "$this" host)/32    scram-sha-256" \
        "    host   all,replication   repmgr   $(word "$other" host)/32    scram-sha-256" \
        "    host   $database   ivr_app   HOST-OF-THE-PROGRAMS/32    scram-sha-256" \
        "A password: \\password repmgr in minivoice-db psql, and into .pgpass of the system user $(stat -c %U "$data") on both: *:*:*:repmgr:PASSWORD" \
        'Then this again.'
}

# With the data they come to the standby, which must not have less of anything. What is copied must be enough to go back.
set_settings() {
    PGDATABASE=postgres ask <<'SQL'
SELECT format('ALTER SYSTEM SET %I = %L', name, CASE WHEN name = 'wal_level' AND setting = 'minimal' THEN 'replica' ELSE setting END)
FROM pg_settings WHERE name IN ('max_connections', 'max_worker_processes', 'max_wal_senders', 'max_prepared_transactions', 'max_locks_per_transaction',
                                'max_replication_slots', 'max_logical_replication_workers', 'wal_level') \gexec
SELECT format('ALTER SYSTEM SET shared_preload_libraries = %s', string_agg(quote_literal(trim(l)), ', '))
FROM (SELECT l FROM string_to_table(current_setting('shared_preload_libraries'), ',') AS l WHERE l <> '' AND trim(l) <> 'repmgr' UNION ALL SELECT 'repmgr') AS l \gexec
ALTER SYSTEM SET wal_log_hints = 'on';
ALTER SYSTEM SET hot_standby = 'on';
SELECT 'ALTER SYSTEM SET wal_keep_size = ''1GB''' FROM pg_settings WHERE name = 'wal_keep_size' AND setting::integer < 1024 \gexec
ALTER SYSTEM SET wal_sender_timeout = '10s';
ALTER SYSTEM SET wal_receiver_timeout = '10s';
ALTER SYSTEM SET wal_retrieve_retry_interval = '1s';
SELECT pg_reload_conf() \g /dev/null
SQL
}
is_loaded() { [[ $(PGDATABASE=postgres what "SELECT current_setting('shared_preload_libraries') ~ '\mrepmgr\M' AND current_setting('wal_log_hints') = 'on' AND current_setting('wal_level') <> 'minimal'") == t ]]; }
restart_server() {
    if is_debians; then run_command "/usr/bin/pg_ctlcluster ${cluster/\// } restart"; else as_owner "$bin/pg_ctl" -w -m fast -D "$data" -l "$data.log" restart >"$kept/restarted" </dev/null; fi
}

standby_prepare() {
    local theirs
    node=1
    read_places "$@"
    theirs=$(PGDATABASE=postgres what 'SHOW data_directory')
    [[ $(readlink -f "$theirs") == "$(readlink -f "$data")" ]] || die "the server that answers has its data in $theirs, not in $data: PGHOST, PGPORT, or --cluster"
    if ((dry)); then
        say "would make the role and the database repmgr in the cluster $cluster, and try whether repmgr gets in as \"$this\"" \
            "would set shared_preload_libraries, wal_log_hints, wal_keep_size and the like$(is_loaded || echo ', and restart PostgreSQL, which takes seconds')" \
            "would write $conf, and register it with repmgr as minivoice_1; nothing waits for a standby until there is one"
        return
    fi
    make_role
    must_be_let_in
    write_conf
    set_settings
    is_loaded || restart_server
    repmgr primary register -F >"$kept/repmgr" 2>&1 || die 'repmgr does not register it:' "$(<"$kept/repmgr")"
    say "this server is a primary. On the other host: minivoice-db standby create '$other' '$this'"
}

# --- create: a copy of it becomes its standby -------------------------------------------------------------------------

must_be_primary() {
    local found
    found=$(there 'SELECT NOT pg_is_in_recovery()' 2>"$kept/said") || die "the other one cannot be asked as repmgr: $(head -1 "$kept/said")"
    [[ $found == t ]] || die "\"$other\" is a standby itself"
}

put_aside() {
    [[ -e $data ]] || return 0
    stop_server fast || die "what runs in $data could not be stopped: $(tail -1 "$kept/stopped")"
    mv "$data" "$data.before-$1"
    say "what was in $data is in $data.before-$1: remove it when all is well"
}

# Once it is promoted it waits for nobody, and has no slot that is older than what the subscriber knows.
wait_for_nobody() {
    here "ALTER SYSTEM SET synchronous_standby_names = ''" && here 'SELECT pg_reload_conf()' >"$kept/reloaded"
    here "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_type = 'logical'" >"$kept/reloaded"
}

standby_create() {
    node=2
    [[ ! -r $conf ]] || node=$(sed -n 's/^node_id=//p' "$conf")
    read_places "$@"
    must_be_primary
    [[ $node != "$(there 'SELECT node_id FROM repmgr.nodes WHERE type = $$primary$$ AND active')" ]] || node=$((3 - node))
    if [[ -e $data/standby.signal || -e $data/postmaster.pid ]] && ((!replace)) && ! is_empty_cluster; then
        die "there is a database in $data already. To have a copy of the primary in its place: --replace"
    fi
    if ((dry)); then
        say "would put $data aside, if there is one, and clone \"$other\" into it" "would write $conf, start it, and register it with repmgr as minivoice_$node"
        return
    fi
    write_conf
    put_aside "$(date +%Y%m%d-%H%M%S)"
    install -d -m 700 ${name:+-o "$name" -g "$(id -g "$name")"} "$data" # repmgr may be unable to make it
    repmgr -d "$(login "$other")" standby clone --fast-checkpoint >"$kept/repmgr" 2>&1 || die 'repmgr could not clone it:' "$(tail -5 "$kept/repmgr")"
    run_command "$(start_command)" || die "PostgreSQL does not start: $data.log, or /var/log/postgresql"
    wait_for_nobody
    repmgr standby register -F >"$kept/repmgr" 2>&1 || die 'repmgr does not register it:' "$(<"$kept/repmgr")"
    say "this server is the standby of \"$other\"; minivoice-db standby watch on both lets it be waited for, and take over"
}
# What Debian makes with the package: nothing but PostgreSQL's own databases.
is_empty_cluster() { is_debians && [[ $(PGPORT=$(word "$this" port) PGDATABASE=postgres what "SELECT count(*) = 0 FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')" 2>/dev/null) == t ]]; }

# --- promote, rejoin, alone -------------------------------------------------------------------------------------------

standby_promote() {
    read_conf
    if ((!behind)); then here "SELECT standby.must_be_in_step($node)" >"$kept/said" 2>&1 || die "$(sed 's/^\(ERROR\|HINT\): *//' "$kept/said")"; fi
    if ((dry)); then say "would promote this standby: repmgr -f $conf standby promote" && return; fi
    repmgr standby promote >"$kept/repmgr" 2>&1 || die 'repmgr does not promote it:' "$(<"$kept/repmgr")"
    say 'this server is the primary'
}

# pg_rewind wants a server that was shut down, and cannot bring one to it whose configuration is elsewhere, as Debian's.
shut_down_cleanly() {
    local file=$data/postgresql.conf
    "$bin/pg_controldata" -D "$data" 2>/dev/null | grep '^Database cluster state: *in production' >/dev/null || return 0
    if is_debians; then file=/etc/postgresql/$cluster/postgresql.conf; fi
    rm -f "$data/standby.signal" # of a rejoin that was interrupted
    as_owner "$bin/postgres" --single -D "$data" -c config_file="$file" template1 </dev/null >"$kept/single" 2>&1 ||
        die 'its last writes cannot be brought to an end:' "$(tail -3 "$kept/single")"
}

standby_rejoin() {
    read_conf
    must_be_primary
    if [[ $(here 'SELECT pg_is_in_recovery()' 2>"$kept/said") == t ]]; then die 'this server is a standby already: minivoice-db standby status'; fi
    if ((dry)); then
        say "would stop this server, take back what only it has, which nobody was told of, and make it the standby of \"$other\": repmgr node rejoin"
        return
    fi
    stop_server immediate || die "what runs in $data could not be stopped: $(tail -1 "$kept/stopped")"
    wait_until 10 there "SELECT EXISTS (SELECT FROM repmgr.nodes WHERE node_id = $((3 - node)) AND type = 'primary' AND active)" ||
        die 'repmgr does not know the other one as the primary: minivoice-db standby status there'
    chmod 711 "$kept" && install -d -m 700 ${name:+-o "$name"} "$kept/archive"
    shut_down_cleanly
    there CHECKPOINT '' 120 # what is to be rewound is found by the other's last one
    repmgr node rejoin -d "$(login "$other")" --force-rewind --config-files=postgresql.conf,pg_hba.conf,pg_ident.conf --config-archive-dir="$kept/archive" >"$kept/repmgr" 2>&1 ||
        die 'repmgr cannot take it back:' "$(tail -8 "$kept/repmgr")" "A new copy does it in any case: minivoice-db --replace standby create '$this' '$other'"
    if is_debians && [[ -d /run/systemd/system ]] && ((EUID == 0)); then systemctl start "postgresql@${cluster/\//-}"; fi
    wait_for_nobody
    say "this server is the standby of \"$other\""
}

standby_alone() {
    local found
    read_conf
    [[ $(here 'SELECT pg_is_in_recovery()') == f ]] || die 'this server is a standby: minivoice-db standby promote makes it the primary'
    found=$(look_at_other)
    [[ $found == dead || $behind == 1 ]] || die "the other one is $found. If it lives it may take over by itself: stop PostgreSQL there first, and if" \
        'its host is off, keep it off until this one is reached; then: minivoice-db standby alone --behind'
    if ((dry)); then say 'would acknowledge what is on this server alone' && return; fi
    go_alone
    say 'what is acknowledged is on this server alone, until the other one is back'
}

# --- status -----------------------------------------------------------------------------------------------------------

standby_status() {
    local mine theirs
    read_conf
    mine=$(here "SELECT standby.state($((3 - node))) || coalesce(', timeline ' || standby.timeline(), '')" 2>/dev/null) || mine=unreachable
    theirs=$(there "SELECT standby.state($node) || coalesce(', timeline ' || standby.timeline(), '')" 2>/dev/null) || theirs=$(look_at_other)
    echo "here   $this: $mine"
    echo "there  $other: $theirs"
    case "$mine $theirs" in
        together,*standby | standby*together,*) echo 'ok: what is acknowledged is on both' ;;
        *alone,*) echo 'error: one of them is alone: bring the other one back (minivoice-db standby rejoin there, when it was the primary)' && return 1 ;;
        *waits,*) echo 'error: the standby is away, and nothing is stored until it is back, or: minivoice-db standby alone' && return 1 ;;
        *met,*) echo 'warning: the standby is not waited for yet: does minivoice-db standby watch run where the primary is?' ;;
        *) echo 'error: this is no primary with its standby' && return 1 ;;
    esac
}

# --- the order of service ---------------------------------------------------------------------------------------------

standby() {
    choose_cluster
    case ${arguments[0]:-status} in
        status | promote | rejoin | alone | watch) "standby_${arguments[0]:-status}" ;;
        prepare | create) "standby_${arguments[0]}" "${arguments[@]:1}" ;;
        *) die "there is no command standby ${arguments[0]}: minivoice-db -h" ;;
    esac
}
