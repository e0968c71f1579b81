#!/bin/sh
# `make coverage`: what the tests reach of src/, port/, world/ and app/.
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

find build/coverage -name '*.gcda' -delete
say "testing build/coverage"
quietly test-coverage ctest --preset coverage -j "$(nproc)"
mkdir -p build/coverage/html
gcovr --root . --object-directory build/coverage --filter 'src/' --filter 'port/' \
    --filter 'world/' --filter 'app/' --html-details build/coverage/html/index.html \
    --print-summary
