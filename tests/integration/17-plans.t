#!/bin/bash
# What storing costs does not depend on when it was planned: a session that is as old as the installation, whose plans were
# made over empty tables, does not get slower than one that has seen statistics of what is there now.
. tests/integration/lib.bash

installed() {
    dropdb --if-exists plans 2>/dev/null
    createdb plans && PGDATABASE=plans psql -X -q -f sql/install.sql && psql -X -q -d plans -c 'VACUUM ANALYZE'
}

# The old session plays 64 x 60 calls, which is 15,000 events; then both play the same in turns, so that whatever else the
# machine does meets both.
sessions() {
    coproc old { psql -X -A -t -q -d plans 2>&1; }
    printf '%s\n' '\i tests/integration/plans.psql' "CALL pg_temp.measure(1, 60, '');" >&"${old[1]}"
    read -r -u "${old[0]}" first
    psql -X -q -d plans -c 'ANALYZE'
    coproc fresh { psql -X -A -t -q -d plans 2>&1; }
    printf '%s\n' '\i tests/integration/plans.psql' "CALL pg_temp.measure(61, 10, '');" >&"${fresh[1]}"
    read -r -u "${fresh[0]}" _
    local n
    for ((n = 100; n < 600; n += 100)); do
        echo "CALL pg_temp.measure($n, 20, '');" >&"${old[1]}"
        read -r -u "${old[0]}" line && echo "old $line"
        echo "CALL pg_temp.measure($((n + 50)), 20, '');" >&"${fresh[1]}"
        read -r -u "${fresh[0]}" line && echo "fresh $line"
    done
    echo '\q' >&"${old[1]}"
    echo '\q' >&"${fresh[1]}"
    wait
} 2>/dev/null

# ratio COLUMN: the old session's median round by the fresh one's, in hundredths
ratio() {
    sort -k "$1,$1n" "$scratch/sessions" | awk -v c="$1" '{ if (++n[$1] == 3) median[$1] = $c }
                                                           END { printf "%d\n", 100 * median["old"] / median["fresh"] }'
}

ok 'the schema is installed and its empty tables are analyzed' installed
sessions >"$scratch/sessions"
sed 's/^/# us for an event, an answer, a question: /' "$scratch/sessions"
is 'two sessions have played' "$(wc -l <"$scratch/sessions")" 10
ok 'an event costs the same in a session that planned over empty tables' at_most "$(ratio 2)" 130
ok 'so does an answer' at_most "$(ratio 3)" 130
ok 'and a question' at_most "$(ratio 4)" 130
is 'nothing has drifted' "$(psql -X -A -t -d plans -c 'SELECT count(*) FROM ivr.drift()')" 0
dropdb plans
done_testing
