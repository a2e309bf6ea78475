#!/bin/bash
# sql/HISTORY.md: every query in it runs, as its owner and as ivr_report.
. tests/integration/lib.bash

# There a query is an indented block that begins with SELECT; it ends with the first line that ends with a
# semicolon. Each is written to a file of its own: $scratch/query.1, $scratch/query.2, …
queries() {
    awk -v out="$scratch/query" '
        /^    SELECT / && !inside { inside = 1; n++ }
        inside { sub(/^    /, ""); print > (out "." n) }
        inside && /;$/ { inside = 0; close(out "." n) }
        END { print n + 0 }' sql/HISTORY.md
}

# The scene of the chapter: calls that go different ways, events twice or late, a wrong signature, a change.
play() {
    "$sim" --quiet --digits-in webhook --gathered-delay -1200 --created-at ms "$@"
}
scene() {
    play --call-id call_123 --digits 9,2 --gathered-delay 150 --twice --late-recording 300 &&
        play --call-id call_124 --digits 1 &&
        play --call-id call_125 --digits - --from +15551230107 &&
        play --call-id call_126 --digits 1 --end failed --from +15551230107 &&
        play --call-id call_127 --digits '' --end hangup &&
        play --call-id call_128 --answer 'answer?menu=department' --digits 2 &&
        play --call-id call_129 --digits 1 --events call.created,call.answered --digits-in both &&
        play --call-id call_130 --digits 2 --events call.answered,call.gathered,call.completed
}
late() {
    post_event '{"event":"call.answered","created_at":"'"$(date -u -d '3 minutes ago' +%FT%TZ)"'","call":{"id":"call_140",
                 "status":"in_progress","direction":"inbound","from":"+15551230140","to":"+15551230002"},"data":{}}'
    [[ $(status) == 200 ]]
}
refused() { SECRET=wrong post_event '{"event":"call.created","call":{"id":"call_131"}}' && [[ $(status) == 401 ]]; }

# run ROLE FILE: without an error, and with something to show.
run() {
    {
        echo "SET ROLE $1;"
        cat "$2"
    } | psql -X -q -v ON_ERROR_STOP=1 >"$scratch/rows" && ! grep -q '^(0 rows)$' "$scratch/rows"
}
masked() { ! cat "$scratch"/rows.report.* | grep -Eq '\+1555[0-9]{7}'; }

with_own_stack
ok 'calls are played' scene
ok 'one that nobody asks about begins' late
ok 'a wrong signature is refused' refused
sql "UPDATE ivr.menus SET timeout_seconds = 6 WHERE menu = 'main'"
sleep 2
ok 'a change is made and heard' play --call-id call_132 --digits 2

count=$(queries)
ok 'the chapter has a query for each question' test "$count" -ge 16
for ((i = 1; i <= count; i++)); do
    title=$(tr '\n' ' ' <"$scratch/query.$i" | cut -c1-90)
    ok "as the owner: $title" run ivr_owner "$scratch/query.$i"
    ok "as ivr_report: $title" run ivr_report "$scratch/query.$i"
    cp "$scratch/rows" "$scratch/rows.report.$i"
done
ok 'ivr_report has seen no number in any of them' masked

# The console runs each of its queries.
for file in sql/console/*.sql; do
    ok "console: :$(basename "$file" .sql)" psql -X -q -v ON_ERROR_STOP=1 -v call= -v day=today -f "$file"
done
console() { echo ":$1" | PSQLRC=sql/console/psqlrc psql -q -v ON_ERROR_STOP=1 | grep -q "$2"; }
ok 'a named query runs by its name' console journey 'call.completed'
ok 'the console knows every query file by name' \
    test "$(sed -n 's/^\\set \([a-z]*\) *`cat.*/\1/p' sql/console/psqlrc | sort | xargs)" = "$(basename -s .sql sql/console/*.sql | sort | xargs)"
done_testing
