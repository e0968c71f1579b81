#!/usr/bin/env python3
"""Measures the sizes that CONTRIBUTING.md sets bounds to, and prints them.

usage: check-budgets.py [ROOT]    (needs pmccabe)
Exit code 1 when a file is longer than 500 lines, a function than 60, or more complex than 15.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

FILE_LINES, FUNCTION_LINES, COMPLEXITY = 500, 60, 15
CODE, TESTS = ("src", "port", "world", "stand", "app"), ("test", "fuzz", "bench")
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b")
GUARD = re.compile(r"^\s*#\s*ifndef WATTHOUR_\w+_H$")


def c_files(folders):
    return sorted(str(f) for folder in folders for f in Path(folder).rglob("*.[ch]"))


def functions(files):
    """(lines, complexity, place) of each function."""
    out = subprocess.run(["pmccabe", *files], capture_output=True, text=True, check=True)
    if out.stderr:
        sys.exit("pmccabe: " + out.stderr)
    for line in out.stdout.splitlines():
        complexity, _, _, first, length, where = line.split("\t")
        name = where.partition("): ")[2]
        file = where.partition("(")[0]
        yield int(length), int(complexity), f"{file}:{first}: {name}"


def conditionals(lines):
    return sum(bool(CONDITIONAL.match(line)) and not GUARD.match(line) for line in lines)


def report(title, files):
    """Prints the figures of a set of files; gives its lines and what breaks a bound."""
    lines = {f: Path(f).read_text().splitlines() for f in files}
    total = sum(map(len, lines.values()))
    found = sorted(functions([f for f in files if f.endswith(".c")])) or [(0, 0, "-")]
    lengths = [length for length, _, _ in found]
    portable = [f for f in files if not f.startswith("port/")]
    ifs = sum(conditionals(lines[f]) for f in portable)
    of_portable = sum(len(lines[f]) for f in portable) or 1
    longest = max(files, key=lambda f: len(lines[f]))
    print(f"{title}: {len(files)} files, {total} lines, {len(found)} functions")
    print(f"  longest file        {len(lines[longest]):5}  (<= {FILE_LINES})  {longest}")
    print(f"  longest function    {found[-1][0]:5}  (<= {FUNCTION_LINES})   {found[-1][2]}")
    print(f"  90 % of functions   {lengths[len(lengths) * 9 // 10]:5}  (<= 40)   lines")
    worst = max(found, key=lambda f: f[1])
    print(f"  most complex        {worst[1]:5}  (<= {COMPLEXITY})   {worst[2]}")
    print(f"  #if per 1000 lines  {1000 * ifs / of_portable:5.1f}  (<= 2)    outside port/")
    faults = [f"{f}:{len(n)}: longer than {FILE_LINES} lines" for f, n in lines.items()
              if len(n) > FILE_LINES]
    faults += [f"{where}() has {n} lines, more than {FUNCTION_LINES}" for n, _, where in found
               if n > FUNCTION_LINES]
    faults += [f"{where}() has complexity {c}, more than {COMPLEXITY}" for _, c, where in found
               if c > COMPLEXITY]
    return total, faults


def main():
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else ".")
    code, code_faults = report("code", c_files(CODE))
    tests, test_faults = report("tests, fuzz targets, benches", c_files(TESTS))
    print(f"test lines / code lines {tests / code:.2f}  (>= 1.5)")
    print("\n".join(code_faults + test_faults))
    return 1 if code_faults or test_faults else 0


if __name__ == "__main__":
    sys.exit(main())
