#!/bin/bash
# Every way in which the platform may tell the call id and the digits: each caller reaches what was pressed.
. tests/integration/lib.bash

main='1=+15551230011,2=+15551230012,none=+15551230010,default=+15551230010'
department='1=+15551230013,2=+15551230014,none=+15551230010,default=+15551230010'

play() {
    "$sim" --quiet --calls 6 --parallel 6 --digits '1/2/9,1/2/-,2/1' --created-at ms --max-answer-ms 3000 "$@"
}

# A row of the matrix runs its columns at the same time.
row() {
    local carry=$1 method=$2 answer=$3 expect=$4 failed=0 pids=() pid
    play --carry "$carry" --method "$method" --answer "$answer" --expect "$expect" --digits-in redirect & pids+=($!)
    for delay in -800 -100 0 100 800; do
        play --carry "$carry" --method "$method" --answer "$answer" --expect "$expect" --digits-in webhook \
            --gathered-delay "$delay" & pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    return "$failed"
}

matrix() {
    local answer=$1 expect=$2
    for carry in query form json header first; do
        for method in GET POST; do
            ok "$answer, call id in $carry, $method: digits in the redirect or 800 ms before to 800 ms after it" \
                row "$carry" "$method" "$answer" "$expect"
        done
    done
}

matrix answer "$main"
matrix 'answer?menu=department' "$department"
is 'no digit served twice' "$(sql 'SELECT count(*) - count(DISTINCT (call_id, gathered_digest)) FROM ivr.answers WHERE gathered_digest IS NOT NULL')" 0
is 'the sources are all there' \
    "$(sql "SELECT string_agg(DISTINCT digits_source, ',' ORDER BY digits_source) FROM ivr.answers WHERE digits_source <> 'none'")" \
    'awaited,request,stored'
done_testing
