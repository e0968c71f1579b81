#!/bin/sh
# Instructions of a ciphered GET and of signatures on Cortex-M4, counted by the emulator, and octets
# of stack that they take. Written to build/bench/services_m4.json. Needs build/cm4.
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh

json=build/bench/services_m4.json
mkdir -p build/bench
out=$(timeout 300 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
    -icount shift=6,sleep=off -kernel build/cm4/test/arm/services.elf \
    -semihosting-config enable=on,target=native,arg=services </dev/null) || fail "$out"
separator='['

# figure NAME UNIT LINE FIELD
figure() {
    figure_value=$(echo "$out" | awk -v line="$3" -v field="$4" '$1 == line { printf "%.0f", $field }')
    [ -n "$figure_value" ] || fail "no '$3' in: $out"
    printf '%-44s %14s %-12s (lower is better)\n' "$1" "$figure_value" "$2"
    printf '%s\n  {"name": "%s", "value": %s, "unit": "%s", "goal": null, "better": "lower"}' \
        "$separator" "$1" "$figure_value" "$2" >>"$json"
    separator=,
}

: >"$json"
figure dlms.m4_get_ciphered instructions get-ciphered 3
figure crypto.m4_sign_p256 instructions p256-sign 3
figure crypto.m4_verify_p256 instructions p256-verify 3
figure crypto.m4_sign_p384 instructions p384-sign 3
figure crypto.m4_verify_p384 instructions p384-verify 3
figure crypto.m4_stack octets stack 2
printf '\n]\n' >>"$json"
