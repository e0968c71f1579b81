"""Data protection (class 30) against OpenSSL: what the meter gives protected is taken apart, layer by
layer, and what a client protects it writes; by the association of signatures.py, which shares no line
with ours."""

import struct

from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from axdr import octet_string, string, take, take_string

ACTION = bytes.fromhex("C301C1001E00002B0200FF")
AUTHENTICATION, ENCRYPTION, BOTH, SIGNATURE = range(4)
UNICAST, WRAPPED, ONE_PASS, STATIC = "unicast", "wrapped", "one-pass", "static"
ZONE = bytes.fromhex("0205" "120008" "0906" "0000010000FF" "0F03" "120000" "02021600" "00")
SERIAL = bytes.fromhex("0205" "120001" "0906" "0000600100FF" "0F02" "120000" "02021600" "00")
CONTROL = {AUTHENTICATION: 0x10, ENCRYPTION: 0x20, BOTH: 0x30}


class Layer:
    """One layer of ours: its options, and its key."""

    def __init__(self, kind, key=UNICAST):
        self.kind, self.key = kind, key
        self.data = b""

    def key_info(self):
        if self.kind == SIGNATURE:
            return b"\0"
        return b"\2\2" + {
            UNICAST: b"\x16\0\x16\0",
            WRAPPED: b"\x16\1\2\2\x16\0" + octet_string(self.data),
            ONE_PASS: b"\x16\2\2\2\x09\1\1" + octet_string(self.data),
            STATIC: b"\x16\2\2\2\x09\1\2\x09\0",
        }[self.key]

    def element(self, transaction, client, title):
        options = b"".join(map(octet_string, (transaction, title, client.meter, b"")))
        return b"\2\2\x16" + bytes([self.kind]) + b"\2\5" + options + self.key_info()


class DataProtection:
    def __init__(self, client, title, master, meter_agreement):
        self.client, self.suite, self.title = client, client.suite, title
        self.master, self.meter_agreement = master, meter_agreement

    def call(self, method, parameter):
        answer = self.client.general_glo(ACTION + bytes([method, 1]) + parameter)
        if answer[:4] != bytes.fromhex("C701C100"):
            raise ValueError("refused: " + answer.hex())
        return answer[6:] if answer[4] == 1 else b""

    # ---- what the meter gives ----

    def get(self, layers):
        self.client.transaction += 1
        transaction = struct.pack(">Q", self.client.transaction)
        wanted = b"".join(layer.element(transaction, self.client, self.title) for layer in layers)
        request = b"\2\2" + b"\1\2" + ZONE + SERIAL + b"\1" + bytes([len(layers)]) + wanted
        (given, octets), _ = take(self.call(1, request), 0)
        if [kind for kind, _ in given] != [layer.kind for layer in layers]:
            raise ValueError("protected in another way than asked for")
        for kind, options in reversed(given):
            octets = self.peel(kind, options, octets)
        return octets

    def peel(self, kind, options, octets):
        transaction, originator, recipient, other, key_info = options
        if originator != self.client.meter or recipient != self.title:
            raise ValueError("of " + originator.hex() + " for " + recipient.hex())
        fields = b"".join(map(string, (transaction, originator, recipient, b"", other)))
        if kind == SIGNATURE:
            content, end = take_string(octets, 0)
            signature, _ = take_string(octets, end)
            self.suite.verify(self.client.meter_public, fields + octets[:end], signature)
            return content
        return self.decipher(CONTROL[kind], self.key_of(key_info, transaction), fields, octets)

    def decipher(self, bits, key, fields, octets):
        suite, control = self.suite, bits | self.suite.number
        if octets[0] != control:
            raise ValueError("security control " + octets[:1].hex())
        tag = octets[-12:] if bits & 0x10 else None
        text = octets[5:-12] if tag else octets[5:]
        mode = modes.GCM(self.client.meter + octets[1:5], tag, 12) if tag else modes.CTR(
            self.client.meter + octets[1:5] + b"\0\0\0\2")
        decryptor = Cipher(algorithms.AES(key), mode).decryptor()
        if tag:
            head = bytes([control]) + suite.authentication + fields
            decryptor.authenticate_additional_data(head if bits & 0x20 else head + text)
        plain = decryptor.update(text) if bits & 0x20 else text
        decryptor.finalize()
        return plain

    def key_of(self, key_info, transaction):
        kind, what = key_info
        if kind == 0:
            return self.suite.unicast
        if kind == 1:
            return keywrap.aes_key_unwrap(self.master, what[1])
        scheme, data = what
        meter, u = self.meter_agreement, self.client.meter
        if scheme == b"\2":
            u += string(transaction)
        else:
            point = data[: 2 * self.suite.size]
            self.suite.verify(self.client.meter_public, point, data[2 * self.suite.size :])
            meter = self.suite.public(point)
        shared = self.client.agreement.exchange(ec.ECDH(), meter)
        return self.suite.derive(shared, self.suite.number - 1, u, self.title)

    # ---- what the client brings ----

    def set_zone(self, layers, minutes):
        """Writes it; then GETs it, unprotected."""
        client = self.client
        client.transaction += 1
        transaction = struct.pack(">Q", client.transaction)
        octets = b"\2\1\x10" + struct.pack(">h", minutes)
        elements = b""
        for layer in layers:
            octets = self.put_on(layer, transaction, octets)
            elements += layer.element(transaction, client, self.title)
        self.call(2, b"\2\3" + b"\1\1" + ZONE + b"\1" + bytes([len(layers)]) + elements +
                  octet_string(octets))
        found = client.general_glo(bytes.fromhex("C001C100080000010000FF0300"))
        if found != bytes.fromhex("C401C10010") + struct.pack(">h", minutes):
            raise ValueError("written, and then " + found.hex())

    def put_on(self, layer, transaction, octets):
        client, suite = self.client, self.suite
        fields = b"".join(map(string, (transaction, self.title, client.meter, b"", b"")))
        if layer.kind == SIGNATURE:
            content = string(octets)
            return content + string(suite.sign(client.signing, fields + content))
        key = self.make_key(layer, transaction)
        bits = CONTROL[layer.kind]
        control = bytes([bits | suite.number])
        client.counter += 1
        counter = struct.pack(">I", client.counter)
        encryptor = Cipher(algorithms.AES(key), modes.GCM(self.title + counter)).encryptor()
        if bits & 0x10:
            head = control + suite.authentication + fields
            encryptor.authenticate_additional_data(head if bits & 0x20 else head + octets)
        text = encryptor.update(octets) if bits & 0x20 else octets
        encryptor.finalize()
        return control + counter + text + (encryptor.tag[:12] if bits & 0x10 else b"")

    def make_key(self, layer, transaction):
        suite, client = self.suite, self.client
        if layer.key == UNICAST:
            return suite.unicast
        if layer.key == WRAPPED:
            key = bytes(range(0x55, 0x55 + suite.key_size))
            layer.data = keywrap.aes_key_wrap(self.master, key)
            return key
        private, u = client.agreement, self.title + string(transaction)
        if layer.key == ONE_PASS:
            private, u = suite.make(), self.title
            point = suite.point(private.public_key())
            layer.data = point + suite.sign(client.signing, point)
        shared = private.exchange(ec.ECDH(), self.meter_agreement)
        return suite.derive(shared, suite.number - 1, u, client.meter)


WAYS = [
    [(AUTHENTICATION, UNICAST)], [(ENCRYPTION, UNICAST)], [(BOTH, UNICAST)], [(BOTH, WRAPPED)],
    [(BOTH, ONE_PASS)], [(BOTH, STATIC)], [(SIGNATURE, None)],
    [(SIGNATURE, None), (BOTH, UNICAST)], [(BOTH, STATIC), (SIGNATURE, None)],
    [(AUTHENTICATION, UNICAST), (ENCRYPTION, ONE_PASS), (SIGNATURE, None)],
]


def name_of(way):
    kinds = ("authentication", "encryption", "both", "signature")
    return ", ".join(kinds[kind] + (f" by {key}" if key else "") for kind, key in way)


def check_protected(tally, client, title, master, meter_agreement):
    """Every way, reading and writing; what is read is what is read unprotected."""
    data = DataProtection(client, title, master, meter_agreement)
    zone = client.general_glo(bytes.fromhex("C001C100080000010000FF0300"))[4:]
    serial = client.general_glo(bytes.fromhex("C001C100010000600100FF0200"))[4:]
    for way in WAYS:
        text = f"suite {client.suite.number}, OpenSSL: protected data: {name_of(way)}"
        plain = tally.attempt(text, lambda: data.get([Layer(*layer) for layer in way]))
        if plain is not None:
            tally.check(plain == b"\2\2" + zone + serial, text)
        written = [tally.attempt(text + ", written", lambda: data.set_zone(
            [Layer(*layer) for layer in way], minutes) or True) for minutes in (-120, -60)]
        if all(written):
            tally.check(True, text + ", written")
