#!/usr/bin/env python3
"""`make size`: flash and RAM of each room in each product's image, from the linker's map, with the
change against main (docs/size.json there); then what the RAM of a meter is made of. Exit code 1: an
image has more than its row in tools/size-budgets.txt allows.

usage: size.py [--write]    --write: docs/SIZE.md and docs/size.json are made anew
"""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/cm4"
PRODUCTS = ("xs211", "sm402d", "st402d", "st402c")
FLASH_LIMIT = {"xs211": 300_000, "st402c": 340_000}
RAM_LIMIT = {"xs211": 65_536, "st402c": 131_072}
# Input section of the map: name, address, size, file; a long name stands on a line of its own.
SECTION = re.compile(r"^ (\.\S+|COMMON)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$")
NAME = re.compile(r"^ \.\S+$")
FILLED = 0.01  # at most, between sections
RAM_BEGIN, RAM_END = 0x20000000, 0x21000000
PROTOCOL = ("cosem", "cosem_class", "dlms", "link")


def room_of(path):
    """The room, or library, that a file of the map is of."""
    archive = re.search(r"lib(\w+)\.a\(", path)
    name = archive.group(1) if archive else "image"
    return {"c": "picolibc", "gcc": "libgcc", "mbedcrypto": "Mbed TLS", "cortex_m": "port",
            "cortex_start": "port", "cortex_firmware": "port", "arena": "port",
            "image": "port"}.get(name, name)


def image_of(product):
    """{room: [flash, ram]} of what is linked, beside it the legally relevant part; stacks apart."""
    rooms = {}
    for image in (product, "legal"):
        add_map(rooms, image)
    rooms["stacks"] = [0, stacks_of(product)]
    return rooms


def sections_of(image):
    """(name, address, octets, file) of each input section that the map places."""
    text = (BUILD / f"port/cortex_m/{image}.map").read_text()
    name = ""
    for line in text[text.index("Linker script and memory map"):].splitlines():
        found = SECTION.match(line)
        if found and not found[4].startswith("0x"):
            yield found[1] or name, int(found[2], 16), int(found[3], 16), found[4]
        name = line.strip() if NAME.match(line) else ""


def add_map(rooms, image):
    for name, address, size, path in sections_of(image):
        is_ram = RAM_BEGIN <= address < RAM_END
        if size == 0 or (address == 0 and "vectors" not in name) or address >= RAM_END:
            continue
        if name.startswith((".debug", ".comment", ".ARM.attr")):
            continue
        row = rooms.setdefault(room_of(path), [0, 0])
        row[1 if is_ram else 0] += size
        if is_ram and ".data" in name:
            row[0] += size


def linked(product):
    """What the linker says of flash, for comparison."""
    names = (product, "legal_image")
    out = subprocess.run(["arm-none-eabi-size", *(f"{BUILD}/port/cortex_m/{n}.elf" for n in names)],
                         capture_output=True, text=True, check=True).stdout
    return sum(int(octets) for line in out.splitlines()[1:] for octets in line.split()[:2])


def symbols(path, *options):
    out = subprocess.run(["arm-none-eabi-nm", *options, str(path)], capture_output=True, text=True,
                         check=True).stdout
    return [line.split() for line in out.splitlines()]


def stacks_of(product):
    at = {words[-1]: int(words[0], 16)
          for words in symbols(BUILD / f"port/cortex_m/{product}.elf") if len(words) == 3}
    return (at["board_handler_stack_top"] - at["board_handler_stack"] +
            at["board_main_stack_top"] - at["board_main_stack"])


def unused():
    """Octets between the first of RAM and the main loop's stack that nobody has: the legally relevant part's place does
    not follow its size, nor the guarded memory's."""
    at = {words[-1]: int(words[0], 16) for words in symbols(BUILD / "port/cortex_m/xs211.elf") if len(words) == 3}
    legal = sum(size for name, address, size, _ in sections_of("legal") if RAM_BEGIN <= address < RAM_END)
    guarded = at["board_guarded_end"] - at["board_guarded_begin"]
    stack = at["board_handler_stack_top"] - at["board_handler_stack"]
    return at["board_ram"] - RAM_BEGIN - stack - guarded - legal


def before():
    """What main says of itself; nothing where there is no such branch or file."""
    for branch in ("main", "origin/main"):
        shown = subprocess.run(["git", "show", f"{branch}:docs/size.json"], cwd=ROOT, text=True,
                               capture_output=True, check=False)
        if shown.returncode == 0:
            return json.loads(shown.stdout)
    return {}


def change(now, was):
    return "" if was is None or now == was else f" ({now - was:+d})"


def table(sizes, old):
    rooms = sorted({room for product in sizes.values() for room in product})
    head = "| room |" + "".join(f" {p} flash | {p} RAM |" for p in PRODUCTS)
    lines = [head, "|---" * (1 + 2 * len(PRODUCTS)) + "|"]

    def row(title, of):
        cells = ""
        for product in PRODUCTS:
            for which in (0, 1):
                now = of(sizes[product], which)
                was = of(old[product], which) if product in old else None
                cells += f" {now}{change(now, was)} |"
        lines.append(f"| {title} |{cells}")

    for room in rooms:
        row(room, lambda product, which, room=room: product.get(room, [0, 0])[which])
    row("**protocol rooms**", lambda product, which: sum(product.get(r, [0, 0])[which]
                                                         for r in PROTOCOL))
    row("**all**", lambda product, which: sum(r[which] for r in product.values()))
    return lines


def parts():
    found = [(int(words[1], 16), words[3]) for path in BUILD.glob("test/arm/**/ram_parts.c.obj")
             for words in symbols(path, "-S") if len(words) == 4]
    lines = ["| of `struct meter` | octets |", "|---|---|"]
    for size, name in sorted(found, reverse=True):
        kind, _, title = name.partition("_")
        lines.append(f"| {'**struct ' + title + '**' if kind == 'struct' else title} | {size} |")
    return lines


def budgets():
    """{(product, "flash" or "RAM"): octets}."""
    rows = [line.split() for line in (ROOT / "tools/size-budgets.txt").read_text().splitlines()
            if line and not line.startswith("#")]
    return {(product, which): int(octets) for product, *pairs in rows
            for which, octets in zip(pairs[::2], pairs[1::2])}


def too_large(sizes):
    """What has outgrown its budget, one line each."""
    lines = []
    for (product, which), most in budgets().items():
        now = sum(room[which == "RAM"] for room in sizes[product].values())
        if now > most:
            lines.append(f"{product}: {now} octets of {which}, {now - most} more than "
                         "tools/size-budgets.txt allows: save them, or change the row and say why "
                         "in the commit")
    return lines


def limits(sizes):
    lines = []
    for product in FLASH_LIMIT:
        flash, ram = (sum(r[which] for r in sizes[product].values()) for which in (0, 1))
        lines.append(f"{product}: {flash} of {FLASH_LIMIT[product]} octets of flash, "
                     f"{ram} of {RAM_LIMIT[product]} of RAM")
    lines.append(f"beside that {unused()} octets of RAM are kept for what the legally relevant part will need")
    return lines


def main():
    sizes = {product: image_of(product) for product in PRODUCTS}
    for product, rooms in sizes.items():
        counted, told = sum(room[0] for room in rooms.values()), linked(product)
        if abs(counted - told) > FILLED * told:
            sys.exit(f"size.py: {product}: {counted} octets of flash in the map, but the linker made {told}")
    lines = table(sizes, before()) + ["", *limits(sizes), "", *parts()]
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        (ROOT / "docs/size.json").write_text(json.dumps(sizes, indent=1, sort_keys=True) + "\n")
        text = ["# Size", "", "Made by `make size WRITE=1`: octets of the images for Cortex-M4F, each with that of the",
                "legally relevant part, which has copies of its own of what it needs, and the largest parts of a",
                "meter's RAM. The protocol rooms are cosem, its classes, dlms and link.",
                "", *table(sizes, {}), "", *[f"- {line}" for line in limits(sizes)], "", *parts(), ""]
        (ROOT / "docs/SIZE.md").write_text("\n".join(text))
    failed = too_large(sizes)
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
