#!/bin/sh
# Instructions of the server for one GET, by callgrind: of one register again and again, of names all
# over the object list, of a register ciphered. Writes build/bench/dlms_instructions.json.
# Where valgrind is not installed it says so.
# usage: bench/dlms_instructions.sh (from the root; `make bench` calls it)
set -eu
bench=build/host/bench/bench_dlms
if ! command -v valgrind >/dev/null; then
    echo "left out: no valgrind here (apt-get install valgrind)"
    exit 0
fi

# collected MODE COUNT: instructions in dlms_session_answer, the opening included.
collected() {
    valgrind --tool=callgrind --toggle-collect=dlms_session_answer \
        --callgrind-out-file=build/bench/callgrind.out "$bench" "$1" "$2" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# one_get MODE: what a thousand more of them take, divided.
one_get() {
    few=$(collected "$1" 1)
    many=$(collected "$1" 1001)
    echo $(((many - few) / 1000))
}

plain=$(one_get plain)
anywhere=$(one_get anywhere)
ciphered=$(one_get ciphered)
printf '%-44s %14d %-12s goal %-10s (lower is better)\n' \
    dlms.get_register_instructions "$plain" instr 1600 \
    dlms.get_anywhere_instructions "$anywhere" instr - \
    dlms.get_register_ciphered_instructions "$ciphered" instr -
printf '[{"name":"%s","value":%d,"unit":"instr","goal":%s,"better":"lower"},\n' \
    dlms.get_register_instructions "$plain" 1600 >build/bench/dlms_instructions.json
printf ' {"name":"%s","value":%d,"unit":"instr","goal":%s,"better":"lower"},\n' \
    dlms.get_anywhere_instructions "$anywhere" null >>build/bench/dlms_instructions.json
printf ' {"name":"%s","value":%d,"unit":"instr","goal":%s,"better":"lower"}]\n' \
    dlms.get_register_ciphered_instructions "$ciphered" null >>build/bench/dlms_instructions.json
