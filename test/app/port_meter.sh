# shellcheck shell=sh
# A meter whose ports are on pseudo-terminals: shared by the scripts that try them; sourced with the
# path of watthour in $1.
watthour=$1
folder=$(mktemp -d)
meter=
trap 'kill $meter 2>/dev/null; rm -rf "$folder"' EXIT
failed=0

if ! (: <>/dev/ptmx) 2>/dev/null; then
    echo "no pseudo-terminals here: /dev/ptmx does not open; the ports are not tried"
    exit 0
fi

fail() {
    failed=$((failed + 1))
    printf 'FAIL: %s\n' "$1"
    cat "$folder/out" "$folder/log"
}

# begin TEXT OPTIONS...: a meter in the background, once it has said TEXT.
begin() {
    text=$1
    shift
    rm -f "$folder/log"
    "$watthour" run --dlms 0 --panel 0 "$@" >"$folder/log" 2>&1 &
    meter=$!
    tries=0
    while ! grep -qs "$text" "$folder/log" && [ $tries -lt 150 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}

# end LINK: the meter stops, and takes the link to its terminal with it.
end() {
    kill -TERM "$meter"
    wait "$meter"
    [ ! -e "$1" ] || fail "the link to the terminal stays behind"
}

# finish NAME: the end of the script.
finish() {
    [ $failed -eq 0 ] && echo "$1: good"
    exit $failed
}
