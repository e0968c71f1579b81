#!/bin/sh
# Reads virtual meters of all four products with DLMS clients that others wrote.
# usage: test/interop/run.sh path/to/watthour
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
watthour=${1:-$root/build/watthour}
shared=${WATTHOUR_SHARED:-$root/../shared}
venv=$root/build/interop-venv

# install VENV REQUIREMENTS: a virtual environment with these, unless it is there.
install() {
    cmp -s "$here/$2" "$1/$2" 2>/dev/null && return
    echo "interop: installing the clients of $2 from PyPI into ${1#"$root"/}"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$here/$2"
    cp "$here/$2" "$1/$2"
}

install "$venv" requirements.txt
install "$root/build/interop-ports-venv" requirements-ports.txt

# The ports wait for telegrams most of the time: they are tried beside all the rest, and told behind it.
ports=$(mktemp)
trap 'rm -f "$ports"' EXIT
"$root/build/interop-ports-venv/bin/python" "$here/ports.py" --watthour "$watthour" \
    --seconds "${INTEROP_P1_SECONDS:-60}" >"$ports" 2>&1 &
waiting=$!
failed=0
if [ -e "$root/build/cm4/port/cortex_m/xs211.elf" ] && command -v qemu-system-arm >/dev/null; then
    "$venv/bin/python" "$here/images.py" || failed=1
else
    echo "interop: the images in QEMU are left out; make arm-test builds them"
fi
"$venv/bin/python" "$here/interop.py" --watthour "$watthour" --shared "$shared" || failed=1
wait "$waiting" || failed=1
cat "$ports"
exit "$failed"
