#!/usr/bin/env python3
"""Fills in the header of an application's image: size, checksum and product.

usage: seal-image.py IMAGE.elf PRODUCT
The header (struct image_header, port/cortex_m/firmware.h) is the first octets of the segment that
holds its mark; what is hashed is all that is loaded behind it, in one piece, zeros in the gaps.
"""
import hashlib
import struct
import sys
from pathlib import Path

HEADER = struct.Struct("<II32s16s")
MARK = 0x41544857
PROGRAM_HEADER = struct.Struct("<8I")
LOADED = 1


def segments(elf):
    """(file offset, load address, octets in the file) of what is loaded."""
    first, = struct.unpack_from("<I", elf, 28)
    size, count = struct.unpack_from("<HH", elf, 42)
    for i in range(count):
        kind, offset, _, load, filled, *_ = PROGRAM_HEADER.unpack_from(elf, first + i * size)
        if kind == LOADED and filled > 0:
            yield offset, load, filled


def seal(elf, product):
    found = [s for s in segments(elf) if struct.unpack_from("<I", elf, s[0])[0] == MARK]
    if len(found) != 1:
        sys.exit("seal-image.py: no header in this image")
    header_at, begin, _ = found[0]
    begin += HEADER.size
    end = max(load + filled for _, load, filled in segments(elf) if load + filled > begin)
    image = bytearray(end - begin)
    for offset, load, filled in segments(elf):
        skip = max(0, begin - load)
        if load + filled > begin:
            image[load + skip - begin:load + filled - begin] = elf[offset + skip:offset + filled]
    HEADER.pack_into(elf, header_at, MARK, len(image), hashlib.sha256(image).digest(),
                     product.encode())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path = Path(sys.argv[1])
    elf = bytearray(path.read_bytes())
    seal(elf, sys.argv[2])
    path.write_bytes(elf)


if __name__ == "__main__":
    main()
