#!/bin/sh
# Keys of a meter as a user meets them: its own from a file, and new ones sent to it, which outlive
# the supply.
# usage: run_keys.sh path/to/watthour
set -u
watthour=$1
folder=$(mktemp -d)
port=$((40000 + $$ % 20000)) # so that runs side by side do not meet
url="tcp://127.0.0.1:$port"
meter=
trap 'kill -KILL $meter 2>/dev/null; rm -rf "$folder"' EXIT
passed=0
failed=0
unset WATTHOUR_PASSWORD WATTHOUR_KEYS

# expect CODE TEXT ARGUMENTS...: the exit code, and a text on stdout or stderr.
expect() {
    code=$1
    text=$2
    shift 2
    output=$("$watthour" "$@" 2>&1 </dev/null)
    got=$?
    if [ "$got" -eq "$code" ] && printf '%s' "$output" | grep -qF -e "$text"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL: watthour %s\n  exit code %s (expected %s), output:\n%s\n' "$*" "$got" "$code" "$output"
    fi
}

# A meter in the background, once it answers.
start() {
    "$watthour" run --dlms "$port" --quiet "$@" >"$folder/log" 2>&1 </dev/null &
    meter=$!
    tries=0
    until "$watthour" get --client 16 "$url" serial >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then
            cat "$folder/log"
            echo "FAIL: the meter does not answer"
            exit 1
        fi
        sleep 0.1
    done
}

stop() {
    kill -KILL "$meter"
    wait "$meter" 2>/dev/null
    meter=
}

umask 077
gak=D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF
printf 'unicast 000102030405060708090A0B0C0D0E0F\nauthentication %s\n' $gak >"$folder/published"
printf 'unicast 101112131415161718191A1B1C1D1E1F\nauthentication %s\n' $gak >"$folder/other"
printf 'unicast 101112131415161718191A1B1C1D1E1F\n' >"$folder/half"

# Keys that were chosen: Management needs them, unless its password is let in.
start --keys "$folder/other"
export WATTHOUR_PASSWORD=watthour
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
expect 1 "wrong password or keys" get --keys "$folder/published" "$url" name
expect 1 "another authentication mechanism" get --client 1 --auth low "$url" name
expect 0 "0-0:42.0.0" get --client 2 "$url" name
stop
WATTHOUR_KEYS=$(cat "$folder/other")
export WATTHOUR_KEYS
start --management low
expect 0 "0-0:42.0.0" get --client 1 "$url" name
expect 0 "0-0:42.0.0" get --client 1 --auth low --security none "$url" name
stop
unset WATTHOUR_KEYS
expect 2 "unicast and authentication" run --keys "$folder/half" --dlms 0 --for 1
expect 2 "low or high" run --management medium

# A new unicast key, 10 .. 1F, wrapped by the published master key 20 .. 2F (RFC 3394); then once
# more by a key that is none. The supply goes without warning.
transfer="data:01010202160009182fe8e13bced634a49e658ac5ec6942d58539646aa177d092"
start --data "$folder/data"
expect 1 "other-reason" act --keys "$folder/published" "$url" 0-0:43.0.0:2 "${transfer%2}3"
expect 1 "scope-of-access-violated" act --client 1 --auth low "$url" 0-0:43.0.0:2 "$transfer"
expect 0 "done" act --keys "$folder/published" "$url" 0-0:43.0.0:2 "$transfer"
expect 1 "wrong password or keys" get --keys "$folder/published" "$url" name
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
stop
start --data "$folder/data"
expect 1 "wrong password or keys" get --keys "$folder/published" "$url" name
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
expect 0 "done" set --keys "$folder/other" "$url" 0-0:40.0.2:7 octets:6E6577
stop
start --data "$folder/data"
expect 1 "wrong password or keys" get --client 2 "$url" name
WATTHOUR_PASSWORD=new
expect 0 "0-0:42.0.0" get --client 2 "$url" name
expect 0 "done" act --keys "$folder/other" "$url" 0-0:43.0.0:1 enum:108
stop
start --data "$folder/data"
expect 0 "0-0:42.0.0" get --keys "$folder/other" "$url" name
expect 1 "" get --keys "$folder/other" --security authentication "$url" name
expect 1 "" get --client 1 --auth low "$url" name
stop

echo "keys: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
