#!/bin/bash
# Every SQL example of the README and its chapters works as it stands, in its order.
. tests/integration/lib.bash

with_own_stack
"$sim" --quiet --calls 20 --digits 1/2/9,1/- --created-at ms >"$scratch/calls"
awk -v folder="$scratch" '/^```sql/ {n++; file = sprintf("%s/example-%03d.sql", folder, n); next} /^```/ {file = ""} file {print > file}' README.md sql/MENUS.md sql/HISTORY.md sql/NOTIFY.md
ok 'they have examples' test "$(find "$scratch" -name 'example-*' | wc -l)" -ge 10
for example in "$scratch"/example-*.sql; do
    ok "$(head -1 "$example")" psql -X -v ON_ERROR_STOP=1 -f "$example"
done
done_testing
