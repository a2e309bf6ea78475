#!/bin/bash
# A word that opens: who has the code is connected, who has not is not, and the code is found nowhere.
. tests/integration/lib.bash

with_own_stack IVR_TRACE=1
right=84620973 wrong=84620974 nearly=94620973
sql "SELECT ivr.set_code('doctors', '$right', 'support');
     UPDATE ivr.codes SET prompt = 'Your code?', wrong_message = 'Goodbye.';
     INSERT INTO ivr.menu_options (menu, digits, code) VALUES ('main', '7', 'doctors')" >/dev/null
sleep 2
call() {
    local id=$1
    shift
    "$sim" --quiet --call-id "$id" "$@"
}
tries() { sql "SELECT count(*) FILTER (WHERE opened), count(*) FILTER (WHERE NOT opened) FROM ivr.code_tries WHERE call_id = '$1'"; }

is 'a code is asked for' "$(get 'route-menu?call_id=a&step=1&digits=7' | json -c '.actions[0].gather')" \
    '{"finish_on_key":"#","num_digits":8,"prompt":"Your code?","timeout_seconds":10}'
ok 'the right code opens' call right --from +15551230101 --digits "7,$right" --expect "$right=+15551230012"
is 'it was tried once' "$(tries right)" '1|0'
ok 'the second try may be right' call second --from +15551230102 --digits "7,$wrong,$right" --expect "$right=+15551230012"
ok 'three wrong ones end the call' call wrong --from +15551230103 --digits "7,$wrong,$nearly,$wrong,$right" --expect "$wrong=say"
is 'they are counted' "$(tries wrong)" '0|3'
ok 'so does a forgotten one' call forgotten --from +15551230104 --digits '7,-,-' --expect none=say
ok 'in whatever way it is told' call redirect --from +15551230105 --digits "7,$right" --digits-in redirect --expect "$right=+15551230012"
ok 'or awaited' call late --from +15551230106 --digits "7,$right" --digits-in webhook --gathered-delay 200 --expect "$right=+15551230012"
ok 'asked twice it is one try' call twice --from +15551230107 --digits "7,$wrong,$right" --ask-twice=parallel --expect "$right=+15551230012"
is 'each' "$(tries twice)" '1|1'
for n in 1 2 3; do ok "a caller is wrong three times, call $n" call "hour$n" --from +15551230108 --digits "7,$wrong,$wrong,$wrong" --expect "$wrong=say"; done
ok 'after the tenth wrong one in an hour' call hour4 --from +15551230108 --digits "7,$wrong,$right" --expect "$right=say"
ok 'the right one opens nothing either' call hour5 --from +15551230108 --digits "7,$right" --expect "$right=say"
ok 'other callers are not concerned' call other --from +15551230109 --digits "7,$right" --expect "$right=+15551230012"
is 'a call that nobody knows opens nothing' "$(get "route-menu?call_id=made-up&step=1&menu=code:doctors&digits=$right" | json -c '.actions')" '[{"say":{"text":"Goodbye."}}]'
get 'answer?call_id=trick' >/dev/null
get 'route-menu?call_id=trick&step=1&digits=7' >/dev/null
is 'nor does the word for a right one' "$(get 'route-menu?call_id=trick&step=2&menu=code:doctors&digits=right' | json -c '[.actions[] | keys[0]]')" '["say"]'
is 'the journey tells what became of it' "$(sql "SELECT count(*) FROM ivr.journey WHERE call_id = 'right' AND words LIKE 'got code, % sent to support at %'")" 1
ok 'every path ends' "$sim" --quiet --walk <(sql 'SELECT ivr.settings(NULL)')
is 'the configuration is right' "$(sql "SELECT * FROM ivr.check_config() WHERE severity = 'error'")" ''

# Traces do not outlive a crash: they are searched before it.
sleep 2
hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }
is 'requests were traced, but not what was pressed' \
    "$(sql "SELECT count(*) > 0, count(*) FILTER (WHERE t::text ~ '$right|$wrong|$nearly|$(hex "$right")|$(hex "$wrong")|$(hex "$nearly")') FROM ivr.traces AS t")" 't|0'

# The database is away

own_stack pg-stop immediate
is 'nothing opens without the database' "$(get "route-menu?call_id=away&step=2&menu=code:doctors&digits=$right" | json -c '.actions')" '[{"say":{"text":"Goodbye."}}]'
own_stack pg-start
ok 'what was given is stored later' is_drained

# It is nowhere

found() {
    local table
    for table in $(sql "SELECT relname FROM pg_class WHERE relnamespace = 'ivr'::regnamespace AND relkind IN ('r', 'v', 'p')"); do
        psql -X -A -t -q -c "SELECT '$table', count(*) FROM ivr.$table AS r WHERE r::text ~ '$right|$wrong|$nearly|$(hex "$right")'"
    done | grep -v '|0$'
}
is 'no table and no view has what was pressed' "$(found)" ''
is 'nor has a dump' "$(pg_dump --schema ivr | grep -cE "$right|$wrong|$nearly")" 0
is 'nor has a log' "$(grep -rlE "$right|$wrong|$nearly" "$(dirname "$PGHOST")"/log "$(dirname "$PGHOST")"/*.log 2>/dev/null)" ''
is 'nor has the spool' "$(grep -rlE "$right|$wrong|$nearly" "$(dirname "$PGHOST")"/spool 2>/dev/null)" ''
is 'nor has what subscribers are told' "$(sql "SELECT count(*) > 0, count(*) FILTER (WHERE d::text ~ '$right|$wrong|$nearly')
    FROM ivr.calls AS c CROSS JOIN ivr.due_call_closed(NULL, NULL, c.call_id, true) AS d")" 't|0'
ok 'there is a page of these calls' sql/report/minivoice-report -q --day "$(date -u +%F)" -o "$scratch/pages"
is 'nor has that' "$(grep -lE "$right|$wrong|$nearly" "$scratch"/pages/*)" ''
is 'rows are what the log says' "$(sql 'SELECT count(*) FROM ivr.drift()')" 0
done_testing
