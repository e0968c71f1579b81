#!/bin/sh
# Octets of code and constants on Cortex-M4 at -Os: object model, classes, DLMS and links together.
# Writes build/bench/dlms_code.json. The client's parts of dlms and link are counted as well.
# usage: bench/dlms_code.sh (from the root, build/cm4 built; `make bench` calls it)
set -eu
octets=0
for room in cosem cosem_class dlms link; do
    library=$(find build/cm4/src -name "lib$room.a")
    text=$(arm-none-eabi-size -t "$library" | awk '/TOTALS/ { print $1 }')
    octets=$((octets + text))
done
printf '%-44s %14d %-12s goal %-10s (lower is better)\n' dlms.code_m4 "$octets" octets 80000
printf '[{"name":"dlms.code_m4","value":%d,"unit":"octets","goal":80000,"better":"lower"}]\n' \
    "$octets" >build/bench/dlms_code.json
