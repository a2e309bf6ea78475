#!/bin/bash
# The access key: changed while a call is on the line, and found in no place where it could be read.
. tests/integration/lib.bash
. tests/integration/apache.bash

old=sesame-of-may
new="sesame&of-june"         # needs escaping
sent_new='sesame%26of-june'
number=5557654321
from="from=%2B1$number"
url_of() { json -r '.actions[-1].url // "none"' <<<"$1"; }
key_of() { sed 's/.*[?&]key=//' <<<"$(url_of "$1")"; }
# What stands in a list of actions but for its key.
bare() { json '.actions[-1].url |= sub("[?&]key=.*"; "")' <<<"$1"; }

# restart KEYS: the programs for callers, as an owner restarts them with another setting.
restart() {
    local name
    for name in answer route-menu department; do own_stack workers-stop "$name"; done >"$scratch/up" 2>&1
    IVR_ACCESS_KEY=$1 own_stack up >>"$scratch/up" 2>&1 || { echo "Bail out! $(cat "$scratch/up")"; exit 1; }
}

with_own_stack IVR_ACCESS_KEY=$old
stack=$(dirname "$PGHOST")

# A key is changed while a call is on the line

first=$(get "answer?key=$old&call_id=rot&$from")
is 'a call begins with the old key' "$(key_of "$first")" $old
restart "$new,$old"
is 'the answer is asked for again after the keys were changed: it is the same' "$(bare "$(get "answer?key=$old&call_id=rot&$from")")" "$(bare "$first")"
is 'and carries the new key' "$(key_of "$(cat "$scratch/body")")" "$sent_new"
second=$(get "route-menu?call_id=rot&step=1&key=$old&digits=9")
is 'a redirect that was given before leads on' "$(status) $(key_of "$second")" "200 $sent_new"
is 'asked again it is the same' "$(get "route-menu?call_id=rot&step=1&key=$old&digits=9")" "$second"
url=$(url_of "$second")
is 'its own redirect opens' "$(get "${url#"$IVR_URL/"}&digits=9" >/dev/null; status)" 200
restart "$new"
is 'the old key is gone' "$(get "route-menu?call_id=rot&step=1&key=$old&digits=9" >/dev/null; status)" 403
again=$(get "route-menu?call_id=rot&step=1&key=$sent_new&digits=9")
is 'an answer of the time before is given with the new one' "$(bare "$again") $(key_of "$again")" "$(bare "$second") $sent_new"
is 'half a key opens nothing' "$(get "answer?key=sesame" >/dev/null; status)" 403
restart "$old, $new"
is 'the first of several is the one to give' "$(key_of "$(get "answer?key=$sent_new")")" $old
restart "$new,$old"
ok 'a crowd of calls finds its way' "$sim" --quiet --key "$new" --calls 40 --parallel 10 --digits 1/9,1/9,9,9
ok 'as a person would start them, with all keys in the environment' env IVR_ACCESS_KEY="$new,$old" "$sim" --quiet --digits 1

# Without the database

own_stack pg-stop >"$scratch/up" 2>&1
is 'without the database the key is carried on' "$(key_of "$(get "answer?key=$sent_new&call_id=away&$from")")" "$sent_new"
own_stack pg-start >"$scratch/up" 2>&1
stored() { for ((i = 0; i < 100; i++)); do [[ $(sql "SELECT count(*) FROM ivr.answers WHERE call_id = 'away'" 2>/dev/null) == 1 ]] && return; sleep 0.1; done; return 1; }
ok 'the answer is stored later' stored

# Where it stands: nowhere

seen='sesame|7654321'
is 'a stored answer is whole but for the key' \
    "$(sql "SELECT response #>> '{actions,-1,url}' FROM ivr.answers WHERE call_id = 'rot' AND step = 1")" "$IVR_URL/route-menu?call_id=rot&step=1"
is 'nothing in the schema holds a key' "$(pg_dump --schema=ivr --inserts | grep -c sesame)" 0
is 'while the caller is there' "$(sql "SELECT DISTINCT from_number FROM ivr.answers WHERE call_id = 'rot'")" "+1$number"
is 'the journey and the script of a replay hold none' \
    "$(sql "SELECT to_jsonb(j)::text FROM ivr.journey AS j; SELECT ivr.replay_script('rot')" | grep -c sesame)" 0

# Nor in a log, when all is well, when a request goes wrong, and when no program is there

trouble() { cut -d' ' -f2- "$stack/log/nginx-minivoice.log" 2>/dev/null | sed -E 's/seconds="[^"]*" length=[0-9]* //' | sort | uniq -c | sed 's/^ *//' | sort; }
queries="key=$sent_new&call_id=log&$from"
is 'while all is well nginx has nothing to tell' "$(: >"$stack/log/nginx-minivoice.log"; get "answer?$queries" >/dev/null; trouble)" ''
head -c 1200000 /dev/zero | tr '\0' x >"$scratch/large"
get "route-menu?$queries" --data-binary "@$scratch/large" >/dev/null
is 'a body that is too large: the caller hears something' "$(status) $(header x-ivr-fallback)" '200 static'
mapfile -t pids < <(own_stack pids | awk '$1 == "answer" {print $2}')
kill -STOP "${pids[@]}"
get "answer?$queries" >/dev/null
kill -CONT "${pids[@]}"
is 'a program that is silent: the caller hears something' "$(status) $(header x-ivr-fallback)" '200 static'
for name in answer route-menu department webhook; do own_stack workers-stop $name >"$scratch/up" 2>&1; done
for name in answer route-menu department; do
    get "$name?$queries" >/dev/null
    is "$name is not there: the caller hears something" "$(status) $(header x-ivr-fallback)" '200 static'
    get "$name?$queries" -d "$queries" -H "Referer: https://example.com/" >/dev/null
    get "$name/$sent_new/1$number?$queries" >/dev/null
    get "$sent_new/1$number/$name?$queries" >/dev/null
done
get "webhook?$queries" -d '{}' >/dev/null
is 'and the platform is told to come again' "$(status)" 503
tries=$(printf '502, %.0s' {1..15})502
is 'nginx tells all of it, a line each' "$(trouble)" "$(sort <<END
2 answer upstream="$tries" status=200
1 answer upstream="504" status=200
2 department upstream="$tries" status=200
1 route-menu upstream="-" status=200
2 route-menu upstream="$tries" status=200
1 webhook upstream="$tries" status=503
END
)"
is 'no log holds the key or the caller' "$(grep -lE "$seen" "$stack"/log/*)" ''
ok 'though the programs log every request' grep -q 'program=answer .*call=rot' "$stack/log/answer.log"

# The same behind Apache, which is asked to tell everything

apache_level=debug
for drop_in in minivoice-apache minivoice-apache-cgi; do
    ok "Apache starts with $drop_in.conf" start_apache $drop_in.conf
    rm -f "$site"/lib/{answer,route-menu,department,webhook}
    for path in "answer?$queries" "route-menu?$queries" "answer/$sent_new/1$number?$queries" "$sent_new/1$number/answer?$queries"; do
        (IVR_URL=http://127.0.0.1:$apache_port/minivoice; get "$path" >/dev/null; get "$path" -d "$queries" >/dev/null)
    done
    (IVR_URL=http://127.0.0.1:$apache_port/minivoice; get "answer?$queries" >/dev/null)
    is 'no program is there: the caller hears something' "$(status) $(header x-ivr-fallback)" '200 static'
    is 'the log of these requests tells it' "$(grep -cE ' GET answer (404|503) 200 [0-9]+$' "$site/minivoice.log")" 2
    is 'and no log of Apache holds the key or the caller' "$(grep -hE "$seen" "$site"/*.log)" ''
    ok 'though the error log tells what is wrong' grep -qE 'answer.sock|lib/answer' "$site/error.log"
    stop_apache
done
done_testing
