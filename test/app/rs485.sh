#!/bin/sh
# 31 meters on one RS-485 line, behind a pseudo-terminal: all are found; two that share an address
# are told. A display on the second port hears what is meant for it.
# usage: rs485.sh path/to/watthour
set -u
watthour=$1
folder=$(mktemp -d)
meter=
trap 'kill $meter 2>/dev/null; rm -rf "$folder"' EXIT
failed=0

if ! (: <>/dev/ptmx) 2>/dev/null; then
    echo "no pseudo-terminals here: /dev/ptmx does not open; RS-485 is not tried"
    exit 0
fi

# begin OPTIONS...: a meter with an RS-485 line.
begin() {
    rm -f "$folder/log"
    "$watthour" run --product st402d --world steady --dlms 0 --panel 0 --quiet \
        --rs485 "$folder/bus" "$@" >"$folder/log" 2>&1 &
    meter=$!
    tries=0
    while ! grep -qs 'Ctrl-C' "$folder/log" && [ $tries -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}

end() {
    kill -TERM $meter
    wait $meter
    [ ! -e "$folder/bus" ] || fail "the link to the terminal stays behind"
}

fail() {
    failed=$((failed + 1))
    printf 'FAIL: %s\n' "$1"
    cat "$folder/out" "$folder/log"
}

begin --rs485-meters 31 --ihd "$folder/display"
"$watthour" scan --from 16 --to 48 --wait 1500 "serial://$folder/bus" >"$folder/out" 2>&1 ||
    fail "31 meters: exit code $?"
[ "$(grep -c '^device=' "$folder/out")" -eq 31 ] || fail "31 meters: not all, or too many"
for number in 1 17 31; do
    grep -q "device=$((number + 16)) .*serial $(printf %08d $number)" "$folder/out" ||
        fail "31 meters: number $number"
done
timeout 30 "$watthour" listen --json --count 1 "serial://$folder/display" >"$folder/out" 2>&1 ||
    fail "display: exit code $?"
grep -q '"from":"client 103".*WTH1030000000001' "$folder/out" || fail "display: another message"
end

begin --rs485-meters 4 --rs485-twins
"$watthour" scan --to 21 --wait 1500 --json "serial://$folder/bus" >"$folder/out" 2>"$folder/said"
[ $? -eq 1 ] || fail "twins: exit code"
tr -d '\n\t' <"$folder/out" | grep -q '"conflicts":\[18\]' || fail "twins: not told"
grep -q 'address is shared' "$folder/said" || fail "twins: no advice"
[ "$(grep -c serial "$folder/out")" -eq 2 ] || fail "twins: the others"
"$watthour" scan --from 60 --to 62 "serial://$folder/bus" >"$folder/out" 2>&1
[ $? -eq 1 ] || fail "nobody: exit code"
grep -q 'nobody answers' "$folder/out" || fail "nobody: no advice"
end

[ $failed -eq 0 ] && echo "rs485: good"
exit $failed
