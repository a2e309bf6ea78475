# subscribe.bash: how the router's configuration comes to a shard, and comes again after another router was promoted. Sourced by
# shards.bash.
#
# PostgreSQL 15 has no slot of logical replication on a standby. So a promoted router has none, and nobody knows which changes a
# shard has: perhaps not the last ones, perhaps one that the new router never had. A new slot is made together with a
# snapshot; in one transaction the shard gets what differs from that snapshot and subscribes to what comes after it.

slot_of() { echo "ivr_$(what "SELECT oid FROM pg_database WHERE datname = current_database()")_$1"; }
# Those of a shard that there are: the first one, and those of later subscriptions.
slots_of() { what "SELECT slot_name FROM pg_replication_slots WHERE slot_name ~ '^$(slot_of "$1")(_[0-9]+)?\$'"; }
has_slot() { [[ $(slots_of "$1") ]]; }

# await_copied SECONDS CONNECTION SUBSCRIPTION: until all of its tables are there.
await_copied() {
    wait_until "$1" on_value "$2" "SELECT count(*) > 0 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel JOIN pg_subscription AS s ON s.oid = srsubid
        WHERE subname = '$3' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
}

# What a shard has is on its standby too before the router counts it as received (synchronous_commit).
subscribe() {
    local number=$1 connection=$2 slot
    slot=$(slot_of "$number")
    # By itself: a subscription within one server would wait for itself to make it.
    what "SELECT pg_create_logical_replication_slot('$slot', 'pgoutput') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')" >>"$kept/slots"
    on "$connection" -v to="$router dbname=$database user=ivr_router" -v slot="$slot" <<'SQL'
CREATE SUBSCRIPTION ivr_configuration CONNECTION :'to' PUBLICATION ivr_configuration WITH (create_slot = false, slot_name = :'slot', synchronous_commit = 'on');
SQL
    await_copied 120 "$connection" ivr_configuration ||
        die "the configuration does not reach $connection: does it reach the router as \"$router dbname=$database user=ivr_router\", has that wal_level = logical? Its log tells."
}

# --- again ------------------------------------------------------------------------------------------------------------

# "TABLE COLUMN, COLUMN..." of all that is copied.
columns_of_configuration() {
    tell -F ' ' -c "SELECT t, string_agg(format('%I', attname), ', ' ORDER BY attnum) FROM unnest(ivr_shards.tables_of_configuration()) AS t
        JOIN pg_attribute ON attrelid = format('ivr.%I', t)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY t ORDER BY t"
}

# copies SNAPSHOT: the tables as they were then, to be read by psql.
copies() {
    local table columns
    {
        echo "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '$1'; SET LOCAL DateStyle = 'ISO';"
        while read -r table columns; do
            printf '%s\n' "\\qecho 'CREATE TEMPORARY TABLE $table (LIKE ivr.$table) ON COMMIT DROP;'" "\\qecho 'COPY pg_temp.$table ($columns) FROM STDIN;'" \
                "COPY ivr.$table ($columns) TO STDOUT;" "\\qecho '\\\\.'"
        done <"$kept/columns"
        echo 'COMMIT;'
    } | tell -f -
}

# A row that is alike stays as it is, so that nobody waits for it; who reads sees all of it before, or all of it after.
differences() {
    local table columns
    while read -r table columns; do echo "DELETE FROM ivr.$table AS old WHERE old::text NOT IN (SELECT new::text FROM pg_temp.$table AS new);"; done <"$kept/columns"
    while read -r table columns; do
        echo "INSERT INTO ivr.$table ($columns) OVERRIDING SYSTEM VALUE SELECT $columns FROM pg_temp.$table AS new WHERE new::text NOT IN (SELECT old::text FROM ivr.$table AS old);"
    done <"$kept/columns"
}

# The server that is asked now comes first: a subscription waits for one that is silent before it tries another.
router_first() {
    local host
    host=$(what "SELECT value FROM ivr_shards.words('$1') WHERE name = 'host'")
    what "SELECT ivr_shards.put_first('$1', coalesce(array_position(string_to_array('$host', ','), '${PGHOST:-}'), 1))"
}

# resubscribe_from SLOT SNAPSHOT CONNECTION. The old subscription ends first, so that nothing it still does is between.
resubscribe_from() {
    local to
    to=$(on_value "$3" "SELECT subconninfo FROM pg_subscription WHERE subname = 'ivr_configuration' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())") || return
    {
        echo 'BEGIN;'
        [[ ! $to ]] || echo 'ALTER SUBSCRIPTION ivr_configuration DISABLE; ALTER SUBSCRIPTION ivr_configuration SET (slot_name = NONE); DROP SUBSCRIPTION ivr_configuration;'
        echo "SET LOCAL session_replication_role = replica;"
        copies "$2" || echo '\quit 3'
        differences
        if [[ $other_router || ! $to ]]; then to="$router dbname=$database user=ivr_router"; fi
        echo "CREATE SUBSCRIPTION ivr_configuration CONNECTION '$(router_first "$to")' PUBLICATION ivr_configuration WITH (create_slot = false, slot_name = '$1', copy_data = false, synchronous_commit = 'on');"
        echo 'COMMIT;'
    } >"$kept/resubscribe"
    ! grep -qx '\\quit 3' "$kept/resubscribe" && on "$3" -f - <"$kept/resubscribe" >"$kept/resubscribed"
}

drop_slot() {
    what "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '$1' AND active_pid IS NOT NULL" >>"$kept/slots"
    wait_until 5 what "SELECT count(*) = 0 FROM pg_replication_slots WHERE slot_name = '$1' AND active_pid IS NOT NULL" || true
    what "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$1'" >>"$kept/slots"
}

# The snapshot lives as long as the connection that made the slot. Its name is new: the old subscription, which asks for the
# old one again and again, must not take from it what belongs to the new one.
resubscribe_one() {
    local number=$1 connection=$2 slot made to old status=1
    old=$(slots_of "$number")
    slot=$(slot_of "$number")_$EPOCHSECONDS
    coproc maker { as_asker psql -X -q -A -t -F ' ' -d "dbname=$database replication=database" 2>&1; }
    to=${maker[1]}
    echo "CREATE_REPLICATION_SLOT \"$slot\" LOGICAL pgoutput (SNAPSHOT 'export');" >&"$to"
    read -r -t 60 -u "${maker[0]}" -a made || made=()
    if [[ ${made[0]:-} == "$slot" ]] && resubscribe_from "$slot" "${made[2]}" "$connection"; then status=0; fi
    eval "exec $to>&-"
    wait "$maker_PID" 2>/dev/null || true
    ((status == 0)) || old=$slot
    for slot in $old; do drop_slot "$slot"; done
    return "$status"
}

# Those that are sent nothing; all of them where the router is to be reached in another way.
shards_resubscribe() {
    local number connection status=0
    must_be_router
    columns_of_configuration >"$kept/columns"
    tell -F ' ' -c 'SELECT shard, connection FROM ivr_shards.shards ORDER BY shard' >"$kept/shards"
    while read -r number connection <&3; do
        if [[ ! $other_router ]] && has_slot "$number"; then continue; fi
        if ((dry)); then
            say "would give shard $number what differs from the router, and subscribe it to what changes from then on"
        elif resubscribe_one "$number" "$connection"; then
            say "shard $number: has the router's configuration, and is sent what changes"
        else
            echo "shard $number: cannot be given the configuration: $(tail -1 "$kept/said" 2>/dev/null)" >&2
            status=1
        fi
    done 3<"$kept/shards"
    # PostgreSQL takes up to wal_retrieve_retry_interval for it.
    ((dry)) || wait_until 10 what "SELECT coalesce(bool_and(active), true) FROM pg_replication_slots WHERE slot_name ~ '^$(slot_of '[0-9]+')(_|\$)'" || true
    return "$status"
}
