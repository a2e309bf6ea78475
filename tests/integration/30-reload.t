#!/bin/bash
# The settings file, and minivoice-ctl: what it starts, stops and tells; a reload brings what is new and loses nothing, and
# refuses what is wrong.
. tests/integration/lib.bash

with_own_stack
state=$(dirname "$PGHOST")
export PORT=$own_port

# Under load
is 'five reloads under load, each with another program, secret, key and configuration, lose nothing' \
    "$(SENDER_SECONDS=8 tests/reloads 5 120 program secret key configuration 2>&1 | grep -E '^(rounds|wrong|static)|reloads:' | tr '\n' ' ')" \
    'rounds=5 wrong=0 static=0 '

# An instance of our own
owner=$(stat -c %U "$state/db")
for program in answer route-menu department webhook; do own_stack workers-stop "$program"; done
export MINIVOICE_PROGRAMS=$state/programs MINIVOICE_SETTINGS=$state/mine.env MINIVOICE_RUN=$state/sock MINIVOICE_LOG=$state/log
export MINIVOICE_USER=$owner MINIVOICE_GROUP
MINIVOICE_GROUP=$(id -gn "$owner")
mkdir -p "$MINIVOICE_PROGRAMS"
install -m 755 "$build"/{answer,route-menu,department,webhook} "$MINIVOICE_PROGRAMS"
ctl() { nginx/minivoice-ctl "$@" >"$scratch/out" 2>"$scratch/err"; }
exit_of() { "$@"; echo $?; }

# settings NAME=VALUE...: these, and what is needed.
settings() {
    printf '%s\n' "PGHOST=$PGHOST" PGUSER=ivr_app "PGDATABASE=$PGDATABASE" '' '# a comment' "IVR_PUBLIC_URL='$IVR_URL'" \
        "IVR_WEBHOOK_SECRET=\"$IVR_WEBHOOK_SECRET\"" "$@" >"$MINIVOICE_SETTINGS"
    chmod "${mode:-600}" "$MINIVOICE_SETTINGS"
    ((EUID)) || chown "$owner" "$MINIVOICE_SETTINGS"
}

# The life of it
settings
is 'nothing runs: status says so (3)' "$(exit_of ctl status) $(grep -c 'does not run' "$scratch/out")" '3 4'
is 'there is nothing to reload (7)' "$(exit_of ctl reload)" 7
is 'start' "$(exit_of ctl start)" 0
is 'once more is no fault' "$(exit_of ctl start) $(grep -c 'runs already' "$scratch/out")" '0 4'
is 'status: all run (0)' "$(exit_of ctl status)" 0
is 'of each one serves and one stands by' "$(grep -c ' serves since ' "$scratch/out") $(grep -c ' stands by since ' "$scratch/out")" '4 4'
ok 'callers are answered' grep -q redirect <<<"$(get 'answer?call_id=ctl-1')"
is 'one program alone is stopped' "$(exit_of ctl stop department) $(cat "$scratch/out")" '0 department: stopped'
is 'status of all is then 3' "$(exit_of ctl status)" 3
is 'of the others 0' "$(exit_of ctl status answer webhook)" 0
ctl start department
is 'a word that is no program is refused (2)' "$(exit_of ctl reload anwser)" 2
is 'so is one that is no command' "$(exit_of ctl relaod)" 2
pids() { pgrep -f "^$MINIVOICE_PROGRAMS/" | sort | tr '\n' ' '; }
is 'nothing secret is in the environment that others see' \
    "$(for pid in $(pids); do tr '\0' '\n' <"/proc/$pid/environ"; done | grep -cE 'SECRET=|PGUSER|PUBLIC_URL')" 0
is 'nor anything of who called' "$(for pid in $(pids); do tr '\0' '\n' <"/proc/$pid/environ"; done | grep -c '^PGHOST\|^MINIVOICE_LOG')" 0

# A reload
before=$(pids)
settings IVR_ACCESS_KEY=sesame
ok 'status tells of settings that are newer' eval 'sleep 1; touch "$MINIVOICE_SETTINGS"; ctl status; grep -q "older settings: reload" "$scratch/out"'
is 'reload' "$(exit_of ctl reload)" 0
is 'no process is an old one' "$(comm -12 <(tr ' ' '\n' <<<"$before" | sort) <(pids | tr ' ' '\n' | sort) | tr -d '\n')" ''
get 'answer?call_id=ctl-2' >/dev/null
is 'the new key is asked for' "$(status)" 403
get 'answer?call_id=ctl-2&key=sesame' >/dev/null
is 'and opens' "$(status)" 200
cp "$MINIVOICE_PROGRAMS/webhook" "$scratch/webhook"
mv "$scratch/webhook" "$MINIVOICE_PROGRAMS/webhook"
ok 'status tells of a program that was replaced' eval 'ctl status webhook; grep -q "an older program: reload" "$scratch/out"'
ok 'and no more after a reload of it' eval 'ctl reload webhook; ctl status webhook; ! grep -q older "$scratch/out"'

# What is wrong is refused, and changes nothing
before=$(pids)
refused() {
    is "$1 is refused (6)" "$(exit_of ctl reload)" 6
    ok "with a word of $2" grep -q "$2" "$scratch/err"
    is 'and everybody stays' "$(pids)" "$before"
}
settings 'export IVR_THREADS=8'
refused 'a line that is none' "$MINIVOICE_SETTINGS line 8: is not NAME=VALUE"
settings LD_PRELOAD=/tmp/x.so
refused 'a name of others' 'line 8: LD_PRELOAD is not for these programs'
settings IVR_THREADS=0
refused 'a wrong setting' 'IVR_THREADS must be'
mode=644 settings
refused 'a secret that others may read' "$MINIVOICE_SETTINGS holds a secret and may be read by others: chmod 640"
mv "$MINIVOICE_SETTINGS" "$scratch/settings"
refused 'a missing file' "$MINIVOICE_SETTINGS: No such file"
is 'a start with it is refused too' "$(exit_of ctl restart answer)" 6
is 'and has stopped nothing' "$(pids)" "$before"
settings IVR_ACCESS_KEY=sesame
echo nonsense >"$MINIVOICE_PROGRAMS/answer.new"
chmod 755 "$MINIVOICE_PROGRAMS/answer.new"
mv "$MINIVOICE_PROGRAMS/answer.new" "$MINIVOICE_PROGRAMS/answer"
is 'a program that cannot run is refused' "$(exit_of ctl reload) $(pids)" "6 $before"
get 'answer?call_id=ctl-3&key=sesame' >/dev/null
is 'callers have noticed nothing' "$(status) $(header x-ivr-fallback)" '200 '
install -m 755 "$build/answer" "$MINIVOICE_PROGRAMS/answer"

# What dies
watcher=$(pgrep -f "^[^ ]*multiwatch .*$MINIVOICE_PROGRAMS/answer")
kill -KILL "$watcher"
sleep 0.2
is 'without its watcher a program does not count as running' "$(exit_of ctl status answer)" 3
is 'start clears up behind it' "$(exit_of ctl start answer) $(pgrep -fc "^$MINIVOICE_PROGRAMS/answer")" '0 2'
is 'more workers' "$(MINIVOICE_WORKERS=3 exit_of ctl restart answer) $(ctl status answer; grep -c 'stands by' "$scratch/out")" '0 2'
is 'are kept by a reload' "$(exit_of ctl reload answer) $(ctl status answer; grep -c 'stands by' "$scratch/out")" '0 2'
is 'stop' "$(exit_of ctl stop) $(pids)" '0 '
is 'leaves no socket' "$(find "$MINIVOICE_RUN" -name '*.sock' | wc -l)" 0
is 'and a second one is no fault' "$(exit_of ctl stop)" 0

# The file and plain CGI
settings
chown "$(id -un)" "$MINIVOICE_SETTINGS"
plain() { env -i PATH="$PATH" IVR_SETTINGS_FILE="$MINIVOICE_SETTINGS" REQUEST_METHOD=GET QUERY_STRING=call_id=ctl-cgi "$@" "$build/answer" 2>>"$scratch/cgi.log"; }
is 'plain CGI reads its settings there' "$(plain | body_of | json -r '.actions[-1].url')" "$IVR_URL/route-menu?call_id=ctl-cgi&step=1"
is 'what the environment has already wins' "$(plain IVR_PUBLIC_URL=https://example.com/x QUERY_STRING=call_id=ctl-env | body_of | json -r '.actions[-1].url')" \
    'https://example.com/x/route-menu?call_id=ctl-env&step=1'
plain IVR_SETTINGS_FILE=/nowhere >"$scratch/body"
is 'a file that is not there leaves a sentence (78)' "$? $(body_of <"$scratch/body" | json -r '.actions[0].say.text | length > 20')" '78 true'
done_testing
