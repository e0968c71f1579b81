#!/usr/bin/env python3
"""What the tests of a room would not notice: `make mutants ROOM=storage`.

Each source file of the room is changed in one place at a time (a comparison turned, a constant one
more, `&&` for `||`, a sign, a condition negated, a statement left out), compiled as build/host does
it, linked into the room's tests in place of the original, and these are run. A change that no test
minds is printed: it is a missing test, or one that makes no difference. One whose object file is the
original's makes none and does not count.

usage: mutants.py FILE-OR-FOLDER ... [--tests REGEX] [--most N] [--seed N] [--jobs N] [--slow SECONDS]

  --tests   names of the tests (ctest's) that count; by default those that begin with the room
  --most    changes per file, drawn at random (40); 0: all
  --slow    tests that take longer than this are left out (3)
  --minutes end after so many, saying what was left out (10)
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/host"
MEMORY_KB = 4 << 20

# What becomes of a change.
OUTCOMES = ("no C", "same", "killed", "survived", "late")

# What begins a line that is no statement to leave out.
NOT_STATEMENTS = ("return", "break", "continue", "case", "default", "static", "const", "struct",
                  "enum", "goto", "else", "if", "for", "while", "do", "switch", "uint", "int",
                  "size_t", "bool", "char", "unsigned", "double", "need(", "(void)")

SWAPS = [
    (r" < ", [" <= "]), (r" <= ", [" < "]), (r" > ", [" >= "]), (r" >= ", [" > "]),
    (r" == ", [" != "]), (r" != ", [" == "]), (r" && ", [" || "]), (r" \|\| ", [" && "]),
    (r" \+ ", [" - "]), (r" - ", [" + "]), (r" \+= ", [" -= "]), (r" -= ", [" += "]),
    (r"\+\+", ["--"]), (r" & ", [" | "]), (r" \| ", [" & "]), (r" << ", [" >> "]),
    (r" >> ", [" << "]), (r"\btrue\b", ["false"]), (r"\bfalse\b", ["true"]),
]


def masked(text):
    """The text with comments, strings, characters and preprocessor lines blanked, same length."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group())
    tokens = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*'
    return re.sub(tokens, blank, text, flags=re.S | re.M)


def constants(code):
    for m in re.finditer(r"(?<![\w.])(\d+)(?=[uUlL]*\b)(?!\.)", code):
        sizes_a_table = re.match(r"\] = \{", code[m.end():m.end() + 5])
        if not sizes_a_table and not re.match(r"0[xX]", code[m.start():m.start() + 2]):
            yield m.start(1), m.end(1), str(int(m.group(1), 10) + 1)


def conditions(code):
    for m in re.finditer(r"\b(?:if|while) \((.*)\) \{$", code, flags=re.M):
        yield m.start(1), m.end(1), f"!({m.group(1)})"


def statements(code):
    for m in re.finditer(r"^ +([A-Za-z_*(][^\n]*;)$", code, flags=re.M):
        before = code[:m.start()].rstrip()[-1:]
        if before in ";{}:" and not m.group(1).startswith(NOT_STATEMENTS):
            yield m.start(1), m.end(1), "(void)0;"


def changes(text):
    """(begin, end, replacement) of every change of the text."""
    code = masked(text)
    found = [*constants(code), *conditions(code), *statements(code)]
    for pattern, others in SWAPS:
        found += [(m.start(), m.end(), o) for m in re.finditer(pattern, code) for o in others]
    return sorted(set(found))


def compile_commands():
    rows = json.loads((BUILD / "compile_commands.json").read_text())
    return {row["file"]: row for row in rows}


class Tests:
    """The executables of the tests, by the time that they take."""

    def __init__(self, pattern, slow):
        listing = subprocess.run(["ctest", "--test-dir", BUILD, "--show-only=json-v1"],
                                 capture_output=True, check=True)
        self.rows = []
        for test in json.loads(listing.stdout)["tests"]:
            command = test.get("command", [""])
            program = pathlib.Path(command[0])
            if re.search(pattern, test["name"]) and len(command) == 1 and program.exists():
                self.measure(test["name"], program, slow)
        self.rows.sort(key=lambda row: row["seconds"])

    def measure(self, name, program, slow):
        begin = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
                run = subprocess.run([program], capture_output=True, timeout=slow, cwd=folder)
        except subprocess.TimeoutExpired:
            print(f"    left out, slower than {slow} s: {name}")
            return
        if run.returncode != 0:
            sys.exit(f"{name} fails as it is: run ctest first")
        target = program.relative_to(BUILD)
        link = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "-s", target],
                              capture_output=True, check=True, text=True).stdout.strip()
        self.rows.append({"name": name, "link": link, "target": str(target),
                          "seconds": time.monotonic() - begin})


def build(command, source, original, output):
    """Compiles the changed source; False: it is no C."""
    words = shlex.split(command["command"])
    words = words[1:] if words[0].endswith("ccache") else words
    words[words.index("-o") + 1] = str(output)
    at = words.index(str(original))
    words[at] = str(source)
    for flag in [w for w in words if w in ("-MD", "-g")]:
        words.remove(flag)
    for flag in ("-MT", "-MF"):
        if flag in words:
            del words[words.index(flag):words.index(flag) + 2]
    words += ["-w", "-iquote", str(pathlib.Path(original).parent)]
    return subprocess.run(words, cwd=command["directory"], capture_output=True).returncode == 0


def linker_says(test, objects, program):
    """Links the test with these objects in front of the rooms' libraries; what went wrong, or ""."""
    link = test["link"].replace(f"-o {test['target']}", f"-o {program} {objects}")
    done = subprocess.run(link, shell=True, cwd=BUILD, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr.strip() or "the linker fails"


def fails(test, objects, folder):
    """Whether the test fails with these objects."""
    program = folder / "test"
    said = linker_says(test, objects, program)
    if said:
        sys.exit(f"{test['name']} does not link; is build/host being built meanwhile?\n{said}")
    run = f"ulimit -v {MEMORY_KB}; exec {program}"
    try:
        return subprocess.run(run, shell=True, cwd=folder, timeout=test["seconds"] * 5 + 2,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def judge(path, text, change, command, tests, original_object):
    """What becomes of one change: "no C", "same", "killed" or "survived"."""
    begin, end, replacement = change
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = pathlib.Path(name)
        source, output = folder / path.name, folder / "mutant.o"
        source.write_text(f'#line 1 "{path}"\n' + text[:begin] + replacement + text[end:])
        if not build(command, source, path, output):
            return "no C"
        if output.read_bytes() == original_object:
            return "same"
        killed = any(fails(test, output, folder) for test in tests)
        return "killed" if killed else "survived"


def unchanged(path, text, command, tests):
    """The object of the file as it is, and the tests that can be linked with it."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = pathlib.Path(name)
        source, output = folder / path.name, folder / "mutant.o"
        source.write_text(f'#line 1 "{path}"\n' + text)
        if not build(command, source, path, output):
            sys.exit(f"does not compile: {path}")
        linked = [t for t in tests.rows if not linker_says(t, output, folder / "test")]
        return output.read_bytes(), linked


def say(path, text, change):
    begin, end, replacement = change
    row = text.count("\n", 0, begin) + 1
    line_begin = text.rfind("\n", 0, begin) + 1
    line_end = text.find("\n", end)
    was = text[line_begin:line_end].strip()
    now = (text[line_begin:begin] + replacement + text[end:line_end]).strip()
    print(f"{path.relative_to(ROOT)}:{row}: {was}\n    survives as: {now}", flush=True)


def audit(path, command, tests, args, end_s):
    """Tries the changes of one file; counts by what became of them."""
    text = path.read_text()
    original_object, tests = unchanged(path, text, command, tests)
    drawn = changes(text)
    if args.most and len(drawn) > args.most:
        drawn = sorted(random.Random(args.seed).sample(drawn, args.most))
    counts = dict.fromkeys(OUTCOMES, 0)

    def one(change):
        if time.monotonic() > end_s:
            return change, "late"
        return change, judge(path, text, change, command, tests, original_object)

    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for change, outcome in pool.map(one, drawn):
            counts[outcome] += 1
            if outcome == "survived":
                say(path, text, change)
    return counts


def sources(names):
    for name in names:
        path = (ROOT / name).resolve()
        yield from sorted(path.glob("*.c")) if path.is_dir() else [path]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--tests")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--slow", type=float, default=3)
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    os.environ["CCACHE_DISABLE"] = "1"
    end_s = time.monotonic() + args.minutes * 60
    paths = list(sources(args.names))
    room = paths[0].relative_to(ROOT / "src").parts[0]
    tests = Tests(args.tests or f"^{room}(_|$)", args.slow)
    if not tests.rows:
        sys.exit(f"no tests of {room}: name them by --tests")
    commands = compile_commands()
    total = dict.fromkeys(OUTCOMES, 0)
    for path in [path for path in paths if str(path) in commands]:
        counts = audit(path, commands[str(path)], tests, args, end_s)
        total = {key: total[key] + n for key, n in counts.items()}
    tried = total["killed"] + total["survived"]
    late = f"; {total['late']} not tried for want of time" if total["late"] else ""
    print(f"{room}: {tried} changes, {total['killed']} noticed by {len(tests.rows)} tests, "
          f"{total['survived']} not{late}")


if __name__ == "__main__":
    main()
