# apache.bash: a real Apache of a test's own, with one of the project's drop-ins; included after lib.bash.
#
# start_apache DROP-IN starts it for the instance that PG* names; what it logs is in $site: error.log, and the two logs
# that the drop-in proposes, access.log and minivoice.log. apache_level is its LogLevel.

modules=/usr/lib/apache2/modules
[[ -x /usr/sbin/apache2 ]] || { echo '1..0 # SKIP apache2-bin is not installed'; exit 0; }
site=$scratch/site
apache_port=$((PORT + 2))
apache_level=warn

# What the programs read themselves where Apache starts them.
write_settings() {
    cat <<END
PGHOST=$PGHOST
PGPORT=$PGPORT
PGDATABASE=$PGDATABASE
PGUSER=ivr_app
IVR_PUBLIC_URL=http://127.0.0.1:$apache_port/minivoice
IVR_WEBHOOK_SECRET=$IVR_WEBHOOK_SECRET
END
}

# write_site DROP-IN: a server of its own with the drop-in, its paths replaced by ours.
write_site() {
    local stack
    stack=$(dirname "$PGHOST")
    mkdir -p "$site/lib/static" "$site/cache" "$site/fcgid"
    (umask 077 && write_settings >"$site/minivoice.env")
    cp "$build"/{answer,route-menu,department,webhook} "$site/lib/"
    cp nginx/*.asis "$site/lib/static/"
    {
        for module in mpm_event authz_core authz_host alias env setenvif proxy proxy_fcgi mime asis cgid reqtimeout; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        if [[ -e $modules/mod_qos.so ]]; then
            printf 'LoadFile %s\n' /usr/lib/*/libpcre.so.3 # Debian 12's package calls it and does not say so
            echo "LoadModule qos_module $modules/mod_qos.so"
        fi
        if [[ $1 == *-fcgid.conf ]]; then
            echo "LoadModule fcgid_module $modules/mod_fcgid.so"
            echo "FcgidIPCDir $site/fcgid"
            echo "FcgidProcessTableFile $site/fcgid/table"
            sed -n 's/^# *\(FcgidSpawnScoreUpLimit\|FcgidMaxProcesses \)/\1/p' "nginx/$1"
        fi
        cat <<END
ServerName 127.0.0.1
Listen 127.0.0.1:$apache_port
ServerRoot $site
DefaultRuntimeDir $site
PidFile $site/pid
ErrorLog $site/error.log
LogLevel $apache_level
LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" combined
TypesConfig /dev/null
ScriptSock $site/cgid.sock
ThreadsPerChild 64
MaxRequestWorkers 128
User $(stat -c %U "$stack/sock")
Group $(stat -c %G "$stack/sock")
END
        # shellcheck disable=SC2016  # Apache's variable
        sed -n -e 's/^# *CustomLog/CustomLog/' -e "s#\${APACHE_LOG_DIR}#$site#p" nginx/minivoice-apache.conf
        sed -e "s#/etc/minivoice/minivoice.env#$site/minivoice.env#; s#/var/cache/minivoice#$site/cache#" \
            -e "s#/run/minivoice/#$stack/sock/#g" -e "s#/usr/lib/minivoice#$site/lib#g" \
            -e "s#SetEnv PGHOST .*#SetEnv PGHOST $PGHOST#" -e "s#SetEnv PGDATABASE .*#SetEnv PGDATABASE $PGDATABASE#" \
            -e "s#SetEnv PGPASSFILE .*#SetEnv PGPORT $PGPORT#" \
            -e "s#SetEnv IVR_PUBLIC_URL .*#SetEnv IVR_PUBLIC_URL http://127.0.0.1:$apache_port/minivoice#" \
            -e "s#SetEnv IVR_WEBHOOK_SECRET .*#SetEnv IVR_WEBHOOK_SECRET $IVR_WEBHOOK_SECRET#" \
            "nginx/$1"
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
