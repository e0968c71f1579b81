#!/bin/sh
# `make fuzz`: every fuzz target for a while, from its seeds (fuzz/corpus/NAME) and from what
# earlier runs found (build/fuzz-corpus/NAME). A crash leaves its input in build/.
# usage: tools/fuzz.sh SECONDS [NAME]
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

seconds=$1
only=${2-}
failed=
found=
for target in build/fuzz/fuzz/fuzz_*; do
    name=${target##*/fuzz_}
    [ -x "$target" ] || continue
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    found=yes
    say "fuzzing $name for $seconds s"
    corpus=build/fuzz-corpus/$name
    mkdir -p "$corpus"
    seeds=
    [ ! -d "fuzz/corpus/$name" ] || seeds=fuzz/corpus/$name
    # shellcheck disable=SC2086 # no seeds is no argument
    "$target" -max_total_time="$seconds" -timeout=10 -print_final_stats=1 \
        -artifact_prefix="build/crash-$name-" "$corpus" $seeds \
        >"build/fuzz-$name.log" 2>&1 </dev/null || failed="$failed $name"
    sed -n 's/^stat::number_of_executed_units: */    inputs tried: /p; s/^SUMMARY/    &/p' \
        "build/fuzz-$name.log"
done
[ -n "$found" ] || fail "no such fuzz target: ${only:-none is built}"
[ -z "$failed" ] || fail "found faults:$failed (build/fuzz-*.log, inputs in build/crash-*)"
