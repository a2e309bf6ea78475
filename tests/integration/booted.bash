# booted.bash: a systemd that boots in a container of its own (systemd-nspawn), with this system's /usr and what `make install`
# puts on a host; PostgreSQL is that of the test, nginx runs inside. Used by 31-systemd.t.

leader=
container=
host=$scratch/host root=$scratch/root

# inside COMMAND...: in the container.
inside() { timeout 100 nsenter -t "$leader" -a -- "$@"; }

# Says why it cannot be had here, or nothing.
why_no_boot() {
    if ((EUID)); then
        echo 'only root can boot a container'
    elif ! type -P systemd-nspawn nsenter >/dev/null; then
        echo 'systemd-nspawn is not installed (systemd-container)'
    elif [[ ! -x /usr/lib/systemd/systemd ]]; then
        echo 'systemd is not installed'
    fi
}

# Users and settings; what is in /usr comes from there.
make_root() {
    local name
    mkdir -p "$root"/{usr/lib,etc,var/{lib,log/nginx,tmp},run,tmp,root,proc,sys,dev}
    for name in bin sbin lib lib32 lib64 libx32; do
        [[ ! -L /$name ]] || cp -a "/$name" "$root/"
    done
    for name in passwd group shadow gshadow nsswitch.conf ld.so.conf ld.so.conf.d ld.so.cache alternatives nginx ssl postgresql-common; do
        [[ ! -e /etc/$name ]] || cp -a "/etc/$name" "$root/etc/"
    done
    cp /usr/lib/os-release "$root/etc/"
    cp /usr/lib/os-release "$root/usr/lib/"
    : >"$root/etc/machine-id"
    make -s install BUILD="$build" DESTDIR="$host"
    cp -a "$host/etc/minivoice" "$root/etc/"
    grep -q '^minivoice:' "$root/etc/passwd" ||
        useradd --root "$root" --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin minivoice
}

is_booted() { [[ $(inside systemctl is-system-running 2>/dev/null) =~ running|degraded ]]; }
dies() { ! kill -0 "$container" 2>/dev/null; }

# boot [OPTION...]: what is at $root; fails when it does not within half a minute.
boot() {
    local end=$((SECONDS + 30))
    setsid systemd-nspawn --quiet -D "$root" --register=no --keep-unit --console=pipe "$@" \
        --boot systemd.unit=multi-user.target >"$scratch/console" 2>&1 </dev/null &
    container=$!
    until leader=$(pgrep -P "$container") && is_booted; do
        if dies || ((SECONDS >= end)); then return 1; fi
        sleep 0.2
    done
}

# Its whole tree ends with its first process.
end_boot() {
    [[ $container ]] || return 0
    [[ ! $leader ]] || kill -KILL "$leader" 2>/dev/null
    kill -TERM "$container" 2>/dev/null
    wait "$container" 2>/dev/null
    container=
}
