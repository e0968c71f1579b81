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
    [ -z "$only" ] || [ "$only" = "$name" ] || [ "$only" = "${name%%_*}" ] || continue
    found=yes
    say "== $name"
    "$bench" </dev/null || failed="$failed $name"
done
# Each row of the standards.
if [ "$only" = metrology ]; then
    for product in xs211 sm402d st402d st402c; do
        build/host/app/watthour accuracy --product "$product" || failed="$failed accuracy"
    done
fi
# What a bench alone cannot tell of the DLMS server.
if [ -z "$only" ] || [ "$only" = dlms ]; then
    say "== dlms, instructions"
    bench/dlms_instructions.sh || failed="$failed dlms_instructions"
    peer=build/interop-venv/bin/python
    if [ -x "$peer" ]; then
        say "== dlms, beside gurux-dlms"
        "$peer" bench/dlms_peer.py || failed="$failed dlms_peer"
    else
        say "== dlms, beside gurux-dlms: left out, make interop installs it"
    fi
fi
# on_target NAME SCRIPT: instructions on Cortex-M4, where its toolchain is installed.
on_target() {
    [ -z "$only" ] || [ "$only" = "$1" ] || [ "$only" = "${1%_m4}" ] || return 0
    if command -v arm-none-eabi-gcc >/dev/null && command -v qemu-system-arm >/dev/null; then
        found=yes
        say "== $1"
        build cm4
        "$2" || failed="$failed $1"
    else
        say "== $1: left out, no Cortex-M toolchain here (make arm installs it)"
    fi
}
on_target metrology_m4 test/arm/bench.sh
on_target dlms_m4 bench/dlms_code.sh
on_target storage_m4 test/arm/bench_storage.sh
on_target services_m4 test/arm/bench_services.sh
on_target crypto_m4 test/arm/bench_curves.sh
[ -n "$found" ] || fail "no bench is called '$only'"
[ -z "$failed" ] || fail "failed:$failed"
