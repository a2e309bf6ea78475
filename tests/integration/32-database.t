#!/bin/bash
# minivoice-db: a database is made, let in, brought up to date, looked at, looked after, saved and brought back.
. tests/integration/lib.bash

# says WORDS COMMAND...: it ends well, and says so in these words.
says() {
    local words=$1 status=0
    shift
    "$@" >"$scratch/words" 2>&1 </dev/null || status=$?
    cat "$scratch/words"
    ((status == 0)) && grep -qF -- "$words" "$scratch/words"
}
db() { sql/minivoice-db "$@"; }
newest=$(printf '%s\n' sql/migrations/[0-9]*.sql | tail -1 | sed 's|.*/0*\([0-9]*\)_.*|\1|')

# --- by PG*, as an owner does it

export PGDATABASE=tool
ok 'a dry run tells what would be made' says 'would make the database tool' db create --dry-run
is 'and makes nothing' "$(psql -X -A -t -d postgres -c "SELECT count(*) FROM pg_database WHERE datname = 'tool'")" 0
ok 'create makes the database and the schema' says "from version 0 to $newest" db create
ok 'and tells how a person gets in' grep -q 'GRANT ivr_editor TO anna' "$scratch/words"
ok 'again it says that all is there' says "is of version $newest" db create
ok 'version tells both' says "database tool: $newest" db version
ok 'check finds nothing wrong in it' says 'ok: rights' db check
is 'and no word says so with -q, but for the placeholders' "$(db check -q | grep -v '^note: ')" ''
ok 'an unknown command is told' refuses 'there is no command crate' db crate
ok 'an unknown option too' refuses 'there is no option --all' db create --all

# --- upgrade

# What the newest one made goes with it: its tables, its columns, and the conditions that it wrote anew.
sql "SET client_min_messages = warning; DELETE FROM ivr.migrations WHERE migration = $newest;
     DROP TABLE ivr.callback_requests, ivr.codes, ivr.code_tries CASCADE;
     ALTER TABLE ivr.departments DROP callback_prompt CASCADE, DROP callback_thanks CASCADE, DROP callback_menu CASCADE, DROP closed_callback CASCADE,
         ADD CONSTRAINT departments_close_to_one_place CHECK (true);
     ALTER TABLE ivr.menus DROP no_input_callback CASCADE, DROP invalid_callback CASCADE, DROP closed_callback CASCADE,
         ADD CONSTRAINT menus_no_input_leads_to_one_place CHECK (true), ADD CONSTRAINT menus_invalid_leads_to_one_place CHECK (true),
         ADD CONSTRAINT menus_close_to_one_place CHECK (true);
     ALTER TABLE ivr.menu_options DROP callback CASCADE, DROP code CASCADE, ADD CONSTRAINT menu_options_lead_to_one_place CHECK (true)"
ok 'an older schema is told by version' refuses 'behind: minivoice-db upgrade' db version
ok 'and by check' refuses 'minivoice-db upgrade' db check
ok 'a dry run of the upgrade tells from where to where' says 'to '"$newest" db upgrade --dry-run
is 'and does nothing' "$(sql "SELECT to_regclass('ivr.callback_requests') IS NULL")" t
ok 'upgrade brings it up to date' says "to $newest" db upgrade
is 'with what was missing' "$(sql "SELECT to_regclass('ivr.callback_requests') IS NOT NULL")" t
sql 'INSERT INTO ivr.migrations VALUES (999)'
before=$(sql "SELECT xmin FROM pg_proc WHERE oid = 'ivr.settings(bigint)'::regprocedure")
ok 'a newer schema is refused' refuses 'is of version 999, and these files end at '"$newest" db upgrade
is 'and left as it is' "$(sql "SELECT xmin FROM pg_proc WHERE oid = 'ivr.settings(bigint)'::regprocedure")" "$before"
ok 'check tells it as well' refuses 'newer than the files' db check
sql 'DELETE FROM ivr.migrations WHERE migration = 999'

# New programs on an old schema, as plain CGI.
old_schema() {
    cgi answer '' PGDATABASE=tool >"$scratch/out"
    sql "$2"
    cat "$scratch/cgi.log"
    grep -F "$1" "$scratch/cgi.log" | grep -qF 'the schema is older than this program, run minivoice-db upgrade'
}
sql 'ALTER FUNCTION ivr.call_states RENAME TO call_states_away'
ok 'a program that misses a function says which, and what to do' \
    old_schema 'function ivr.call_states(' 'ALTER FUNCTION ivr.call_states_away RENAME TO call_states'
sql 'REVOKE USAGE ON SCHEMA ivr FROM ivr_app'
ok 'one that misses a right too' old_schema 'permission denied for schema ivr' 'GRANT USAGE ON SCHEMA ivr TO ivr_app'

# A migration that fails half way.
cp -R sql "$scratch/half"
cat >"$scratch/half/migrations/0998_half.sql" <<'SQL'
CREATE TABLE ivr.half ();
SELECT 1 / 0;
SQL
printf '\\ir migrations/0998_half.sql\n' >>"$scratch/half/migrate.sql"
ok 'an upgrade that fails says why' refuses 'division by zero' "$scratch/half/minivoice-db" upgrade
is 'and leaves nothing of it' "$(sql "SELECT to_regclass('ivr.half') IS NULL")" t

# --- check

sql 'GRANT SELECT ON ivr.calls TO ivr_app; REVOKE EXECUTE ON FUNCTION ivr.settings FROM ivr_app'
ok 'a right too much is told' refuses 'error: rights: ivr_app may touch ivr.calls' db check
ok 'and one that is missing' grep -qF 'error: rights: ivr_app may not call ivr.settings()' "$scratch/refusal"
ok 'the upgrade that it advises' db upgrade
ok 'mends both' says 'ok: rights' db check
sql "SELECT ivr.store_events(ARRAY[1], ARRAY['call_a'], ARRAY['call.created'], ARRAY['2026-05-29T12:09:00Z'], ARRAY['{}'::bytea]);" >"$scratch/said"
sql "UPDATE ivr.calls SET events = 7"
ok 'a call that is not what its log says is told' refuses 'error: history: 1 calls' db check
sql "SELECT ivr.rebuild_calls()" >"$scratch/said"
sql 'BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM ivr.menu_options; COMMIT'
ok 'and a menu without options' refuses 'error: configuration: menu main: has no options' db check
sql "SELECT ivr.restore_config(1)" >"$scratch/said"
mkdir "$scratch/shim"
cat >"$scratch/shim/psql" <<SHIM
#!/bin/bash
case "\$*" in *'extract(epoch FROM clock_timestamp())'*) date -d '40 seconds ago' +%s ;; *) exec "$(command -v psql)" "\$@" ;; esac
SHIM
chmod +x "$scratch/shim/psql"
ok 'a clock that goes wrong is told' refuses 'differs from this host'"'"'s by 40 s' env PATH="$scratch/shim:$PATH" sql/minivoice-db check
sql "UPDATE ivr.migrations SET applied_at = now() - interval '3 days'"
ok 'housekeeping that was never done is told' says 'warning: housekeeping: was never done' db check
ok 'a database that is not there ends with 2' same "$(PGHOST=/nowhere sql/minivoice-db check >"$scratch/said" 2>&1; echo $?)" 2

# --- housekeep

sql "UPDATE ivr.call_events SET received_at = now() - interval '3 days'; UPDATE ivr.calls SET started_at = now() - interval '3 days'" >"$scratch/said"
ok 'housekeep tells what it did' says '1 calls closed' db housekeep
is 'and says nothing with -q' "$(db housekeep -q)" ''
ok 'which check knows' says 'ok: housekeeping: was done' db check
sql 'DELETE FROM ivr.housekeepings'
ok 'the programs'"'"' settings name their login, and the timer has another' env PGUSER=ivr_keeper sql/minivoice-db housekeep
is 'as which it is noted' "$(sql 'SELECT done_by FROM ivr.housekeepings')" ivr_keeper

# --- backup and restore

invent() { env EVENTS=400 DAYS=3 BULK=off SESSIONS=1 REALLY=yes DATABASE=tool sql/history/generate; }
ok 'there is some history' invent
fingerprint() {
    sql "SELECT format('SELECT %L, md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE \"C\")) FROM %s AS t', c.oid::regclass, c.oid::regclass) FROM pg_class AS c
         WHERE relnamespace = 'ivr'::regnamespace AND relkind = 'r' ORDER BY relname \gexec" 2>&1
}
fingerprint >"$scratch/before"
ok 'backup tells what it saved' says "version $newest" db backup "$scratch/saved"
is 'for nobody else to read' "$(stat -c %a "$scratch/saved")" 600
ok 'where there is a schema it is not brought back' refuses '--replace' db restore "$scratch/saved"
head -c 20000 "$scratch/saved" >"$scratch/cut"
ok 'a file that is cut short is refused' refuses 'is not whole' db restore --replace "$scratch/cut"
head -c -10 "$scratch/saved" >"$scratch/cut"
ok 'also where only its end is missing' refuses 'the database is as it was' db restore --replace "$scratch/cut"
ok 'and the database is as it was' says 'ok: history' db check
echo nonsense >"$scratch/nonsense"
ok 'a file of another kind is told' refuses 'or was not saved by minivoice-db backup' db restore "$scratch/nonsense"
sql 'DELETE FROM ivr.answers' && sql 'CREATE TABLE ivr.mine ()'
ok 'a dry run of it' says 'would bring back' db restore --replace --dry-run "$scratch/saved"
is 'changes nothing' "$(sql "SELECT count(*) FROM ivr.answers")" 0
ok 'with --replace it takes the place of what is there' says 'each as its log says' db restore --replace "$scratch/saved"
fingerprint >"$scratch/after"
ok 'every row of every table is as it was' diff "$scratch/before" "$scratch/after"
ok 'and nothing is there that was not' says 'ok: rights' db check
export PGDATABASE=minivoice

# --- as root, on a cluster of Debian's kind: a system user is known by its own name alone

server=$(dirname "$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)")
clusters=()
stop_clusters() {
    local one
    for one in "${clusters[@]}"; do
        as postgres "$server/pg_ctl" stop -m immediate -D "$one/db" >/dev/null 2>&1
        rm -rf "$one"
    done
}
trap 'stop_clusters; finish' EXIT
as() { (cd / && setpriv --reuid="$1" --regid="$(id -g "$1")" --init-groups -- "${@:2}"); }
new_cluster() {
    cluster=$(mktemp -d /tmp/minivoice-peer.XXXXXX)
    clusters+=("$cluster")
    chown postgres "$cluster" && chmod 755 "$cluster"
    as postgres "$server/initdb" -D "$cluster/db" --auth=peer -U postgres --locale=C >"$scratch/initdb" &&
        as postgres "$server/pg_ctl" start -w -D "$cluster/db" -l "$cluster/log" -o "-c listen_addresses='' -k $cluster" >/dev/null
}
peer() { env -u PGUSER -u PGDATABASE PGHOST="$cluster" PGPORT=5432 "$@"; }
nobody() { as nobody env -u PGUSER -u PGDATABASE PGHOST="$cluster" PGPORT=5432 "$@"; }
hba=db/pg_hba.conf
copies() { compgen -G "$cluster/db/pg_*.minivoice-*" | wc -l; }

if ((EUID == 0)) && id postgres >/dev/null 2>&1; then
    ok 'a PostgreSQL of Debian'"'"'s kind starts' new_cluster
    # Installed: the tool in one place, its files in another, and neither for postgres to enter.
    mkdir -m 700 "$scratch/root" && mkdir -p "$scratch/root/sbin" "$scratch/root/share/minivoice"
    cp sql/minivoice-db "$scratch/root/sbin/" && cp -R sql "$scratch/root/share/minivoice/sql" && rm "$scratch/root/share/minivoice/sql/minivoice-db"
    installed=$scratch/root/sbin/minivoice-db
    cp "$cluster/$hba" "$scratch/hba"
    ok 'root makes the database and is shown the lines' says 'local   minivoice   ivr_app,ivr_keeper,ivr_reconciler,ivr_report,ivr_notifier   peer map=minivoice' \
        peer "$installed" create --system-user nobody
    ok 'and above which line they go' grep -q "above its line $(grep -nE '^local +all +all' "$scratch/hba" | cut -d: -f1)," "$scratch/words"
    ok 'nothing is written' cmp "$scratch/hba" "$cluster/$hba"
    ok 'another system user may not be ivr_app' refuses 'Peer authentication failed' nobody psql -X -w -U ivr_app -d minivoice -c 'SELECT 1'
    ok 'a dry run writes nothing either' peer "$installed" create --write-hba --dry-run --system-user nobody
    ok 'as one sees' cmp "$scratch/hba" "$cluster/$hba"

    as postgres psql -X -q -h "$cluster" -d minivoice -c 'ALTER ROLE ivr_keeper NOLOGIN'
    ok 'a login that does not work in the end is told' refuses 'does not get in' peer "$installed" create --write-hba --system-user nobody
    ok 'and the lines are taken out again' cmp "$scratch/hba" "$cluster/$hba"
    is 'also in the running server' "$(as postgres psql -X -A -t -h "$cluster" -d minivoice -c "SELECT count(*) FROM pg_hba_file_rules WHERE 'map=minivoice' = ANY (options)")" 0
    as postgres psql -X -q -h "$cluster" -d minivoice -c 'ALTER ROLE ivr_keeper LOGIN'
    rm -f "$cluster"/db/pg_*.minivoice-*

    echo 'local all all nonsense' >>"$cluster/$hba"
    ok 'a file that is wrong already is not touched' refuses 'something wrong already' peer "$installed" create --write-hba --system-user nobody
    is 'not even copied' "$(copies)" 0
    cat "$scratch/hba" >"$cluster/$hba"

    ok 'with --write-hba the lines are written and tried' says 'gets in as ivr_app ivr_keeper ivr_reconciler ivr_report ivr_notifier, without a password' \
        peer "$installed" create --write-hba --system-user nobody
    is 'after copies of both files' "$(copies)" 2
    is 'for postgres alone to read, as before' "$(stat -c '%U %a' "$cluster/$hba")" "$(stat -c '%U %a' "$(compgen -G "$cluster/db/pg_hba.conf.minivoice-*")")"
    is 'the copy is what was there' "$(diff "$scratch/hba" "$(compgen -G "$cluster/db/pg_hba.conf.minivoice-*")" | wc -l)" 0
    is 'one line more' "$(diff "$scratch/hba" "$cluster/$hba" | grep -c '^[<>]')" 1
    ok 'the programs'"'"' user gets in' nobody psql -X -w -U ivr_app -d minivoice -c 'SELECT ivr.settings(NULL)'
    ok 'and is not the owner' refuses 'Peer authentication failed' nobody psql -X -w -U postgres -d minivoice -c 'SELECT 1'
    cp "$cluster/$hba" "$scratch/hba"
    ok 'again it finds nothing to write' says 'gets in as' peer "$installed" create --write-hba --system-user nobody
    ok 'and writes nothing' cmp "$scratch/hba" "$cluster/$hba"
    is 'and makes no other copies' "$(copies)" 2

    # What the timer does: as the programs' user, whose settings name ivr_app.
    chmod 755 "$scratch" "$scratch/root"
    ok 'the programs'"'"' user keeps house by its own login' says 'housekeeping: 0 calls closed' nobody env PGUSER=ivr_app "$installed" housekeep
    ok 'or by its name alone' nobody "$installed" housekeep -q --system-user nobody
    ok 'and may not upgrade' refuses 'permission denied' nobody env PGUSER=ivr_keeper "$installed" upgrade
    ok 'and check-config and chart work for root over peer' says 'note: department' peer make -s check-config
    ok 'a remote server is told what to do instead' says 'hostssl   minivoice' env PGHOST=127.0.0.1 bash -c "
        psql() { echo 1; }; export -f psql; sql/minivoice-db create --dry-run"

    # --- a fresh cluster: no role, no database

    as postgres psql -X -q -h "$cluster" -d minivoice -c "SELECT ivr.store_events(ARRAY[1], ARRAY['call_a'], ARRAY['call.created'], ARRAY['2026-05-29T12:09:00Z'], ARRAY['{}'::bytea])" >"$scratch/said"
    mkdir -m 700 "$scratch/kept"
    ok 'root saves it where postgres cannot enter' peer "$installed" backup "$scratch/kept/saved"
    ok 'another cluster starts, which knows nothing' new_cluster
    ok 'root brings it back there' says '1 calls, each as its log says' peer "$installed" restore "$scratch/kept/saved"
    ok 'check finds nothing wrong' says 'ok: rights' peer "$installed" check
    is 'nothing has drifted' "$(as postgres psql -X -A -t -h "$cluster" -d minivoice -c 'SELECT count(*) FROM ivr.drift()')" 0
    ok 'the programs'"'"' user is let in there too' says 'gets in as' peer "$installed" create --write-hba --system-user nobody
    is 'and reads its settings' "$(nobody psql -X -w -A -t -U ivr_app -d minivoice -c 'SELECT length(ivr.settings(NULL)) > 100')" t
    is 'nothing is left in /tmp' "$(left_after "$scratch/hba")" ''
fi
done_testing
