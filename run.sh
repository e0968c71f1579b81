#!/bin/sh
# Builds the virtual meter and starts an XS211 with a living household. On a Debian system it
# installs what is missing for that (asking sudo when it is not root). Arguments go on to
# `watthour run`: ./run.sh --help
set -eu
root=$(dirname "$0")
(
    cd "$root"
    . tools/lib.sh
    packages build
    build_watthour
)
exec "$root/build/watthour" run --product xs211 "$@"
