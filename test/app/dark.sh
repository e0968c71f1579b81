#!/bin/sh
# The optical port while the mains are away: a meter that can be woken is read, and its terminal
# stays the same; one that cannot is silent until they are back.
# usage: dark.sh path/to/watthour
set -u
# shellcheck source=test/app/port_meter.sh
. "$(dirname "$0")/port_meter.sh"
printf '{"title": "dark", "mains": {"voltage_v": 230, "frequency_hz": 50,
    "disturbances": [{"at_s": [1], "seconds": 3600}]}}' >"$folder/dark.json"
port="$folder/optical"

# begin_dark OPTIONS...: a meter whose mains are away.
begin_dark() {
    begin 'supply failed' --world "$folder/dark.json" --optical "$port" "$@"
}

begin_dark --product st402d
before=$(readlink "$port")
"$watthour" readout "serial://$port" >"$folder/out" 2>&1 || fail "st402d: readout, exit code $?"
grep -q '^1.8.0(' "$folder/out" || fail "st402d: no register"
"$watthour" get --client 16 "serial://$port?mode=e" 0-0:96.1.0 >"$folder/out" 2>&1 ||
    fail "st402d: mode E"
[ "$(readlink "$port")" = "$before" ] || fail "st402d: another terminal"
end "$port"

begin_dark --product xs211 --no-power-option
"$watthour" get --client 16 "serial://$port?window=1" 0-0:96.1.0 >"$folder/out" 2>&1 ||
    fail "xs211 with the option: exit code $?"
end "$port"

begin_dark --product xs211
"$watthour" get --client 16 --timeout 2 "serial://$port?window=1" 0-0:96.1.0 >"$folder/out" 2>&1 &&
    fail "xs211: somebody answers"
end "$port"

finish dark
