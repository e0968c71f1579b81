#!/usr/bin/env python3
"""Looks into the built libraries of src/: nothing mutable outside the caller's structs, and
nothing called that a bare processor does not have.

usage: check-symbols.py NM BUILD_FOLDER    (as: check-symbols.py nm build/host)
Prints each global or static variable and each call outside the meter; exit code 1 if any.
"""
import re
import subprocess
import sys
from pathlib import Path

# Freestanding C needs these of any compiler; the last three are the port's.
GIVEN = {"memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strcmp", "strncmp",
         "crypto_arena_lend", "crypto_arena_lend_from", "crypto_arena_return", "need_failed"}
# What compilers call by themselves: arithmetic helpers, stack protector, sanitizers, coverage.
HELPER = re.compile(r"^(__aeabi_\w+|__(u?div|u?mod|mul|ash[lr]|lshr|clz|ctz|popcount|bswap)\w*[sd]i[234]?"
                    r"|__gnu_thumb\w+|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$")
# The libraries that a room stands on.
LIBRARY = {"crypto": re.compile(r"^mbedtls_")}
# Built beside them for a target, and not rooms: the library itself, and the port's pointer to the
# memory that it is lent.
NOT_OURS = {"libmbedcrypto", "libarena"}
# Constants that hold addresses stand in .data.rel.ro until the loader has filled them in.
MUTABLE = re.compile(r"^(\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss|\.sdata|\.sbss|\*COM\*)")


def symbols(nm, library):
    """(object file, symbol, section) of each symbol; the section of what is called is *UND*."""
    out = subprocess.run([nm, "-A", "-f", "sysv", library], capture_output=True, text=True,
                         check=True).stdout
    for line in out.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7 and fields[6]:
            yield fields[0].split(":")[-2], fields[0].split(":")[-1], fields[6]


def main():
    nm, folder = sys.argv[1], Path(sys.argv[2])
    libraries = sorted(library for library in folder.glob("src/**/*.a") if library.stem not in NOT_OURS)
    found = [(library, *symbol) for library in libraries for symbol in symbols(nm, library)]
    defined = {name for _, _, name, section in found if section != "*UND*"}
    faults = set()
    for library, member, name, section in found:
        room = library.stem.removeprefix("lib")
        known = name in defined | GIVEN or HELPER.match(name)
        if MUTABLE.match(section):
            faults.add(f"{room}/{member}: '{name}' is mutable and outlives a call ({section})")
        if section == "*UND*" and not known and not (room in LIBRARY and LIBRARY[room].match(name)):
            faults.add(f"{room}/{member}: uses '{name}', which src/ does not have")
    print("\n".join(sorted(faults)))
    print(f"{folder}: {len(libraries)} rooms, {len(found)} symbols, {len(faults)} forbidden")
    return 1 if faults or not libraries else 0


if __name__ == "__main__":
    sys.exit(main())
