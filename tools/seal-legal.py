#!/usr/bin/env python3
"""Fills in size and checksum of the legally relevant part's image (struct legal_interface).

usage: seal-legal.py IMAGE.bin
The checksum is the SHA-256 of all octets, with zeros in its own place.
"""
import hashlib
import struct
import sys
from pathlib import Path

MARK = 0x4C4D4857
SIZE_AT = 8
NAME_SIZE = 28
CHECKSUM_AT = 12 + NAME_SIZE
CHECKSUM_SIZE = 32


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1])
    image = bytearray(path.read_bytes())
    if struct.unpack_from("<I", image)[0] != MARK:
        sys.exit(f"seal-legal.py: {path} does not begin with the interface; is it the image?")
    struct.pack_into("<I", image, SIZE_AT, len(image))
    image[CHECKSUM_AT:CHECKSUM_AT + CHECKSUM_SIZE] = bytes(CHECKSUM_SIZE)
    checksum = hashlib.sha256(image).digest()
    image[CHECKSUM_AT:CHECKSUM_AT + CHECKSUM_SIZE] = checksum
    path.write_bytes(image)


if __name__ == "__main__":
    main()
