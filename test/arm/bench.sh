#!/bin/sh
# Instructions of the sample path, the window task and the harmonics of a phase on Cortex-M4, counted
# by the emulator, and written to build/bench/metrology_m4.json. Needs build/host and build/cm4.
set -eu
cd "$(dirname "$0")/../.."
. tools/lib.sh
. test/arm/lib.sh

json=build/bench/metrology_m4.json
mkdir -p build/bench
separator='['

# figure NAME VALUE GOAL
figure() {
    printf '%-44s %14s %-12s goal %-10s (lower is better)\n' "$1" "$2" instructions "$3"
    printf '%s\n  {"name": "%s", "value": %s, "unit": "instructions", "goal": %s, "better": "lower"}' \
        "$separator" "$1" "$2" "$3" >>"$json"
    separator=,
}

# counted SHIFT PRODUCT CASE: the lines of the image, once its loop of 2000 was counted right.
counted() {
    counted_file=$(recording "$3")
    counted_lines=$(measure_cm4 "$1" "$2" "$counted_file" count) || fail "$3: $counted_lines"
    echo "$counted_lines" | awk '$1 == "loop" { n++; if ($3 < 1995 || $3 > 2005) exit 1 }
        END { if (n == 0) exit 1 }' || fail "the counter is wrong: $counted_lines"
    echo "$counted_lines"
}

# The way of a product's image, whose legally relevant part is another image.
image_way() {
    way_file=$(recording workshop)
    gate_cm4 6 "$way_file" | awk '$1 == "gate" { gate = $3 } $1 == "frame" { frame = $3 }
        END { print gate, frame }' >build/bench/gate.txt
    gate_cm4 4 "$way_file" | awk '$1 == "window" { print $3 }' >build/bench/window.txt
    read -r gate frame <build/bench/gate.txt
    read -r window <build/bench/window.txt
    figure metrology.m4_gate "$gate" null
    figure metrology.m4_sample_path_image "$frame" 360
    figure metrology.m4_window_image "$window" 100000
}

# Slow, a tick is less than an instruction; fast, few samples interrupt a window.
phases() {
    counted 6 "$2" "$3" | awk '$1 == "frame" { print $3, $4 }' >build/bench/frame.txt
    counted 4 "$2" "$3" | awk '$1 == "window" { window = $3 } $1 == "harmonics" { harmonics = $3 }
        $1 == "part" { part = $4 } END { print window, harmonics, part }' >build/bench/window.txt
    read -r mean most <build/bench/frame.txt
    read -r window harmonics part <build/bench/window.txt
    figure "metrology.m4_sample_path_$1" "$mean" "$4"
    figure "metrology.m4_sample_path_$1_worst" "$most" null
    figure "metrology.m4_window_$1" "$window" "$5"
    figure "metrology.m4_harmonics_$1" "$harmonics" 800000
    figure "metrology.m4_harmonics_part_$1" "$part" null
}

: >"$json"
phases 1phase xs211 household null null
phases 3phase st402c workshop 360 100000
image_way
printf '\n]\n' >>"$json"
