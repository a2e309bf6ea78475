#!/bin/bash
# What callers have heard while the database was away is on disk, whatever dies meanwhile, and in the database when it is
# back.
. tests/integration/lib.bash

event() {
    printf '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"variables":{},"data":{"text":"%s"}}' "$1" "${2:-}"
}
until_true() {
    local end=$((SECONDS + $1))
    until [[ $(sql "SELECT $2") == t ]]; do
        if ((SECONDS >= end)); then sql "SELECT $2"; return 1; fi
        sleep 0.1
    done
}
signal_all() {
    local pid
    while read -r _ pid; do kill "-$1" "$pid"; done < <(own_stack pids)
}
is_spooled() { ls "$spool"/*.spool >/dev/null; }
logged() { grep -h "$1" "$(dirname "$PGHOST")"/log/*.log; }

# calls FROM TO: asks `answer` and then `route-menu` for each of the calls call-FROM to call-TO. What was heard is kept as
# lines of call, step and list.
calls() {
    local nth step digit path
    for step in 1 2; do
        for ((nth = $1; nth <= $2; nth++)); do
            digit=$((nth % 3 + 1))      # 3 is no choice: it is asked again
            path="answer?call_id=call-$nth"
            if ((step == 2)); then path="route-menu?call_id=call-$nth&step=1&digits=$digit"; fi
            printf 'url=%s/%s\noutput=%s/heard-%s-%s\n' "$IVR_URL" "$path" "$scratch" "$nth" "$step"
        done >"$scratch/urls"
        curl -s -f -Z --parallel-max 8 -m 10 -K "$scratch/urls" -w '%{http_code} %{header_json}\n' >>"$scratch/curl" 2>&1
    done
}
heard() {
    local file name
    for file in "$scratch"/heard-*; do
        name=${file##*/heard-}
        # What nginx says in the place of a program that has died is none of our answers.
        grep -q 'cannot take your call right now' "$file" || printf '%s\t%s\t%s\n' "call-${name%-*}" "${name#*-}" "$(cat "$file")"
    done
}
# What was heard and is not stored so, and what is stored more than once.
compare() {
    heard >"$scratch/heard.tsv"
    psql -X -A -t -q <<SQL
CREATE TEMP TABLE heard (call_id text, step integer, response jsonb);
\\copy heard FROM '$scratch/heard.tsv' (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\b')
SELECT 'missing', h.* FROM heard AS h
WHERE NOT EXISTS (SELECT FROM ivr.answers AS a WHERE a.call_id = h.call_id AND a.step = h.step AND a.response = h.response)
UNION ALL
SELECT 'double', call_id, count(*), NULL FROM ivr.answers WHERE call_id LIKE 'call-%' GROUP BY call_id HAVING count(*) > 2;
SQL
}

with_own_stack IVR_SPOOL_EVENTS=1
spool=$(dirname "$PGHOST")/spool
for endpoint in answer 'answer?menu=department' 'route-menu?digits=1' 'department?digits=1'; do get "$endpoint" >/dev/null; done
ok 'while all is well nothing is in the spool' is_drained

# 1. The database is away, and programs are killed, then and while they catch up
sql_of_calls "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.005); RETURN NEW; END';
     CREATE TRIGGER slow BEFORE INSERT ON ivr.answers FOR EACH ROW WHEN (NEW.call_id LIKE 'call-%') EXECUTE FUNCTION public.slow()"
own_stack pg-stop >"$scratch/stack" 2>&1
calls 1 20
post_event "$(event event-1)" >"$scratch/event-1"
is 'an event is acknowledged with 202' "$(status)" 202
is 'and a word' "$(cat "$scratch/event-1")" '{"status":"spooled"}'
signal_all KILL
sleep 1
calls 21 40
post_event "$(event event-2)" >/dev/null
signal_all TERM
sleep 1
calls 41 60
calls 61 200 &
sleep 0.3
signal_all KILL
wait $!
post_event "$(event event-3)" >/dev/null
signal_all KILL
ok 'what could not be stored is on disk' is_spooled
ok 'the log tells that' logged 'what the database could not take is on disk'
ok 'three of four callers have heard a program, though all were killed at once' at_most $((400 - $(heard | wc -l))) 100
own_stack pg-start >"$scratch/stack" 2>&1
ok 'when the database is back it is stored' until_true 10 "count(*) > 0 FROM ivr.answers WHERE call_id LIKE 'call-%'"
signal_all KILL
ok 'in the middle of which programs are killed again' is_spooled
ok 'and the spool is emptied all the same' is_drained
is 'every answer that was heard is stored as it was heard, and none twice' "$(compare)" ''
is 'and so is every event that was acknowledged' \
    "$(sql "SELECT string_agg(call_id, ' ' ORDER BY call_id) FROM ivr.call_events WHERE call_id LIKE 'event-%'")" 'event-1 event-2 event-3'
sleep 1.2
ok 'the log tells that too' logged 'empty again'
is 'the projection is that of the log' \
    "$(sql 'SELECT count(*) FROM ivr.calls AS c WHERE c IS DISTINCT FROM ivr.project_call(c.call_id)')" 0
is 'an event that comes again is a duplicate' "$(post_event "$(event event-1)")" '{"status":"duplicate"}'

# 2. What is broken, or can never be stored
sql_of_calls "DROP TRIGGER slow ON ivr.answers;
     CREATE FUNCTION public.never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE SQLSTATE ''22000''; END';
     CREATE TRIGGER never BEFORE INSERT ON ivr.call_events FOR EACH ROW WHEN (NEW.call_id = 'never') EXECUTE FUNCTION public.never()"
own_stack pg-stop >"$scratch/stack" 2>&1
post_event "$(event never)" >/dev/null
post_event "$(event behind)" >/dev/null
head -c 1000 /dev/urandom >"$scratch/broken"
chown --reference="$spool" "$scratch/broken"
mv "$scratch/broken" "$spool/0-broken.spool"
signal_all KILL
own_stack workers-stop webhook >"$scratch/stack" 2>&1
own_stack pg-start >"$scratch/stack" 2>&1
ok 'events are stored by whatever program runs; one that can never be is not in the way' is_drained
is 'those behind it are stored' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id = 'behind'")" 1
is 'it is not' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id = 'never'")" 0
ok 'it is set aside' grep -qa never "$spool/aside"
ok 'with a word in the log' logged 'can never be stored'
ok 'and so is what was broken' at_most 1000 "$(stat -c %s "$spool/aside")"
ok 'with a word of its own' logged 'a record is broken'
sql_of_calls 'DROP TRIGGER never ON ivr.call_events'
mv "$spool/aside" "$spool/again.spool"
ok 'renamed, it is read again, and is stored when that can be' until_true 5 "count(*) = 1 FROM ivr.call_events WHERE call_id = 'never'"

# 3. A full spool
PORT=$own_port IVR_SPOOL_EVENTS=1 IVR_SPOOL_MAX_MB=1 nginx/private-stack up >"$scratch/stack" 2>&1
ok 'the programs run again' own_stack status
own_stack pg-stop >"$scratch/stack" 2>&1
large=$(head -c 200000 /dev/zero | tr '\0' x)
for nth in {1..8}; do
    post_event "$(event "large-$nth" "$large")" >/dev/null
    status
done >"$scratch/statuses"
is 'a spool takes events until it is full' "$(sort "$scratch/statuses" | uniq -c | xargs)" '5 202 3 503'
is 'then they are asked for again' "$(header retry-after)" 5
ok 'the log tells that' logged 'IVR_SPOOL_MAX_MB'
own_stack pg-start >"$scratch/stack" 2>&1
ok 'what was acknowledged is stored, and no more' until_true 10 "count(*) = 5 FROM ivr.call_events WHERE call_id LIKE 'large-%'"

# 4. Plain CGI
own="IVR_SPOOL_DIR=$scratch/spool"
cgi answer '' IVR_SETTINGS_CACHE="$scratch/settings" >/dev/null
cgi answer 'call_id=cgi-spooled' IVR_SETTINGS_CACHE="$scratch/settings" "$own" PGHOST=/nowhere >/dev/null
is 'a process that lives for one request leaves its answer' "$(find "$scratch/spool" -name '*.spool' | wc -l)" 1
cgi answer 'call_id=cgi-next' "$own" >/dev/null
is 'and the next one stores it' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id = 'cgi-spooled'")" 1
is 'a directory that is not ours is not used, and the caller is answered' \
    "$(cgi route-menu 'digits=1' IVR_SPOOL_DIR=/tmp | body_of)" '{"actions":[{"type":"transfer","destination":"+15551230011"}]}'
done_testing
