"""Values of COSEM as octets: what an independent client needs of A-XDR, and no more."""

import struct


def length(size):
    if size < 128:
        return bytes([size])
    return bytes([0x81, size]) if size < 256 else b"\x82" + struct.pack(">H", size)


def string(octets):
    return length(len(octets)) + octets


def octet_string(octets):
    return b"\x09" + string(octets)


def take_length(octets, at):
    size = octets[at]
    at += 1
    if size >= 128:
        more = size - 128
        size = int.from_bytes(octets[at : at + more], "big")
        at += more
    return size, at


def take_string(octets, at):
    size, at = take_length(octets, at)
    if at + size > len(octets):
        raise ValueError("a string that is cut off")
    return octets[at : at + size], at + size


SIZES = {0x0F: 1, 0x10: 2, 0x11: 1, 0x12: 2, 0x05: 4, 0x06: 4, 0x14: 8, 0x15: 8, 0x16: 1, 0x03: 1}


def take(octets, at):
    """The value that begins there (arrays and structures as lists, strings as octets, the others as
    numbers), and where it ends."""
    tag, at = octets[at], at + 1
    if tag in (1, 2):
        count, at = take_length(octets, at)
        values = []
        for _ in range(count):
            value, at = take(octets, at)
            values.append(value)
        return values, at
    if tag in (9, 10, 12):
        return take_string(octets, at)
    if tag == 0:
        return None, at
    size = SIZES[tag]
    return int.from_bytes(octets[at : at + size], "big"), at + size
