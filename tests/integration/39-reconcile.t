#!/bin/bash
# minivoice-reconcile against a platform that fails now and then: every call whose end never came is closed by its word,
# none is asked for more than allowed, and the real ends win. CALLS=1000: that many (make reconcile).
. tests/integration/lib.bash

calls=${CALLS:-60}
key=mv_live_0123456789abcdef
api_port=$((PORT + 7))
api_pid=
trap 'stop_api; finish' EXIT

stop_api() { [[ ! $api_pid ]] || { kill "$api_pid" && wait "$api_pid"; } 2>/dev/null; api_pid=; }

# platform JSON: the API as this says, from now on; what it was asked is in $scratch/asked.
platform() {
    stop_api
    jq -n --arg key "$key" --argjson port "$api_port" "{port: \$port, key: \$key} + $1" >"$scratch/plan" || exit 1
    "$sim" --api "$scratch/plan" >"$scratch/asked" 2>"$scratch/api.err" &
    api_pid=$!
    listens "$api_port" "$scratch/api.err"
}
requests() { wc -l <"$scratch/asked"; }

# reconcile ARGUMENT...: prints the exit code; what it said is in $scratch/out and $scratch/err.
reconcile() {
    local status=0
    env PGUSER=ivr_reconciler MINIVOICE_API_URL="http://127.0.0.1:$api_port/" "${with[@]}" "$build/minivoice-reconcile" "$@" \
        >"$scratch/out" 2>"$scratch/err" || status=$?
    cat "$scratch/out" "$scratch/err" >>"$scratch/reconcile.log"
    echo "$status"
}
with=(MINIVOICE_API_KEY="$key")
says() { cat "$scratch/out" "$scratch/err"; grep -qF -- "$1" "$scratch/out" "$scratch/err"; }

# begin PREFIX COUNT: so many calls that began yesterday and were never heard of again.
begin() {
    sql "SELECT count(*) FROM (SELECT ivr.store_events(ARRAY[1], ARRAY[format('%s %s', '$1', n)], ARRAY['call.created'], ARRAY[stamp],
                ARRAY[convert_to(jsonb_build_object('event', 'call.created', 'created_at', stamp, 'data', '{}'::jsonb, 'call', jsonb_build_object('id', format('%s %s', '$1', n),
                    'status', 'in_progress', 'direction', 'inbound', 'from', '+15551230001', 'to', '+15551230002'))::text, 'UTF8')], ARRAY[now() - interval '1 day'])
         FROM generate_series(1, $2) AS n, to_char((now() - interval '1 day') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS stamp) AS begun"
}
drift() { sql 'SELECT count(*) FROM ivr.drift()'; }
step() { sql "SELECT current_step FROM ivr.calls WHERE call_id = '$1'"; }

# --- settings

platform '{any: {status: "completed"}}'
with=()
is 'without a key it does nothing' "$(reconcile)" 2
ok 'and says which to set' says MINIVOICE_API_KEY_FILE
with=(MINIVOICE_API_KEY="$key" MINIVOICE_API_KEY_FILE=/nowhere)
is 'with two neither' "$(reconcile)" 2
(umask 022 && printf '%s\n' "$key" >"$scratch/key")
with=(MINIVOICE_API_KEY_FILE="$scratch/key")
is 'a key that everybody may read is refused' "$(reconcile)" 2
ok 'with what to do' says 'chmod 600'
with=(MINIVOICE_API_KEY="$key" MINIVOICE_API_URL=http://192.0.2.1)
is 'over the net without TLS it sends no key' "$(reconcile)" 2
with=(MINIVOICE_API_KEY="$key")
is 'an option that is none is told' "$(reconcile --all)" 2
is 'nobody was asked so far' "$(requests)" 0

# A certificate that no authority has signed.
tls_port=$((api_port + 1))
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout "$scratch/tls.key" -out "$scratch/tls.crt" 2>"$scratch/said"
openssl s_server -quiet -accept "127.0.0.1:$tls_port" -cert "$scratch/tls.crt" -key "$scratch/tls.key" -naccept 20 </dev/null >"$scratch/tls" 2>&1 &
tls_pid=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null || ! kill -0 "$tls_pid" 2>/dev/null; do sleep 0.05; done
with=(MINIVOICE_API_KEY="$key" MINIVOICE_API_URL="https://127.0.0.1:$tls_port")
is 'a certificate that nobody has signed is not believed' "$(reconcile --pause 1 'one 1')" 4
is 'and sees no key' "$(grep -c "$key" "$scratch/tls")" 0
kill "$tls_pid" 2>/dev/null
wait "$tls_pid" 2>/dev/null

# --- one call

chmod 600 "$scratch/key"
begin one 4 >"$scratch/begun"
post_event "$(printf '{"event":"call.completed","created_at":"%s","call":{"id":"one 1","status":"completed"},"data":{}}' "$(date -u +%FT%TZ)")" >"$scratch/said"
platform '{calls: {"one 1": {status: "completed", direction: "inbound", from: "+15551230001", to: "+15551230002", new_field: {}},
                   "one 2": {status: "failed", from: "+15551230009"}, "one 3": {status: "levitating"}}}'
with=(MINIVOICE_API_KEY_FILE="$scratch/key")
is 'a call that is the same on both sides' "$(reconcile 'one 1')" 0
ok 'is shown, numbers masked' says 'from       +1555*****01'
with=(MINIVOICE_API_KEY="$key")
is 'one that is not' "$(reconcile 'one 2')" 1
is 'has what differs marked' "$(grep '^!' "$scratch/out" | awk '{print $2}' | xargs)" 'end from'
is 'a status that nobody knows is no end' "$(reconcile 'one 3')" 0
is 'one that the platform does not know' "$(reconcile 'one 4')" 1
ok 'is told as that' says 'MiniVoice knows no call one 4'
is 'nothing of it was stored' "$(sql "SELECT count(*) FROM ivr.call_events WHERE event = 'ivr.reported'")" 0
platform '{envelope: "data", calls: {"one 1": {status: "completed"}}}'
is 'a body wrapped in data is read as well' "$(reconcile 'one 1')" 0
is 'without a database it says so' "$(with+=(PGHOST=/nowhere); reconcile 'one 1')" 5
platform '{any: {status: "completed"}, faults: {garbage: 100}}'
is 'of garbage nothing is believed' "$(reconcile --pause 1 'one 2')" 4
is 'it was asked five times' "$(requests)" 5
platform '{any: {status: "completed"}, faults: {"429": 100}, retry_after: 1}'
is 'a platform that wants to be left alone' "$(reconcile --pause 1 'one 2')" 4
ok 'is, for as long as it says' test "$(jq -s '[.[1:], .[:-1]] | transpose | map(.[0].ms - .[1].ms) | min' "$scratch/asked")" -ge 1000
platform '{any: {status: "completed"}, faults: {slow: 100}, slow_ms: 3000}'
is 'one that does not answer' "$(reconcile --pause 1 --timeout 100 'one 2')" 4

# --- all that are due

platform '{any: {status: "completed"}}'
with=(MINIVOICE_API_KEY=wrong)
is 'a wrong key stops it' "$(reconcile)" 3
is 'after one request' "$(requests)" 1
ok 'which is said' says 'does not take the key'
sql 'TRUNCATE ivr.reconciliations'
with=(MINIVOICE_API_KEY="$key")
platform '{calls: {"one 2": {status: "failed"}, "one 3": {status: "in_progress"}}}'
is 'it asks for what is due' "$(reconcile)" 0
is 'a call is closed by the word of the platform' "$(step 'one 2')" failed
is 'one that goes on is not, nor one that it does not know' "$(step 'one 3') $(step 'one 4')" 'created created'
ok 'the journey tells it' test "$(sql "SELECT words FROM ivr.journey WHERE call_id = 'one 2' ORDER BY line DESC LIMIT 1")" = \
    'ivr.reported, MiniVoice was asked and says: failed, not since when'
ok 'the log line counts them' says 'closed=1 open=1 agree=0 differ=0 not_found=1 failed=0'
before=$(requests)
is 'at once again' "$(reconcile)" 0
is 'nothing is asked' "$(requests)" "$before"

begin many "$calls" >"$scratch/begun"
platform '{any: {status: "completed"}, envelope: "both", faults: {"429": 5, "500": 5, slow: 2, garbage: 2}, slow_ms: 1500}'
start=$EPOCHREALTIME
is "$calls calls, and every seventh answer is a failure" "$(reconcile --most $((calls * 2)) --rate 200 --timeout 300 --pause 20)" 0
took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", b - a }')
echo "# $(requests) requests in $took: $(jq -r .fault "$scratch/asked" | sort | uniq -c | xargs)"
is 'all are closed' "$(sql "SELECT count(*) FROM ivr.calls WHERE call_id LIKE 'many %' AND current_step = 'completed' AND NOT inferred")" "$calls"
ok 'none was asked for more than five times' test "$(jq -r .path "$scratch/asked" | sort | uniq -c | sort -n | awk 'END { print $1 }')" -le 5
ok 'there were failures' test "$(grep -cv '"fault":"none"' "$scratch/asked")" -gt $((calls / 15))
ok 'and not more requests than allowed' at_most "$(requests)" $((calls * 2))
is 'no call is other than its log says' "$(drift)" 0
before=$(requests)
is 'again it asks for none of them' "$(reconcile >"$scratch/code"; requests)" "$before"

# The real ends, late: signed webhooks where they are few.
if ((calls <= 100)); then
    for ((n = 1; n <= calls; n++)); do
        post_event "$(printf '{"event":"call.failed","created_at":"%s","call":{"id":"many %d","status":"busy"},"data":{}}' "$(date -u +%FT%TZ)" "$n")" >"$scratch/said"
    done
else
    sql "SELECT count(*) FROM (SELECT ivr.store_events(ARRAY[1], ARRAY[call_id], ARRAY['call.failed'], ARRAY['2026-11-25T00:00:00Z'],
         ARRAY['{\"call\":{\"status\":\"busy\"},\"data\":{}}'::bytea]) FROM ivr.calls WHERE call_id LIKE 'many %') AS told" >"$scratch/said"
fi
is 'the real ends come after all, and win' "$(sql "SELECT count(*) FROM ivr.calls WHERE call_id LIKE 'many %' AND current_step = 'failed' AND status = 'busy'")" "$calls"
is 'what was said is still in the log' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id LIKE 'many %' AND event = 'ivr.reported'")" "$calls"
is 'no call is other than its log says' "$(drift)" 0

# --- AI results

sql 'SELECT count(*) FROM (SELECT ivr.store_report(call_id, $$not found$$, 404, NULL) FROM ivr.calls WHERE closed_at IS NULL) AS put_aside' >"$scratch/said"
for id in ai-1 ai-2 ai-3; do
    for event in call.created recording.completed call.completed; do
        [[ $id-$event == ai-3-recording.completed ]] ||
            post_event "$(printf '{"event":"%s","created_at":"%s","call":{"id":"%s"},"data":{}}' "$event" "$(date -u +%FT%TZ)" "$id")" >"$scratch/said"
    done
done
sql "INSERT INTO ivr.reconciliations (call_id, outcome, ask_again_at) SELECT call_id, 'reported', 'infinity' FROM ivr.calls WHERE call_id NOT IN (SELECT call_id FROM ivr.reconciliations)"
platform '{envelope: "both", faults: {"429": 10, "500": 10, garbage: 5}, calls: {"ai-1": {status: "completed", ai: {
    transcription: {data: {status: "completed", text: "My invoice is wrong. +15551230077"}}, "ai-summary": {data: {status: "completed", summary: "An invoice"}},
    "ai-score": {data: {status: "failed"}}, "ai-topics": {count: 1, data: [{label: "Billing"}]}}},
  "ai-2": {status: "completed", ai: {transcription: {data: {status: "processing"}}}}}}'
is 'it asks for AI results of recorded calls' "$(reconcile --pause 5)" 0
is 'each section is kept with its own status' "$(sql "SELECT section || ' ' || status FROM ivr.enrichments WHERE call_id = 'ai-1' ORDER BY section" | xargs)" \
    'score failed summary completed topics completed transcription completed'
is 'one that is not there yet is missing, and has not failed' "$(sql "SELECT missing, (SELECT string_agg(section || ' ' || status, ',') FROM ivr.enrichments AS e WHERE e.call_id = a.call_id) FROM ivr.ai_requests AS a WHERE call_id = 'ai-2'")" \
    '{score,summary,topics}|transcription processing'
is 'of a call without a recording nobody is asked' "$(grep -c ai-3 "$scratch/asked")" 0
ok 'the journey tells them' test "$(sql "SELECT count(*) FROM ivr.journey WHERE call_id = 'ai-1' AND source = 'MiniVoice AI'")" = 4
before=$(requests)
is 'what is there is not asked for again' "$(reconcile >"$scratch/code"; requests)" "$before"
platform '{calls: {"ai-2": {status: "completed", ai: {transcription: {data: {status: "completed"}}, "ai-summary": {data: {}}, "ai-score": {data: {score: 7}}, "ai-topics": {count: 0, data: []}}}}}'
sql "UPDATE ivr.ai_requests SET ask_again_at = now() WHERE ask_again_at < 'infinity'"
is 'what was missing is asked for later' "$(reconcile)" 0
is 'until all of it is there' "$(sql "SELECT ask_again_at, missing FROM ivr.ai_requests WHERE call_id = 'ai-2'")" 'infinity|{}'
is 'by four requests' "$(requests)" 4
is 'no call is other than its log says' "$(drift)" 0

begin slow 12 >"$scratch/begun"
platform '{any: {status: "completed"}}'
start=$EPOCHREALTIME
is 'it may be told to be slow' "$(reconcile --rate 10 --most 8)" 0
took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%d", (b - a) * 1000 }')
is 'and asks no more than it may' "$(requests)" 8
ok 'nor more often: seven pauses of a tenth of a second' test "$took" -ge 700
sql "UPDATE ivr.reconciliations SET ask_again_at = now() WHERE outcome = 'asking'"
platform '{any: {status: "completed"}, faults: {slow: 100}, slow_ms: 1000}'
env PGUSER=ivr_reconciler MINIVOICE_API_URL="http://127.0.0.1:$api_port" "${with[@]}" "$build/minivoice-reconcile" --most 1 2>"$scratch/first" &
first=$!
until [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = ivr.lock_key('minivoice-reconcile')") -gt 0 ]] || ! kill -0 "$first" 2>/dev/null; do sleep 0.05; done
is 'two at once' "$(reconcile)" 0
ok 'are not two: the second one leaves' says 'another run is under way'
wait "$first"

# --- a call of one's own

# The events of the call that is placed next, once it is.
tell_events() {
    local event id
    until id=$(sed -n 's/^MiniVoice places the call //p' "$scratch/out") && [[ $id ]]; do sleep 0.05; done
    for event in call.created call.answered call.completed; do
        post_event "$(printf '{"event":"%s","created_at":"%s","call":{"id":"%s","direction":"outbound","from":"+15551230001","to":"+15551230002"},"data":{}}' \
            "$event" "$(date -u +%FT%TZ)" "$id")" >"$scratch/said"
    done
}
platform '{}'
is 'what is no number is not called' "$(reconcile --call sip:a@example.com)" 2
is 'nor is anybody asked' "$(requests)" 0
: >"$scratch/out"
tell_events &
teller=$!
is 'a call is placed' "$(reconcile --call +15551230002 --from +15551230001 --wait 20)" 0
wait "$teller"
is 'and its journey told' "$(awk '$2 == "ms" { print $4 }' "$scratch/out" | xargs)" 'created answered completed'
ok 'numbers masked' says 'from +1555*****01 to +1555*****02'
is 'by one request' "$(jq -r .method "$scratch/asked" | xargs)" POST
is 'where no event comes' "$(reconcile --call +15551230002 --wait 1)" 1
ok 'that is said' says 'is the webhook_url right?'
platform '{faults: {slow: 100}, slow_ms: 1000}'
is 'after a time-out' "$(reconcile --call +15551230002 --timeout 100)" 4
ok 'it is said that it may ring' says 'may have been placed all the same'
sleep 1.2
is 'and it is not placed again' "$(requests)" 1
platform '{faults: {"500": 100}}'
is 'nor after an error' "$(reconcile --call +15551230002)" 4
is 'of the platform' "$(requests)" 1
with=(MINIVOICE_API_KEY=wrong)
is 'nor with a key that is none' "$(reconcile --call +15551230002)" 3

ok 'no key was ever written down' test "$(grep -cF "$key" "$scratch/reconcile.log")" = 0
done_testing
