# root.bash: a root of one's own, in which a package or a newcomer may do as they like: nothing of it is left afterwards.
#
# Included by whoever wants one; it needs root, for namespaces and an overlay.

# What makes it, in a mount namespace of its own: make_root LOWER CHECKOUT; it is /mnt/root then, and the current directory.
# shellcheck disable=SC2016  # the inner shell's
root_maker='
make_root() {
    local lower=$1 checkout=$2
    mount --make-rprivate /
    # /tmp may be what is below: the place for all of it is found first.
    mount -t tmpfs -o mode=755 minivoice-root /mnt
    mkdir /mnt/{upper,work,root}
    mount -t overlay -o "lowerdir=$lower,upperdir=/mnt/upper,workdir=/mnt/work" minivoice-root /mnt/root
    cd /mnt/root
    mount -t proc proc proc
    mount --rbind /dev dev
    mount -t tmpfs -o mode=755 tmpfs run
    mkdir -m 1777 run/lock
    if [[ $lower != / ]]; then
        mount -t tmpfs -o mode=1777 tmpfs tmp
        cp /etc/resolv.conf etc/resolv.conf
        if [[ ${ROOT_ARCHIVES:-} ]]; then mount --bind "$ROOT_ARCHIVES" var/cache/apt/archives; fi
    fi
    mkdir -p checkout
    tar -c -C "$checkout" --exclude=./build --exclude=./run . | tar -x --no-same-owner -C checkout
    unset TMPDIR
}
clean="env -i --chdir=/checkout PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8"
'

# in_root LOWER NAME=VALUE... COMMAND...: runs the command in LOWER as its root, with its own processes; what it writes goes to
# memory and is gone at the end, with every process it left. The checkout is at /checkout there, a copy without what was built.
in_root() {
    # shellcheck disable=SC2016  # the inner shell's
    unshare --mount --pid --fork --kill-child bash -euc "$root_maker"'
        make_root "$1" "$2"
        exec chroot . $clean "${@:3}"
    ' in_root "$1" "$PWD" "${@:2}"
}

# in_booted_root LOWER COMMAND...: the same, in two halves: the command with "first", which has the network; then systemd boots,
# and there, without one, the command with "second".
in_booted_root() {
    # shellcheck disable=SC2016  # the inner shell's
    unshare --mount --pid --fork --kill-child --mount-proc bash -euc "$root_maker"'
        make_root "$1" "$2"
        shift 2
        chroot . $clean "$@" first
        cd /
        umount -R /mnt/root/{proc,dev,run,tmp}
        ! mountpoint -q /mnt/root/var/cache/apt/archives || umount /mnt/root/var/cache/apt/archives
        scratch=/mnt
        . /mnt/root/checkout/tests/integration/booted.bash
        root=/mnt/root
        boot --private-network || { cat /mnt/console >&2; exit 1; }
        exec nsenter -t "$leader" -a -- $clean "$@" second
    ' in_booted_root "$1" "$PWD" "${@:2}"
}

can_have_root() { ((EUID == 0)) && in_root / true 2>/dev/null; }

# The files of the system, without what changes by itself.
list_of_files='find /bin /boot /etc /lib* /opt /sbin /srv /usr /var \( -path /var/cache -o -path /var/log -o -path "/var/lib/dpkg" -o -path "/var/lib/apt" -o -path "/var/tmp" \) -prune -o -print | LC_ALL=C sort'
