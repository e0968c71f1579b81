#!/bin/sh
# `make size`: octets of each room as compiled for Cortex-M4F (code and constants, initialised
# data, zeroed data) and of the images that are linked from them.
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

row='%-20s %9s %9s %9s\n'
# shellcheck disable=SC2059 # the format of every row
printf "$row" room text data bss
find build/cm4/src build/cm4/port -name '*.a' | sort | while read -r library; do
    name=${library##*/lib}
    arm-none-eabi-size -t "$library" | awk -v row="$row" -v name="${name%.a}" \
        '/TOTALS/ { printf row, name, $1, $2, $3 }'
done
for image in $(find build/cm4 -name '*.elf' | sort); do
    arm-none-eabi-size "$image" | awk -v row="$row" -v name="${image##*/}" \
        'NR == 2 { printf row, name, $1, $2, $3 }'
done
