#!/bin/bash
# What the webhook takes, refuses, and keeps.
. tests/integration/lib.bash

body() { printf '{"event":"%s","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"variables":{},"data":%s}' "$@"; }
rejected() { sql "SELECT reason, http_status FROM ivr.rejected_requests ORDER BY rejected_id DESC LIMIT 1"; }

good=$(body call.created intake-1 '{}')
is 'an event is stored' "$(post_event "$good")" '{"status":"stored"}'
is 'with status 200' "$(status)" 200
is 'sent again it is known' "$(post_event "$good")" '{"status":"duplicate"}'
is 'and there once' "$(sql "SELECT count(*) FROM ivr.call_events WHERE call_id = 'intake-1'")" 1
is 'its raw bytes are those that were signed' \
    "$(sql "SELECT convert_from(raw, 'UTF8') FROM ivr.call_events WHERE call_id = 'intake-1'")" "$good"

ok 'unsigned events are refused' "$sim" --quiet --signature none --digits 1
is 'and kept with the reason' "$(rejected)" 'signature|401'
ok 'wrong signatures are refused' "$sim" --quiet --signature wrong --digits 1
ok 'signatures that are too old are refused' "$sim" --quiet --signature stale --digits 1
ok 'signatures from the future are refused' "$sim" --quiet --signature future --digits 1
is 'the details tell them apart' \
    "$(sql "SELECT string_agg(DISTINCT detail, '; ' ORDER BY detail) FROM ivr.rejected_requests WHERE reason = 'signature'")" \
    'a signature header is missing; the signature fits none of the secrets; the timestamp is in the future; the timestamp is too old'
for form in seconds ms rfc3339; do
    ok "a timestamp in $form is understood" "$sim" --quiet --signature-time "$form" --digits 1
done
is 'a body that was changed after signing is refused' \
    "$(now=$(date +%s); get webhook -d "$good " -H "X-MiniVoice-Timestamp: $now" -H "X-MiniVoice-Signature: v1=$(sign "$now" "$good")" >/dev/null; status)" 401

post_event 'this is no JSON' >/dev/null
is 'a signed body that is no JSON is acknowledged' "$(status)" 200
is 'and kept' "$(rejected)" 'not an event|200'
post_event '{"event":"call.created"}' >/dev/null
is 'so is an event without a call' "$(status) $(rejected)" '200 not an event|200'
for strange in '"\u0000"' '"\ud800"' 'NaN'; do
    call=strange-$RANDOM
    post_event "$(body call.created "$call" "{\"x\":$strange}")" >/dev/null
    is "an event with $strange in it is acknowledged" "$(status)" 200
    is 'and stored, without a payload' "$(sql "SELECT payload IS NULL, current_step FROM ivr.call_events JOIN ivr.calls USING (call_id) WHERE call_id = '$call'")" 't|created'
done

head -c 262000 /dev/zero | tr '\0' x >"$scratch/x"
post_event "$(body call.created intake-large "\"$(cat "$scratch/x")\"")" >/dev/null
is 'an event of almost 256 KiB is stored' "$(status)" 200
head -c 262200 /dev/zero | tr '\0' x >"$scratch/x"
printf '%s' "$(body call.created intake-larger "\"$(cat "$scratch/x")\"")" >"$scratch/larger"
get webhook --data-binary "@$scratch/larger" >/dev/null
is 'a larger one is too large' "$(status)" 413
is 'and the beginning of it is kept' "$(sql "SELECT reason, length(raw), raw_length > 262144 FROM ivr.rejected_requests ORDER BY rejected_id DESC LIMIT 1")" 'too large|4096|t'
get webhook >/dev/null
is 'events are sent by POST' "$(status) $(header allow)" '405 POST'

with_own_stack IVR_WEBHOOK_SECRET='old-secret new-secret'
SECRET=old-secret
post_event "$(body call.created rotate-1 '{}')" >/dev/null
is 'while a secret is changed, the old one is good' "$(status)" 200
SECRET=new-secret
post_event "$(body call.created rotate-2 '{}')" >/dev/null
is 'and the new one' "$(status)" 200
SECRET=other
post_event "$(body call.created rotate-3 '{}')" >/dev/null
is 'and no other' "$(status)" 401
unset SECRET
is 'without a secret the program does not start' \
    "$(printf '%s' "$good" | cgi webhook '' REQUEST_METHOD=POST CONTENT_LENGTH=${#good} IVR_WEBHOOK_SECRET= | head -1 | tr -d '\r')" \
    'Status: 503 Service Unavailable'
is 'unless that is wanted' \
    "$(printf '%s' "$good" | cgi webhook '' REQUEST_METHOD=POST CONTENT_LENGTH=${#good} IVR_WEBHOOK_SECRET= IVR_ALLOW_UNSIGNED=1 | body_of)" \
    '{"status":"stored"}'
done_testing
