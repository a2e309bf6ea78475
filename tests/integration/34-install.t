#!/bin/bash
# What make install puts on a host, and that uninstall takes away just that.
. tests/integration/lib.bash

host=$scratch/host
files_of() { (cd "$1" && find . -type f | LC_ALL=C sort); }
# shellcheck disable=SC2120  # through ok
install_to() { make -s install BUILD="$build" DESTDIR="$host" "$@"; }
uninstall_from() { make -s uninstall DESTDIR="$host" "$@"; }
mode_of() { stat -c %a "$host$1"; }

# Among the files of others
mkdir -p "$host/etc" "$host/usr/sbin" "$host/usr/lib/minivoice"
echo others >"$host/usr/sbin/others"
echo mine >"$host/usr/lib/minivoice/mine"
files_of "$host" >"$scratch/before"
ok 'make install' install_to
for program in answer route-menu department webhook; do
    is "$program is there" "$("$host/usr/lib/minivoice/$program" --version)" "$program (minivoice-cgi) $(sed -n 's/^#define IVR_VERSION "\(.*\)"/\1/p' src/version.h)"
done
is 'the settings hold secrets: others may not read them' "$(mode_of /etc/minivoice/minivoice.env)" 640
is 'the schema is installed whole' "$(find "$host/usr/share/minivoice/sql" -name '*.sql' | wc -l)" \
    "$(git ls-files 'sql/*.sql' | grep -vc '^sql/history/generate')"
is 'each manual names the version' "$(grep -L "minivoice-cgi $("$build/answer" --version | cut -d' ' -f3)" "$host"/usr/share/man/man?/*)" ''
is 'there is a manual for each program and tool' \
    "$(for file in "$host"/usr/lib/minivoice/{answer,route-menu,department,webhook} "$host"/usr/sbin/minivoice-* "$host"/usr/bin/minivoice-*; do
        [[ -e $file ]] || continue
        name=${file##*/}
        [[ -e $host/usr/share/man/man8/minivoice-${name#minivoice-}.8 || -e $host/usr/share/man/man1/$name.1 ]] || echo "$name"
    done)" ''
is 'list says what is there' "$(DESTDIR='' BUILD=$build nginx/host-files list | sed 's/^/./' | cat - "$scratch/before" | LC_ALL=C sort)" "$(files_of "$host")"

# What an admin has changed
echo '# mine' >>"$host/etc/minivoice/nginx/minivoice-locations.conf"
echo IVR_WEBHOOK_SECRET=mine >"$host/etc/minivoice/minivoice.env"
install_to >"$scratch/told"
is 'leaves a changed snippet' "$(tail -1 "$host/etc/minivoice/nginx/minivoice-locations.conf")" '# mine'
is 'and the settings' "$(cat "$host/etc/minivoice/minivoice.env")" IVR_WEBHOOK_SECRET=mine
is 'and says so' "$(grep -o '^/etc.* is kept' "$scratch/told" | LC_ALL=C sort | tr '\n' ' ')" \
    '/etc/minivoice/minivoice.env is kept /etc/minivoice/nginx/minivoice-locations.conf is kept '
twin=$host/usr/share/minivoice/default/nginx/minivoice-upstreams.conf
echo '# of the old version' | tee -a "$twin" >>"$host/etc/minivoice/nginx/minivoice-upstreams.conf"
echo /usr/lib/minivoice/of-the-old-version >>"$host/usr/share/minivoice/installed"
touch "$host/usr/lib/minivoice/of-the-old-version"
install_to >/dev/null
is 'a snippet that nobody changed becomes the new one' "$(grep -c 'of the old version' "$host/etc/minivoice/nginx/minivoice-upstreams.conf")" 0
ok 'what the new version does not have any more is removed' test ! -e "$host/usr/lib/minivoice/of-the-old-version"

# And away
mkdir -p "$host/var/lib/minivoice/spool"
echo '{}' >"$host/var/lib/minivoice/settings.json"
(cd "$host" && find ./etc/minivoice ./var -type f) | LC_ALL=C sort - "$scratch/before" >"$scratch/wanted"
ok 'make uninstall' uninstall_from
is 'leaves settings, data and the files of others, and nothing else' "$(files_of "$host")" "$(cat "$scratch/wanted")"
is 'not even a folder' "$(cd "$host" && find . -type d -empty ! -path './var/*' | grep -c minivoice)" 0
ok 'a second time it says that there is nothing' bash -c "! make -s uninstall DESTDIR='$host'"

# Elsewhere
rm -rf "$host"
ok 'PREFIX and SYSCONFDIR are followed' install_to PREFIX=/opt/ivr SYSCONFDIR=/opt/ivr/etc
is 'also inside the files' "$(grep -rnE '/usr/(lib|share|s?bin)/minivoice|/etc/minivoice' "$host" --exclude-dir=doc | grep -v '/opt/ivr/etc/minivoice')" ''
is 'and nothing stands outside' "$(files_of "$host" | grep -v '^./opt/ivr/')" ''
# What the manuals say
page=nginx/man/minivoice.env.5
known() { { sed -n '/^static bool is_known/,/^}/p' src/conf.c; grep '^#define ENVFILE_VARIABLE' src/envfile.h; } | grep -o 'IVR_[A-Z_]*' | LC_ALL=C sort -u; }
is 'minivoice.env(5) has each setting, and no other' "$(sed -n 's/^\.It Ev //p' "$page" | grep -o 'IVR_[A-Z_]*' | LC_ALL=C sort)" "$(known)"
is 'with its limits and its default' \
    "$(tr '\n' ' ' <src/conf.c | grep -oE 'whole_number\("IVR_[A-Z_]*", [0-9]+, [0-9]+, [0-9]+' | tr -d '",' | sed 's/whole_number(//' |
        while read -r name default least most; do
            sed -n "/^\.It Ev $name\$/,/^\.[IE][tl]/p" "$page" | grep -qE "^$least to $most [a-zA-Z]*,? ?default $default|^$least to $most, default $default" || echo "$name"
        done)" ''
statements() {
    awk 'sub(/^\.Li SELECT /, "SELECT ") {sub(/ [.,]$/, ""); sub(/\(N\)/, "(1)"); print $0 ";"; next}
         /^(SELECT|UPDATE|INSERT)/ {inside = 1} inside {print} /;/ {inside = 0}' nginx/man/minivoice.7
}
ok 'minivoice(7) has SQL' test "$(statements | grep -c ';')" -ge 15
ok 'which works as it stands' psql -X -q -v ON_ERROR_STOP=1 -o "$scratch/rows" -c BEGIN -f <(statements) -c ROLLBACK
is 'the alert rules ask for metrics that there are' \
    "$(grep -oE 'minivoice_[a-z_]+' nginx/minivoice-alerts.yml | sed 's/_\(bucket\|sum\|count\)$//' | sort -u | while read -r name; do grep -qr "$name" src || echo "$name"; done)" ''

# The package
has_all() { for name; do command -v "$name" >/dev/null || { echo "# skipped: $name is not installed"; return 1; }; done; }
if has_all dh dpkg-buildpackage; then
    checkout() { git ls-files -co --exclude-standard -z | xargs -0 sha256sum 2>/dev/null; }
    checkout >"$scratch/checkout"
    ok 'make deb' make -s deb
    cp "$scratch/said" "$scratch/made"
    is 'leaves the checkout as it was' "$(checkout)" "$(cat "$scratch/checkout")"
    deb=$PWD/$(tail -1 "$scratch/made")
    is 'the version is that of the programs' "$(dpkg-deb -f "$deb" Version)" "$("$build/answer" --version | cut -d' ' -f3)"
    is 'no compiler comes along' "$(dpkg-deb -f "$deb" Depends Recommends | grep -cE 'gcc|clang|make')" 0
    ok 'no file outside of etc, lib and usr' bash -c "! dpkg-deb -c '$deb' | awk '{print \$6}' | grep -vE '^\\./(|(etc|lib|usr)(/.*)?)$'"
    if has_all lintian; then
        ok 'lintian has nothing against it' lintian --fail-on error,warning "$deb"
    fi
    . tests/host/root.bash
    if can_have_root; then
        dpkg-deb -R "$deb" "$scratch/newer"
        sed -i 's/^Version: .*/Version: 9.9.9/' "$scratch/newer/DEBIAN/control"
        for program in answer route-menu department webhook; do
            sed -i "s/$(sed -n 's/^#define IVR_VERSION "\(.*\)"/\1/p' src/version.h)/9.9.9/" "$scratch/newer/usr/lib/minivoice/$program"
        done
        chmod 755 "$scratch"
        dpkg-deb -b "$scratch/newer" "$scratch/newer.deb" >/dev/null
        while IFS=$'\t' read -r result step; do
            if [[ $result == '#'* ]]; then echo "$result"; else is "package: $step" "$result" ok; fi
        done < <(in_root / tests/host/package "$deb" "$scratch/newer.deb" 2>"$scratch/package.txt")
    else
        echo '# skipped: there can be no root to install it in'
    fi
fi
done_testing
