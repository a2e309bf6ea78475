#!/bin/bash
# Questions that are signed, should the platform do that: what a signature is worth is kept, and asked for where wanted.
. tests/integration/lib.bash

expect_all='good,missing,missing,malformed,wrong,no_time,stale,future'
now=$(date +%s)
# asked CALL TIMESTAMP SIGNATURE [CURL OPTION...]: asks answer with these headers; an empty one is not sent.
asked() {
    local call=$1 headers=()
    [[ -z $2 ]] || headers+=(-H "X-MiniVoice-Timestamp: $2")
    [[ -z $3 ]] || headers+=(-H "X-MiniVoice-Signature: $3")
    get "answer?call_id=$call" "${headers[@]}" "${@:4}" >/dev/null
    status
}
worth() { sql "SELECT coalesce(signature, 'null') FROM ivr.answers WHERE call_id = '$1'"; }
rejected() { sql "SELECT reason, http_status, detail FROM ivr.rejected_requests ORDER BY rejected_id DESC LIMIT 1"; }

# By default it is only kept

is 'a question without a signature is answered' "$(asked q-none '' '')" 200
is 'and nothing is kept of one' "$(worth q-none)" null
is 'a signed GET is answered: its body is empty' "$(asked q-1 "$now" "v1=$(sign "$now" '')")" 200
asked q-2 "$now" '' >/dev/null
asked q-3 '' "v1=$(sign "$now" '')" >/dev/null
asked q-4 "$now" "v2=$(sign "$now" '')" >/dev/null
is 'a wrong one is answered too' "$(asked q-5 "$now" "v1=$(sign "$now" 'another body')")" 200
asked q-6 soon "v1=$(sign soon '')" >/dev/null
asked q-7 $((now - 90000)) "v1=$(sign $((now - 90000)) '')" >/dev/null
asked q-8 $((now + 900)) "v1=$(sign $((now + 900)) '')" >/dev/null
is 'what each was worth is kept' \
    "$(sql "SELECT string_agg(signature, ',' ORDER BY call_id) FROM ivr.answers WHERE call_id ~ '^q-[1-8]$'")" "$expect_all"
is 'a signed POST is good, over its body as it came' "$(asked q-post "$now" "v1=$(sign "$now" 'CallId=x&a=b')" -d 'CallId=x&a=b') $(worth q-post)" '200 good'
get 'route-menu?call_id=q-1&step=1&digits=1' -H "X-MiniVoice-Timestamp: $now" -H 'X-MiniVoice-Signature: v1=00' >/dev/null
is 'a redirect is judged as well' "$(sql "SELECT string_agg(signature, ',' ORDER BY step) FROM ivr.answers WHERE call_id = 'q-1'")" 'good,malformed'
is 'nobody was refused' "$(sql "SELECT count(*) FROM ivr.rejected_requests WHERE reason = 'signature' AND endpoint <> 'webhook'")" 0
is 'the journey tells what was not good' \
    "$(sql "SELECT substring(words FROM 'the signature.*') FROM ivr.journey WHERE call_id = 'q-6'")" 'the signature of the question was not good: no time'
is 'and of the rest nothing' "$(sql "SELECT count(*) FROM ivr.journey WHERE call_id IN ('q-none', 'q-post') AND words ~ 'signature'")" 0
ok 'the log tells it' grep -q 'call=q-7 .*signature=stale' "$(dirname "$PGHOST")/log/answer.log"
is 'as plain CGI' "$(cgi answer call_id=q-cgi IVR_WEBHOOK_SECRET="$IVR_WEBHOOK_SECRET" HTTP_X_MINIVOICE_TIMESTAMP="$now" HTTP_X_MINIVOICE_SIGNATURE="v1=$(sign "$now" '')" >/dev/null; worth q-cgi)" good
is 'without a secret nothing is judged' "$(cgi answer call_id=q-bare HTTP_X_MINIVOICE_TIMESTAMP="$now" HTTP_X_MINIVOICE_SIGNATURE=v1=00 IVR_WEBHOOK_SECRET= >/dev/null; worth q-bare)" null

# Where it is asked for

with_own_stack IVR_REQUIRE_SIGNED_QUESTIONS=1 IVR_WEBHOOK_SECRET='old-secret new-secret' IVR_ACCESS_KEY=sesame
SECRET=new-secret
ask() { asked "$1&key=sesame" "${@:2}"; }
is 'a question without a signature is refused' "$(ask r-none '' '')" 403
is 'and kept with the reason' "$(rejected)" 'signature|403|a signature header is missing'
is 'so is a wrong one' "$(ask r-wrong "$now" "v1=$(sign "$now" x)") $(rejected)" '403 signature|403|the signature fits none of the secrets'
is 'and one that is too old' "$(ask r-stale $((now - 90000)) "v1=$(sign $((now - 90000)) '')")" 403
is 'a good one is answered' "$(ask r-good "$now" "v1=$(sign "$now" '')") $(worth r-good)" '200 good'
is 'by any of the secrets' "$(SECRET=old-secret; ask r-old "$now" "v1=$(sign "$now" '')") $(worth r-old)" '200 good'
is 'an answer that was given before is not given to anybody' "$(ask r-good '' '')" 403
is 'the access key comes first' "$(asked r-good "$now" "v1=$(sign "$now" '')") $(rejected)" '403 access key|403|missing'
is 'a refused body may hold the right key, and is not kept' \
    "$(asked r-body "$now" v1=00 -d key=sesame) $(sql "SELECT length(raw), raw_length FROM ivr.rejected_requests ORDER BY rejected_id DESC LIMIT 1")" '403 0|10'
is 'nothing of the refused is an answer' "$(sql "SELECT string_agg(call_id, ',' ORDER BY call_id) FROM ivr.answers WHERE call_id LIKE 'r-%'")" 'r-good,r-old'
own_stack pg-stop >"$scratch/up" 2>&1
is 'without the database they are refused too' "$(ask r-none '' '') $(ask r-away "$now" "v1=$(sign "$now" '')")" '403 200'
own_stack pg-start >"$scratch/up" 2>&1
stored() { for ((i = 0; i < 100; i++)); do [[ $(worth r-away 2>/dev/null) == good ]] && return; sleep 0.1; done; return 1; }
ok 'and what the answered one was worth is stored later' stored
is 'signatures cannot be required without a secret: callers hear something, and the log says why' \
    "$(cgi answer '' IVR_REQUIRE_SIGNED_QUESTIONS=1 IVR_WEBHOOK_SECRET= | body_of | json -r '.actions[0] | keys[0]') $(grep -c 'needs IVR_WEBHOOK_SECRET' "$scratch/cgi.log")" 'say 1'
done_testing
