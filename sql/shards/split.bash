# split.bash: minivoice-db shards split: half of the calls of one shard move to another, while calls come in. Sourced by
# shards.bash.
#
# PostgreSQL's logical replication copies them and keeps the copy up to date. Then their slots are held: for some seconds
# their events are refused with 503, to be sent again, and their callers are answered as in an outage. When the last of
# them has arrived, the slots change hands.

# The tables that move, as a list of SQL.
moving_tables() { what "SELECT string_agg(quote_literal(t), ', ') FROM unnest(ivr_shards.tables_of_calls()) AS t WHERE t <> 'rejected_requests'"; }
is_moving() { echo "(hashtext(call_id) & 63) = ANY ('{$moving}'::integer[])"; }

drop_subscription() {
    on "$to_connection" <<'SQL'
SELECT EXISTS (SELECT FROM pg_subscription JOIN pg_database AS d ON d.oid = subdbid WHERE subname = 'ivr_moving' AND datname = current_database()) AS there \gset
\if :there
    ALTER SUBSCRIPTION ivr_moving DISABLE;
    ALTER SUBSCRIPTION ivr_moving SET (slot_name = NONE);
    DROP SUBSCRIPTION ivr_moving;
\endif
SQL
    on "$from_connection" <<'SQL' >"$kept/dropped"
SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'ivr_moving' AND active_pid IS NOT NULL;
SELECT pg_sleep(0.2);
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'ivr_moving';
DROP PUBLICATION IF EXISTS ivr_moving;
SQL
}

# Everything as it was; the calls are all still where they were.
give_up_split() {
    what "UPDATE ivr_shards.shards SET held = '{}' WHERE shard IN ($from, $to)" || true
    drop_subscription || true
    on_value "$to_connection" "SELECT format('DELETE FROM ivr.%I WHERE $(is_moving | sed "s/'/''/g")', t) FROM unnest(ARRAY[$tables]) AS t" | on "$to_connection" -f - || true
    die "$1. Everything is as it was before."
}

copy_calls() {
    on_value "$from_connection" "SELECT format('ALTER TABLE ivr.%I REPLICA IDENTITY FULL', t) FROM unnest(ARRAY[$tables]) AS t
        WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = format('ivr.%I', t)::regclass AND indisprimary)" | on "$from_connection" -f - &&
        on_value "$from_connection" "SELECT 'CREATE PUBLICATION ivr_moving FOR TABLE ' || string_agg(format('ivr.%I WHERE (%s)', t, \$\$$(is_moving)\$\$), ', ') FROM unnest(ARRAY[$tables]) AS t" | on "$from_connection" -f - &&
        on_value "$from_connection" "SELECT pg_create_logical_replication_slot('ivr_moving', 'pgoutput')" >>"$kept/slots" &&
        on "$to_connection" -v from="$from_connection user=ivr_router" <<'SQL'
CREATE SUBSCRIPTION ivr_moving CONNECTION :'from' PUBLICATION ivr_moving WITH (create_slot = false, slot_name = 'ivr_moving');
SQL
}

# However long that takes, as long as the subscription is there.
await_copy() { await_copied "${SPLIT_MOST_SECONDS:-86400}" "$to_connection" ivr_moving; }

# Who began before now has ended; who begins later knows what was said before.
await_older() {
    local now
    now=$(what 'SELECT clock_timestamp()')
    wait_until 10 what "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start < '$now'"
}

hold_and_catch_up() {
    local position
    what "UPDATE ivr_shards.shards SET held = '{$moving}' WHERE shard IN ($from, $to)" && await_older || return 1
    position=$(on_value "$from_connection" 'SELECT pg_current_wal_lsn()') || return 1
    wait_until 10 on_value "$from_connection" "SELECT confirmed_flush_lsn >= '$position' FROM pg_replication_slots WHERE slot_name = 'ivr_moving'" &&
        on_value "$to_connection" "SELECT setval(pg_get_serial_sequence('ivr.call_events', 'arrival'), greatest((SELECT max(arrival) FROM ivr.call_events), 1))" >>"$kept/slots"
}

# Until the moved calls are removed from where they were, the router sees there what stays.
make_views() {
    on_value "$from_connection" "SELECT 'CREATE SCHEMA IF NOT EXISTS ivr_shards; GRANT USAGE ON SCHEMA ivr_shards TO ivr_router;'
        UNION ALL SELECT format('DROP VIEW IF EXISTS ivr_shards.%1\$I; CREATE VIEW ivr_shards.%1\$I AS SELECT * FROM ivr.%1\$I WHERE NOT coalesce(%2\$s, false); GRANT ALL ON ivr_shards.%1\$I TO ivr_router;', t, \$\$$(is_moving)\$\$) FROM unnest(ARRAY[$tables]) AS t" |
        on "$from_connection" -f -
}

change_hands() {
    ask -1 <<SQL
UPDATE ivr_shards.slots SET shard = $to WHERE slot = ANY ('{$moving}');
SELECT format('ALTER FOREIGN TABLE ivr_shards.%I OPTIONS (SET schema_name ''ivr_shards'')', t || '_$from') FROM unnest(ARRAY[$tables]) AS t \gexec
SELECT ivr_shards.reach() \g /dev/null
SQL
}

shards_split() {
    local from=${1:-} to=${2:-} from_connection to_connection moving tables began
    must_be_router
    must_be_number "$from" && must_be_number "$to"
    [[ $from != "$to" ]] || die 'a shard is split with another one: minivoice-db shards split FROM TO'
    from_connection=$(connection_of "$from") to_connection=$(connection_of "$to")
    [[ $from_connection && $to_connection ]] || die "there is no such shard: minivoice-db shards status"
    tables=$(moving_tables)
    moving=$(what "SELECT string_agg(slot::text, ',' ORDER BY slot) FROM (SELECT slot, row_number() OVER (ORDER BY slot) AS nth FROM ivr_shards.slots WHERE shard = $from) AS s WHERE nth % 2 = 0")
    [[ $moving ]] || die "shard $from has less than two slots: there is nothing to split"
    say "from shard $from ($from_connection) to shard $to ($to_connection):" \
        "  slots $moving, of now $(on_value "$from_connection" "SELECT count(*) FROM ivr.calls WHERE $(is_moving)") calls" \
        '  1. copy them while calls come in' \
        '  2. hold them until the last has arrived: some seconds of 503 for their events' \
        "  3. ask shard $to for them from then on" \
        "  4. remove them from shard $from"
    if ((dry)); then return; fi
    copy_calls || give_up_split 'the copy could not be begun'
    await_copy || give_up_split 'the copy did not come to its end'
    make_views || give_up_split 'what stays could not be told apart'
    say '1. they are copied'
    began=${EPOCHREALTIME/./}
    hold_and_catch_up || give_up_split 'the last of them did not arrive in ten seconds'
    change_hands || give_up_split 'the slots could not change hands'
    await_older || true
    what "UPDATE ivr_shards.shards SET held = '{}' WHERE shard IN ($from, $to)"
    say "2. and 3. they were held for $(((${EPOCHREALTIME/./} - began) / 1000)) ms; shard $to has them"
    drop_subscription
    shards_clean "$from"
}

# Calls that a shard had before it was split.
shards_clean() {
    local from=${1:-} from_connection moving tables
    must_be_router
    must_be_number "$from"
    from_connection=$(connection_of "$from")
    tables=$(moving_tables)
    moving=$(what "SELECT coalesce(string_agg(slot::text, ','), '') FROM ivr_shards.slots WHERE shard <> $from")
    on_value "$from_connection" "SELECT format('DELETE FROM ivr.%I WHERE %s;', t, \$\$$(is_moving)\$\$) FROM unnest(ARRAY[$tables]) AS t" | on "$from_connection" -f -
    ask <<SQL
SELECT format('ALTER FOREIGN TABLE ivr_shards.%I OPTIONS (SET schema_name ''ivr'')', t || '_$from') FROM unnest(ARRAY[$tables]) AS t \gexec
SQL
    say "4. they are removed from shard $from"
}
