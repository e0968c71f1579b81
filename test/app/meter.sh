# shellcheck shell=sh
# A meter in the background and what is expected of it: shared by the scripts that send it keys and
# certificates; sourced with the path of watthour in $1.
watthour=$1
folder=$(mktemp -d)
port=$((12000 + $$ % 8000)) # so that runs side by side do not meet, nor the ports of clients
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
    "$watthour" run --dlms "$port" --panel 0 --quiet "$@" >"$folder/log" 2>&1 </dev/null &
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
