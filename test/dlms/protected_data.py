#!/usr/bin/env python3
"""Writes test/vectors/protected_data.txt: data as Data protection (class 30) has them, protected by
another implementation (OpenSSL, by python `cryptography`) from the Blue Book's structures.

usage: protected_data.py >test/vectors/protected_data.txt
Signatures and ephemeral keys are drawn anew each time: the file is kept, and made again only when a
case is added."""
import struct
import sys

from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CLIENT = bytes.fromhex("4D4D4D0000000001")
SERVER = bytes.fromhex("4D4D4D0000BC614E")
ALGORITHM = bytes.fromhex("608574050803")
CURVE = {1: ec.SECP256R1(), 2: ec.SECP384R1()}
HASH = {1: hashes.SHA256(), 2: hashes.SHA384()}
WIDTH = {1: 32, 2: 48}
# private keys: (of the client, of the server), for signatures and for key agreement
SCALARS = {"signature": (3, 5), "agreement": (7, 11)}
AUTHENTICATION, ENCRYPTION, BOTH, SIGNATURE = range(4)
TRANSACTION = bytes.fromhex("0102030405060708")
PLAIN = bytes.fromhex("0202" "0600000005" "120384")


def key_of(suite, first):
    return bytes((first + i) & 0xFF for i in range(32 if suite == 2 else 16))


def length(n):
    return bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else b"\x82" + struct.pack(">H", n)


def string(octets):
    return length(len(octets)) + octets


def octet_string(octets):
    return b"\x09" + string(octets)


def private(suite, use, side):
    return ec.derive_private_key(SCALARS[use][side], CURVE[suite])


def point(suite, key):
    numbers = key.public_key().public_numbers()
    return numbers.x.to_bytes(WIDTH[suite], "big") + numbers.y.to_bytes(WIDTH[suite], "big")


def sign(suite, octets):
    der = private(suite, "signature", 0).sign(octets, ec.ECDSA(HASH[suite]))
    r, s = utils.decode_dss_signature(der)
    return r.to_bytes(WIDTH[suite], "big") + s.to_bytes(WIDTH[suite], "big")


def derive(suite, secret, transaction):
    other = ALGORITHM + bytes([1 if suite == 2 else 0]) + CLIENT + transaction + SERVER
    digest = hashes.Hash(HASH[suite])
    digest.update(b"\0\0\0\1" + secret + other)
    return digest.finalize()[:32 if suite == 2 else 16]


class Layer:
    def __init__(self, kind, key="unicast", counter=1, recipient=SERVER, other=b""):
        self.kind, self.key, self.counter = kind, key, counter
        self.recipient, self.other = recipient, other

    def fields(self):
        """transaction-id .. other-information; of class 30 the date-time is empty"""
        return (string(TRANSACTION) + string(CLIENT) + string(self.recipient) + string(b"") +
                string(self.other))

    def make_key(self, suite):
        if self.key == "unicast":
            return key_of(suite, 0), b"\x16\0\x16\0"
        if self.key == "broadcast":
            return key_of(suite, 0xB0), b"\x16\0\x16\1"
        if self.key == "wrapped":
            wrapped = keywrap.aes_key_wrap(key_of(suite, 0x40), key_of(suite, 0x70))
            return key_of(suite, 0x70), b"\x16\1\x02\2\x16\0" + octet_string(wrapped)
        peer = private(suite, "agreement", 1).public_key()
        if self.key == "static":
            secret = private(suite, "agreement", 0).exchange(ec.ECDH(), peer)
            return derive(suite, secret, string(TRANSACTION)), b"\x16\2\x02\2\x09\1\2\x09\0"
        ephemeral = ec.generate_private_key(CURVE[suite])
        public = point(suite, ephemeral)
        info = b"\x16\2\x02\2\x09\1\1" + octet_string(public + sign(suite, public))
        return derive(suite, ephemeral.exchange(ec.ECDH(), peer), b""), info

    def protect(self, suite, octets):
        """What is protected, and the element of the protection parameters."""
        head = b"\x02\2\x16" + bytes([self.kind]) + b"\x02\5" + b"".join(
            octet_string(f) for f in (TRANSACTION, CLIENT, self.recipient, self.other))
        if self.kind == SIGNATURE:
            content = string(octets)
            return content + string(sign(suite, self.fields() + content)), head + b"\0"
        key, info = self.make_key(suite)
        control = suite | (0, 0x20, 0x30)[self.kind] if self.kind else suite | 0x10
        octet = bytes([control])
        aad = octet + key_of(suite, 0xD0) + self.fields() if control & 0x10 else b""
        encryptor = Cipher(algorithms.AES(key),
                           modes.GCM(CLIENT + struct.pack(">I", self.counter))).encryptor()
        encryptor.authenticate_additional_data(aad + (b"" if control & 0x20 else octets))
        text = encryptor.update(octets) if control & 0x20 else octets
        encryptor.finalize()
        tag = encryptor.tag[:12] if control & 0x10 else b""
        return octet + struct.pack(">I", self.counter) + text + tag, head + b"\x02\2" + info


def case(title, suite, layers, plain=PLAIN):
    octets, elements = plain, []
    for layer in layers:
        octets, element = layer.protect(suite, octets)
        elements.append(element)
    parameters = b"\x01" + bytes([len(elements)]) + b"".join(elements)
    print(f"\ncase {title}\nsource computed by OpenSSL\nsuite {suite}")
    for name, value in (("parameters", parameters), ("plain", plain), ("protected", octets)):
        print(name, value.hex().upper())


def main():
    print("# Data protected by layers of class 30 (Blue Book), as the client brings them: taken apart by the")
    print("# server, `protected` gives `plain`. Made by test/dlms/protected_data.py; keys: EK 00.., AK D0..,")
    print("# broadcast B0.., master 40.., that of a case 70..; private keys 3 and 5 for signatures, 7 and 11")
    print("# for key agreement, the client's first; titles 4D4D4D0000000001 and 4D4D4D0000BC614E.")
    names = ("authenticated", "encrypted", "both")
    for suite in range(3):
        for kind in range(3):
            for key in ("unicast", "broadcast", "wrapped"):
                case(f"suite {suite}, {names[kind]}, {key}", suite, [Layer(kind, key)])
    for suite in (1, 2):
        for key in ("static", "one-pass"):
            case(f"suite {suite}, both, {key}", suite, [Layer(BOTH, key)])
        case(f"suite {suite}, signed", suite, [Layer(SIGNATURE)])
        case(f"suite {suite}, signed, then both", suite, [Layer(SIGNATURE), Layer(BOTH)])
        case(f"suite {suite}, both, then signed", suite, [Layer(BOTH), Layer(SIGNATURE)])
        case(f"suite {suite}, authenticated, encrypted, signed", suite,
             [Layer(AUTHENTICATION), Layer(ENCRYPTION, "one-pass", 2), Layer(SIGNATURE)])
    case("other information, nobody named", 0, [Layer(BOTH, recipient=b"", other=b"note")])
    case("long", 0, [Layer(BOTH)], octet_string(bytes(range(256)) * 2))
    case("long, signed", 1, [Layer(SIGNATURE)], octet_string(bytes(range(256)) * 2))


sys.exit(main())
