#!/bin/sh
# `make bench`: runs the benches; each prints its table and writes build/bench/NAME.json.
# usage: tools/bench.sh [NAME]
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

only=${1-}
failed=
mkdir -p build/bench
found=
for bench in build/host/bench/bench_*; do
    name=${bench##*/bench_}
    [ -x "$bench" ] || continue
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    found=yes
    say "== $name"
    "$bench" </dev/null || failed="$failed $name"
done
# Instructions on Cortex-M4, where its toolchain is installed.
if [ -z "$only" ] || [ "$only" = metrology_m4 ] || [ "$only" = metrology ]; then
    if command -v arm-none-eabi-gcc >/dev/null && command -v qemu-system-arm >/dev/null; then
        found=yes
        say "== metrology_m4"
        build cm4
        test/arm/bench.sh || failed="$failed metrology_m4"
    else
        say "== metrology_m4: left out, no Cortex-M toolchain here (make arm installs it)"
    fi
fi
[ -n "$found" ] || fail "no bench is called '$only'"
[ -z "$failed" ] || fail "failed:$failed"
