#!/bin/sh
# `make arm-test`: every recording measured on the host and on a Cortex-M4F in QEMU, where samples
# come by interrupt and interrupt the windows; both must print the same integers. Then the meters'
# images as they are (test_meter.py), beside that of the legally relevant part (test_apart.py).
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh
. test/arm/lib.sh

mkdir -p build/arm
frames list >build/arm/cases
count=0
while read -r name product; do
    file=$(recording "$name")
    measure_host "$product" "$file" >"build/arm/$name.host"
    measure_cm4 4 "$product" "$file" >"build/arm/$name.cm4" ||
        fail "$name: the image failed: $(tail -n 3 "build/arm/$name.cm4")"
    windows=$(grep -c '^window' "build/arm/$name.host") || fail "$name: measured no window"
    if ! cmp -s "build/arm/$name.host" "build/arm/$name.cm4"; then
        diff "build/arm/$name.host" "build/arm/$name.cm4" | head -n 10 >&2
        fail "$name: host and target differ (build/arm/$name.host, .cm4)"
    fi
    say "$name ($product): $windows windows, $(wc -l <"build/arm/$name.host") lines, identical"
    count=$((count + 1))
done <build/arm/cases
[ "$count" -gt 0 ] || fail "there are no recordings"
[ -d ../shared/data/waveforms ] ||
    say "note: ../shared/data is not here; only made-up recordings were measured"
say "$count recordings: host and Cortex-M4F agree to the bit"

test/arm/vectors.sh

python3 test/arm/test_legal.py >build/arm/legal.log 2>&1 || {
    tail -n 30 build/arm/legal.log >&2
    fail "the legally relevant part by itself (build/arm/legal.log)"
}
say "legally relevant part: $(sed -n 's/^Ran \([0-9]* tests\?\).*/\1/p' build/arm/legal.log) passed"

# The meters' images, each kind of test beside the others: most of the time they wait.
kinds="Measuring Harmonics PowerCut Ports Signing Supply BadInput Faults Boards Linked Protected Served Corrupted"
rm -f build/arm/*.bad

# run_kind KIND: what it prints goes to a log
run_kind() {
    case $1 in
    Linked | Protected | Served | Corrupted) file=test_apart.py ;;
    *) file=test_meter.py ;;
    esac
    python3 "test/arm/$file" "$1" >"build/arm/$1.log" 2>&1 || touch "build/arm/$1.bad"
}

for kind in $kinds; do
    run_kind "$kind" &
done
wait
for kind in $kinds; do
    if [ -e "build/arm/$kind.bad" ]; then
        tail -n 30 "build/arm/$kind.log" >&2
        fail "the images: $kind failed (build/arm/$kind.log)"
    fi
    say "images, $kind: $(sed -n 's/^Ran \([0-9]* tests\?\).*/\1/p' "build/arm/$kind.log") passed"
done
