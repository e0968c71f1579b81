#!/bin/sh
# Octets of code and constants on Cortex-M4 at -Os: object model, classes, DLMS and links together,
# without the client's parts (in files *client*), which are told beside. Writes
# build/bench/dlms_code.json.
# usage: bench/dlms_code.sh (from the root, build/cm4 built; `make bench` calls it)
set -eu
server=0
client=0
for room in cosem cosem_class dlms link; do
    library=$(find build/cm4/src -name "lib$room.a")
    sizes=$(arm-none-eabi-size "$library" | tail -n +2)
    server=$((server + $(echo "$sizes" | awk '!/client/ { sum += $1 } END { print sum + 0 }')))
    client=$((client + $(echo "$sizes" | awk '/client/ { sum += $1 } END { print sum + 0 }')))
done
row() {
    printf '%-44s %14d %-12s goal %-10s (lower is better)\n' "$1" "$2" octets "${3:--}"
    printf '%s{"name":"%s","value":%d,"unit":"octets","goal":%s,"better":"lower"}' "$4" "$1" "$2" \
        "${3:-null}" >>build/bench/dlms_code.json
}
: >build/bench/dlms_code.json
row dlms.code_m4 "$server" 80000 '['
row dlms.code_client_m4 "$client" '' ',
 '
echo ']' >>build/bench/dlms_code.json
