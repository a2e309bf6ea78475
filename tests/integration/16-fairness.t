#!/bin/bash
# Nobody waits for somebody else: a locked call, strangers, a log that nobody reads, a database that was away or read-only
# for a moment cost only themselves.
. tests/integration/lib.bash

sales='{"actions":[{"type":"transfer","destination":"+15551230011"}]}'
fallback='{"actions":[{"type":"transfer","destination":"+15551230010"}]}'
body() { printf '{"event":"%s","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s","from":"%s"},"data":%s}' "$@"; }
event() { post_event "$(body call.created "$1" +15551230001 '{}')" >/dev/null; }
calls() { "$sim" --quiet --digits 1 --created-at ms --expect 1=+15551230011 "$@"; }

# until_true SECONDS SQL: whether the query says t in time.
until_true() {
    local end=$((SECONDS + $1))
    until [[ $(sql "$2") == t ]]; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# in_session SQL SECONDS: what it locks stays locked for so long. Waits until that is so.
in_session() {
    sql_of_calls "BEGIN; $1; SELECT pg_sleep($2)" >/dev/null &
    local end=$((SECONDS + 5))
    until [[ $(sql_of_calls "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND state = 'active')" | sort -u) == t ]]; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

with_own_stack IVR_WEBHOOK_BUDGET_MS=1000
state=$(dirname "$PGHOST")

# 1. A call that somebody holds
event held
for lock in "SELECT ivr.lock_call('held')" "SELECT FROM ivr.calls WHERE call_id = 'held' FOR UPDATE"; do
    in_session "$lock" 6
    for nth in 1 2 3 4; do
        (scratch=$(mktemp -d -p "$scratch"); for _ in 1 2 3; do event held; done) &
    done
    ok "somebody holds a call ($lock): 100 other calls go on" calls --calls 100 --parallel 32 --spread 1500
    post_event "$(body call.answered held +15551230001 "\"$RANDOM\"")" >/dev/null
    is 'its own event is asked for again' "$(status)" 503
    ok 'in its own time' at_most "$(took_ms)" 1300
    get 'answer?call_id=not-held' >/dev/null
    ok 'and a caller does not notice' at_most "$(took_ms)" 250
    wait
done
is 'when it is free its event is stored' "$(post_event "$(body call.answered held +15551230001 '{}')")" '{"status":"stored"}'
is 'a set in which one call was locked tells of no deadlock' "$(grep -c deadlock "$state/log/postgresql.log")" 0

# A fact that the database refuses
sql_of_calls "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'refused' USING ERRCODE = '23514'; END \$\$;
     CREATE TRIGGER refuse BEFORE INSERT ON ivr.call_events FOR EACH ROW WHEN (NEW.call_id LIKE 'refused-%') EXECUTE FUNCTION public.refuse()"
for nth in {1..6}; do
    (scratch=$(mktemp -d -p "$scratch"); for again in {1..20}; do event "refused-$nth-$again"; status; done) &
done >"$scratch/refused"
ok 'while one event after the other is refused by the database, others are stored' calls --calls 100 --parallel 32 --spread 1000
wait
is 'those that are refused are told so, and nobody else' "$(sort "$scratch/refused" | uniq -c | tr -s ' ')" ' 120 503'
is 'and are not there' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id LIKE 'refused-%'")" 0
sql_of_calls 'DROP TRIGGER refuse ON ivr.call_events'

# 2. Strangers who ask about calls that nobody knows
event known && get 'answer?call_id=known' >/dev/null
post_event "$(body call.gathered known +15551230001 '{"digits":"1"}')" >/dev/null
for nth in {1..96}; do curl -s -o /dev/null -m 10 "$IVR_URL/route-menu?call_id=nobody-$nth&step=1" & done
is 'a caller who has pressed is answered while 96 strangers ask' "$(get 'route-menu?call_id=known&step=1')" "$sales"
ok 'at once' at_most "$(took_ms)" 400
wait
is 'a stranger is not waited for' "$(get 'route-menu?call_id=nobody&step=1' >/dev/null; at_most "$(took_ms)" 400 >/dev/null && echo yes)" yes
for nth in {1..80}; do event "waits-$nth" && get "answer?call_id=waits-$nth" >/dev/null; done
for nth in {1..80}; do curl -s -o /dev/null -m 10 "$IVR_URL/route-menu?call_id=waits-$nth&step=1" & done
sleep 0.3
get 'route-menu?call_id=hasty&step=1&digits=1' >/dev/null
ok 'while 80 callers wait for their digits, more than there are workers, another is answered at once' at_most "$(took_ms)" 250
wait

# 4. The database was restarted while nobody asked
own_stack pg-stop >"$scratch/stack" 2>&1 && own_stack pg-start >"$scratch/stack" 2>&1
ok 'the database was restarted: 64 events at once are stored' calls --calls 64 --parallel 64

# 5. The database was read-only for a moment
sql_of_calls 'ALTER SYSTEM SET default_transaction_read_only = on' && sql_of_calls 'SELECT pg_reload_conf()' >/dev/null
sleep 0.3
event read-only
is 'while the database is read-only an event is asked for again' "$(status)" 503
is 'and a caller is answered' "$(get 'route-menu?call_id=read-only&step=1&digits=1')" "$sales"
PGOPTIONS='-c default_transaction_read_only=off' sql_of_calls 'ALTER SYSTEM RESET default_transaction_read_only' && sql_of_calls 'SELECT pg_reload_conf()' >/dev/null
stored_again() {
    local end=$((SECONDS + 3))
    until event "after-$SECONDS" && [[ $(status) == 200 ]]; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}
ok 'when it is not, events are stored again within 3 seconds, by the same programs' stored_again
ok 'and so is the answer that was given' until_true 5 "SELECT count(*) = 1 FROM ivr.answers WHERE call_id = 'read-only'"

# 6. Answers that were given without the database
own_stack pg-stop >"$scratch/stack" 2>&1
for nth in {1..300}; do echo "url=$IVR_URL/route-menu?call_id=kept-$nth&step=1&digits=1"; done >"$scratch/urls"
curl -s -Z --parallel-max 20 -K "$scratch/urls" -o /dev/null >/dev/null 2>&1
own_stack pg-start >"$scratch/stack" 2>&1
sql_of_calls "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.006); RETURN NEW; END';
     CREATE TRIGGER slow BEFORE INSERT ON ivr.answers FOR EACH ROW WHEN (NEW.call_id LIKE 'kept-%') EXECUTE FUNCTION public.slow()"
ok 'while answers given meanwhile are stored, slowly, callers are answered' calls --calls 60 --parallel 8
sql_of_calls 'ALTER SYSTEM SET default_transaction_read_only = on' && sql_of_calls 'SELECT pg_reload_conf()' >/dev/null
sleep 0.5
PGOPTIONS='-c default_transaction_read_only=off' sql_of_calls 'ALTER SYSTEM RESET default_transaction_read_only' && sql_of_calls 'SELECT pg_reload_conf()' >/dev/null
ok 'every one of them is stored, though the database was read-only meanwhile' \
    until_true 20 "SELECT count(*) = 300 FROM ivr.answers WHERE call_id LIKE 'kept-%'"
sql_of_calls 'DROP TRIGGER slow ON ivr.answers'

# 7. A budget is for all that one request asks of the database
sql_of_calls "CREATE OR REPLACE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END';
     CREATE TRIGGER slow BEFORE INSERT ON ivr.answers FOR EACH ROW EXECUTE FUNCTION public.slow();
     ALTER FUNCTION ivr.failed_destinations(text) RENAME TO fast_failed_destinations;
     CREATE FUNCTION ivr.failed_destinations(text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text FROM pg_sleep(0.2)'"
get 'route-menu?call_id=slow&step=1&digits=9' >/dev/null
ok 'a database that takes 200 ms to look and 200 ms to store costs a caller 300 ms' at_most "$(took_ms)" 360
sql_of_calls "DROP TRIGGER slow ON ivr.answers; DROP FUNCTION ivr.failed_destinations(text);
     ALTER FUNCTION ivr.fast_failed_destinations(text) RENAME TO failed_destinations"

# 8. Signed events that could never be stored
long=$(printf '5%.0s' {1..4000})
for name in call.created call.failed; do
    is "a caller's number of 4,000 digits is stored ($name)" "$(post_event "$(body $name long "+$long" '{}')")" '{"status":"stored"}'
done
is 'an event with a name of our own is none of the platform' "$(post_event "$(body ivr.inferred own + '{}')")" '{"status":"not understood"}'
is 'and closes nothing' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id = 'own'")" 0

# 9. A stored answer that can no longer be given
get 'answer?call_id=erased' >/dev/null && get 'route-menu?call_id=erased&step=1&digits=1' >/dev/null
sql "UPDATE ivr.answers SET response = replace(response::text, '+15551230011', 'forgotten')::jsonb WHERE call_id = 'erased'"
is 'a stored answer that is no valid list any more is replaced by the fallback' \
    "$(get 'route-menu?call_id=erased&step=1&digits=1')" '{"actions":[{"type":"transfer","destination":"+15551230099"}]}'
is 'with status 200' "$(status)" 200

# 11. Strangers fill no disk
head -c 250000 /dev/urandom | base64 -w0 | head -c 250000 >"$scratch/large"
for nth in {1..20}; do
    curl -s -o /dev/null --data-binary "@$scratch/large" -H "X-MiniVoice-Timestamp: $(date +%s)" \
        -H "X-MiniVoice-Signature: v1=$(printf '%064d' 0)" "$IVR_URL/webhook"
done
is '20 wrongly signed bodies of 250 kB are kept' "$(sql "SELECT count(*) FROM ivr.rejected_requests WHERE raw_length = 250000")" 20
is 'with 4 KiB each' "$(sql "SELECT max(length(raw)) FROM ivr.rejected_requests WHERE raw_length = 250000")" 4096
for nth in {1..1500}; do echo "url=$IVR_URL/answer"; done >"$scratch/urls"
curl -s -Z --parallel-max 30 -K "$scratch/urls" -o /dev/null >/dev/null 2>&1
ok 'of 1,500 questions without a call at most 1,200 are stored in a minute' \
    at_most "$(sql 'SELECT count(*) FROM ivr.answers WHERE call_id IS NULL')" 2400
is 'and all are answered' "$(get answer | json -r '.actions | length')" 2

# 12. A request that is never sent to its end
# shellcheck disable=SC2016
half='use IO::Socket::UNIX; my @open; for (1 .. 40) { my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die; syswrite $s, "\1\1\0\1\0\10\0\0\0\1"; push @open, $s } print "open\n"; sleep 20'
perl -e "$half" "$state/sock/answer.sock" >/dev/null &
half_sent=$!
sleep 0.3
while read -r program pid; do [[ $program != answer ]] || { kill -TERM "$pid"; ended+=("$pid"); }; done < <(own_stack pids)
sleep 3
is 'workers with half-sent requests end when they are told' "$(for pid in "${ended[@]}"; do [[ ! -e /proc/$pid ]] || echo "$pid"; done)" ''
kill "$half_sent"

# 3. A log that nobody reads
with_own_stack WRAP="$PWD/tests/integration/unread"
ok 'a log that nobody reads stops nobody: 2,000 calls' calls --calls 2000 --parallel 32
done_testing
