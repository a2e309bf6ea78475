#!/bin/bash
# The binaries started by hand, as a web server starts plain CGI.
. tests/integration/lib.bash

is 'answer as plain CGI gives the actions of Simple IVR' "$(cgi answer '' | body_of)" \
    '{"actions":[{"gather":{"prompt":"Press 1 for sales or 2 for support.","num_digits":1,"timeout_seconds":5,"finish_on_key":"#"}},{"type":"redirect","url":"https://example.com/minivoice/route-menu"}]}'
is 'with its headers' "$(cgi answer '' | sed '/^\r*$/,$d' | tr -d '\r' | head -2 | tr '\n' ' ')" 'Status: 200 OK Content-Type: application/json '
is 'the call id may be in a form' \
    "$(printf 'CallId=cgi-1&Digits=' | cgi answer '' REQUEST_METHOD=POST CONTENT_LENGTH=20 | body_of | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=cgi-1&step=1'
is 'or in JSON' \
    "$(printf '{"call":{"id":"cgi-2"}}' | cgi answer '' REQUEST_METHOD=POST CONTENT_LENGTH=23 | body_of | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=cgi-2&step=1'
is 'more on standard input than CONTENT_LENGTH is not read' \
    "$(printf '{"call":{"id":"cgi-3"}}garbage' | cgi answer '' REQUEST_METHOD=POST CONTENT_LENGTH=23 | body_of | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=cgi-3&step=1'
is 'less is a broken body: events are refused' \
    "$(printf '{"event"' | cgi webhook '' REQUEST_METHOD=POST CONTENT_LENGTH=23 IVR_WEBHOOK_SECRET=s | head -1 | tr -d '\r')" 'Status: 400 Bad Request'
is 'and callers are answered all the same' \
    "$(printf 'x=' | cgi route-menu 'digits=2' REQUEST_METHOD=POST CONTENT_LENGTH=99 | body_of)" \
    '{"actions":[{"type":"transfer","destination":"+15551230012"}]}'
is 'without a database the last snapshot is used' \
    "$(cgi answer '' IVR_SETTINGS_CACHE="$scratch/settings" >/dev/null
       cgi answer 'call_id=x' IVR_SETTINGS_CACHE="$scratch/settings" PGHOST=/nowhere | body_of | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=x&step=1'
is 'without that the fallback destination' \
    "$(cgi answer '' PGHOST=/nowhere IVR_FALLBACK_DESTINATION=+15551230099 | body_of)" \
    '{"actions":[{"type":"transfer","destination":"+15551230099"}]}'
is 'without that a sentence' "$(cgi answer '' PGHOST=/nowhere | body_of | json -r '.actions[0].say.text | length > 20')" true
is 'misconfigured, callers still get a valid list' "$(cgi answer '' IVR_PUBLIC_URL= | body_of | json -r '.actions[0].say.text | length > 20')" true
ok 'and the log says what is wrong' grep -q 'IVR_PUBLIC_URL must be' "$scratch/cgi.log"
is 'every log line is one line of key=value pairs' "$(grep -cv '^time=[^ ]* program=[^ ]* ' "$scratch/cgi.log")" 0
is 'and holds no phone number' "$(grep -c '+1555' "$scratch/cgi.log")" 0

# The access key
key='IVR_ACCESS_KEY=open-sesame'
is 'with an access key, a request without it is forbidden' "$(cgi answer '' "$key" | head -1 | tr -d '\r')" 'Status: 403 Forbidden'
is 'and with a wrong one' "$(cgi route-menu 'key=open&digits=1' "$key" | head -1 | tr -d '\r')" 'Status: 403 Forbidden'
is 'which is kept' "$(sql "SELECT DISTINCT reason, http_status FROM ivr.rejected_requests WHERE endpoint = 'answer'")" 'access key|403'
is 'with the right one it is answered, and the redirect carries it on' \
    "$(cgi answer 'key=open-sesame&call_id=k' "$key" | body_of | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=k&step=1&key=open-sesame'

# Where the platform would not keep the query of a redirect
is 'IVR_REDIRECT_STATE=none makes the redirect bare' \
    "$(cgi answer 'call_id=bare' IVR_REDIRECT_STATE=none | body_of | json -r '.actions[1].url')" 'https://example.com/minivoice/route-menu'
is 'the call is then known by the id that the redirect tells' \
    "$(cgi route-menu '' HTTP_X_MINIVOICE_CALL_ID=bare IVR_REDIRECT_STATE=none IVR_GATHER_WAIT_MS=0 | body_of | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu'
is 'and its attempts are counted' "$(sql "SELECT string_agg(decision, ',' ORDER BY step) FROM ivr.answers WHERE call_id = 'bare'")" 'menu,no_input'
is 'without any call id a wrong digit is not asked again for ever' \
    "$(cgi route-menu 'digits=9' IVR_REDIRECT_STATE=none | body_of)" '{"actions":[{"type":"transfer","destination":"+15551230010"}]}'
done_testing
