#!/bin/bash
# minivoice-check: silent on a host that is right; on one that is broken in one thing it names that thing.
#
# One host is set up, and broken and repaired again and again: a private stack, with a settings file, and an nginx of its own
# that speaks TLS under a name.
. tests/integration/lib.bash

key='key-of-the-answer-url'
secret='secret-of-the-application'
number=+4930555019283
settings=(IVR_PUBLIC_URL=https://ivr.test/minivoice IVR_ACCESS_KEY="$key" IVR_WEBHOOK_SECRET="$secret"
    IVR_FALLBACK_DESTINATION="$number" IVR_GATHER_WAIT_MS=500)
with_own_stack "${settings[@]}"
start_again() { env PORT="$own_port" "${settings[@]}" nginx/private-stack up >"$scratch/up" 2>&1; }
state=$(dirname "$PGHOST")
owner=$(stat -c %U "$PGHOST")
host=$scratch/host
tls=$((PORT + 3))
sql "UPDATE ivr.departments SET destination = '+49305550192' || ascii(department)"

write_settings() {
    cat >"$host/minivoice.env" <<END
PGHOST=$PGHOST
PGDATABASE=minivoice
PGUSER=ivr_app
IVR_PUBLIC_URL=https://ivr.test/minivoice
IVR_WEBHOOK_SECRET=$secret
IVR_ACCESS_KEY=$key
IVR_FALLBACK_DESTINATION=$number
IVR_GATHER_WAIT_MS=500
IVR_SPOOL_DIR=$state/spool
END
    chmod 640 "$host/minivoice.env"
    chgrp "$(id -g "$owner")" "$host/minivoice.env"
}

write_web() {
    local part
    for part in upstreams locations; do
        sed -e "s|/run/minivoice/|$state/sock/|" -e "s|/var/log/nginx/|$host/log/|" "nginx/minivoice-$part.conf" >"$host/minivoice-$part.conf"
    done
    cat >"$host/nginx.conf" <<END
pid $host/run/pid;
error_log $host/log/error.log;
events { worker_connections 1024; }
http {
    access_log $host/log/access.log;
    client_body_temp_path $host/run/t1; fastcgi_temp_path $host/run/t2; proxy_temp_path $host/run/t3; scgi_temp_path $host/run/t4; uwsgi_temp_path $host/run/t5;
    include minivoice-upstreams.conf;
    server {
        listen 127.0.0.1:$tls ssl;
        server_name ivr.test;
        ssl_certificate $host/cert; ssl_certificate_key $host/cert.key;
        include $host/minivoice-l*.conf;
    }
}
END
}
as_owner() { (cd / && if ((EUID == 0)); then setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups -- "$@"; else "$@"; fi); }
web() { as_owner nginx -c "$host/nginx.conf" -e "$host/log/error.log" "$@"; }

chmod 755 "$scratch"
mkdir -p "$host"/{log,run}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ivr.test -keyout "$host/cert.key" -out "$host/cert" 2>/dev/null
write_settings
write_web
((EUID != 0)) || chown -R "$owner" "$host"/{log,run,nginx.conf,cert.key}
trap 'web -s stop 2>/dev/null; umount "$host/tmpfs" 2>/dev/null; finish' EXIT
web

# check OPTION...: what it says is in $scratch/found, and in $scratch/all with all that it ever said.
check() {
    nginx/minivoice-check --settings "$host/minivoice.env" --programs "$state/bin" --run "$state/sock" --user "$owner" \
        --web nginx --web-config "$host/nginx.conf" --web-user "$owner" --local "127.0.0.1:$tls" "$@" >"$scratch/found" 2>&1
    local status=$?
    cat "$scratch/found" >>"$scratch/all"
    return $status
}
# says STATUS ID WORDS: how the last one ended, and a line of it.
says() {
    cat "$scratch/found"
    [[ $ended == "$1" ]] && grep -E "^(fault|warning|unseen) $2: " "$scratch/found" | grep -qF -- "$3"
}
# names WHAT STATUS ID WORDS [OPTION...]: without the test call. What is broken in a part is told by that part alone, to be
# quick: that no other has anything against this host is tried before and after.
names() {
    check -q --no-call "${@:5}"
    ended=$?
    ok "$1" says "$2" "$3" "$4"
}
names_by_call() {
    check -q "${@:5}"
    ended=$?
    ok "$1" says "$2" "$3" "$4"
}
is_silent() { check -q "$@"; ended=$?; cat "$scratch/found"; [[ $ended == 0 && ! -s $scratch/found ]]; }
set_to() { sed -i "s|^$1=.*|$1=$2|" "$host/minivoice.env"; }

before=$(ls -A)

# --- a host that is right

ok 'a host that is right: nothing is said, and the exit status is 0' is_silent
check
is 'without -q it says so' "$? $(<"$scratch/found")" '0 all is well'
check --json
is 'as JSON there is nothing' "$? $(<"$scratch/found")" '0 '
ok 'nothing by HEAD alone' is_silent --no-call

# What the three calls left

id=$(sql 'SELECT call_id FROM ivr.test_calls ORDER BY begun_at DESC LIMIT 1')
is 'each call was played to its end' "$(sql "SELECT events, answers FROM ivr.test_call('$id')")" '2|2'
is 'the journey shows it' "$(sql "SELECT string_agg(what, ' ' ORDER BY line) FROM ivr.journey WHERE call_id = '$id'")" 'created menu:main transfer:sales completed'
is 'no view counts them' "$(sql "SELECT (SELECT count(*) FROM ivr.call_summary), (SELECT sum(calls) FROM ivr.today), (SELECT count(*) FROM ivr.questions),
    (SELECT count(*) FROM ivr.transfer_outcome), (SELECT count(*) FROM ivr.intake_problems), (SELECT count(*) FROM ivr.answer_problems)")" '0|0|0|0|0|0'

# --- the settings

sed -i '/IVR_PUBLIC_URL/d' "$host/minivoice.env"
names 'no IVR_PUBLIC_URL' 2 settings-wrong 'IVR_PUBLIC_URL must be the URL under which the platform reaches these programs' --only settings
write_settings
set_to IVR_PUBLIC_URL "https://ivr.example.com/minivoice"
names 'the URL of the example' 2 public-url-example 'still that of the example' --only settings
set_to IVR_PUBLIC_URL "http://ivr.test/minivoice"
names 'a URL without TLS' 2 public-url-http 'is not https' --only settings
write_settings
echo IVR_FALLBAK_DESTINATION=+4930555019283 >>"$host/minivoice.env"
names 'a name that nobody knows' 1 settings-unknown 'IVR_FALLBAK_DESTINATION is not known, and does nothing' --only settings
write_settings
set_to IVR_FALLBACK_DESTINATION +15551230099
names 'a placeholder as fallback' 1 fallback-placeholder 'IVR_FALLBACK_DESTINATION is a placeholder of the documents, where nobody answers' --only settings
write_settings
chmod 644 "$host/minivoice.env"
names 'settings that everybody may read' 2 settings-rights 'may be read by everybody on this host (mode 644)' --only settings
write_settings
set_to IVR_WEBHOOK_SECRET 'secret-of\\\\the-application'
names 'a backslash in the secret' 2 settings-wrong 'a secret must be printable ASCII, without a backslash' --only settings
set_to IVR_WEBHOOK_SECRET ''
names 'no secret' 2 settings-wrong 'IVR_WEBHOOK_SECRET is not set' --only settings
write_settings
set_to IVR_ACCESS_KEY ''
names 'no access key' 1 access-key-missing 'anybody may ask what a caller is answered' --only settings
set_to IVR_ACCESS_KEY "$secret"
names 'the secret as access key' 2 access-key-is-secret 'and the webhook secret are the same' --only settings
write_settings
echo 'what is this' >>"$host/minivoice.env"
names 'a line that is none' 2 settings-wrong 'is not NAME=VALUE' --only settings
mv "$host/minivoice.env" "$host/elsewhere"
names 'no settings file' 2 settings-missing 'there is no settings file' --only settings
write_settings

# --- the programs

mv "$state/bin/department" "$host/"
names 'a program is missing' 2 program-missing 'bin/department is not there'
mv "$host/department" "$state/bin/"
chmod 644 "$state/bin/department"
names 'a program cannot be executed' 2 program-not-executable 'bin/department cannot be executed'
mv "$state/bin/department" "$host/"
# shellcheck disable=SC2016
printf '#!/bin/sh\n[ "$1" = --check ] || echo "department (minivoice-cgi) 9.9.9"\n' >"$state/bin/department"
chmod 755 "$state/bin/department" "$host/department"
names 'a program of another version' 1 program-version 'department is version 9.9.9'
ok 'which is not the one that runs' says 1 program-old 'department runs in version'
mv "$host/department" "$state/bin/"

# --- the database

set_to PGDATABASE nowhere
names 'a database that is not there' 2 database-missing 'PostgreSQL has no database of the name that PGDATABASE gives (nowhere)' --only database
createdb empty
set_to PGDATABASE empty
names 'a database without the schema' 2 schema-missing 'the database empty has no schema ivr' --only database
set_to PGDATABASE minivoice
set_to PGUSER ivr_report
names 'a role without the rights' 2 database-rights 'may not use the schema ivr' --only database
set_to PGUSER ivr_app
newest=$(sql 'SELECT max(migration) FROM ivr.migrations')
sql "DELETE FROM ivr.migrations WHERE migration = $newest"
names 'a schema that is too old' 2 schema-old "these programs need $newest" --only database
sql "INSERT INTO ivr.migrations VALUES ($newest), (99)"
names 'a schema that is too new' 2 schema-new "the schema is of version 99, these programs know $newest" --only database
sql 'DELETE FROM ivr.migrations WHERE migration = 99'
cp "$state/db/pg_hba.conf" "$host/hba"
sed -i '1i local all ivr_app reject' "$state/db/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$scratch/said"
sleep 0.3
names 'the role may not log in' 2 database-login 'the programs may not log in' --only database
cat "$host/hba" >"$state/db/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$scratch/said"
sql 'ALTER DATABASE minivoice SET default_transaction_read_only = on'
names 'a database that takes nothing' 2 database-read-only 'it is a standby, or told to be read-only' --only database
PGOPTIONS='-c default_transaction_read_only=off' sql 'ALTER DATABASE minivoice RESET default_transaction_read_only'
if command -v faketime >/dev/null; then
    real=$(declare -f check)
    eval "${real//nginx\/minivoice-check/faketime -f +600s nginx/minivoice-check}"
    names 'a clock that is ten minutes off' 2 clock 'the clocks of this host and of the database are' --only database
    eval "$real"
else
    echo "ok $((++tests)) - a clock that is ten minutes off # SKIP faketime is not installed"
fi

# --- what is in it

sql 'CREATE TABLE public.options AS SELECT * FROM ivr.menu_options'
sql "DELETE FROM ivr.menu_options WHERE menu = 'main'"
names 'a menu without options' 2 configuration 'menu main has no options' --only database
sql "INSERT INTO ivr.menu_options SELECT * FROM public.options WHERE menu = 'main'"
sql "UPDATE ivr.departments SET destination = '+15551230011' WHERE department = 'sales'"
names 'a placeholder as destination' 1 configuration 'department sales sends callers to a placeholder, where nobody answers: +1555*****11' --only database
sql "UPDATE ivr.departments SET destination = '$number' WHERE department = 'sales'"
sql "UPDATE ivr.migrations SET applied_at = now() - interval '3 days'"
names 'a housekeeping that was never done' 1 housekeeping 'the housekeeping was never done' --only database
sql 'CALL ivr.housekeep()'
ok 'once done it is well' is_silent --only database
sql "UPDATE ivr.calls SET disposition = 'failed' WHERE call_id = '$id'"
names 'a call that somebody changed by hand' 2 drift '1 of the newest 500 calls are not what their log says' --only database
sql 'SELECT ivr.rebuild_calls()' >"$scratch/said"

# --- the disk

mkdir -p "$host/spool"
((EUID != 0)) || chown "$owner" "$host/spool"
set_to IVR_SPOOL_DIR "$host/spool"
chmod 500 "$host/spool"
names 'a spool that cannot be written' 2 spool-rights "$owner cannot write to $host/spool" --only disk
chmod 777 "$host/spool"
names 'a spool that everybody may write' 2 spool-rights 'may write to' --only disk
chmod 700 "$host/spool"
echo x >"$host/spool/aside"
names 'what could never be stored' 1 spool-aside 'holds what the database refused to take' --only disk
rm "$host/spool/aside"
echo x >"$host/spool/1-1.spool"
touch -d '5 minutes ago' "$host/spool/1-1.spool"
names 'what waits for the database' 1 spool-waiting 'that wait for the database for more than a minute: 1' --only disk
rm "$host/spool/1-1.spool"
if mkdir -p "$host/tmpfs" && mount -t tmpfs -o "size=1m,mode=700,uid=$(id -u "$owner")" tmpfs "$host/tmpfs" 2>"$scratch/said"; then
    set_to IVR_SPOOL_DIR "$host/tmpfs"
    names 'a disk that is nearly full' 2 spool-full 'the disk of the spool is full: 1 MiB are left' --only disk
    umount "$host/tmpfs"
else
    echo "ok $((++tests)) - a disk that is nearly full # SKIP nothing may be mounted here"
fi
set_to IVR_SPOOL_DIR ''
names 'no spool' 1 spool-none 'IVR_SPOOL_DIR is not set' --only disk
write_settings

# --- the configuration of nginx: it is only read

# mistake FILE SED WHAT STATUS ID WORDS
mistake() {
    sed -i "$2" "$host/$1"
    names "${@:3}" --only web
    write_web
    ((EUID != 0)) || chown "$owner" "$host/nginx.conf"
}
mistake minivoice-locations.conf 's/fastcgi_keep_conn off/fastcgi_keep_conn on/' 'connections that are kept' 2 web-keepalive 'fastcgi_keep_conn is on for answer'
mistake minivoice-upstreams.conf '0,/^}/s//    keepalive 8;\n}/' 'or kept by the upstream' 1 web-keepalive 'the upstream of answer has keepalive'
mistake minivoice-locations.conf 's/fastcgi_request_buffering on/fastcgi_request_buffering off/' 'bodies that are not collected' 2 web-buffering 'fastcgi_request_buffering is off for answer'
mistake minivoice-locations.conf 's/fastcgi_intercept_errors off/fastcgi_intercept_errors on/' 'answers that are replaced' 2 web-intercept 'nginx replaces what the program answers'
mistake minivoice-locations.conf '/error_page.*minivoice_unavailable/d' 'no last resort' 2 web-fallback-missing 'when answer does not answer, nginx gives callers an error instead of a sentence'
mistake minivoice-locations.conf 's/=503 @minivoice_come_again/=200 @minivoice_unavailable/' 'events that nobody stored are acknowledged' 2 web-webhook-page 'nginx acknowledges events that nobody has stored'
mistake minivoice-locations.conf "s|access_log .*if=.*|access_log $host/log/minivoice.log combined;|" 'a log with the query' 2 web-log-query 'nginx writes the query of answer, with the access key'
mistake minivoice-locations.conf 's|^    access_log .*if=.*||' 'or the log of the server' 2 web-log-query 'nginx writes the query of answer, with the access key'
mistake minivoice-upstreams.conf "s|^log_format minivoice '|&\$request_uri |" 'or the query in the format' 2 web-log-query 'nginx writes the query of answer, with the access key'
mistake minivoice-locations.conf 's|^    error_log /dev/null emerg;||' 'an error log with the query' 1 web-error-log 'whole request lines of answer'
mistake minivoice-locations.conf 's/fastcgi_read_timeout 5s/fastcgi_read_timeout 1s/' 'too little patience' 2 web-timeout 'nginx gives answer up after 1s'
mistake minivoice-upstreams.conf 's|sock/answer.sock|sock/anwser.sock|' 'another socket' 2 web-other-socket 'nginx asks for answer at'
mistake nginx.conf 's/1024/512/' 'few connections' 1 web-connections 'nginx has 512 worker_connections'
mistake nginx.conf '/minivoice-l/d; s|^    server {|    include minivoice-locations.conf;\n&|' 'the locations outside of the server block' 2 web-config 'must be included inside the server block'
mistake nginx.conf '/minivoice-upstreams/d' 'no upstreams' 2 web-config 'minivoice-upstreams.conf must be included too'
mistake nginx.conf 's/listen 127/lisen 127/' 'a word that nginx does not know' 2 web-config 'the configuration of nginx is broken: unknown directive "lisen"'

# --- by HTTP

mistake_while_running() {
    sed -i "$2" "$host/$1"
    web -s reload
    sleep 1
    names "${@:3}"
    write_web
    ((EUID != 0)) || chown "$owner" "$host/nginx.conf"
    web -s reload
    sleep 1
}
mistake_while_running nginx.conf '/minivoice-l/d' 'locations that are not included' 2 web-not-included 'nginx knows no /minivoice/answer'
ok 'which a call would meet' says 2 call-answer 'is not known to the web server (404)'
web -s stop
sleep 0.5
names 'no nginx' 2 web-down 'nginx does not run'
ok 'which a call would meet' says 2 url-unreachable 'does not answer'
web
set_to IVR_WEBHOOK_SECRET another-secret
names_by_call 'a secret that webhook does not have' 2 call-signature 'webhook refuses an event that is signed with the secret'
write_settings
set_to IVR_ACCESS_KEY another-key
names 'a key that the programs do not have' 2 call-answer 'answer refuses the access key'
write_settings
set_to IVR_PUBLIC_URL https://other.test/minivoice
names_by_call 'an address that the programs do not give' 2 call-redirect 'lead callers to another address than IVR_PUBLIC_URL'
write_settings
createdb -T minivoice second 2>"$scratch/said" || { createdb second; PGDATABASE=second psql -X -q -f sql/install.sql; }
set_to PGDATABASE second
names_by_call 'a database in which the programs do not write' 2 other-database 'has no connection to the database that'
write_settings
set_to IVR_PUBLIC_URL "https://localhost:$tls/minivoice"
public=$(declare -f check)
eval "${public//--local \"127.0.0.1:\$tls\"/}"
names 'a certificate that nobody knows' 2 url-certificate 'the certificate of https://localhost is not good'
eval "$public"
write_settings
is 'none of it is in a figure' "$(sql "SELECT (SELECT count(*) FROM ivr.call_summary), (SELECT sum(times) FROM ivr.intake_problems)")" '0|'

# --- the programs are not there

own_stack workers-stop webhook >"$scratch/up" 2>&1
rm -f "$state/sock/webhook.sock"
names 'no socket' 2 socket-missing 'webhook does not run'
ok 'which a call would meet' says 2 call-webhook 'events are not stored'
ok 'and the web server tells' says 2 health-silent 'webhook does not answer the web server'
as_owner perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1) or die $!' "$state/sock/webhook.sock"
names 'a socket that was left, and nobody listens' 2 socket-silent 'nobody listens at' --only sockets
rm -f "$state/sock/webhook.sock"
start_again
own_stack workers-stop answer >"$scratch/up" 2>&1
names 'no program for callers' 2 call-answer "callers hear the web server's last sentence"
start_again
if ((EUID == 0)); then
    chown root:root "$state/sock/answer.sock"
    names 'a socket of another group' 2 socket-rights "$owner, as whom the web server asks, may not connect to"
    chown "$owner" "$state/sock/answer.sock"
fi
ok 'repaired it is well again' is_silent
own_stack pg-stop >"$scratch/up" 2>&1
names_by_call 'no database' 2 database-down 'no PostgreSQL answers at'
ok 'of which the programs know' says 2 health-down 'it has no database'
check
is 'no call is played that could not be marked' "$(grep -c '^unseen call: no test call was played' "$scratch/found")" 1
own_stack pg-start >"$scratch/up" 2>&1

# --- Apache

well_again() { for ((i = 0; i < 40; i++)); do is_silent --no-call "$@" && return; sleep 0.5; done; cat "$scratch/found"; return 1; }
if [[ -x /usr/sbin/apache2 ]]; then
    . tests/integration/apache.bash
    trap 'web -s stop 2>/dev/null; umount "$host/tmpfs" 2>/dev/null; stop_apache 2>/dev/null; finish' EXIT
    write_settings
    start_apache minivoice-apache.conf >"$scratch/said" 2>&1
    cp "$site/httpd.conf" "$host/httpd.conf"
    behind_apache=(--web apache --web-config "$site/httpd.conf" --local "http://127.0.0.1:$apache_port")
    ok 'behind Apache it is well' well_again "${behind_apache[@]}"
    ok 'with a call' is_silent "${behind_apache[@]}"
    # apache_mistake SED WHAT STATUS ID WORDS
    apache_mistake() {
        sed -i "$1" "$site/httpd.conf"
        names "${@:2}" --only web "${behind_apache[@]}"
        cat "$host/httpd.conf" >"$site/httpd.conf"
    }
    apache_mistake 's/disablereuse=on//' 'Apache keeps connections' 2 web-keepalive 'Apache keeps connections to answer'
    apache_mistake '/^ *ErrorDocument.*unavailable/d' 'Apache has no last resort' 2 web-fallback-missing 'Apache gives callers an error instead of a sentence'
    apache_mistake 's/env=!minivoice//' 'Apache writes the queries' 2 web-log-query 'Apache writes the queries'
    apache_mistake 's/ProxyErrorOverride Off/ProxyErrorOverride On/' 'Apache replaces answers' 2 web-intercept 'Apache replaces what the programs answer'
    apache_mistake '/^ProxyPass/d' 'Apache knows nothing of it' 2 web-not-included 'Apache knows no /minivoice/answer'
    apache_mistake 's/^ProxyPass/ProxyPas/' 'Apache cannot read it' 2 web-config 'the configuration of Apache is broken'
    /usr/sbin/apache2 -f "$site/httpd.conf" -k stop
    for ((i = 0; i < 50; i++)); do [[ -e $site/pid ]] || break; sleep 0.1; done
    names 'no Apache' 2 web-down 'Apache does not run' --only web "${behind_apache[@]}"
fi

# --- how it tells

ok 'it is well again' well_again
set_to IVR_FALLBACK_DESTINATION +15551230099
check --json --no-call
is 'a warning alone is exit status 1' $? 1
is 'JSON is one object a finding' "$(jq -r '.level, .id, (.cause | length > 20), (.remedy | length > 20)' "$scratch/found" | tr '\n' ' ')" 'warning fallback-placeholder true true '
write_settings
is 'a wrong option is exit status 64' "$(nginx/minivoice-check --nonsense 2>"$scratch/said"; echo $?)" 64
is 'help tells each option' "$(nginx/minivoice-check -h | grep -cE -- '^  --(settings|only|programs|run|user|sql|web|web-config|web-user) ')" 9
cp nginx/minivoice-check "$host/check"
if ((EUID == 0)); then
    chmod 755 "$host/check"
    (cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups -- "$host/check" --settings "$host/minivoice.env" --programs "$state/bin" \
        --run "$state/sock" --user "$owner" --web none --no-call) >"$scratch/found" 2>&1
    ok 'who is not root is told what cannot be seen' grep -q '^unseen user: nobody is neither root nor' "$scratch/found"
    ok 'and where to look instead' grep -q 'Run this as root' "$scratch/found"
fi

# --- what it never says, and what it leaves

is 'it leaves no file where it was started' "$(ls -A)" "$before"
is 'all that it said holds no secret, no key and no whole number' "$(grep -nE "$secret|$key|another-secret|another-key|\+?[0-9]{9,}|5550192" "$scratch/all" | head -3)" ''
ok 'though it said much' test "$(wc -l <"$scratch/all")" -gt 100
sql "UPDATE ivr.test_calls SET begun_at = now() - interval '2 hours'"
sql 'CALL ivr.housekeep()'
is 'the housekeeping removes all of it' "$(sql 'SELECT (SELECT count(*) FROM ivr.calls), (SELECT count(*) FROM ivr.call_events), (SELECT count(*) FROM ivr.answers), (SELECT count(*) FROM ivr.rejected_requests)')" '0|0|0|0'
done_testing
