#!/bin/sh
# Reads virtual meters of all four products with DLMS clients that others wrote.
# usage: test/interop/run.sh path/to/watthour
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
watthour=${1:-$root/build/watthour}
shared=${WATTHOUR_SHARED:-$root/../shared}
venv=$root/build/interop-venv

if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt" 2>/dev/null; then
    echo "interop: installing the independent clients from PyPI into build/interop-venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
exec "$venv/bin/python" "$here/interop.py" --watthour "$watthour" --shared "$shared"
