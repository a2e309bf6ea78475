#!/bin/bash
# A primary and its standby under repmgr: who dies is not missed, what was acknowledged is never lost, who was primary comes
# back as standby; and a router whose shards go on being told what changes. The long run is `make failover`.
. tests/integration/lib.bash

if ! ls /usr/lib/postgresql/*/bin/repmgrd >/dev/null 2>&1; then
    echo '1..0 # skipped: repmgr is not installed (postgresql-15-repmgr)'
    exit 0
fi
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:09:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
stored() { post_event "$(event "$1")" >"$scratch/reply" && [[ $(status) == 200 ]]; }
# of SIDE WORD...: minivoice-db standby of a (which is the primary at first) or b.
of() { PGUSER=postgres sql/minivoice-db --cluster "$([[ $1 == a ]] && echo "$state/db" || echo "$state/standby/db")" standby "${@:2}"; }
on() { PGHOST=$([[ $1 == a ]] && echo "$state/sock" || echo "$state/sock-b") PGTARGETSESSIONATTRS=any sql "$2"; }
has() { [[ $(on "$1" "SELECT count(*) FROM ivr.call_events WHERE call_id = '$2'") == 1 ]]; }
says() { of "$1" status | grep -F -- "$2"; }
as_server() { if ((EUID == 0)); then (cd / && setpriv --reuid=postgres --regid="$(id -g postgres)" --init-groups -- "$@"); else (cd / && "$@"); fi; }
conf() { echo "$([[ $1 == a ]] && echo "$state/db" || echo "$state/standby/db").repmgr.conf"; }
# As repmgr would.
service() { as_server sh -c "$(sed -n "s/^service_$2_command='\(.*\)'\$/\1/p" "$(conf "$1")")" >"$scratch/service" 2>&1 </dev/null; }
crash() { as_server "$(sed -n "s/^pg_bindir='\(.*\)'/\1/p" "$(conf "$1")")/pg_ctl" -m immediate -D "$([[ $1 == a ]] && echo "$state/db" || echo "$state/standby/db")" stop >"$scratch/service" 2>&1; }

with_own_stack STANDBY=1
state=$(dirname "${PGHOST%%,*}")

# --- both are there

ok 'what is acknowledged is on both' says a 'ok: what is acknowledged is on both'
ok 'the standby says so too' says b 'ok: what is acknowledged is on both'
ok 'an event is stored' stored first
ok 'and is on the standby' has b first
is 'a dry run says what would be done' "$(of b --dry-run promote | grep -c 'would promote')$(on b 'SELECT pg_is_in_recovery()')" 1t
ok 'a primary is not taken for an old one' refuses 'is a standby itself' of a rejoin

# --- the standby dies, and comes back

crash b
ok 'when the standby is dead the primary goes on alone' within 20 stored alone
ok 'and says so' refuses 'error: one of them is alone' of a status
crash a
service b start
ok 'a standby that does not have what was acknowledged meanwhile does not take over' refuses 'may miss what the other one has acknowledged' of b promote
sleep 5
is 'nor does repmgrd let it' "$(on b 'SELECT pg_is_in_recovery()')" t
service a start
ok 'when both are back they find together' within 15 says a 'ok: what is acknowledged is on both'
ok 'and what was acknowledged is on both' within 5 has b alone

# --- the primary dies

stored last
crash a
ok 'when the primary is dead its standby takes over, and events are stored' within 15 stored after
is 'it has what was acknowledged before' "$(on b "SELECT string_agg(call_id, ' ' ORDER BY call_id) FROM ivr.call_events WHERE call_id IN ('first', 'alone', 'last')")" 'alone first last'
is 'and waits for nobody' "$(on b 'SHOW synchronous_standby_names')" ''
is 'callers are answered' "$(get 'answer?call_id=after' >/dev/null; status)" 200
service a start
is_stopped() { ! on a 'SELECT 1'; }
ok 'an old primary that is started again is stopped' within 6 is_stopped
ok 'and comes back as the standby, with one command' of a rejoin
ok 'then what is acknowledged is on both again' within 15 says a 'ok: what is acknowledged is on both'
ok 'an event' stored again
ok 'is on the new standby' has a again
own_stack down --remove >"$scratch/stack" 2>&1
own_port=

# --- under load, router and shard in turns

figure() { sed -n "s/^$1=//p" "$scratch/figures"; }
if ls /usr/share/postgresql/*/extension/plproxy.control >/dev/null 2>&1; then shards=1; else shards=; fi
mkdir "$scratch/run"
# How fast is for make failover to judge: this machine may be busy.
MOST_MS=3000 MOST_BACK_MS=20000 RESULTS=$scratch/run PORT=$((PORT + 2)) SHARDS=$shards ROUNDS=2 EVENTS=400 SECONDS_LONG=14 tests/chaos/failover >"$scratch/figures" 2>&1
ran=$?
sed 's/^/# /' "$scratch/figures"
ok 'the run came to its end, with no promise broken' test "$ran" = 0
is 'with two promotions' "$(grep -c '^round=' "$scratch/figures")" 2
ok 'events were refused meanwhile' at_least "$(figure events_refused)" 1
is 'no acknowledged event is lost' "$(figure events_lost)" 0
is 'none is there twice' "$(figure events_doubled)" 0
is 'no caller heard an error' "$(figure replies_not_200)" 0
if [[ $shards ]]; then
    ok 'the configuration was changed before, during and after' at_least "$(figure changes)" 10
    is 'no change of it is lost' "$(figure changes_lost)" 0
fi
done_testing
