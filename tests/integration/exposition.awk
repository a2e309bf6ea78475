# exposition.awk: says what is wrong with metrics in Prometheus's text format; nothing when all is well.
#
# Stricter than the format: each name has HELP and TYPE before its samples and these stand together, no sample comes
# twice, counters end in _total, buckets grow and end in +Inf, and that is the count.

function wrong(why) { print FNR ": " why ": " $0 }
function family(name) {
    if (!(name in type)) sub(/_(bucket|sum|count)$/, "", name)
    return name
}
/^# HELP / {
    if ($3 in help) wrong("a second HELP")
    if (NF < 4) wrong("an empty HELP")
    help[$3] = 1
    next
}
/^# TYPE / {
    if (!($3 in help)) wrong("TYPE without HELP")
    if ($3 in type) wrong("a second TYPE")
    if ($4 !~ /^(counter|gauge|histogram|summary)$/) wrong("no such type")
    if (($4 == "counter") != ($3 ~ /_total$/)) wrong("counters, and nothing else, end in _total")
    type[$3] = $4
    current = $3
    next
}
!/^[a-z_]+\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\} [0-9.e+-]+$/ { wrong("no sample"); next }
{
    samples++
    name = $0
    sub(/\{.*/, "", name)
    if (family(name) != current) wrong("not among its own")
    key = $0
    sub(/ [^ ]*$/, "", key)
    if (key in seen) wrong("comes twice")
    seen[key] = 1
    value = $NF + 0
    if (name ~ /_bucket$/) {
        if (value < last) wrong("a bucket smaller than the one before")
        last = value
        infinite = $0 ~ /le="\+Inf"/
    } else if (type[current] == "histogram" && name ~ /_count$/ && (!infinite || value != last)) {
        wrong("the count is not that of all buckets")
    }
}
END { if (samples == 0) print "no samples" }
