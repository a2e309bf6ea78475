#!/bin/bash
# The same programs behind a real Apache: over FastCGI, and as plain CGI, with the drop-ins of the project.
. tests/integration/lib.bash

modules=/usr/lib/apache2/modules
[[ -x /usr/sbin/apache2 ]] || { echo '1..0 # SKIP apache2-bin is not installed'; exit 0; }
expect='1=+15551230011,2=+15551230012,none=+15551230010'
site=$scratch/site
apache_port=$((PORT + 2))
stack=$(dirname "$PGHOST")

# write_site DROP-IN: a server of its own with the drop-in, its paths replaced by ours.
write_site() {
    mkdir -p "$site/lib/static"
    cp "$build"/{answer,route-menu,department,webhook} "$site/lib/"
    cp nginx/*.asis "$site/lib/static/"
    {
        for module in mpm_event authz_core alias env setenvif proxy proxy_fcgi mime asis cgid reqtimeout; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        cat <<END
ServerName 127.0.0.1
Listen 127.0.0.1:$apache_port
ServerRoot $site
DefaultRuntimeDir $site
PidFile $site/pid
ErrorLog $site/error.log
TypesConfig /dev/null
ScriptSock $site/cgid.sock
ThreadsPerChild 64
MaxRequestWorkers 128
User $(stat -c %U "$stack/sock")
Group $(stat -c %G "$stack/sock")
END
        sed -e "s#/run/minivoice/#$stack/sock/#g" -e "s#/usr/lib/minivoice#$site/lib#g" \
            -e "s#SetEnv PGHOST .*#SetEnv PGHOST $PGHOST#" -e "s#SetEnv PGDATABASE .*#SetEnv PGDATABASE $PGDATABASE#" \
            -e "s#SetEnv PGPASSFILE .*#SetEnv PGPORT $PGPORT#" \
            -e "s#SetEnv IVR_PUBLIC_URL .*#SetEnv IVR_PUBLIC_URL http://127.0.0.1:$apache_port/minivoice#" \
            -e "s#SetEnv IVR_WEBHOOK_SECRET .*#SetEnv IVR_WEBHOOK_SECRET $IVR_WEBHOOK_SECRET#" \
            -e "s#SetEnv IVR_SPOOL_DIR .*#SetEnv IVR_SPOOL_DIR $site/spool#" \
            -e "s#SetEnv IVR_SETTINGS_CACHE .*#SetEnv IVR_SETTINGS_CACHE $site/settings.json#" "nginx/$1"
    } >"$site/httpd.conf"
    chmod 755 "$scratch"
    chown -R "$(stat -c %U "$stack/sock")" "$site"
}

start_apache() {
    write_site "$1"
    /usr/sbin/apache2 -f "$site/httpd.conf" -k start
    for ((i = 0; i < 50; i++)); do
        curl -s -o "$scratch/body" "http://127.0.0.1:$apache_port/" && return
        sleep 0.1
    done
    return 1
}

stop_apache() {
    /usr/sbin/apache2 -f "$site/httpd.conf" -k stop
    for ((i = 0; i < 50; i++)); do [[ -e $site/pid ]] || break; sleep 0.1; done
    cat "$site/error.log" >>"$scratch/apache.log"
    rm -rf "$site"
}
trap 'stop_apache 2>/dev/null; finish' EXIT

url=http://127.0.0.1:$apache_port/minivoice
event() { printf '{"event":"call.created","created_at":"2026-05-29T12:10:00Z","call":{"id":"%s"},"data":{}}' "$1"; }
calls() { "$sim" --quiet --url "$url" --created-at ms --expect "$expect" --digits 1/2/9,1 "$@"; }

ok 'Apache starts with the FastCGI drop-in' start_apache minivoice-apache.conf
ok '100 calls behind Apache over FastCGI' calls --calls 100 --parallel 20
for carry in form json header; do
    ok "call id in $carry, digits by webhook 100 ms later" calls --calls 6 --carry "$carry" --method POST --digits-in webhook --gathered-delay 100
done
is 'a chunked event is stored' "$(IVR_URL=$url; post_event "$(event chunked)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
tests/integration/drip "127.0.0.1:$apache_port" /minivoice/webhook 64 1 7 >"$scratch/drip" &
sleep 5
ok 'while 64 bodies drip in: 20 calls' calls --calls 20 --parallel 4
wait
ok 'every one of them was ended' test "$(sed -n 's/^ended //p' "$scratch/drip")" -ge 64
sed -i 's#answer.sock#nowhere.sock#; s#webhook.sock#nowhere.sock#' "$site/httpd.conf"
/usr/sbin/apache2 -f "$site/httpd.conf" -k graceful
sleep 1
IVR_URL=$url
is 'no program there: the caller still gets a valid list' "$(get answer | json -r '.actions[0].say.text | length > 20')" true
is 'with status 200' "$(status)" 200
get webhook -d x >/dev/null
is 'and events are asked for again' "$(status) $(header retry-after)" '503 5'
stop_apache

ok 'Apache starts with the plain CGI drop-in' start_apache minivoice-apache-cgi.conf
ok '20 calls as plain CGI' calls --calls 20 --parallel 4
ok 'digits by webhook 300 ms later' calls --calls 3 --digits-in webhook --gathered-delay 300
ok 'unsigned events are refused' "$sim" --quiet --url "$url" --signature none --digits 1
is 'a chunked event is stored' "$(post_event "$(event chunked-cgi)" -H 'Transfer-Encoding: chunked')" '{"status":"stored"}'
done_testing
