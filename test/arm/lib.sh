# shellcheck shell=sh
# What `make arm-test` and the bench of the target share; sourced after tools/lib.sh.

frames() {
    build/host/test/arm/frames "$@"
}

measure_host() {
    build/host/test/arm/measure "$@"
}

# measure_cm4 SHIFT PRODUCT FILE [count]: in the emulator, each instruction taking 2^SHIFT ns.
measure_cm4() {
    measure_shift=$1
    shift
    measure_arguments=arg=measure
    for measure_argument in "$@"; do
        measure_arguments=$measure_arguments,arg=$measure_argument
    done
    timeout 300 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
        -icount "shift=$measure_shift,sleep=off" -kernel build/cm4/test/arm/measure.elf \
        -semihosting-config "enable=on,target=native,$measure_arguments" </dev/null
}

# recording CASE: makes its file and says where.
recording() {
    mkdir -p build/arm
    frames "$1" "build/arm/$1.frames"
    echo "build/arm/$1.frames"
}

# gate_cm4 SHIFT FILE: the same, by way of the image of the legally relevant part.
gate_cm4() {
    timeout 300 qemu-system-arm -M mps2-an386 -display none -monitor none -serial none \
        -icount "shift=$1,sleep=off" -kernel build/cm4/test/arm/gate.elf \
        -device loader,file=build/cm4/port/cortex_m/legal.bin,addr=0x8000 \
        -semihosting-config "enable=on,target=native,arg=gate,arg=frames=$2" </dev/null
}
