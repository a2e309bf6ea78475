#!/bin/bash
# The JSON of both documents, to the key.
. tests/integration/lib.bash

simple='{"actions":[{"gather":{"prompt":"Press 1 for sales or 2 for support.","num_digits":1,"timeout_seconds":5,"finish_on_key":"#"}},{"type":"redirect","url":"https://example.com/minivoice/route-menu"}]}'
transfer='{"actions":[{"gather":{"prompt":"Press 1 for billing or 2 for technical support.","num_digits":1,"timeout_seconds":7}},{"type":"redirect","url":"https://example.com/minivoice/department"}]}'

with_own_stack IVR_PUBLIC_URL=https://example.com/minivoice

is 'answer gives the actions of Simple IVR' "$(get answer | json .)" "$(json . <<<"$simple")"
is 'with status 200' "$(status)" 200
is 'as application/json' "$(header content-type)" application/json
is 'answer?menu=department gives the actions of Gather And Transfer' \
    "$(get 'answer?menu=department' | json .)" "$(json . <<<"$transfer")"
is 'a POST is answered like a GET' "$(get answer -X POST | json .)" "$(json . <<<"$simple")"
is 'the order of keys is that of the document' "$(get answer)" "$simple"
is 'with a call id the redirect carries call id and step' \
    "$(get 'answer?call_id=call_20260529T121000.123456789' | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=call_20260529T121000.123456789&step=1'
is 'the same call asked again gets the same answer' \
    "$(get 'answer?call_id=call_20260529T121000.123456789' | json -r '.actions[1].url')" \
    'https://example.com/minivoice/route-menu?call_id=call_20260529T121000.123456789&step=1'
is 'an unknown menu is answered with the main one' "$(get 'answer?menu=nonsense' | json .)" "$(json . <<<"$simple")"
is '1 in the main menu is sales' "$(get 'route-menu?digits=1')" \
    '{"actions":[{"type":"transfer","destination":"+15551230011"}]}'
is '2 in the main menu is support' "$(get 'route-menu?digits=2')" \
    '{"actions":[{"type":"transfer","destination":"+15551230012"}]}'
is '1 in the department menu is billing' "$(get 'department?digits=1')" \
    '{"actions":[{"type":"transfer","destination":"+15551230013"}]}'
is '2 in the department menu is technical support' "$(get 'department?digits=2')" \
    '{"actions":[{"type":"transfer","destination":"+15551230014"}]}'
is 'neither call id nor digits is the fallback: nobody else'"'"'s digit is guessed' "$(get route-menu)" \
    '{"actions":[{"type":"transfer","destination":"+15551230010"}]}'

event='{"event":"call.completed","created_at":"2026-05-29T12:10:00Z","call":{"id":"call_123","customer_id":"cust_123","application_id":"app_123","status":"completed","direction":"inbound","from":"+15551230001","to":"+15551230002"},"variables":{},"data":{}}'
is 'the documents'"'"' webhook is stored' "$(post_event "$event")" '{"status":"stored"}'
is 'and closes its call' "$(sql "SELECT current_step, status, application_id, customer_id, direction, from_number, to_number
                                 FROM ivr.calls WHERE call_id = 'call_123'")" \
    'completed|completed|app_123|cust_123|inbound|+15551230001|+15551230002'
done_testing
