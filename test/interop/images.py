#!/usr/bin/env python3
"""Reads the meters' images in QEMU by Gurux.DLMS: HDLC on the optical port and on RS-485, the
list and registers of it, in the ways a head end comes.

Needs the images (`make arm`) and what `make arm-test` builds for the host.
"""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "arm"))

from image import PASSWORD, Bench, Image  # noqa: E402
from readers import GuruxReader, open_way  # noqa: E402
from ways import WAYS, Link  # noqa: E402

IMAGES = (("xs211", "optical", "household"), ("st402c", "rs485", "workshop"))
WANTED = ("no security", "LLS", "HLS GMAC, both")
VOLTAGE = "1.0.32.7.0.255"
REGISTER, VALUE = 3, 2
EVERY = 8  # register of the list, and the voltage


def read_all(link, way):
    """How many registers were read, and the voltage."""
    reader = open_way(GuruxReader, link, way, password=PASSWORD)
    count, voltage = 0, None
    try:
        registers = [name for name, (class_id, _, attributes) in reader.objects().items()
                     if class_id == REGISTER and VALUE in attributes]
        for name in registers:
            if name == VOLTAGE or registers.index(name) % EVERY == 0:
                value = reader.read(name, REGISTER, VALUE)
                count += 1
                voltage = value if name == VOLTAGE else voltage
    finally:
        reader.close()
    return count, voltage


def read_image(product, uart, case):
    bench = Bench(product)
    with Image(bench, tcp=[uart], frames=bench.frames(case)) as image:
        image.wait_said("measuring")
        time.sleep(2)
        link = Link(f"HDLC on {uart}", image.ports[uart], True)
        for way in (way for way in WAYS if way.name in WANTED):
            begin = time.monotonic()
            count, voltage = read_all(link, way)
            if voltage is None and way.name != "no security":
                raise AssertionError("there is no voltage")
            print(f"image of {product}, {link.name}, {way.name}: the list and {count} registers "
                  f"in {time.monotonic() - begin:.1f} s", flush=True)
    bench.close()


def main():
    for product, uart, case in IMAGES:
        read_image(product, uart, case)


if __name__ == "__main__":
    main()
