#!/usr/bin/env python3
"""Puts the figures of `watthour accuracy` into the tables of docs/ACCURACY.md.

usage: tools/accuracy-tables.py build/watthour docs/ACCURACY.md

A table is what stands under a heading that names a standard and a class; its columns say which
product, or which converters, a figure is of. Rows stay as they are: one that the command does not
print any more is an error, as is a class without a heading's words.
"""
import json
import re
import subprocess
import sys

CLASSES = {
    "EN 50470-3, class C": ("EN 50470-3", "C"),
    "IEC 62053-22, class 0.5 S": ("IEC 62053-22", "0.5S"),
    "IEC 62053-23, class 2": ("IEC 62053-23", "2"),
    "IEC 62053-24, class 0.5 S": ("IEC 62053-24", "0.5S"),
    "MID annex V, composite error and critical changes, class C": ("MID annex V", "C"),
    "Our own goals, 101 dB": ("watthour", "goal"),
    "Other converters, xs211": ("watthour", "goal"),
}
PRODUCTS = ("xs211", "st402d", "st402c")


def run(watthour, arguments):
    command = [watthour, "accuracy", "--json", *arguments]
    document = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {(row["standard"], row["class"], row["row"]): row for row in document["rows"]}


def figures(watthour):
    found = {name: run(watthour, ["--product", name]) for name in PRODUCTS}
    for snr in ("95", "107"):
        found[f"{snr} dB"] = run(watthour, ["--snr", snr])
    found["101 dB"] = found["xs211"]
    return found


def cell(row):
    return "-" if row is None or row["error"] is None else f"{row['error']:.4f}"


def line_of(line, columns, key, found):
    cells = [text.strip() for text in line.strip().strip("|").split("|")]
    rows = [found[c].get((*key, cells[0])) for c in columns if c in found]
    if not any(rows):
        sys.exit(f"{cells[0]}: the command prints no such row of {' '.join(key)}")
    margins = [row["margin"] for row in rows if row and row["margin"] is not None]
    for at, column in enumerate(columns):
        if column in found:
            cells[at] = cell(found[column].get((*key, cells[0])))
        elif column == "least margin":
            cells[at] = f"{min(margins):.4f}" if margins else "-"
    return "| " + " | ".join(cells) + " |"


def main():
    watthour, path = sys.argv[1:]
    found = figures(watthour)
    key = None
    columns = None
    lines = []
    with open(path, encoding="utf-8") as page:
        text = page.read().splitlines()
    for line in text:
        if line.startswith("#"):
            key = CLASSES.get(line.lstrip("# "))
            columns = None
        elif key and line.startswith("| row |"):
            columns = [name.strip() for name in line.strip("|").split("|")]
        elif key and columns and line.startswith("| ") and not re.match(r"\|-", line):
            line = line_of(line, columns, key, found)
        lines.append(line)
    with open(path, "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
