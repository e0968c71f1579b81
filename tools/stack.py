#!/usr/bin/env python3
"""The worst case of the stacks: the longest way through the call graph that the compiler wrote
(-fcallgraph-info=su), from the main loop and from each handler, and whether the images have as much.

usage: stack.py BUILD_FOLDER    built with -fcallgraph-info=su

What the supervisor runs for the main loop is on the main loop's stack: each call of a service counts with the
whole room that the service asks for, and that room must be enough for the service.

A call through a pointer may reach whatever function of that type has its address taken; the type is
that of the member or parameter of its name. A circle is a fault, unless tools/stack-cuts.txt says
why data never closes it: that a call is never made, or that what is within is not entered again. Exit code 1: recursion, or a stack that would not do.
"""
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]*)")?')
SIZE = re.compile(r"(\d+) bytes")
DEFINITION = re.compile(r"^(?!#)(?:static |inline |noreturn )*([\w \*]+?)(\w+)\(([^;{}]*?)\)\n\{", re.M)
POINTER = re.compile(r"([\w \*]+?)\(\*(\w+)(?:\[\w*\])*\)\(([^;{}]*?)\)[;,)]")
FUNCTION_TYPE = re.compile(r"typedef ([\w \*]+?)(\w+)\(([^;{}]*?)\);")
INDIRECT = "__indirect_call"
# The legally relevant part is linked by itself: a program of its own, called through its table.
PART = ("/legal.dir/", "/legal_image.dir/")
PART_USES = PART + ("/journal.dir/", "/base.dir/", "/nor_chip.c.ci")
TABLE = re.compile(r"(?:apart_legal|running\(\))->(\w+)\(")
# What the main loop has the supervisor run; and the list of what can be run, with its room.
SERVED = re.compile(r"supervisor_run\((\w+),")
SERVICES = "port/cortex_m/apart.c"
SERVICE = re.compile(r"^\s*\[(\w+)\] = \{(\w+), (\w+)\},$")
CONSTANT = re.compile(r"\b([A-Z]\w+) = (\d+)")
EXCEPTION_FRAME = 108  # octets: the registers, the floating-point unit's too, and a word that aligns them
RAISED = 8  # octets that supervisor_raised() puts on the stack
LIBRARY = 64  # octets, at most, of what the C library has without a graph: __aeabi_ldivmod() takes 48
LARGEST = 10  # frames that are listed
HANDLERS = ("board_on_sample", "board_on_window", "supervisor_answer", "uart_0_receive",
            "board_on_tick")
# Between two slices of a computation with curves the main loop's step is called on top of it; there
# the curves are busy, and whoever asks for them is refused at once.
PAUSE, STEP, CURVES = "ecc.c:goes_on", "firmware.c:go_on", "crypto_ec*"
IMAGES = ("xs211", "st402c")


def shape(text):
    """A parameter list by its types alone."""
    parts = []
    for part in re.sub(r"\s+", " ", text).split(","):
        part = re.sub(r"\[[^\]]*\]", "*", part.strip())
        words = re.findall(r"\w+|\*", part)
        words = [w for w in words if w not in ("const", "struct", "enum", "unsigned", "volatile")]
        while len(words) > 1 and words[-1] not in "*" and words[-1] not in TYPES:
            words.pop()
        if part.endswith("*") and len(words) > 2 and words[-2] not in "*" and \
                words[-2] not in TYPES:
            words = words[:-2] + ["*"]
        parts.append(" ".join(words))
    return tuple(parts)


TYPES = {"void", "int", "char", "bool", "size_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
         "int8_t", "int16_t", "int32_t", "int64_t"}


def sources(build):
    folders = [ROOT / "src", ROOT / "port/cortex_m"]
    folders += [path.parent for path in ROOT.glob("build/dependencies/mbedtls-src/library/aes.c")]
    folders += [path.parent for path in build.glob("**/mbedtls-src/library/aes.c")]
    folders += [folder.parent / "include" for folder in folders if folder.name == "library"]
    return [path for folder in folders for path in folder.glob("**/*.[ch]")]


class Program:
    """Functions by the compiler's titles: NAME, or FILE:NAME where it is of that file alone."""

    def __init__(self, build, is_of, table):
        self.table = table
        self.sizes, self.edges, self.texts = {}, {}, {}
        self.pointers, self.named, self.shapes = {}, {}, {}
        self.read_sources(build)
        graphs = [path.read_text() for path in build.glob("**/*.ci") if is_of(str(path))]
        for text in graphs:
            self.read_nodes(text)
        self.services = dict(self.read_services())
        for text in graphs:
            self.read_edges(text)
        self.cuts, self.once, self.busy = self.read_cuts()

    def read_sources(self, build):
        types = {}
        for path in sources(build):
            text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"),
                          path.read_text(errors="replace"), flags=re.S)
            self.texts[str(path)] = text.split("\n")
            for found in FUNCTION_TYPE.finditer(text):
                types[found[2]] = shape(found[3])
            for found in POINTER.finditer(text):
                self.pointers.setdefault(found[2], set()).add(shape(found[3]))
            for member, value in re.findall(r"[.>](\w+)\s*=\s*(?:\w+ \? )?(\w+)\s*[,;}]", text):
                self.named.setdefault(member, set()).add((str(path), value))
            taken = set(re.findall(r"[{=,(:?]\s*&?(\w+)\s*[,})\];:]", text))
            for found in DEFINITION.finditer(text):
                self.shapes[(str(path), found[2])] = (shape(found[3]), found[2] in taken)
        everything = "\n".join("\n".join(lines) for lines in self.texts.values())
        for name, parameters in types.items():
            for found in re.finditer(rf"\b{name} \*(?:const )?(\w+)", everything):
                self.pointers.setdefault(found[1], set()).add(parameters)
        self.assigned = {pair for pairs in self.named.values() for pair in pairs}

    @staticmethod
    def read_cuts():
        lines = (ROOT / "tools/stack-cuts.txt").read_text().splitlines()
        rows = [line.split()[:2] for line in lines if line and not line.startswith("#")]
        return ({tuple(row) for row in rows if row[0] not in ("once", "busy")},
                tuple(row[1] for row in rows if row[0] == "once"),
                tuple(row[1] for row in rows if row[0] == "busy"))

    def is_cut(self, caller, callee):
        return any(fnmatch(caller, cut[0]) and fnmatch(callee, cut[1]) for cut in self.cuts)

    def read_nodes(self, text):
        for title, label in NODE.findall(text):
            size = SIZE.search(label)
            if size:
                self.sizes[title] = max(self.sizes.get(title, 0), int(size[1]))

    def read_edges(self, text):
        for source, target, label in EDGE.findall(text):
            callees = self.edges.setdefault(source, set())
            if target == "supervisor_run":
                callees.add(self.served(label))
            else:
                callees |= self.reached(label) if target == INDIRECT else {target}

    def line(self, label):
        """The line of the source that an edge's label, ...FILE:LINE:COLUMN, names."""
        place = label.split("\\n")[-1].rsplit(":", 2)
        for path, lines in self.texts.items():
            if path == place[0] or path.endswith("/" + place[0].lstrip("./")):
                return path, lines[int(place[1]) - 1]
        return None, ""

    def read_services(self):
        """(number, (title of the function, octets it must find free)); each as a function that takes them all."""
        path = str(ROOT / SERVICES)
        constants = {found[1]: int(found[2]) for text in self.texts[path]
                     for found in CONSTANT.finditer(text)}
        for found in filter(None, map(SERVICE.match, self.texts[path])):
            room = constants[found[3]]
            self.sizes[f"service {found[1]}"] = self.sizes.get("supervisor_run", 0) + room
            yield found[1], (self.titles((path, found[2])), room)

    def served(self, label):
        """The service that is called here."""
        path, line = self.line(label)
        entry = SERVED.search(line)
        if entry is None or entry[1] not in self.services:
            sys.exit(f"stack.py: {path}: which service is this? name it in the call: {line.strip()}")
        return f"service {entry[1]}"

    def title(self, name):
        """The title of which this is the short form."""
        return next(title for title in self.sizes if short(title) == name)

    def titles(self, pair):
        """The title of a function that a file names: its own, or everybody's."""
        path, name = pair
        own = [title for title in self.sizes if title.split(":")[-1] == name and
               path.endswith(title.split(":")[0].lstrip("./"))]
        return own or [title for title in (name,) if title in self.sizes]

    def reached(self, label):
        """The functions that a call through a pointer, at FILE:LINE:COLUMN, may reach."""
        path, line = self.line(label)
        called = TABLE.search(line)
        if called and self.table:
            self.sizes[f"the part's {called[1]}"] = self.table[called[1]]
            return {f"the part's {called[1]}"}
        members = [name for name in re.findall(r"(\w+)(?:\[[^\]]*\])?\)?\(", line)
                   if name in self.pointers]
        return {title for member in members for title in self.by_member(member)} if path else set()

    def by_member(self, member):
        """What is assigned to the member by its name; else what of its type stands in tables."""
        shapes = self.pointers[member]
        pairs = {pair for pair in self.named.get(member, ())
                 if self.shapes.get(pair, (None,))[0] in shapes or pair not in self.shapes}
        found = {title for pair in pairs for title in self.titles(pair)}
        if found:
            return found
        return {title for pair, (parameters, taken) in self.shapes.items()
                if taken and parameters in shapes and pair not in self.assigned
                for title in self.titles(pair)}


def short(title):
    """FILE:NAME without folders, and without what the optimizer makes of a name."""
    return re.sub(r"\.(isra|constprop|part|cold)[.\d]*", "", title.split("/")[-1])


class Walk:
    """The longest way; `leaves`: what calls nothing here; `goal`: only ways that end there."""

    def __init__(self, program, leaves=(), goal=None):
        self.program, self.known, self.path, self.circles = program, {}, [], set()
        self.leaves, self.goal = tuple(leaves), goal
        self.inside = {}

    def beyond(self, name, callee):
        """The way on by this call; what is entered once only calls nothing when it is met again."""
        for pattern in self.program.once:
            leaves_it = fnmatch(short(name), pattern) and not fnmatch(short(callee), pattern)
            if leaves_it and pattern not in self.leaves:
                inside = self.inside.setdefault(
                    pattern, Walk(self.program, (*self.leaves, pattern), self.goal))
                way = inside.depth(callee)
                self.circles |= inside.circles
                return way
        return self.depth(callee)

    def depth(self, name):
        """(octets, way) of the longest way from here."""
        if name in self.known:
            return self.known[name]
        if name in self.path:
            self.circles.add(tuple(self.path[self.path.index(name):]))
            return 0, []
        self.path.append(name)
        best = (0, []) if self.goal in (None, short(name)) else (float("-inf"), [])
        is_leaf = any(fnmatch(short(name), leaf) for leaf in self.leaves)
        for callee in () if is_leaf else self.program.edges.get(name, ()):
            if not self.program.is_cut(short(name), short(callee)):
                best = max(best, self.beyond(name, callee), key=lambda way: way[0])
        self.path.pop()
        own = self.program.sizes.get(name, LIBRARY)
        self.known[name] = (own + best[0], [name] + best[1])
        return self.known[name]


def table_of(part):
    """{member: octets} of the functions that stand in the legally relevant part's table."""
    walk, table = Walk(part), {}
    for member, pairs in part.named.items():
        titles = [title for pair in pairs if pair[0].endswith("/legal_image.c")
                  for title in part.titles(pair)]
        if titles:
            table[member] = max(walk.depth(title)[0] for title in titles)
    return table, walk.circles


def rooms_are_enough(program, walk):
    """What a service asks to be free below the frame of its call is what it takes there, an interrupt included."""
    enough = True
    for name, (titles, room) in program.services.items():
        octets, way = max((walk.depth(title) for title in titles), key=lambda way: way[0])
        octets += RAISED + program.sizes["supervisor_dispatch"] + EXCEPTION_FRAME
        enough = enough and octets <= room
        print(f"{name}: {octets} octets of {room} at most, by {told(program, way)}")
    return enough


def told(program, way):
    return " > ".join(f"{short(name)} {program.sizes.get(name, LIBRARY)}" for name in way)


def main_loop(program, walk):
    """(octets, way): by itself, or where a computation with curves pauses for a step; and an interrupt, or the call
    of the supervisor, which leaves as much there."""
    ways = [walk.depth("main")]
    for below, above in (((), program.once), (program.once, ())):
        to_pause = Walk(program, below, PAUSE).depth("main")
        step = Walk(program, (CURVES, *program.busy, *above)).depth(program.title(STEP))
        ways.append((to_pause[0] + step[0], to_pause[1] + step[1]))
    octets, way = max(ways, key=lambda each: each[0])
    return octets + EXCEPTION_FRAME, way


def handlers(walk):
    """Each level may interrupt the one below."""
    ways = sorted((walk.depth(root) for root in HANDLERS), reverse=True, key=lambda way: way[0])
    return sum(way[0] + EXCEPTION_FRAME for way in ways), [way[1][0] for way in ways]


def stacks(build, stack):
    """Octets of that stack in each image."""
    for image in IMAGES:
        out = subprocess.run(["arm-none-eabi-nm", str(build / f"port/cortex_m/{image}.elf")],
                             capture_output=True, text=True, check=True).stdout
        at = {words[2]: int(words[0], 16) for words in map(str.split, out.splitlines())}
        yield at[f"{stack}_top"] - at[stack]


def main():
    build = Path(sys.argv[1])
    table, circles = table_of(Program(build, lambda path: any(p in path for p in PART_USES), {}))
    program = Program(build, lambda path: not any(p in path for p in PART), table)
    walk = Walk(program)
    walk.circles |= circles
    enough = rooms_are_enough(program, walk)
    for title, stack, (octets, way) in (
            ("main loop", "board_main_stack", main_loop(program, walk)),
            ("handlers", "board_handler_stack", handlers(walk))):
        room = min(stacks(build, stack))
        enough = enough and octets <= room
        print(f"{title}: {octets} octets of {room} at most, by {told(program, way)}")
    largest = sorted(walk.known, key=lambda name: -program.sizes.get(name, 0))[:LARGEST]
    print(f"largest frames: {', '.join(f'{short(name)} {program.sizes[name]}' for name in largest)}")
    for circle in sorted(walk.circles, key=len):
        print(f"recursion: {' > '.join(map(short, circle + circle[:1]))}")
    print(f"{len(program.sizes)} functions, {len(program.cuts)} cuts, {len(walk.circles)} circles"
          f"{'' if enough else ', A STACK THAT DOES NOT SUFFICE'}")
    return 0 if enough and not walk.circles else 1


if __name__ == "__main__":
    sys.exit(main())
