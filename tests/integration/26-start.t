#!/bin/bash
# Wrong settings are said before anybody is made to listen; a program that is started with them all the same answers at
# once; what the log says of a start, of faults and of their end.
. tests/integration/lib.bash

# A shell in which the programs find what they need, and what is named.
with() { env -u IVR_URL IVR_PUBLIC_URL=https://example.com/minivoice IVR_WEBHOOK_SECRET=s "$@"; }
exit_of() { "$@" >"$scratch/out" 2>"$scratch/err"; echo $?; }

# --check
for program in answer route-menu department webhook; do
    is "$program --check: complete settings are accepted" "$(exit_of with "$build/$program" --check)" 0
done
is 'and nothing is said against them' "$(cat "$scratch/err")" ''
for program in answer route-menu department; do
    is "$program --check: a missing URL is refused (EX_CONFIG)" "$(exit_of with IVR_PUBLIC_URL= "$build/$program" --check)" 78
done
is 'webhook --check: so is a missing secret' "$(exit_of with IVR_WEBHOOK_SECRET= "$build/webhook" --check)" 78
ok 'with what to do' grep -q 'IVR_WEBHOOK_SECRET is not set' "$scratch/err"
is 'several faults' "$(exit_of with IVR_PUBLIC_URL=x IVR_THREADS=0 IVR_DB_BUDGET_MS=x "$build/answer" --check)" 78
is 'are all said at once' "$(grep -cE 'IVR_PUBLIC_URL|IVR_THREADS|IVR_DB_BUDGET_MS' "$scratch/err")" 3
is 'a name that is not known is no fault' "$(exit_of with IVR_TREADS=8 "$build/answer" --check)" 0
ok 'but warned of' grep -q 'warning=configuration detail="IVR_TREADS is not known' "$scratch/err"
mapfile -t documented < <(sed -n 's/^\.It Ev \(IVR_[A-Z_]*\).*/\1=/p' nginx/man/minivoice.env.5)
ok 'the manual lists the variables' test "${#documented[@]}" -gt 10
is 'and each of them is known' "$(env -i "${documented[@]}" "$build/answer" --check 2>&1 | grep -c 'is not known')" 0

# The unit asks before it starts
check=$(sed -n "s#^ExecStartPre=/usr/lib/minivoice/%i#$build/answer#p" 'nginx/minivoice@.service')
read -ra check <<<"$check"
is 'what the unit runs first accepts complete settings' "$(exit_of with "${check[@]}")" 0
is 'and refuses wrong ones' "$(exit_of with IVR_PUBLIC_URL= "${check[@]}")" 78
PORT=$((PORT + 1)) IVR_PUBLIC_URL=nonsense nginx/private-stack up >"$scratch/up" 2>&1
is 'an instance with wrong settings does not start' $? 1
ok 'and says why' grep -q 'IVR_PUBLIC_URL must be' "$scratch/up"
PORT=$((PORT + 1)) nginx/private-stack down --remove >"$scratch/up" 2>&1

# Other arguments
released=$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -1)
for program in answer route-menu department webhook; do
    is "$program --version says the version of CHANGELOG.md" "$("$build/$program" --version)" "$program (minivoice-cgi) $released"
done
is 'an argument that is not known is refused (EX_USAGE)' "$(exit_of with "$build/answer" --chekc)" 64
is 'a query that looks like an argument is none' \
    "$(env PGUSER=ivr_app IVR_PUBLIC_URL=https://example.com/minivoice REQUEST_METHOD=GET QUERY_STRING=--version "$build/answer" --version 2>>"$scratch/cgi.log" |
        body_of | json -r '.actions[0].gather.num_digits')" 1
cgi answer '' IVR_PUBLIC_URL= >/dev/null
is 'plain CGI ends with 78 as well' $? 78

# The start, in the log
with_own_stack
state=$(dirname "$PGHOST")
log=$state/log/answer.log
started() { grep -cE " info=started version=$released pid=[0-9]+ database=up schema=$(sql 'SELECT ivr.schema_version()') configuration=[0-9]+\$" "$log"; }
until_count() {
    local wanted=$1 end=$((SECONDS + 5))
    shift
    until [[ $("$@") == "$wanted" ]]; do
        if ((SECONDS >= end)); then
            echo "$("$@") instead of $wanted"
            return 1
        fi
        sleep 0.1
    done
}
ok 'each process says that it has started, and with what' until_count 2 started
ok 'so does one without a configuration' grep -qE " info=started version=$released pid=[0-9]+ database=up schema=[0-9]+\$" "$state/log/webhook.log"
is 'nothing of it is an error or a warning, but that the number of the documents is one' \
    "$(grep -E ' (error|warning)=' "$log" | grep -vc 'IVR_FALLBACK_DESTINATION is a placeholder')" 0
is 'a file gets no priorities' "$(grep -c '^<' "$log")" 0

# The database goes away and comes back
: >"$log"
own_stack pg-stop >"$scratch/stack" 2>&1
sleep 3
is 'a database that goes away is one line of each process' "$(grep -c ' error=' "$log")" 2
is 'with what was lost and why it cannot be had again' "$(grep -c 'connection lost: .*; cannot connect: ' "$log")" 2
is 'on one line, in readable words' "$(grep -c '?' "$log")" 0
: >"$log"
own_stack pg-start >"$scratch/stack" 2>&1
ok 'its return is told' until_count 2 grep -c ' info=database detail="connected again"' "$log"
is 'and is no error' "$(grep -c ' error=' "$log")" 0

# The schema is not there
: >"$log"
createdb empty
run_alone() {
    local program=$1
    shift
    env -u IVR_URL PGUSER=ivr_app IVR_PUBLIC_URL="$IVR_URL" "$@" spawn-fcgi -n -s "$scratch/alone.sock" -- "$build/$program" 2>"$scratch/alone.log" &
    alone=$!
}
end_alone() {
    kill -TERM "$alone"
    wait "$alone"
}
run_alone answer PGDATABASE=empty
ok 'where the schema is missing' until_count 1 grep -c 'run minivoice-db upgrade' "$scratch/alone.log"
sleep 2
is 'it is said what to do, once' "$(grep -c 'error=' "$scratch/alone.log")" 1
end_alone

# The journal
: >"$scratch/journal"
(
    exec 2>>"$scratch/journal"
    export JOURNAL_STREAM
    JOURNAL_STREAM=$(stat -L -c %d:%i "$scratch/journal")
    exec env -u IVR_URL PGUSER=ivr_app IVR_PUBLIC_URL="$IVR_URL" PGDATABASE=empty IVR_TREADS=1 \
        spawn-fcgi -n -s "$scratch/alone.sock" -- "$build/answer"
) &
alone=$!
ok 'the journal is told what is an error' until_count 1 grep -c '^<3>time=[^ ]* program=answer error=' "$scratch/journal"
is 'what is a warning' "$(grep -c '^<4>time=[^ ]* program=answer warning=' "$scratch/journal")" 1
ok 'and what is neither' until_count 1 grep -c '^<6>time=[^ ]* program=answer info=started' "$scratch/journal"
end_alone
is 'a program that is told to end ends well' $? 0

# Started with wrong settings all the same
run_alone answer IVR_PUBLIC_URL=nonsense
ok 'a program with wrong settings says what is wrong' until_count 1 grep -c 'IVR_PUBLIC_URL must be' "$scratch/alone.log"
end_alone
is 'and ends with 78 when it is told to' $? 78

# misconfigure PROGRAM NAME=VALUE: the instance's program is replaced by one with a wrong setting.
misconfigure() {
    local program=$1
    shift
    own_stack workers-stop "$program" >"$scratch/stack" 2>&1
    rm -f "$state/sock/$program.sock"
    env -u IVR_URL PGUSER=ivr_app IVR_PUBLIC_URL="$IVR_URL" IVR_WEBHOOK_SECRET="$IVR_WEBHOOK_SECRET" "$@" \
        spawn-fcgi -n -s "$state/sock/$program.sock" -M 0666 -- "$(command -v multiwatch)" -f 2 -r 1000000 -- "$build/$program" \
        2>>"$scratch/wrong-$program.log" &
    wrong+=($!)
}
workers() { pgrep -P "$(IFS=,; echo "${wrong[*]}")" | sort | tr '\n' ' '; }
wrong=()
misconfigure answer IVR_PUBLIC_URL=nonsense
misconfigure webhook IVR_WEBHOOK_SECRET=
sleep 1
before=$(workers)
for nth in 1 2 3; do
    is "callers are answered ($nth)" "$(get 'answer?call_id=wrong' | json -r '.actions[0].say.text | length > 20')" true
    is 'with 200' "$(status)" 200
    ok 'at once' at_most "$(took_ms)" 100
    is 'by the program itself' "$(header x-ivr-fallback)" ''
    post_event '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"wrong"},"variables":{},"data":{}}' >/dev/null
    is 'an event is not acknowledged' "$(status)" 503
    ok 'at once' at_most "$(took_ms)" 100
    is 'and asked for again' "$(header retry-after)" 5
done
get healthz/answer >/dev/null
is 'it says that it is not well' "$(status) $(json -r .status "$scratch/body")" '503 misconfigured'
is 'four processes run' "$(wc -w <<<"$before")" 4
is 'and go on running: nothing is started again and again' "$(workers)" "$before"
is 'each says once what is wrong' "$(grep -c 'error=configuration' "$scratch"/wrong-{answer,webhook}.log | cut -d: -f2 | tr '\n' ' ')" '2 2 '
is 'and each request what came of it' "$(grep -c 'status=503 outcome=misconfigured' "$scratch/wrong-webhook.log")" 3
kill -TERM "${wrong[@]}"
wait "${wrong[@]}"
get 'answer?call_id=gone' >/dev/null
is 'without any program callers are answered by nginx' "$(status) $(header x-ivr-fallback)" '200 static'
ok 'at once' at_most "$(took_ms)" 100
done_testing
