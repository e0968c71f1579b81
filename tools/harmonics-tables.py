#!/usr/bin/env python3
"""Writes src/harmonics/tables.c: a quarter of a sine, and the taps that interpolate between samples
(a sinc windowed by Kaiser's, 100 dB, each row made to add up to 1). `harmonics_tables` checks it.

usage: tools/harmonics-tables.py
"""
import math
import struct
from pathlib import Path

POINTS, TAPS, PHASES, BETA = 2048, 14, 128, 10.06
OUT = Path(__file__).resolve().parent.parent / "src/harmonics/tables.c"


def bessel(x):
    """I0, by its series."""
    total, term, k = 1.0, 1.0, 1
    while term > 1e-17 * total:
        term *= x * x / (4 * k * k)
        total += term
        k += 1
    return total


def kernel(x):
    inside = 1 - (2 * x / TAPS) ** 2
    if inside <= 0:
        return 0.0
    sinc = 1.0 if abs(x) < 1e-9 else math.sin(math.pi * x) / (math.pi * x)
    return sinc * bessel(BETA * math.sqrt(inside))


def row(phase):
    taps = [kernel(k - (TAPS // 2 - 1) - phase / PHASES) for k in range(TAPS)]
    total = math.fsum(taps)
    return [tap / total for tap in taps]


def number(value):
    single, = struct.unpack("<f", struct.pack("<f", value))
    text = f"{single:.9g}"
    return (text if "." in text or "e" in text else text + ".0") + "F"


def block(values, indent):
    lines, line = [], indent
    for value in values:
        item = number(value) + ","
        if len(line) + 1 + len(item) > 100:
            lines.append(line)
            line = indent
        line += ("" if line == indent else " ") + item
    return "\n".join(lines + [line])


def main():
    sine = [math.sin(2 * math.pi * k / POINTS) for k in range(POINTS // 4 + 1)]
    rows = "\n".join("    {\n" + block(row(phase), " " * 8) + "\n    }," for phase in range(PHASES // 2 + 1))
    OUT.write_text(
        "/* Made by tools/harmonics-tables.py. */\n"
        '#include "harmonics/inside.h"\n\n'
        "/* Each number would get a line of its own. */\n"
        "/* clang-format off */\n"
        "const float harmonics_sine[HARMONICS_POINTS / 4 + 1] = {\n" + block(sine, "    ") + "\n};\n\n"
        "const float harmonics_tap[HARMONICS_TAP_PHASES / 2 + 1][HARMONICS_TAPS] = {\n" + rows + "\n};\n")


if __name__ == "__main__":
    main()
