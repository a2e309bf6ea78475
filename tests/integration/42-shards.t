#!/bin/bash
# A router and its shards: made, checked, one killed, one split; and one database that becomes several. The long run is
# tests/chaos/shards.
. tests/integration/lib.bash

if ! ls /usr/share/postgresql/*/extension/plproxy.control >/dev/null 2>&1; then
    echo '1..0 # skipped: PL/Proxy is not installed (postgresql-15-plproxy)'
    exit 0
fi
db() { PGUSER=postgres sql/minivoice-db --router "host=$PGHOST port=5432" "$@"; }
on_shard() { PGPORT=$((5440 + $1)) sql "$2"; }
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:09:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
# place SHARD: the id of a call that has its place there.
place() { sql "SELECT 'placed-' || n FROM generate_series(1, 500) AS n JOIN ivr_shards.slots ON slot = hashtext('placed-' || n) & 63 WHERE shard = $1 ORDER BY random() LIMIT 1"; }

with_own_stack SHARDS=2
: >"$scratch/began"

# --- functions, views, sets

psql -X -q -c 'CREATE EXTENSION pgtap'
for file in tests/sql/shards/*.sql; do ok "$file" pg_prove -q -d "$PGDATABASE" "$file"; done

# --- the configuration has one home

ok 'router and shards are as they should be' db shards check
sql "UPDATE ivr.menus SET prompt = 'Press 1 or 2.' WHERE menu = 'main'; DELETE FROM ivr.hours; INSERT INTO ivr.holidays (day, department, name) VALUES ('2026-12-24', 'sales', 'Christmas Eve')"
same_prompt() { [[ $(on_shard "$1" "SELECT prompt FROM ivr.menus WHERE menu = 'main'") == 'Press 1 or 2.' ]]; }
for shard in 0 1; do ok "a change is on shard $shard within two seconds" within 2 same_prompt "$shard"; done
ok 'and check agrees' db shards check
on_shard 1 "UPDATE ivr.menus SET prompt = 'Somebody was here.' WHERE menu = 'main'"
ok 'a shard whose configuration was changed by hand is told' refuses 'shard 1: its configuration is not the router' db shards check
on_shard 1 "UPDATE ivr.menus SET prompt = 'Press 1 or 2.' WHERE menu = 'main'"

# As after a promotion of the router, which has no slots then.
on_shard 1 'ALTER SUBSCRIPTION ivr_configuration DISABLE'
drop_slot() { sql "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name ~ '^ivr_[0-9]+_1\$'" >"$scratch/slot"; }
ok 'a slot goes' within 5 drop_slot
sql "UPDATE ivr.menus SET prompt = 'Press 3.' WHERE menu = 'main'; INSERT INTO ivr.callers (number, greeting) VALUES ('+15551230088', 'Hello.')"
on_shard 1 "INSERT INTO ivr.callers (number, greeting) VALUES ('+15551230089', 'Of another router.')"
ok 'a shard that is sent nothing is told, and what to do' refuses 'shard 1: the router, promoted since, has no slot to send it what changes. minivoice-db shards resubscribe' db shards check
is 'a dry run names it' "$(PGUSER=postgres sql/minivoice-db --dry-run shards resubscribe)" 'would give shard 1 what differs from the router, and subscribe it to what changes from then on'
ok 'it is subscribed anew' env PGUSER=postgres sql/minivoice-db shards resubscribe
is 'and has what it missed, and nothing else' "$(on_shard 1 "SELECT prompt, (SELECT string_agg(number, ' ' ORDER BY number) FROM ivr.callers WHERE number LIKE '+155512300%') FROM ivr.menus WHERE menu = 'main'")" 'Press 3.|+15551230088'
sql "UPDATE ivr.menus SET prompt = 'Press 1 or 2.' WHERE menu = 'main'; DELETE FROM ivr.callers WHERE number = '+15551230088'"
ok 'what changes from then on arrives' within 2 same_prompt 1
ok 'and check agrees' db shards check

on_shard 1 "INSERT INTO ivr.calls (call_id, current_step, started_at, events, gathers, answers, last_event_at) VALUES ('$(place 0)', 'created', now(), 1, 0, 0, now())"
ok 'a call on the wrong shard is told' refuses 'shard 1: has 1 calls of other shards' db shards check
on_shard 1 'DELETE FROM ivr.calls WHERE events = 1 AND call_id NOT IN (SELECT call_id FROM ivr.call_events)'

# --- roles

is 'the programs may touch no table of the router' "$(PGUSER=ivr_app sql 'SELECT * FROM ivr_shards.shards' 2>&1 | grep -c 'permission denied')" 1
is 'nor of a shard through it' "$(PGUSER=ivr_app sql 'SELECT * FROM ivr_shards.calls_0' 2>&1 | grep -c 'permission denied')" 1
is 'they cannot forget' "$(PGUSER=ivr_app sql "SELECT ivr_shards.forget('+15551230001')" 2>&1 | grep -c 'permission denied')" 1

# --- what a program says of its connection, a shard says of the router's

is 'of each shard, the router gets a connection as of one database' "$(PGUSER=ivr_app on_shard 1 "SELECT name FROM pg_settings WHERE source = 'database user' ORDER BY name COLLATE \"C\"")" \
    "$(grep -o "set_config('[a-z_]*'" src/link.c | cut -d "'" -f 2 | LC_ALL=C sort)"

# --- events that a shard refuses, beside others

for shard in 0 1; do
    on_shard "$shard" "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'refused' USING ERRCODE = '23514'; END \$\$;
        CREATE TRIGGER refuse BEFORE INSERT ON ivr.call_events FOR EACH ROW WHEN (NEW.call_id LIKE 'refused-%') EXECUTE FUNCTION public.refuse()"
done
for nth in {1..80}; do
    kind=$( ((nth % 4)) && echo taken || echo refused)
    (scratch=$(mktemp -d -p "$scratch"); post_event "$(event "$kind-$nth")" >/dev/null; echo "$kind $(status)") &
done >"$scratch/beside"
wait
is 'of 80 at once, those that are refused are told so, and nobody else' "$(sort "$scratch/beside" | uniq -c | tr -s ' ')" $' 20 refused 503\n 60 taken 200'
is 'each of the others is there' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id ~ '^(taken|refused)-'")" 60
for shard in 0 1; do on_shard "$shard" 'DROP TRIGGER refuse ON ivr.call_events; DROP FUNCTION public.refuse()'; done

# --- one is killed

own=$(place 1) other=$(place 0)
own_stack shard-stop 1 immediate >"$scratch/stack"
for n in 1 2 3; do
    post_event "$(event "$other-$n")" >"$scratch/reply"
done
post_event "$(event "$own")" >"$scratch/reply"
is 'an event of a shard that is dead is refused, to be sent again' "$(status)" 503
ok 'at once' at_most "$(took_ms)" 500
post_event "$(event "$other")" >"$scratch/reply"
is 'an event of another shard is stored' "$(status)" 200
get "answer?call_id=$own" >"$scratch/reply"
is 'a caller is answered from the snapshot' "$(status)" 200
ok 'at once' at_most "$(took_ms)" 350
ok 'status tells who is down' grep -q '1 .*down since' <(db shards)
ok 'so does check' refuses 'shard 1: down since' db shards check
ok 'a call on all shards says so' refuses 'forget' sql "SELECT * FROM ivr.forget('+15559998877')"
ok 'housekeeping does what it can' sql 'CALL ivr.housekeep()'
own_stack shard-start 1 >"$scratch/stack"
stored() { post_event "$(event "$own")" >/dev/null && [[ $(status) == 200 ]]; }
ok 'when it is back its events are stored, within three seconds' within 3 stored
ok 'and what its callers heard' is_drained
is 'once' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id = '$own'")" 1

# --- one falls silent

shard_processes() {
    local postmaster
    postmaster=$(head -1 "$(dirname "$PGHOST")/db-1/postmaster.pid")
    echo "$postmaster" && pgrep -P "$postmaster"
}
own=$(place 1) other=$(place 0)
stopped=$(shard_processes)
# shellcheck disable=SC2086  # a list
kill -STOP $stopped
post_event "$(event "$own")" >"$scratch/own" &
get "answer?call_id=$own" >"$scratch/reply"
is 'a caller of a silent shard is answered' "$(status)" 200
ok 'from the snapshot' at_most "$(took_ms)" 450
post_event "$(event "$other")" >"$scratch/reply"
is 'an event of another shard is stored' "$(status)" 200
ok 'when the silent one is known, which takes a second' at_most "$(took_ms)" 2000
is_down() { [[ $(sql 'SELECT fault FROM ivr_shards.shards WHERE shard = 1') == *'no commit'* ]]; }
ok 'that it is silent is told' within 2 is_down
post_event "$(event "$other")" >"$scratch/reply"
ok 'from then on nobody waits for it' at_most "$(took_ms)" 350
# shellcheck disable=SC2086
kill -CONT $stopped
wait $!
ok 'when it is back its events are stored' within 3 stored
ok 'and what its callers heard' is_drained

# --- the standby of a shard is away, and somebody cancels the wait for it

cancel() {
    for ((try = 0; try < 200; try++)); do
        if [[ $(on_shard 1 "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = 'ivr_app'") != 0 ]]; then return; fi
        sleep 0.01
    done
    return 1
}
own=$(place 1)
on_shard 1 "ALTER SYSTEM SET synchronous_standby_names = 'nobody'"
on_shard 1 'SELECT pg_reload_conf()' >"$scratch/conf"
cancel &
canceling=$!
post_event "$(event "$own")" >"$scratch/reply"
is 'an event whose commit is on one server alone is not acknowledged' "$(status)" 503
ok 'there was a wait to be canceled' wait "$canceling"
on_shard 1 'ALTER SYSTEM RESET synchronous_standby_names'
on_shard 1 'SELECT pg_reload_conf()' >"$scratch/conf"
ok 'afterwards it is' within 4 stored
is 'and is there once' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id = '$own'")" 1

# --- one is split

own_stack shard-start 3 >"$scratch/stack" # made, since there was none
PGPORT=5443 sql/minivoice-db -q create >"$scratch/create" 2>&1
new="host=$PGHOST port=5443 dbname=minivoice"
is 'a dry run says what would be done' "$(db --dry-run shards add "$new")" "would be shard 2: $new"
ok 'a database becomes a shard' db shards add "$new"
ok 'which has no calls yet' grep -qE '^ +2 \| +0 ' <(db shards)
ok 'what is no database is refused' refuses 'Nothing was changed' db shards add "host=$PGHOST port=5999 dbname=minivoice"
before=$(sql "SELECT md5(string_agg(c::text, '' ORDER BY call_id COLLATE \"C\")) FROM ivr.calls AS c")
ok 'a dry run says how a split goes' grep -q 'hold them' <(db --dry-run shards split 0 2)
ok 'half of a shard moves' db shards split 0 2
is 'the calls are the same' "$(sql "SELECT md5(string_agg(c::text, '' ORDER BY call_id COLLATE \"C\")) FROM ivr.calls AS c")" "$before"
is 'some are on the new shard' "$(($(on_shard 3 'SELECT count(*) FROM ivr.calls') > 0))" 1
is 'nothing has drifted' "$(sql 'SELECT count(*) FROM ivr.drift()')" 0
ok 'each shard has its own alone' db shards check
moved=$(place 2)
post_event "$(event "$moved")" >"$scratch/reply"
post_event "$(event "$moved")" >"$scratch/reply"
is 'an event of a call that moved is known there' "$(cat "$scratch/reply")" '{"status":"duplicate"}'

# --- one database with calls becomes the first shard of several

own_stack shard-start 4 >"$scratch/stack"
PGPORT=5444 sql/minivoice-db -q create >"$scratch/create" 2>&1
on_shard 4 "UPDATE ivr.menus SET prompt = 'As it was.' WHERE menu = 'main'; INSERT INTO ivr.callers (number, greeting) VALUES ('+15551230055', 'Good day.')"
store="SELECT result FROM ivr.store_events(ARRAY[1], ARRAY['old'], ARRAY['call.created'], ARRAY['2026-05-29T12:09:00Z'], ARRAY[convert_to('$(event old)', 'UTF8')])"
is 'it has a call' "$(on_shard 4 "$store")" stored
createdb second
export PGDATABASE=second
old="host=$PGHOST port=5444 dbname=minivoice"
is 'a dry run changes nothing' "$(db --dry-run shards add "$old" | grep -c 'has calls: it keeps them')$(sql "SELECT to_regnamespace('ivr') IS NULL")" 1t
ok 'another database becomes its router' db shards add "$old"
is 'and has its configuration' "$(sql "SELECT prompt FROM ivr.menus WHERE menu = 'main'") $(sql 'SELECT greeting FROM ivr.callers')" 'As it was. Good day.'
ok 'and they agree, keys included' db shards check
is 'its calls are seen' "$(sql "SELECT string_agg(what, ' ') FROM ivr.journey WHERE call_id = 'old'")" created
is 'and known when they come again' "$(sql "$store")" duplicate
ok 'what is a shard already is refused' refuses 'is a shard already' db shards add "host=$PGHOST port=5441 dbname=minivoice"

# --- who has watched leaves nothing

own_stack down >"$scratch/stack"
nothing_left() { [[ ! $(left_after "$scratch/began") ]]; }
ok 'when it is stopped nothing is left in /tmp' within 10 nothing_left
done_testing
