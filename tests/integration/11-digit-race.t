#!/bin/bash
# The redirect overtakes its webhook, or the webhook is lost: a digit counts once, and only for its own question.
. tests/integration/lib.bash

expect='1=+15551230011,2=+15551230012,none=+15551230010'
play() { "$sim" --quiet --calls 8 --parallel 8 --digits-in webhook --expect "$expect" "$@"; }
attempts() {
    sql "SELECT string_agg(concat_ws(':', decision, digits, digits_source), ' ' ORDER BY step) FROM ivr.answers WHERE call_id = '$1'"
}

with_own_stack IVR_GATHER_WAIT_MS=700
for stamps in s ms; do
    ok "the digit comes after the wait is over: the caller is asked again, and the late digit is not the answer ($stamps)" \
        play --created-at $stamps --digits 1,2 --gathered-delays 900,0
    ok "it comes while the second question waits for its own ($stamps)" \
        play --created-at $stamps --digits 1,2 --gathered-delays 1100,600
    ok "it never comes ($stamps)" play --created-at $stamps --digits 9,1 --lose-gathered 1
    ok "nothing is pressed the second time ($stamps)" play --created-at $stamps --digits 1,-,- --gathered-delays 900,0,0
    for skew in -30000 30000; do
        # Whole seconds and a clock that is off leave two seconds in doubt: in doubt the caller is asked again.
        ok "it never comes, and the platform's clock is off by $skew ms" \
            play --created-at ms --digits 9,1 --lose-gathered 1 --clock-skew $skew
        ok "it comes late, and the platform's clock is off by $skew ms ($stamps)" \
            play --created-at $stamps --digits 1,2 --gathered-delays 900,0 --clock-skew $skew
    done
done
ok "a call whose first digit is late" "$sim" --quiet --call-id late --digits 1,2 --digits-in webhook --gathered-delays 900,before --created-at ms
is 'shows in its answers' "$(attempts late)" 'menu no_input::none transfer:2:stored'
is 'and in its journey, the late digit at its place' \
    "$(sql "SELECT string_agg(what, ' ' ORDER BY line) FROM ivr.journey WHERE call_id = 'late'")" \
    'created answered menu:main gathered:main menu:main gathered:main transfer:support completed'
ok 'without any call id, digits in the redirect are obeyed' "$sim" --quiet --carry none --digits 1 --digits-in redirect --expect 1=+15551230011
ok 'and digits by webhook are nobody'"'"'s: the fallback' "$sim" --quiet --carry none --digits 1 --digits-in webhook --expect 1=+15551230010
ok 'a caller who presses nothing costs one wait, not more' "$sim" --quiet --digits -,- --lose-gathered 1,2,3 --digits-in webhook --max-answer-ms 1000 --expect none=+15551230010
done_testing
