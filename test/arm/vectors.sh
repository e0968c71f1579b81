#!/bin/sh
# The vector tests of the host on the Cortex-M4F: every image of build/cm4/test/arm/vectors.
# usage: test/arm/vectors.sh [IMAGE.elf]; with an image, that one alone.
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh

if [ $# -eq 1 ]; then
    name=${1##*/}
    log=build/arm/${name%.elf}.log
    timeout 120 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none -kernel "$1" \
        -semihosting-config enable=on,target=native,arg=test </dev/null >"$log" 2>&1 && exit
    tail -n 5 "$log" >&2
    fail "$1 failed ($log)"
fi
mkdir -p build/arm
rm -f build/arm/*_*.log
find build/cm4/test/arm/vectors -name '*.elf' -print0 | xargs -0 -P 2 -n 1 test/arm/vectors.sh
passed=$(cat build/arm/*_*.log | grep -c '^ok ')
say "vectors: $passed tests of $(find build/cm4/test/arm/vectors -name '*.elf' | wc -l) images passed"
