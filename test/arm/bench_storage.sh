#!/bin/sh
# What a start of storage costs on Cortex-M4 with a full chip of 8 MiB: instructions counted by the
# emulator, at 64 MHz and one a cycle, and reads of the chip at 20 MB/s with five octets of command
# before each; and what preparing a new one costs. Written to build/bench/storage_m4.json. Needs build/host and build/cm4.
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh

mkdir -p build/bench build/arm
build/host/bench/bench_storage image build/arm/flash.image
lines=$(timeout 300 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
    -icount shift=4,sleep=off -kernel build/cm4/test/arm/recovery.elf -semihosting-config \
    "enable=on,target=native,arg=recovery,arg=build/arm/flash.image" </dev/null) || fail "$lines"
rm -f build/arm/flash.image

echo "$lines" | awk '
    function figure(name, value, unit, goal) {
        printf "%-44s %14.6g %-12s goal %-10s (lower is better)\n", name, value, unit, goal
        printf "%s\n  {\"name\": \"%s\", \"value\": %.9g, \"unit\": \"%s\", \"goal\": %s, " \
            "\"better\": \"lower\"}", separator, name, value, unit, goal >json
        separator = ","
    }
    BEGIN { json = "build/bench/storage_m4.json"; separator = "[" }
    $1 == "loop" && ($3 < 1995 || $3 > 2005) { wrong = 1 }
    $1 == "recovery" { instructions = $2 * $3; longest = $4 }
    $1 == "prepare" { prepared = $2 * $3 }
    $1 == "reads" { read_ms = ($2 * 5 + $3) / 20e6 * 1e3 }
    END {
        if (wrong || !instructions || !read_ms || !prepared) { print "the counter is wrong"; exit 1 }
        figure("storage.m4_recovery_instructions", instructions, "instructions", "null")
        figure("storage.m4_first_start_instructions", prepared, "instructions", "null")
        figure("storage.m4_recovery_ms", instructions / 64e3 + read_ms, "ms", 1000)
        figure("storage.m4_recovery_longest_step_ms", longest / 64e3, "ms", 100)
        printf "\n]\n" >json
    }'
