#!/bin/sh
# Drives the panel of all four products with Debian's Chromium; screenshots are kept in
# build/screens.
# usage: test/browser/run.sh [path/to/watthour]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
watthour=${1:-$root/build/watthour}
venv=$root/build/browser-venv

if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt" 2>/dev/null; then
    echo "browser: installing playwright from PyPI into build/browser-venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
exec "$venv/bin/python" "$here/browser.py" --watthour "$watthour" --screens "$root/build/screens"
