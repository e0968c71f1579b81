#!/bin/sh
# The optical port while the mains are away: a meter that can be woken is read, and its terminal
# stays the same; one that cannot is silent until they are back.
# usage: dark.sh path/to/watthour
set -u
watthour=$1
folder=$(mktemp -d)
meter=
trap 'kill $meter 2>/dev/null; rm -rf "$folder"' EXIT
failed=0

if ! (: <>/dev/ptmx) 2>/dev/null; then
    echo "no pseudo-terminals here: /dev/ptmx does not open; the optical port is not tried"
    exit 0
fi
printf '{"title": "dark", "mains": {"voltage_v": 230, "frequency_hz": 50,
    "disturbances": [{"at_s": [1], "seconds": 3600}]}}' >"$folder/dark.json"
port="$folder/optical"

fail() {
    failed=$((failed + 1))
    printf 'FAIL: %s\n' "$1"
    cat "$folder/out" "$folder/log"
}

# begin OPTIONS...: a meter whose mains are away.
begin() {
    rm -f "$folder/log"
    "$watthour" run --world "$folder/dark.json" --dlms 0 --panel 0 --optical "$port" "$@" \
        >"$folder/log" 2>&1 &
    meter=$!
    tries=0
    while ! grep -qs 'supply failed' "$folder/log" && [ $tries -lt 150 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}

end() {
    kill -TERM $meter
    wait $meter
    [ ! -e "$port" ] || fail "the link to the terminal stays behind"
}

begin --product st402d
before=$(readlink "$port")
"$watthour" readout "serial://$port" >"$folder/out" 2>&1 || fail "st402d: readout, exit code $?"
grep -q '^1.8.0(' "$folder/out" || fail "st402d: no register"
"$watthour" get --client 16 "serial://$port?mode=e" 0-0:96.1.0 >"$folder/out" 2>&1 ||
    fail "st402d: mode E"
[ "$(readlink "$port")" = "$before" ] || fail "st402d: another terminal"
end

begin --product xs211 --no-power-option
"$watthour" get --client 16 "serial://$port?window=1" 0-0:96.1.0 >"$folder/out" 2>&1 ||
    fail "xs211 with the option: exit code $?"
end

begin --product xs211
"$watthour" get --client 16 --timeout 2 "serial://$port?window=1" 0-0:96.1.0 >"$folder/out" 2>&1 &&
    fail "xs211: somebody answers"
end

[ $failed -eq 0 ] && echo "dark: good"
exit $failed
