#!/usr/bin/env python3
"""Holds every #include of src/, port/, world/, stand/ and app/ to the table cmake/layers.txt.

usage: check-layers.py [ROOT]
Prints file:line of each include that the table does not allow; exit code 1 if there is any.
"""
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
FOLDERS = ("src", "port", "world", "stand", "app")


def read_table(path):
    table = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            room, _, allowed = line.partition(":")
            table[room.strip()] = allowed.split()
    return table


def room_of(path, table):
    """The room that a path below src/ or the root belongs to: the longest name that fits."""
    parts = path.parent.parts
    for length in range(len(parts), 0, -1):
        name = "/".join(parts[:length])
        if name in table:
            return name
    return None


def fault(include, room, root, table):
    """What is wrong with `#include "include"` in a file of `room`; None when it is allowed."""
    if not any((root / base / include).is_file() for base in ("src", ".")):
        return f'"{include}" is not the path of a header from src/ or the root'
    target = room_of(Path(include), table)
    allowed = table[room]
    if target == room or target in allowed or include in allowed:
        return None
    may = " ".join(allowed) or "nothing else"
    return f'{room} may not include "{include}"; it may include: {may}'


def may_use(include, room, table):
    """Whether a file of `room` may `#include <include>`."""
    return include in table["<>"] or any(fnmatch(f"<{include}>", may) for may in table[room])


def check_file(path, root, table):
    relative = path.relative_to(root)
    in_src = relative.parts[0] == "src"
    room = room_of(Path(*relative.parts[1:]) if in_src else relative, table)
    if room is None:
        return [f"{relative}:1: no room of cmake/layers.txt holds this file"]
    faults = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        what = None
        if match[1] == '"':
            what = fault(match[2], room, root, table)
        elif in_src and not may_use(match[2], room, table):
            what = f"{room} may not include <{match[2]}>; it may: {' '.join(table['<>'])}"
        if what:
            faults.append(f"{relative}:{number}: {what}")
    return faults


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    table = read_table(root / "cmake/layers.txt")
    files = sorted(f for folder in FOLDERS for f in (root / folder).rglob("*.[ch]"))
    faults = [fault for path in files for fault in check_file(path, root, table)]
    print("\n".join(faults + [f"{len(files)} files, {len(faults)} forbidden includes"]))
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
