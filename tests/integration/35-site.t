#!/bin/bash
# nginx's example of a whole site, as an admin would use it: https with a certificate of one's own, http sent on, one line of
# JSON a request that holds nothing secret.
. tests/integration/lib.bash

stack=$(dirname "$PGHOST")
http=$((PORT + 3))
https=$((PORT + 4))
user=$(stat -c %U "$stack/sock")
expect='1=+15551230011,2=+15551230012,none=+15551230010'
folder=$scratch/nginx
log=$folder/minivoice-access.log

# write_site: the example, its name, certificate, ports and paths replaced, in a server of our own.
write_site() {
    mkdir -p "$folder/etc"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
    for file in nginx/minivoice-{upstreams,locations}.conf nginx/minivoice-site.conf.example; do
        sed -e "s#/etc/minivoice/nginx/#$folder/etc/#; s#/run/minivoice/#$stack/sock/#; s#/var/log/nginx/#$folder/#" \
            -e "s#listen 80;#listen 127.0.0.1:$http;#; s#listen 443 ssl;#listen 127.0.0.1:$https ssl;#; /listen \\[::\\]/d" \
            -e "s#/etc/letsencrypt/.*/fullchain.pem#$folder/cert.pem#; s#/etc/letsencrypt/.*/privkey.pem#$folder/key.pem#" \
            -e "s#ivr.example.com#localhost#" "$file" >"$folder/etc/${file##*/}"
    done
    {
        ((EUID != 0)) || echo "user $user;"
        echo "pid $folder/pid; error_log $folder/error.log; events { worker_connections 4096; }"
        echo "http { access_log off; client_body_temp_path $folder/t1; fastcgi_temp_path $folder/t2; proxy_temp_path $folder/t3;"
        echo "scgi_temp_path $folder/t4; uwsgi_temp_path $folder/t5; include $folder/etc/minivoice-site.conf.example; }"
    } >"$folder/nginx.conf"
    chmod 755 "$scratch" "$folder"
}
nginx_with() { nginx -p "$folder/" -c "$folder/nginx.conf" -e "$folder/error.log" "$@"; }
trap 'nginx_with -s stop 2>/dev/null; finish' EXIT

write_site
ok 'nginx -t has nothing against it' nginx_with -t
is 'not even a warning' "$(grep -c warn "$scratch/said")" 0
ok 'nginx starts with it' nginx_with

export CURL_CA_BUNDLE=$folder/cert.pem
IVR_URL=https://localhost:$https/minivoice
is 'a caller is answered over https' "$(get 'answer?call_id=by-https&key=secret-key&from=%2B15551239876' | json -r '.actions[1].type')" redirect
is 'an event is stored' "$(post_event '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"by-https"},"data":{}}')" '{"status":"stored"}'
for program in answer route-menu department webhook; do
    is "$program says how it is" "$(get "healthz/$program" | json -r .status)" ok
done
is 'any other name is not there' "$(get nothing >/dev/null; status)" 404
is 'nor anything beside /minivoice/' "$(curl -s -o "$scratch/body" -w '%{http_code}' "https://localhost:$https/")" 404
is 'http is sent on to https' "$(curl -s -o "$scratch/body" -w '%{http_code} %{redirect_url}' "http://localhost:$http/minivoice/answer?a=b")" \
    '301 https://localhost/minivoice/answer?a=b'
ok 'old TLS is refused' bash -c "! curl -s --tls-max 1.1 'https://localhost:$https/'"
ok '20 calls over https' "$sim" --quiet --calls 20 --parallel 4 --created-at ms --expect "$expect" --digits 1/2/9,1/-

sleep 0.2
ok 'each line of the log is JSON' jq -e .time "$log"
is 'with the endpoint and the status' "$(jq -c 'select(.endpoint == "webhook") | [.method, .status, .upstream_status]' "$log" | sort -u)" '["POST",200,"200"]'
is 'each request has one' "$(jq -c 'select(.endpoint == "answer")' "$log" | wc -l)" 21
is 'it holds no key, no call, no number' "$(grep -cE 'secret-key|by-https|1555|call_id' "$log")" 0
is 'without a wish for it none is written' "$(wc -l <"$stack/log/nginx-minivoice-access.log")" 0
nginx_with -s stop
sleep 0.3
done_testing
