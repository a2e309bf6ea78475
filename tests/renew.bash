# renew.bash: what tests/reloads and tests/upgrade share: programs that minivoice-ctl runs behind the private stack's web
# server, in the place of its own.
#
# Whoever includes it has set name, of its folder of programs and of its settings beside the stack's; PORT, PG* and IVR_URL are
# of the stack (nginx/private-stack env).

build=${BUILD:-build/bin}
state=$(dirname "$PGHOST")
scratch=$(mktemp -d)
owner=$(stat -c %U "$state/db")
all=(answer route-menu department webhook)
static_log=$state/log/nginx-minivoice.log
export MINIVOICE_PROGRAMS=$state/$name MINIVOICE_SETTINGS=$state/$name.env MINIVOICE_RUN=$state/sock MINIVOICE_LOG=$state/log
export MINIVOICE_USER=$owner MINIVOICE_GROUP
MINIVOICE_GROUP=$(id -gn "$owner")
load=

finish() {
    [[ ! $load ]] || kill "$load" 2>/dev/null || true
    nginx/minivoice-ctl stop >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap finish EXIT
die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# put_settings: what comes in, as the settings from the next start or reload on.
put_settings() {
    cat >"$MINIVOICE_SETTINGS.new"
    chmod 600 "$MINIVOICE_SETTINGS.new"
    ((EUID)) || chown "$owner" "$MINIVOICE_SETTINGS.new"
    mv "$MINIVOICE_SETTINGS.new" "$MINIVOICE_SETTINGS"
}

start_programs() {
    local program
    for program in "${all[@]}"; do nginx/private-stack workers-stop "$program"; done
    nginx/minivoice-ctl start >"$scratch/start" 2>&1 || die "$(cat "$scratch/start")"
}

# How often nginx has had to answer by itself.
static() { cat "$static_log" 2>/dev/null | wc -l; }

# judge FILE STATIC: each call that bench-load has told there is stored as it was acknowledged and heard, and nginx has
# answered by itself no more often than before.
judge() {
    local wrong
    wrong=$(psql -X -A -t -q -f tests/bench/check.sql -v events=ivr.call_events -v answers=ivr.answers -v calls=ivr.calls <"$1")
    [[ ! $wrong ]] || die "what is stored is not what was acknowledged: $wrong"
    (($(static) == $2)) || die "nginx answered by itself: $(tail -1 "$static_log")"
}
