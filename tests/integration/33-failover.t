#!/bin/bash
# A primary and a synchronous standby, both in PGHOST: whatever becomes of the one, the other takes over, and what was
# acknowledged is on both. The long run is tests/chaos/failover-by-hand.
. tests/integration/lib.bash
. tests/chaos/failover.bash
trap 'stop_pair; finish' EXIT

until_stored() {
    for ((try = 0; try < 100; try++)); do
        post_event "$1" >"$scratch/reply"
        if [[ $(status) == 200 ]]; then return; fi
        sleep 0.05
    done
    return 1
}
logged() { grep -F -- "$1" "$log" || { cat "$log"; return 1; }; }
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:09:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
stored() { ask "$primary" "SELECT count(*) FROM ivr.call_events WHERE call_id = '$1'"; }

ok 'a primary and its standby start' start_pair
with_own_stack SERVERS="$(pair_servers)"
own_stack pg-stop >"$scratch/stack" 2>&1
log=$(dirname "$PGHOST")/log/webhook.log

# --- an event is acknowledged when the standby has it

ok 'an event is stored' until_stored "$(event before)"
is 'and is on the standby' "$(ask b "SELECT count(*) FROM ivr.call_events WHERE call_id = 'before'")" 1

as_server "$server/pg_ctl" stop -m fast -D "$pair/b" >"$scratch/stopped"
post_event "$(event alone)" >"$scratch/reply"
is 'without its standby the primary keeps an event waiting, and MiniVoice is told to send it again' "$(status)" 503

for n in {1..6}; do post_event "$(event "waits$n")" >"$scratch/reply"; done
ok 'the tries of an outage do not take all connections' \
    at_most "$(ask a "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'webhook'")" 2

# Somebody cancels the wait, so that the commit is on the primary alone, which tells it by a warning.
cancel() {
    for ((try = 0; try < 200; try++)); do
        if [[ $(ask a "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") != 0 ]]; then return; fi
        sleep 0.02
    done
    return 1
}
cancel # that of the first try
: >"$log"
cancel &
canceling=$!
post_event "$(event canceled)" >"$scratch/reply"
is 'an event whose commit is on the primary alone is not acknowledged' "$(status)" 503
ok 'there was a wait to be canceled' wait "$canceling"
ok 'it is committed there' at_least "$(stored canceled)" 1
ok 'and the log says why' logged 'committed on this server alone'
ok 'the standby is back' start_one b
ok 'and then it is acknowledged' until_stored "$(event canceled)"
is 'once' "$(stored canceled)" 1
is 'also on the standby' "$(ask b "SELECT count(*) FROM ivr.call_events WHERE call_id = 'canceled'")" 1
ok 'as is the one that had to wait' until_stored "$(event alone)"
is 'both are there once' "$(stored alone)" 1

# --- who is silent, and who may not be written to

ok 'the standby is in step again' await_sync
sockets=$pair/sock-c
mkdir "$sockets" && chmod 755 "$sockets"
perl -MIO::Socket::UNIX -e 'umask 0; my $silent = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 50) or die; sleep 600' "$sockets/.s.PGSQL.5432" &
silent=$!
sleep 0.5
# reaches NAME PGHOST [VALUE...]: one request of plain CGI stores its answer, however many servers are tried before.
reaches() {
    local call=$1 hosts=$2
    shift 2
    env PGHOST="$hosts" PGPORT=5432 PGUSER=ivr_app PGDATABASE=minivoice "$@" IVR_PUBLIC_URL=https://example.com/minivoice REQUEST_METHOD=GET \
        QUERY_STRING="call_id=$call" "$build/answer" >"$scratch/out" 2>>"$scratch/cgi.log"
    cat "$scratch/cgi.log"
    [[ $(ask "$primary" "SELECT count(*) FROM ivr.answers WHERE call_id = '$call'") == 1 ]]
}
ok 'a standby that is named first is passed over' reaches passed "$pair/sock-b,$pair/sock-a"
ok 'ports may be a list too' reaches ports "$pair/sock-b,$pair/sock-a" PGPORT=5432,5432
PORT=$own_port nginx/private-stack down >"$scratch/stack"
: >"$log"
PORT=$own_port SERVERS="$sockets,$pair/sock-b,$pair/sock-a" nginx/private-stack up >"$scratch/stack" 2>&1
own_stack pg-stop >"$scratch/stack" 2>&1
from=${EPOCHREALTIME/./}
ok 'behind a silent one and a standby, the primary is found' until_stored "$(event behind)"
ok 'within three seconds' at_most $(((${EPOCHREALTIME/./} - from) / 1000)) 3000
is 'and callers are answered' "$(get 'answer?call_id=behind' >/dev/null; status)" 200
kill "$silent"
PORT=$own_port nginx/private-stack down >"$scratch/stack"
is 'lists that do not fit together are told' "$(PGPORT=1,2,3 PGHOST=a,b IVR_PUBLIC_URL=https://example.com REQUEST_METHOD=GET QUERY_STRING='' "$build/answer" 2>&1 >"$scratch/out" |
    grep -c 'PGHOST, PGHOSTADDR and PGPORT name different numbers of servers')" 1
stop_pair
pair=

# --- they change places under load

figure() { sed -n "s/^$1=//p" "$scratch/figures"; }
# How fast is for make failover to judge: this machine may be busy.
mkdir "$scratch/run"
MOST_MS=3000 MOST_BACK_MS=20000 RESULTS=$scratch/run PORT=$((PORT + 2)) ROUNDS=3 EVENTS=1500 SECONDS_LONG=45 tests/chaos/failover-by-hand >"$scratch/figures" 2>&1
ran=$?
sed 's/^/# /' "$scratch/figures"
ok 'the run came to its end, with no promise broken' test "$ran" = 0
ok 'and again' at_least "$(grep -c '^round=' "$scratch/figures")" 2
ok 'events were refused meanwhile' at_least "$(figure events_refused)" 1
is 'each was acknowledged in the end' "$(figure events_acknowledged)" "$(figure events)"
is 'no acknowledged event is lost' "$(figure events_lost)" 0
is 'none is there twice' "$(figure events_doubled)" 0
is 'no caller heard an error' "$(figure replies_not_200)" 0
is 'nor a list of actions that the platform would refuse' "$(figure replies_invalid)" 0
is 'and nothing has drifted' "$(figure drift)" 0
done_testing
