#!/bin/sh
# What curves cost on Cortex-M4: instructions counted by the emulator, of whole computations and of the
# longest slice, at 64 MHz and one a cycle; and of all that a meter does for an association by HLS 7 and
# one signed GET. Written to build/bench/crypto_m4.json. Needs build/cm4.
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh

mkdir -p build/bench
# run IMAGE: what it prints
run() {
    timeout 300 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
        -icount shift=4,sleep=off -kernel "build/cm4/test/arm/$1.elf" -semihosting-config \
        "enable=on,target=native,arg=$1" </dev/null
}

lines=$(run curves && run signed) || fail "$lines"

echo "$lines" | awk '
    function figure(name, value, unit, goal) {
        printf "%-44s %14.6g %-12s goal %-10s (lower is better)\n", name, value, unit, goal
        printf "%s\n  {\"name\": \"%s\", \"value\": %.9g, \"unit\": \"%s\", \"goal\": %s, " \
            "\"better\": \"lower\"}", separator, name, value, unit, goal >json
        separator = ","
    }
    BEGIN { json = "build/bench/crypto_m4.json"; separator = "[" }
    $1 == "loop" && ($3 < 1995 || $3 > 2005) { wrong = 1 }
    $1 ~ /_p(256|384)$/ {
        longest = $4 > longest ? $4 : longest
        figure("crypto.m4_" $1 "_instructions", $2 * $3, "instructions", "null")
    }
    $1 ~ /^hls7-/ {
        exchanges++
        figure("dlms.m4_hls7_and_signed_get_suite_" substr($1, 6) "_instructions", $2 * $3,
            "instructions", "null")
    }
    $1 == "arena" { arena = $2 > arena ? $2 : arena }
    END {
        if (wrong || !arena || !longest || exchanges != 2) { print "the counter is wrong"; exit 1 }
        figure("crypto.m4_longest_slice_ms", longest / 64e3, "ms", 100)
        figure("crypto.m4_curves_arena", arena, "octets", 4096)
        printf "\n]\n" >json
    }'
