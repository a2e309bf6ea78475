# designs.bash: how each design is started and stopped, where it listens, what it runs, and where it stores.
#
# start NAME, stop NAME, url_port NAME, program_pids NAME, nginx_pid NAME, database NAME, tables NAME, missing NAME.
# ours is the private stack itself, which always runs; of the others only the one that is measured.

declare -A offset=([ours]=0 [go]=1 [node]=2 [php]=3 [python]=4 [nginx]=5 [echo]=6 [cgi]=7)
peers=' go node php python '

is_peer() { [[ $peers == *" $1 "* ]]; }
url_port() { echo $((port + ${offset[$1]})); }
database() { if is_peer "$1" || [[ $1 == pgbench ]]; then echo "bench_$1"; else echo minivoice; fi; }

# Arguments for psql: which tables hold the facts.
tables() {
    if is_peer "$1" || [[ $1 == pgbench ]]; then
        echo '-v events=events -v answers=answers -v calls=calls'
    else
        echo '-v events=ivr.call_events -v answers=ivr.answers -v calls=ivr.calls'
    fi
}

# missing NAME: says what keeps a design from running here, or nothing.
missing() {
    case $1 in
        go) [[ -x $build/bench-go ]] || echo 'golang-go and golang-github-jackc-pgx-v4-dev' ;;
        node) [[ -d build/bench-node/node_modules/fastify ]] || echo 'npm, or the packages fastify and pg' ;;
        php) [[ $(php_fpm) ]] || echo 'php-fpm, php-pgsql' ;;
        python)
            /usr/bin/python3 -c 'import gunicorn, psycopg, psycopg_pool' 2>/dev/null ||
                echo 'gunicorn, python3-psycopg, python3-psycopg-pool'
            ;;
        cgi) [[ -x /usr/sbin/apache2 ]] || echo 'apache2-bin' ;;
    esac
}

php_fpm() { printf '%s\n' /usr/sbin/php-fpm* | sort -V | tail -n 1 | grep -v '\*'; }

# --- nginx in front of the others: the style of the private stack, a server for each

prepare_designs() {
    local name
    mkdir -p "$work/nginx" "$work/log"
    sed "s|@WORK@|$work|g" "$bench/peers/nginx.conf" >"$work/nginx.conf"
    for name in "${!offset[@]}"; do
        sed -i "s|@PORT_$name@|$(url_port "$name")|g" "$work/nginx.conf"
    done
    cp -r "$bench/peers" "$work/"
    [[ ! -d build/bench-node ]] || cp -r build/bench-node/node_modules "$work/peers/node/"
    [[ ! -x $build/bench-echo ]] || cp "$build/bench-echo" "$work/"
    [[ ! -x $build/bench-go ]] || cp "$build/bench-go" "$work/"
    for name in go node php python pgbench; do
        psql -X -q -d postgres -c "CREATE DATABASE bench_$name"
        psql -X -q -d "bench_$name" -f "$bench/peers/schema.sql"
    done
    give_away "$work"
    chmod 700 "$work"
    as nginx -p "$work/nginx/" -c "$work/nginx.conf" -e "$work/log/nginx.log"
    trap 'stop_designs' EXIT
}

stop_designs() {
    local name
    for name in "${!running[@]}"; do stop "$name"; done
    [[ ! -s $work/nginx.pid ]] || kill -TERM "$(as cat "$work/nginx.pid")"
    stacks_down
}

nginx_pid() {
    case $1 in
        ours) as cat "$(dirname "$PGHOST")/nginx/nginx.pid" ;;
        cgi | pgbench) ;;
        *) as cat "$work/nginx.pid" ;;
    esac
}

# --- starting and stopping

declare -A running=()    # the first process of each design that we started

# launch NAME COMMAND...: in the background, as the stack's user, known to the database by its name. A session of its own:
# when Apache ends, it ends its whole process group.
launch() {
    local name=$1 url
    shift
    url=http://127.0.0.1:$(url_port "$name")/minivoice
    (
        cd "$work" || exit
        export PGDATABASE=bench_$name PGAPPNAME=$name SOCKET=$work/$name.sock WORK=$work
        export PUBLIC_URL=$url
        exec setsid "${as_user[@]}" "$@"
    ) >>"$work/log/$name.log" 2>&1 </dev/null &
    running[$name]=$!
}

start() {
    local name=$1
    case $name in
        ours | pgbench | nginx) return ;;
        go) launch go "$work/bench-go" ;;
        node) launch node node "$work/peers/node/server.js" ;;
        php) launch php "$(php_fpm)" -F -y "$work/peers/php/php-fpm.conf" -c "$work/peers/php/php.ini" ;;
        python)
            launch python env PYTHONPATH="$work/peers/python" \
                /usr/bin/python3 -m gunicorn -c "$work/peers/python/gunicorn.conf.py" app:app
            ;;
        echo) launch echo spawn-fcgi -n -s "$work/echo.sock" -- "$(command -v multiwatch)" -f 2 -- "$work/bench-echo" ;;
        cgi)
            write_apache
            launch cgi /usr/sbin/apache2 -f "$work/httpd.conf" -DFOREGROUND
            ;;
        *) die "there is no design '$name'" ;;
    esac
    until_ok 10 answers "$name"
}

answers() {
    kill -0 "${running[$1]}" 2>/dev/null || die "$1 did not start: $(tail -n 5 "$work/log/$1.log")"
    curl -sf -m 2 -o /dev/null "http://127.0.0.1:$(url_port "$1")/minivoice/answer?call_id=probe"
}

stop() {
    [[ ${running[$1]:-} ]] || return 0
    kill -TERM "${running[$1]}" 2>/dev/null || true
    wait "${running[$1]}" 2>/dev/null || true
    unset "running[$1]"
    rm -f "$work/$1.sock"
}

# The processes that carry the design; pgbench and the constant have none.
program_pids() {
    case $1 in
        ours) stack pids | cut -d' ' -f2 ;;
        *) echo "${running[$1]:-}" ;;
    esac
}

# Plain CGI as the drop-in for Apache does it; with mod_cgi of the prefork Apache, which waits for its programs, so that their
# CPU is counted (mod_cgid lets them go).
write_apache() {
    local module lib=$work/cgi modules=/usr/lib/apache2/modules
    mkdir -p "$lib/static"
    cp "$(dirname "$PGHOST")"/bin/* "$lib/"
    cp nginx/*.asis "$lib/static/"
    {
        for module in mpm_prefork authz_core alias env setenvif mime asis cgi reqtimeout; do
            echo "LoadModule ${module}_module $modules/mod_$module.so"
        done
        cat <<CONF
ServerName 127.0.0.1
Listen 127.0.0.1:$(url_port cgi)
ServerRoot $work
DefaultRuntimeDir $work
PidFile $work/apache.pid
ErrorLog $work/log/apache.log
TypesConfig /dev/null
StartServers 16
MaxRequestWorkers 32
KeepAlive On
MaxKeepAliveRequests 0
CONF
        sed -e "s#/usr/lib/minivoice#$lib#g" -e "s#SetEnv PGHOST .*#SetEnv PGHOST $PGHOST#" \
            -e "s#SetEnv PGDATABASE .*#SetEnv PGDATABASE $PGDATABASE#" -e "s#SetEnv PGPASSFILE .*#SetEnv PGPORT $PGPORT#" \
            -e "s#SetEnv IVR_PUBLIC_URL .*#SetEnv IVR_PUBLIC_URL http://127.0.0.1:$(url_port cgi)/minivoice#" \
            -e "s#SetEnv IVR_WEBHOOK_SECRET .*#SetEnv IVR_WEBHOOK_SECRET $IVR_WEBHOOK_SECRET#" \
            -e "s#SetEnv IVR_SETTINGS_CACHE .*#SetEnv IVR_SETTINGS_CACHE $work/settings.json#" nginx/minivoice-apache-cgi.conf
    } >"$work/httpd.conf"
    give_away "$work"
}
