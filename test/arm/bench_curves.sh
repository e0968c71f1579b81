#!/bin/sh
# What curves cost on Cortex-M4: instructions counted by the emulator, of whole computations and of the
# longest slice, at 64 MHz and one a cycle; and of what they make of an association by HLS 7 with one
# signed GET: two signatures made, two verified. Written to build/bench/crypto_m4.json. Needs build/cm4.
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh

mkdir -p build/bench
lines=$(timeout 300 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
    -icount shift=4,sleep=off -kernel build/cm4/test/arm/curves.elf -semihosting-config \
    "enable=on,target=native,arg=curves" </dev/null) || fail "$lines"

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
        cost[$1] = $2 * $3
        longest = $4 > longest ? $4 : longest
        figure("crypto.m4_" $1 "_instructions", cost[$1], "instructions", "null")
    }
    $1 == "arena" { arena = $2 }
    END {
        if (wrong || !arena || !longest) { print "the counter is wrong"; exit 1 }
        for (suite = 1; suite <= 2; suite++) {
            curve = suite == 1 ? "_p256" : "_p384"
            figure("crypto.m4_hls7_and_signed_get_suite_" suite "_instructions",
                2 * (cost["sign" curve] + cost["verify" curve]), "instructions", "null")
        }
        figure("crypto.m4_longest_slice_ms", longest / 64e3, "ms", 100)
        figure("crypto.m4_curves_arena", arena, "octets", 4096)
        printf "\n]\n" >json
    }'
