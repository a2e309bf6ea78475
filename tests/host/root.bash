# root.bash: a root of one's own, in which a package or a newcomer may do as they like: nothing of it is left afterwards.
#
# Included by whoever wants one; it needs root, for namespaces and an overlay.

# in_root LOWER NAME=VALUE... COMMAND...: runs the command in LOWER as its root, with its own processes; what it writes goes to
# memory and is gone at the end, with every process it left. The checkout is at /checkout there, a copy without what was built.
in_root() {
    local lower=$1
    shift
    # shellcheck disable=SC2016  # the inner shell's
    unshare --mount --pid --fork --kill-child bash -euc '
        lower=$1 checkout=$2
        shift 2
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
        exec chroot . env -i --chdir=/checkout PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
    ' in_root "$lower" "$PWD" "$@"
}

can_have_root() { ((EUID == 0)) && in_root / true 2>/dev/null; }

# The files of the system, without what changes by itself.
list_of_files='find /bin /boot /etc /lib* /opt /sbin /srv /usr /var \( -path /var/cache -o -path /var/log -o -path "/var/lib/dpkg" -o -path "/var/lib/apt" -o -path "/var/tmp" \) -prune -o -print | LC_ALL=C sort'
