#!/bin/bash
# Hear it again, and in another language: for the rest of the call and, with the owner's leave, for the next one.
. tests/integration/lib.bash

with_own_stack
sql "INSERT INTO ivr.menu_options (menu, digits, again) VALUES ('main', '9', true);
     INSERT INTO ivr.menu_options (menu, digits, again, language, keep_language) VALUES ('main', '8', true, 'de', true), ('main', '7', true, 'en', false);
     INSERT INTO ivr.menu_options (menu, digits, to_menu) VALUES ('main', '6', 'department');
     INSERT INTO ivr.translations VALUES
         ('Press 1 for sales or 2 for support.', 'de', 'Die 1 für den Verkauf, die 2 für Hilfe.'),
         ('We did not hear a choice. Press 1 for sales or 2 for support.', 'de', 'Wir haben nichts gehört.'),
         ('Sales.', 'de', 'Verkauf.');
     UPDATE ivr.departments SET announcement = 'Sales.' WHERE department = 'sales'"
sleep 2
prompt() { json -r '.actions[] | .gather.prompt // empty'; }
said() { json -r '[.actions[] | .say.text? // .gather?.prompt? // empty] | join(" ")'; }

is 'a key repeats the menu' "$(get 'route-menu?call_id=c&step=1&digits=9' | prompt)" 'Press 1 for sales or 2 for support.'
ok 'a caller who repeats it for ever gets to the fallback' "$sim" --quiet --call-id ever --digits "$(printf '9,%.0s' {1..30})" --expect 9=+15551230010
is 'after the 19th question' "$(sql "SELECT count(*) FROM ivr.answers WHERE call_id = 'ever' AND decision = 'menu'")" 19
ok 'it costs no attempt' "$sim" --quiet --call-id attempts --digits '-,9,-,9,1' --expect 1=+15551230011
is 'another key sets the language' "$(get 'route-menu?call_id=d&step=1&digits=8' | prompt)" 'Die 1 für den Verkauf, die 2 für Hilfe.'
is 'which the redirect carries' "$(get 'route-menu?call_id=d&step=1&digits=8' | json -r '.actions[1].url')" "$IVR_URL/route-menu?call_id=d&step=2&lang=de"
is 'it holds for the rest of the call' "$(get 'route-menu?call_id=d&step=2&digits=1&lang=de' | said)" 'Verkauf.'
is 'what is not translated is heard as it is written' "$(get 'route-menu?call_id=e&step=1&digits=6&lang=de' | prompt)" 'Press 1 for billing or 2 for technical support.'
is 'a language that nobody knows is none' "$(get 'route-menu?call_id=f&step=1&digits=9&lang=xx' | json -r '.actions[1].url')" "$IVR_URL/route-menu?call_id=f&step=2"
is 'where the URL tells nothing the call does' "$(get 'route-menu?call_id=g&step=1&digits=8' >/dev/null; get 'route-menu?call_id=g' | prompt)" 'Wir haben nichts gehört.'

# The next call

first() { "$sim" --json --call-id "$1" --from "$2" --digits "$3" | json -r 'select(.exchanges) | .exchanges[0].actions[0].gather.prompt' | head -1; }
is 'a caller begins in the language that is written' "$(first n1 +15559990001 8,1)" 'Press 1 for sales or 2 for support.'
is 'chooses another, which is kept' "$(sql "SELECT language FROM ivr.callers WHERE number = '+15559990001'")" de
is 'and is spoken to in it the next time' "$(first n2 +15559990001 7,1)" 'Die 1 für den Verkauf, die 2 für Hilfe.'
is 'one that is chosen without leave is not kept' "$(sql "SELECT language FROM ivr.callers WHERE number = '+15559990001'")" de
is 'who shows no number is not known again' "$("$sim" --quiet --from anonymous --digits 8,1 >/dev/null; sql "SELECT count(*) FROM ivr.callers")" 1
ok 'the journey says it' grep -q 'again, in the language de, asked: "Die 1' <<<"$(sql "SELECT words FROM ivr.journey WHERE call_id = 'n1'")"
sql "INSERT INTO ivr.numbers (number, menu, language) VALUES ('+15551230077', 'main', 'de')"
sleep 2
is 'a number has its language' "$(get 'answer?call_id=h&to=%2B15551230077' | prompt)" 'Die 1 für den Verkauf, die 2 für Hilfe.'
is 'of which the redirect says nothing' "$(get 'answer?call_id=h&to=%2B15551230077' | json -r '.actions[1].url')" "$IVR_URL/route-menu?call_id=h&step=1"
ok 'every path ends' "$sim" --quiet --walk <(sql 'SELECT ivr.settings(NULL)')
is 'the other sentences are missed' "$(sql "SELECT count(*) FROM ivr.check_config() WHERE subject = 'language de'")" 1

# The database is away

own_stack pg-stop immediate
is 'the language is that of the URL' "$(get 'route-menu?call_id=away&step=1&digits=9&lang=de' | prompt)" 'Die 1 für den Verkauf, die 2 für Hilfe.'
is 'a key sets another' "$(get 'route-menu?call_id=away2&step=1&digits=8&from=%2B15559990002' | prompt)" 'Die 1 für den Verkauf, die 2 für Hilfe.'
own_stack pg-start
ok 'what was given is stored later' is_drained
is 'and what was chosen is kept' "$(sql "SELECT language FROM ivr.callers WHERE number = '+15559990002'")" de
is 'rows are what the log says' "$(sql 'SELECT count(*) FROM ivr.drift()')" 0
done_testing
