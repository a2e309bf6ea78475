# shards.bash: minivoice-db shards: a router and its shards. Sourced by minivoice-db; see SHARDS.md.

# shellcheck source=split.bash
. "$files/shards/split.bash"
# shellcheck source=subscribe.bash
. "$files/shards/subscribe.bash"

# on CONNECTION PSQL-OPTION...: psql on a shard, as its superuser.
on() {
    local connection=$1
    shift
    PGOPTIONS='-c client_min_messages=warning' as_asker psql -X -q -v ON_ERROR_STOP=1 -d "$connection user=$admin connect_timeout=3" "$@"
}
on_value() { on "$1" -A -t -c "$2"; }

is_router() { [[ $(what "SELECT to_regclass('ivr_shards.shards') IS NOT NULL") == t ]]; }
must_be_router() { is_router || die "the database $database is no router: minivoice-db shards add CONNECTION..."; }
connection_of() { what "SELECT connection FROM ivr_shards.shards WHERE shard = $1"; }
must_be_number() { [[ ${1:-} =~ ^[0-9]{1,2}$ ]] || die "a shard is told by its number: minivoice-db shards status"; }

# --- add: a database becomes a shard ----------------------------------------------------------------------------------

may_become_shard() {
    local connection=$1 theirs
    theirs=$(on_value "$connection" "SELECT coalesce(max(migration), 0) FROM ivr.migrations") ||
        die "$connection has no schema, or $admin does not get in: minivoice-db create there first. Nothing was changed."
    ((theirs == $(of_files))) || die "$connection is of version $theirs, these files of $(of_files): upgrade it first. Nothing was changed."
    [[ $(on_value "$connection" "SELECT EXISTS (SELECT FROM pg_subscription JOIN pg_database AS d ON d.oid = subdbid WHERE datname = current_database() AND subname = 'ivr_configuration')") == f ]] ||
        die "$connection is a shard already. Nothing was changed."
}
has_calls() { [[ $(on_value "$1" "SELECT EXISTS (SELECT FROM ivr.call_events) OR EXISTS (SELECT FROM ivr.answers)") == t ]]; }

# What a single database has been configured to goes to its router; until the programs ask the router, it goes on as it is.
adopt_configuration() {
    local tables
    tables=$(what "SELECT string_agg(format('-t ivr.%I', t), ' ') FROM unnest(ivr_shards.tables_of_configuration()) AS t")
    # shellcheck disable=SC2086  # a list of options
    {
        echo 'BEGIN; SET LOCAL session_replication_role = replica;'
        what "SELECT format('DELETE FROM ivr.%I;', t) FROM unnest(ivr_shards.tables_of_configuration()) AS t"
        as_asker pg_dump --data-only $tables -d "$1 user=$admin" | grep -v "set_config('search_path'"
        echo 'COMMIT;'
    } | ask -f - >"$kept/adopted"
}

make_shard() {
    local number=$1 connection=$2
    on "$connection" -v shard="$number" -v lock=20 -v statement=2000 -f "$files/shards/shard.sql"
    subscribe "$number" "$connection"
    ask -v shard="$number" -v connection="$connection" <<<"INSERT INTO ivr_shards.shards (shard, connection) VALUES (:shard, :'connection')"
    say "shard $number: $connection has the configuration, and no calls of its own yet"
}

shards_add() {
    local connection number adopted='' first
    (($#)) || die 'minivoice-db shards add takes a connection or several: minivoice-db -h'
    for connection; do may_become_shard "$connection"; done
    first=$(is_router && what 'SELECT NOT EXISTS (SELECT FROM ivr_shards.slots)' || echo t)
    number=$(is_router && what 'SELECT coalesce(max(shard) + 1, 0) FROM ivr_shards.shards' || echo 0)
    if has_calls "$1"; then
        [[ $first == t ]] || die "$1 has calls of its own; only the first shard may. Nothing was changed."
        adopted=$1
    fi
    for connection in "${@:2}"; do ! has_calls "$connection" || die "$connection has calls of its own; only the first shard may. Nothing was changed."; done
    if [[ $first == t ]]; then say "the database $database becomes a router; it keeps the configuration and no call"; fi
    if [[ $adopted ]]; then say "$adopted has calls: it keeps them all, and its configuration becomes the router's"; fi
    if ((dry)); then
        for connection; do say "would be shard $((number++)): $connection"; done
        return
    fi
    is_router || ask -v router=1 -f "$files/install.sql"
    if [[ $adopted ]]; then adopt_configuration "$adopted"; fi
    for connection; do make_shard "$((number++))" "$connection"; done
    if [[ $first == t ]]; then
        if [[ $adopted ]]; then number=1; fi
        what "INSERT INTO ivr_shards.slots SELECT n, n % $number FROM generate_series(0, 63) AS n; SELECT ivr_shards.reach()" >>"$kept/slots"
        say "shards 0 to $((number - 1)) have the calls from now on; point the programs at $database"
    else
        say "give it calls: minivoice-db shards split FROM TO"
    fi
}

# --- status and check -------------------------------------------------------------------------------------------------

shards_status() {
    must_be_router
    ask -P footer=off -c "SELECT shard, count(slot) AS slots, round(count(slot) * 100 / 64.0) || ' %' AS calls,
            CASE WHEN down_since IS NULL THEN 'up' ELSE 'down since ' || date_trunc('second', down_since) END AS state,
            (SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND (classid::bigint << 32 | objid::bigint) = ivr_shards.watch_key(shard) AND granted) AS watched,
            cardinality(held) AS held, connection
        FROM ivr_shards.shards LEFT JOIN ivr_shards.slots USING (shard) GROUP BY shards.shard ORDER BY shard"
}

# What of the configuration is not what the router has; keys are compared, not shown.
configuration_of='SELECT md5(concat(ivr.config_snapshot(), (SELECT jsonb_agg(c ORDER BY number COLLATE "C") FROM ivr.callers AS c), (SELECT jsonb_agg(c ORDER BY code COLLATE "C") FROM ivr.codes AS c), (SELECT jsonb_agg(r ORDER BY call_id COLLATE "C", department COLLATE "C") FROM ivr.callback_requests AS r), (SELECT jsonb_agg(d ORDER BY call_id COLLATE "C") FROM ivr.dealt_with AS d), (SELECT max(version) FROM ivr.config_versions), (SELECT k FROM ivr.pseudonym_key AS k), (SELECT s FROM ivr.history_settings AS s)))'

check_shard() {
    local number=$1 connection=$2 theirs
    if ! theirs=$(on_value "$connection" 'SELECT coalesce(max(migration), 0) FROM ivr.migrations' 2>"$kept/said"); then
        echo "error: shard $number: cannot be reached as $admin: $(head -1 "$kept/said")"
        return
    fi
    ((theirs == have)) && echo "ok: shard $number: version $theirs" || echo "error: shard $number: it is of version $theirs, the router of $have. minivoice-db upgrade there"
    if wait_until 3 on_value "$connection" "SELECT ($configuration_of) = '$(what "$configuration_of")'"; then
        echo "ok: shard $number: has the router's configuration"
    else
        echo "error: shard $number: its configuration is not the router's. Its log tells why the subscription ivr_configuration does not run."
    fi
    has_slot "$number" && echo "ok: shard $number: is sent what changes" ||
        echo "error: shard $number: the router, promoted since, has no slot to send it what changes. minivoice-db shards resubscribe"
    theirs=$(on_value "$connection" "SELECT count(*) FROM ivr.calls WHERE hashtext(call_id) & 63 <> ALL ('{$(what "SELECT string_agg(slot::text, ',') FROM ivr_shards.slots WHERE shard = $number")}'::integer[])")
    ((theirs == 0)) && echo "ok: shard $number: has its own calls alone" || echo "error: shard $number: has $theirs calls of other shards' slots"
}

shards_check() {
    local number connection
    must_be_router
    learn_versions
    what "SELECT CASE WHEN down_since IS NULL THEN format('ok: shard %s: in use', shard) ELSE format('error: shard %s: down since %s: %s', shard, down_since, fault) END FROM ivr_shards.shards ORDER BY shard" >"$kept/found"
    while read -r number connection; do check_shard "$number" "$connection" </dev/null >>"$kept/found"; done < <(tell -F ' ' -c 'SELECT shard, connection FROM ivr_shards.shards ORDER BY shard')
    if ((quiet)); then grep -v '^ok: ' "$kept/found" || true; else cat "$kept/found"; fi
    ! grep -q '^error: ' "$kept/found"
}

# --- watch: whether a shard is down is known within a second, and whether it is back ----------------------------------

watch_one() {
    while :; do
        printf '%s\n' '\set ON_ERROR_STOP off' "SELECT pg_advisory_lock(ivr_shards.watch_key($1));" \
            "SELECT CASE WHEN ivr_shards.look($1) <> 'up' THEN ivr_shards.free_waiting() END \\watch 0.25" |
            as_asker psql -X -q -A -t -d "dbname=$database connect_timeout=2 keepalives_idle=2 keepalives_interval=1 keepalives_count=3" -f - >/dev/null 2>"$kept/watch-$1" || true
        sleep 1
    done
}

shards_watch() {
    local number
    must_be_router
    end_with_all
    for number in $(what 'SELECT shard FROM ivr_shards.shards ORDER BY shard'); do watch_one "$number" & done
    say 'watching'
    wait
}

# --- the order of service ---------------------------------------------------------------------------------------------

# shards WORDS: how shards reach the router; empty: as this command does.
shards() {
    admin=${SHARD_ADMIN:-postgres}
    other_router=$1
    router=${1:-host=${PGHOST:-/var/run/postgresql} port=${PGPORT:-5432}}
    case ${arguments[0]:-status} in
        status | check | watch) "shards_${arguments[0]:-status}" ;;
        add | split | clean | resubscribe) "shards_${arguments[0]}" "${arguments[@]:1}" ;;
        *) die "there is no command shards ${arguments[0]}: minivoice-db -h" ;;
    esac
}
