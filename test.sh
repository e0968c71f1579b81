#!/bin/sh
# Builds and runs every test that needs nothing but Debian's packages, which it installs where
# they are missing: once plainly, and once under address and undefined-behaviour sanitizers
# (without the tests labelled `long`).
set -eu
cd "$(dirname "$0")"
. tools/lib.sh

jobs=$(nproc)
failed=

# pass PRESET WHAT
pass() {
    build "$1"
    say "testing build/$1: $2"
    log=build/test-$1.log
    ctest --preset "$1" -j "$jobs" >"$log" 2>&1 </dev/null || failed="$failed $1"
    sed -n '/\*\*\*\|^\[  ERROR\|^\[   LINE/p' "$log"
}

# What ctest says in its last lines (how many passed, how long it took), and what was skipped.
summary() {
    skipped=$(sed -n 's/^\[  SKIPPED \] \([a-z0-9_]*\)$/\1/p' \
        "build/$1/Testing/Temporary/LastTest.log" | sort -u | wc -l)
    sed -n 's/^\([0-9]*% tests passed.*\)$/\1/p; s/^Total Test time (real) = *\(.*\)$/\1/p' \
        "build/test-$1.log" | paste -s -d ';' - | sed "s/;/, /; s/^/$1: /; s/\$/, $skipped skipped/"
}

packages build test
pass host "all tests"
pass asan "with sanitizers"

[ -d ../shared/data ] ||
    say "note: ../shared/data is not here; the tests that need its recordings and vectors skipped"
summary host
summary asan
[ -z "$failed" ] || fail "tests failed in:$failed (logs: build/test-*.log)"
