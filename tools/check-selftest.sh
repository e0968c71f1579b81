#!/bin/sh
# Proves that the checks catch what they are for: breaks each rule in a copy of the tree and
# expects the check to fail there, after it passed on the unbroken copy.
set -eu
cd "$(dirname "$0")/.."
. tools/lib.sh

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/src/legal" "$copy/src/storage" "$copy/test" "$copy/build/src"
cp -R cmake .clang-format "$copy"
cp -R src/base "$copy/src"
cp src/legal/*.h "$copy/src/legal"
cp src/storage/*.h "$copy/src/storage"
victim=$copy/src/base/civil.c

layers() {
    python3 tools/check-layers.py "$copy"
}

format() {
    clang-format-14 --dry-run -Werror "$victim"
}

budgets() {
    cp src/base/reader.c "$copy/test"
    python3 tools/check-budgets.py "$copy"
}

symbols() {
    gcc -std=c11 -I"$copy/src" -c "$victim" -o "$copy/build/src/civil.o"
    rm -f "$copy/build/src/libbase.a"
    ar rc "$copy/build/src/libbase.a" "$copy/build/src/civil.o"
    python3 tools/check-symbols.py nm "$copy/build"
}

# catches CHECK EXPECTED LINES: with LINES added to the victim, CHECK fails and says EXPECTED.
catches() {
    "$1" >"$copy/log" 2>&1 || fail "$1 fails on the unbroken copy: $(cat "$copy/log")"
    cp "$victim" "$copy/unbroken"
    printf '%s\n' "$3" >>"$victim"
    if "$1" >"$copy/log" 2>&1; then
        fail "$1 did not see: $3"
    fi
    grep -q "$2" "$copy/log" || fail "$1 failed, but not with '$2': $(cat "$copy/log")"
    cp "$copy/unbroken" "$victim"
    say "$1 catches: $(printf '%s' "$3" | head -n 1)"
}

newline='
'
# repeat COUNT LINE
repeat() {
    repeat_lines=
    repeat_left=$1
    while [ "$repeat_left" -gt 0 ]; do
        repeat_lines="$repeat_lines$2$newline"
        repeat_left=$((repeat_left - 1))
    done
    printf '%s' "$repeat_lines"
}

line=$(($(wc -l <"$victim") + 1))
catches layers "civil.c:$line: base may not include \"legal/legal.h\"" '#include "legal/legal.h"'
catches layers "civil.c:$line: base may not include <stdlib.h>" '#include <stdlib.h>'
catches layers "civil.c:$line: \"civil.h\" is not the path" '#include "civil.h"'
catches layers "civil.c:$line: base may not include <mbedtls/gcm.h>" '#include <mbedtls/gcm.h>'
catches format 'code should be clang-formatted' 'int  unformatted( void );'
catches symbols "'count' is mutable" 'int count;'
catches symbols "'kept.0' is mutable" 'int f(void) { static int kept; return kept++; }'
catches symbols "uses 'malloc'" 'void *malloc(unsigned long); void *g(void) { return malloc(1); }'
catches budgets 'has 61 lines' "void f(int a)$newline{$newline$(repeat 59 'a++;')}"
catches budgets 'has complexity 16' "void f(int a)$newline{$newline$(repeat 15 'if (a) a--;')}"
catches budgets 'longer than 500 lines' "$(repeat 500 '//')"
