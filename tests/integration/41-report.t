#!/bin/bash
# minivoice-report: what stands in the page is what the views say, to the digit; nothing that a caller or MiniVoice sends is more
# than text in it; no number is whole; and a web server shows it to those who have a password. Its looks: make look.
. tests/integration/lib.bash

if ! /usr/bin/python3 -c 'import jinja2, pygal' 2>/dev/null || ! command -v dot >/dev/null; then
    echo '1..0 # SKIP python3-jinja2, python3-pygal or graphviz is not installed'
    exit 0
fi

day=2026-11-10
pages=$scratch/pages
# report ARGUMENT...: into $pages; what it said is in $scratch/told.
report() { sql/report/minivoice-report -o "$pages" "$@" >"$scratch/told" 2>&1 || { cat "$scratch/told" && false; }; }
page=$pages/$day.html
cells() { tests/report/cells.py "$page" "$1"; }
# seen SQL: as the page sees it.
seen() { psql -X -A -t -q -P null=– -c 'SET ROLE ivr_report' -c "$1"; }
has() { grep -qF -- "$1" "$page"; }
has_not() { ! grep -qF -- "$1" "${2:-$page}"; }
# agrees DESCRIPTION TABLE SQL: and there is something to agree on.
agrees() { ok "$1" same_rows "$(cells "$2")" "$(seen "$3")"; }
same_rows() { [[ $2 ]] && same "$1" "$2"; }
status_of() { local status=0; "$@" >"$scratch/told" 2>&1 || status=$?; echo "$status"; }

# event ID EVENT SECONDS DATA: of the day's call, so many seconds after ten o'clock.
event() {
    local data=${4:-'{}'}
    sql "SELECT count(*)
         FROM (SELECT \$id\$$1\$id\$ AS id, timestamptz '$day 10:00 UTC' + $3 * interval '1 second' AS at) AS e,
              to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS stamp,
              ivr.store_events(ARRAY[1], ARRAY[id], ARRAY['$2'], ARRAY[stamp],
                ARRAY[convert_to(jsonb_build_object('event', '$2', 'created_at', stamp, 'data', '$data'::jsonb, 'call', jsonb_build_object('id', id,
                    'status', 'in_progress', 'direction', 'inbound', 'from', '+15551230001', 'to', '+15551230002'))::text, 'UTF8')], ARRAY[at])" >>"$scratch/stored"
}
# A played call begins now; move_to_day takes all of them to the day.
play() { "$sim" --quiet --digits-in webhook --gathered-delay -1200 --created-at ms "$@"; }
move_to_day() {
    sql "DO \$\$
        DECLARE back interval := date_trunc('hour', now()) - timestamptz '$day 14:00 UTC';
        BEGIN
            UPDATE ivr.call_events SET occurred_at = occurred_at - back, received_at = received_at - back WHERE received_at > now() - interval '1 hour';
            UPDATE ivr.answers SET answered_at = answered_at - back, stored_at = stored_at - back, asked_at = asked_at - back WHERE answered_at > now() - interval '1 hour';
            UPDATE ivr.calls SET started_at = started_at - back, closed_at = closed_at - back, last_event_at = last_event_at - back,
                last_answer_at = last_answer_at - back WHERE started_at > now() - interval '1 hour';
            UPDATE ivr.event_repeats SET first_at = first_at - back, last_at = last_at - back WHERE last_at > now() - interval '1 hour';
        END \$\$"
}

with_own_stack

# --- an empty day, and a day with one call

ok 'a day without a call has a page' report --day "$day"
ok 'which says so' has 'No call began in this time.'
ok 'with nothing to complain of' has 'No call hangs.'
ok 'and the tree, though nobody went along it' has 'class="tree wide"'
is 'it prints where the page is' "$(tail -1 "$scratch/told")" "$page"
ok 'a call is played' play --call-id only --digits 1 --end failed
move_to_day
ok 'a day with one call has a page' report --day "$day"
agrees 'with its hour' t-hours "SELECT hour || ':00', calls, transferred, fallback, message, abandoned, failed, other, open FROM ivr.calls_by_hour WHERE day = '$day'"
ok 'and a page of the call' test -s "$pages/call-only.html"
is 'to which it is linked' "$(grep -o 'href="call-only.html"' "$page" | sort -u)" 'href="call-only.html"'
is 'with each line of its journey' "$(tests/report/cells.py "$pages/call-only.html" t-journey | cut -d'|' -f1,4)" \
    "$(seen "SELECT ms, words FROM ivr.journey WHERE call_id = 'only' ORDER BY line")"
ok 'and its picture' grep -q 'class="sequence wide" role="img" aria-label="The call only' "$pages/call-only.html"

# --- every figure is that of a view

scene() {
    play --call-id two --digits 9,2 --twice && play --call-id none --digits - && play --call-id gone --digits '' --end hangup &&
        play --call-id three --answer 'answer?menu=department' --digits 2 && play --call-id on --digits 1 --events call.created,call.answered &&
        for n in 1 2 3 4 5; do play --call-id "more-$n" --digits "$((n % 2 + 1))" || return; done
}
ok 'calls go all ways' scene
move_to_day
sql "UPDATE ivr.menus SET prompt = 'Press 1 <img src=x onerror=alert(1)> or 2.' WHERE menu = 'main';
     UPDATE ivr.config_versions SET changed_at = '$day 12:00 UTC' WHERE version = (SELECT max(version) FROM ivr.config_versions)"
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13; do event "hangs $n" call.answered "$n"; done
ok 'the page is made again' report --day "$day"
agrees 'calls by hour' t-hours "SELECT hour || ':00', sum(calls), sum(transferred), sum(fallback), sum(message), sum(abandoned), sum(failed), sum(other), sum(open)
    FROM ivr.calls_by_hour WHERE day = '$day' GROUP BY hour ORDER BY hour"
agrees 'the funnel of each menu and attempt' t-funnel "SELECT menu, attempt, sum(asked), sum(pressed), coalesce(string_agg(choices, ', '), ''), sum(invalid), sum(nothing), sum(hung_up), sum(waiting),
    round(100.0 * sum(pressed) / sum(asked), 1) FROM ivr.menu_funnel WHERE day = '$day' GROUP BY menu, attempt ORDER BY menu COLLATE \"C\", attempt"
agrees 'the time to the digit' t-times "SELECT menu, attempt, times, fastest, half_within, nine_of_ten_within, slowest FROM ivr.time_to_digit WHERE day = '$day' ORDER BY menu COLLATE \"C\", attempt"
is 'each of them is in a bar of seconds' "$(cells t-seconds | awk -F'|' '{sum += $3} END {print sum}')" "$(seen "SELECT sum(times) FROM ivr.time_to_digit WHERE day = '$day'")"
agrees 'transfers' t-transfers "SELECT department, destination, calls, answered, failed, canceled, unknown, open, answered_percent, talk_seconds, longest_talk_seconds
    FROM ivr.transfer_outcome WHERE day = '$day' ORDER BY calls DESC, department COLLATE \"C\", destination COLLATE \"C\""
is 'the keys on the arrows' "$(cells t-taken | awk -F'|' '$2 == "pressed" {sum[$1 "|" $3] += $5} END {for (key in sum) print key "|" sum[key]}' | LC_ALL=C sort)" \
    "$(seen "SELECT 'menu:' || menu, digits, sum(times) FROM ivr.digit_distribution WHERE day = '$day' AND is_choice GROUP BY menu, digits" | LC_ALL=C sort)"
is 'where calls begin' "$(cells t-taken | awk -F'|' '$2 == "began" {print $1 "|" $5}')" "$(seen "SELECT from_place, calls FROM ivr.beginnings WHERE day = '$day' ORDER BY 1")"
ok 'the tree has the count of a key' has "> 1: $(seen "SELECT sum(times) FROM ivr.digit_distribution WHERE day = '$day' AND menu = 'main' AND digits = '1'") <"
is 'twelve calls that hang are listed' "$(cells t-hanging | wc -l)" 12
ok 'and it is told that there are more' has "The newest 12 are listed; $(($(seen "SELECT count(*) FROM ivr.stuck_calls WHERE started_at >= '$day'") - 12)) more are not."
is 'and why' "$(cells t-hanging | cut -d'|' -f1-3 | LC_ALL=C sort)" \
    "$(seen "SELECT call_id, from_number, why FROM ivr.stuck_calls ORDER BY silent_seconds, call_id COLLATE \"C\" LIMIT 12" | LC_ALL=C sort)"
agrees 'what failed' t-failed "SELECT call_id, to_char(started_at, 'YYYY-MM-DD HH24:MI'), from_number, summary FROM ivr.call_summary
    WHERE outcome IN ('failed', 'unknown') ORDER BY started_at DESC"
is 'answers that were none' "$(cells t-answers | cut -d'|' -f1-4)" "$(seen "SELECT problem, reason, count(*), count(DISTINCT call_id) FROM ivr.answer_problems
    WHERE at BETWEEN '$day' AND '$day'::date + 1 GROUP BY problem, reason ORDER BY count(*) DESC, problem, reason")"
is 'what was not told' "$(cells t-missing | awk -F'|' '{print $1 "|" $3}' | LC_ALL=C sort)" \
    "$(seen "SELECT expected, count(DISTINCT call_id) FROM ivr.expected_not_observed WHERE day = '$day' GROUP BY expected" | LC_ALL=C sort)"
is 'what was sent wrong' "$(cells t-intake | cut -d'|' -f1,3,4 | LC_ALL=C sort)" "$(seen "SELECT problem, times, calls FROM ivr.intake_problems WHERE day = '$day'" | LC_ALL=C sort)"
is 'what was changed' "$(cells t-changes | cut -d'|' -f1,3,4)" "$(seen "SELECT version, changed_by, what FROM ivr.config_history WHERE changed_at BETWEEN '$day 11:59 UTC' AND '$day 12:01 UTC'")"
agrees 'and whether it helped' t-effects "SELECT version, menu, asked_before, asked_after, pressed_before, pressed_after, invalid_before, invalid_after, nothing_before, nothing_after,
    hung_up_before, hung_up_after FROM ivr.config_effect WHERE version = (SELECT max(version) FROM ivr.config_history) AND asked_before + asked_after > 0 ORDER BY menu COLLATE \"C\""
ok 'two days make one page' report --from "$day" --to 2026-11-11
is 'with each day' "$(tests/report/cells.py "$pages/$day--2026-11-11.html" t-hours)" "$(cells t-hours)"
is 'the list names both' "$(grep -o 'href="20[^"]*"' "$pages/index.html" | tr '\n' ' ')" "href=\"$day.html\" href=\"$day--2026-11-11.html\" "
ok 'days are those of the time zone' env PGTZ=Asia/Tokyo sql/report/minivoice-report --day "$day" -o "$scratch/tokyo"
is 'of whoever asks' "$(tests/report/cells.py "$scratch/tokyo/$day.html" t-hours | cut -d'|' -f1,2)" \
    "$(PGTZ=Asia/Tokyo seen "SELECT hour || ':00', sum(calls) FROM ivr.calls_by_hour WHERE day = '$day' GROUP BY hour ORDER BY hour")"

# --- who sees what

whole_number='\+1555[0-9]{7}'
is 'a superuser finds no whole number in any page' "$(grep -lE "$whole_number" "$pages"/*.html)" ''
ok 'numbers are there, masked' has '+1555*****01'
made() { sed -E 's/Made at [0-9: -]*//; s/<td[^>]*><data value="[0-9]+">[^<]*<\/data><\/td><\/tr>//' "$1"; }
ok 'ivr_report alone is enough' env PGUSER=ivr_report sql/report/minivoice-report --day "$day" -o "$scratch/report"
is 'for the same page' "$(made "$scratch/report/$day.html" | cksum)" "$(report --day "$day"; made "$page" | cksum)"
is 'the programs may not' "$(PGUSER=ivr_app status_of sql/report/minivoice-report --day "$day" -o "$scratch/none")" 2
ok 'and are told who may' grep -q 'GRANT ivr_report' "$scratch/told"
ok 'nothing is written then' test ! -e "$scratch/none"
rm -rf "$scratch/mode"
(umask 027 && sql/report/minivoice-report -q --day "$day" -o "$scratch/mode")
is 'who may read a page, the umask says' "$(stat -c %a "$scratch/mode/$day.html" "$scratch/mode" | tr '\n' ' ')" '640 750 '
is 'nothing half is left' "$(find "$scratch/mode" -name '.new*')" ''

# --- what others send is text

hostile=('<script>alert(1)</script>' '../../../etc/passwd' $'a"b\'c&d;e' '--call' 'é/ü' "$(printf 'x%.0s' {1..200})" '"]; evil [label="' '%2e%2e%2f')
for id in "${hostile[@]}"; do
    event "$id" call.created 1000
    event "$id" call.failed 1010 '{"error": "<b>no</b>"}'
done
ok 'call ids may be anything' report --day "$day"
is 'no tag comes of one' "$(cat "$pages"/*.html | grep -ciE '<(script|img|b|iframe)[ >]')" 0
ok 'it is there as text' has '&lt;script&gt;alert(1)&lt;/script&gt;'
is 'nothing is written beside the folder' "$(find "$scratch" -name '*passwd*' ! -path "$pages/*")" ''
is 'each has a page of its own' "$(find "$pages" -name 'call-*' -newer "$scratch/mode/$day.html" | wc -l)" "$(grep -oE 'href="call-[^"]*"' "$page" | sort -u | wc -l)"
broken_links() {
    grep -hoE 'href="[^"#]*"' "$pages"/*.html | grep -v data: | sort -u | sed 's/^href="//; s/"$//' |
        while read -r link; do
            file=$(/usr/bin/python3 -c 'import html, sys, urllib.parse; print(urllib.parse.unquote(html.unescape(sys.argv[1])))' "$link")
            [[ -e $pages/$file ]] || echo "$link"
        done
}
is 'to which its link leads' "$(broken_links)" ''
is 'nothing is asked of elsewhere' "$(cat "$pages"/*.html | grep -oE '(src|href|url\(|@import)[ ="]*(https?:)?//' | sort -u)" ''
ok 'and no page could run a script' grep -q "Content-Security-Policy\" content=\"default-src 'none'" "$page"
ok 'a hostile sentence is in the configuration' sql "UPDATE ivr.menu_options SET department = NULL, message = '<i>\\\"; } \N &lt; \\' WHERE menu = 'main' AND digits = '1'"
ok 'and is drawn' report --day "$day"
ok 'as it is' has '&lt;i&gt;\"; } \N &amp;lt; \'
is 'as text' "$(grep -c '<i>' "$page")" 0
sql "INSERT INTO ivr.menus SELECT (jsonb_populate_record(m, jsonb_build_object('menu', 'm' || n))).* FROM ivr.menus AS m, generate_series(1, 200) AS n WHERE menu = 'main'"
ok 'of very many menus' report --day "$day"
ok 'those that were used most are drawn' has 'The 120 arrows that were gone most are drawn.'
ok 'on a page that is not large' at_most "$(stat -c %s "$page")" 1000000

# --- two languages

ok 'in German' env IVR_REPORT_LANGUAGE=de sql/report/minivoice-report --day "$day" -o "$scratch/de"
ok 'the page says so' grep -q '<html lang="de">' "$scratch/de/$day.html"
ok 'in its words' grep -q 'Dienstag, 10. November 2026' "$scratch/de/$day.html"
is 'with the same figures' "$(tests/report/cells.py "$scratch/de/$day.html" t-funnel)" "$(cells t-funnel)"
is 'the views speak German too' "$(tests/report/cells.py "$scratch/de/call-two.html" t-journey | grep -cE 'asked|pressed|told by|sent to|no such choice')" 0
is 'both have every text' "$(jq -c '.texts | [paths] | sort' sql/report/de.json)" "$(jq -c '.texts | [paths] | sort' sql/report/en.json)"
printf 'IVR_REPORT_LANGUAGE=de\n' >"$scratch/settings"
ok 'the settings may say it' env IVR_SETTINGS_FILE="$scratch/settings" sql/report/minivoice-report --day "$day" -o "$scratch/de2"
ok 'once for all' grep -q '<html lang="de">' "$scratch/de2/index.html"

# --- what is asked for

for wrong in '--day tomorrow' '--day 2026-13-01x' '--from 2026-11-01' '--day today --from today --to today' '--language fr' '--such' 'more'; do
    # shellcheck disable=SC2086  # several words
    is "$wrong is refused" "$(status_of report $wrong)" 1
done
is 'a day that is none is told' "$(sql/report/minivoice-report --day 2026-02-30 -o "$pages" 2>&1 | tail -1)" 'There is no such day'
is 'a database that is none too' "$(status_of report --database nowhere)" 1
ok 'by its name' grep -q 'nowhere' "$scratch/told"
ok '-h tells all' bash -c 'sql/report/minivoice-report -h | grep -q -- --language'

# --- the web servers show it behind a password

readers=$scratch/readers
printf 'anna:%s\n' "$(openssl passwd -apr1 secret)" >"$readers"
user=$(stat -c %U "$(dirname "$PGHOST")/sock")
chmod 755 "$scratch" "$pages" && chmod 644 "$pages"/* "$readers"
shown=$((PORT + 5))
fetched() { curl -s -o "$scratch/body" -D "$scratch/head" -w '%{http_code}' "${@:2}" "http://127.0.0.1:$shown/minivoice-report/$1"; }
shows() {
    is "$1 shows it to nobody without a password" "$(fetched "$day.html")" 401
    is "$1 nor with a wrong one" "$(fetched "$day.html" -u anna:wrong)" 401
    is "$1 shows the page" "$(fetched "$day.html" -u anna:secret) $(cmp "$scratch/body" "$page")" '200 '
    ok "$1 lets it run nothing" grep -qi "^content-security-policy: default-src 'none'" "$scratch/head"
    is "$1 begins with the list" "$(fetched '' -u anna:secret) $(cmp "$scratch/body" "$pages/index.html")" '200 '
    is "$1 shows the page of a call with any name" "$(fetched "$(grep -oE 'call-=3Cscript[^"]*' "$page" | head -1)" -u anna:secret)" 200
}
# uncommented FILE BEGIN END: the example in it, its paths replaced.
uncommented() {
    sed -n "/^ *#$2/,/^ *#$3\$/s/^\( *\)#/\1/p" "$1" |
        sed -e "s#/var/lib/minivoice-report#$pages#; s#/etc/minivoice/report-readers#$readers#; s/ *# the names.*//"
}
mkdir -p "$scratch/web"
{
    ((EUID != 0)) || echo "user $user;"
    echo "pid $scratch/web/pid; error_log $scratch/web/error.log; events { } http { types { text/html html; } access_log off;"
    for kind in client_body fastcgi proxy scgi uwsgi; do echo "${kind}_temp_path $scratch/web/$kind;"; done
    echo "server { listen 127.0.0.1:$shown;"
    uncommented nginx/minivoice-site.conf.example 'location \/minivoice-report' '}'
    echo '} }'
} >"$scratch/web/nginx.conf"
web() { nginx -p "$scratch/web/" -c "$scratch/web/nginx.conf" -e "$scratch/web/error.log" "$@"; }
trap 'web -s quit 2>/dev/null; finish' EXIT
ok 'nginx takes the example' web
shows nginx
is 'nginx takes nothing' "$(fetched "$day.html" -u anna:secret -X DELETE)" 403
web -s quit && while [[ -e $scratch/web/pid ]]; do sleep 0.1; done

if [[ -x /usr/sbin/apache2 ]]; then
    {
        for module in mpm_event authn_core authn_file authz_core authz_user auth_basic alias dir headers mime; do
            echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
        done
        printf '%s\n' 'ServerName 127.0.0.1' "Listen 127.0.0.1:$shown" "ServerRoot $scratch/web" "PidFile $scratch/web/pid" \
            "DefaultRuntimeDir $scratch/web" "ErrorLog $scratch/web/error.log" 'TypesConfig /dev/null' "User $user" "Group $(id -gn "$user")"
        uncommented nginx/minivoice-apache.conf 'Alias "\/minivoice-report' '<\/Directory>'
    } >"$scratch/web/httpd.conf"
    trap '/usr/sbin/apache2 -f "$scratch/web/httpd.conf" -k stop 2>/dev/null; finish' EXIT
    ok 'Apache takes the example' /usr/sbin/apache2 -f "$scratch/web/httpd.conf" -k start
    for ((tries = 0; tries < 50; tries++)); do [[ $(fetched '') == 401 ]] && break; sleep 0.1; done
    shows Apache
else
    echo '# skipped: apache2-bin is not installed'
fi
done_testing
