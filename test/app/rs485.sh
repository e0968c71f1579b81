#!/bin/sh
# 31 meters on one RS-485 line, behind a pseudo-terminal: all are found; two that share an address
# are told. A display on the second port hears what is meant for it.
# usage: rs485.sh path/to/watthour
set -u
# shellcheck source=test/app/port_meter.sh
. "$(dirname "$0")/port_meter.sh"
bus="$folder/bus"

# begin_bus OPTIONS...: a meter with an RS-485 line.
begin_bus() {
    begin Ctrl-C --product st402d --world steady --quiet --rs485 "$bus" "$@"
}

begin_bus --rs485-meters 31 --ihd "$folder/display"
"$watthour" scan --from 16 --to 48 --wait 1500 "serial://$bus" >"$folder/out" 2>&1 ||
    fail "31 meters: exit code $?"
[ "$(grep -c '^device=' "$folder/out")" -eq 31 ] || fail "31 meters: not all, or too many"
for number in 1 17 31; do
    grep -q "device=$((number + 16)) .*serial $(printf %08d $number)" "$folder/out" ||
        fail "31 meters: number $number"
done
timeout 30 "$watthour" listen --json --count 1 "serial://$folder/display" >"$folder/out" 2>&1 ||
    fail "display: exit code $?"
grep -q '"from":"client 103".*WTH1030000000001' "$folder/out" || fail "display: another message"
end "$bus"

begin_bus --rs485-meters 4 --rs485-twins
"$watthour" scan --to 21 --wait 1500 --json "serial://$bus" >"$folder/out" 2>"$folder/said"
[ $? -eq 1 ] || fail "twins: exit code"
tr -d '\n\t' <"$folder/out" | grep -q '"conflicts":\[18\]' || fail "twins: not told"
grep -q 'address is shared' "$folder/said" || fail "twins: no advice"
[ "$(grep -c serial "$folder/out")" -eq 2 ] || fail "twins: the others"
"$watthour" scan --from 60 --to 62 "serial://$bus" >"$folder/out" 2>&1
[ $? -eq 1 ] || fail "nobody: exit code"
grep -q 'nobody answers' "$folder/out" || fail "nobody: no advice"
end "$bus"

finish rs485
