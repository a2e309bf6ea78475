#!/bin/bash
# Sets of events and answers, and everything that maintains the history, at the same calls at the same time: nobody waits for
# somebody who waits for him, also under a collation that sorts otherwise than by bytes.
. tests/integration/lib.bash

installed() {
    dropdb --if-exists locks 2>/dev/null
    createdb --template=template0 --locale-provider=icu --icu-locale=en-US locks && PGDATABASE=locks psql -X -q -f sql/install.sql
}
other_order() { [[ $(psql -X -A -t -d locks -c "SELECT 'a' < 'B', 'a' < 'B' COLLATE \"C\"") == 't|f' ]]; }

# again STATEMENT: says it for some seconds, each time as a transaction of its own; its errors go to a file
again() {
    local end=$((SECONDS + 5))
    while ((SECONDS < end)); do
        for ((i = 0; i < 25; i++)); do echo "$1"; done
    done | psql -X -q -d locks >/dev/null 2>>"$scratch/errors"
}

# Forty calls with names that the two orders sort differently.
some="ARRAY(SELECT chr(CASE WHEN n % 2 = 0 THEN 65 ELSE 97 END + n / 2) || n FROM (SELECT floor(random() * 40)::integer AS n FROM generate_series(1, 12)) AS dice)"
events="SELECT count(*) FROM (SELECT $some AS ids) AS s CROSS JOIN LATERAL ivr.store_events(ARRAY(SELECT generate_series(1, 12)), ids,
    array_fill('call.created'::text, ARRAY[12]), array_fill(NULL::text, ARRAY[12]),
    ARRAY(SELECT convert_to(format('{\"call\":{\"id\":\"%s\",\"from\":\"+15559990001\"},\"x\":%s}', id, random()), 'UTF8') FROM unnest(ids) AS id));"

ok 'the schema is installed under an ICU collation' installed
ok 'which has another order than the bytes' other_order
again "$events" &
again "BEGIN; $events $events COMMIT;" &
again "SELECT ivr.purge_calls($some);" &
again "SELECT ivr.pseudonymise_calls($some);" &
again "SELECT ivr.infer_closings('0.2 seconds', 7);" &
again "SELECT * FROM ivr.forget('+15559990001');" &
again "CALL ivr.housekeep(3);" &
wait
stored=$(psql -X -A -t -d locks -c "SELECT pg_sequence_last_value(pg_get_serial_sequence('ivr.call_events', 'arrival'))")
ok "many events came meanwhile: $stored" test "$stored" -gt 1000
is 'nobody was in a deadlock, nor anything else wrong' "$(sort "$scratch/errors" | uniq -c | head)" ''
is 'nothing has drifted' "$(psql -X -A -t -d locks -c 'SELECT count(*) FROM ivr.drift()')" 0
dropdb locks
done_testing
