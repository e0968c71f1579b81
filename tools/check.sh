#!/bin/sh
# `make check`: everything that can be said of the code without running it.
# usage: tools/check.sh [NAME...]    without a name: all of them
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

jobs=$(nproc)

check_format() {
    c_files | xargs clang-format-14 --dry-run -Werror
}

check_layers() {
    python3 tools/check-layers.py
}

check_symbols() {
    python3 tools/check-symbols.py nm build/host
}

check_budgets() {
    python3 tools/check-budgets.py
}

# run-clang-tidy also prints its commands, and colours; only findings matter.
check_tidy() {
    run-clang-tidy-14 -quiet -j "$jobs" -p build/host >build/tidy.txt 2>build/tidy-notes.txt ||
        tidy_failed=yes
    sed "s/$(printf '\033')\[[0-9;]*m//g; /^clang-tidy-14 /d; /^\$/d" build/tidy.txt
    [ -z "${tidy_failed-}" ]
}

# It stumbles over compound literals after `?`, and over the assertion that right shifts are
# arithmetic.
check_cppcheck() {
    cppcheck --project=build/host/compile_commands.json -j "$jobs" --quiet --std=c11 \
        --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=internalAstError --suppress=shiftNegativeLHS
}

check_shell() {
    shellcheck -x run.sh test.sh .ci/run tools/*.sh test/*/*.sh
}

check_selftest() {
    tools/check-selftest.sh
}

packages build test check
configure host

failed=
[ $# -gt 0 ] || set -- format layers shell budgets symbols cppcheck tidy selftest
case " $* " in *" symbols "*) build host ;; esac
for name in "$@"; do
    begin=$(date +%s)
    if (set -e; "check_$name") >"build/check-$name.log" 2>&1; then
        say "$name: good ($(($(date +%s) - begin)) s)"
        [ "$name" != budgets ] || sed 's/^/    /' "build/check-$name.log"
    else
        say "$name: FAILED"
        sed 's/^/    /' "build/check-$name.log"
        failed="$failed $name"
    fi
done
[ -z "$failed" ] || fail "failed:$failed"
