#!/bin/bash
# Many callers at the same moment: each gets what he pressed, and the database few connections.
. tests/integration/lib.bash

expect='1=+15551230011,2=+15551230012,none=+15551230010'

# Samples how many connections the programs hold while the simulator runs.
most_connections() {
    local most=0 now
    while kill -0 "$1" 2>/dev/null; do
        now=$(sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ivr_app'")
        ((now > most)) && most=$now
        sleep 0.2
    done
    echo "$most"
}

crowd() {
    "$sim" --quiet --calls 200 --parallel 200 --digits 1/2 --digits-in webhook --gathered-delay 300 --created-at ms \
        --expect "$expect" &
    local pid=$!
    most_connections "$pid" >"$scratch/connections"
    wait "$pid"
}

before=$(sql 'SELECT count(*) FROM ivr.calls')
since=$(sql 'SELECT clock_timestamp()')
ok '200 calls at once, digits 300 ms after the redirect: 200 right transfers' crowd
is 'half of them in sales and half in support, by what each pressed' \
    "$(sql "SELECT department, last_digits, count(*) FROM ivr.calls WHERE started_at >= date_trunc('second', timestamptz '$since')
            AND disposition = 'transferred' GROUP BY 1, 2 ORDER BY 1" | tr '\n' ' ')" \
    'sales|1|100 support|2|100 '
is 'every call is there' "$(sql "SELECT count(*) - $before FROM ivr.calls")" 200
ok 'no more than 8 database connections' at_most "$(cat "$scratch/connections")" 8
ok '500 calls with digits in the redirect, each question asked twice at the same moment: the same answer' \
    "$sim" --quiet --calls 500 --parallel 64 --digits 1/2/9,1 --created-at ms --expect "$expect" --ask-twice=parallel
done_testing
