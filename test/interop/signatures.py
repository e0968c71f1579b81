"""Suites 1 and 2 against OpenSSL, by python `cryptography`: an authority of its own certifies meter and
client, and a client of its own, which shares no line with ours, opens an association by HLS 7, signs,
agrees on keys, and holds what the meter says to it."""

import datetime
import os
import socket
import struct
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import NameOID

from axdr import string, take_string
from gurux_signatures import check_gurux
from meter import VirtualMeter
from protected import check_protected
from pushes import check_signed_push

TITLE = bytes.fromhex("4843530000000007")
AUTHENTICATED, ENCRYPTED = 0x10, 0x20
GET_CLOCK = bytes.fromhex("C001C100080000010000FF0300")  # the time zone, a long


class Suite:
    def __init__(self, number):
        self.number = number
        self.curve = ec.SECP256R1() if number == 1 else ec.SECP384R1()
        self.hash = hashes.SHA256() if number == 1 else hashes.SHA384()
        self.size = 32 if number == 1 else 48
        self.key_size = 16 if number == 1 else 32
        self.unicast = bytes(range(self.key_size))
        self.authentication = bytes(range(0xC0, 0xC0 + self.key_size))
        self.master = bytes(range(0x80, 0x80 + self.key_size))

    def make(self):
        return ec.generate_private_key(self.curve)

    def point(self, public):
        return public.public_bytes(serialization.Encoding.X962,
                                   serialization.PublicFormat.UncompressedPoint)[1:]

    def public(self, point):
        return ec.EllipticCurvePublicKey.from_encoded_point(self.curve, b"\4" + point)

    def sign(self, private, text):
        r, s = utils.decode_dss_signature(private.sign(text, ec.ECDSA(self.hash)))
        return r.to_bytes(self.size, "big") + s.to_bytes(self.size, "big")

    def verify(self, public, text, signature):
        r = int.from_bytes(signature[: self.size], "big")
        s = int.from_bytes(signature[self.size :], "big")
        public.verify(utils.encode_dss_signature(r, s), text, ec.ECDSA(self.hash))

    def derive(self, shared, algorithm, u, v):
        other = bytes.fromhex("608574050803") + bytes([algorithm]) + u + v
        digest = hashes.Hash(self.hash)
        digest.update(b"\0\0\0\1" + shared + other)
        return digest.finalize()[: self.key_size]


class Authority:
    """Makes certificates of the DLMS profile with OpenSSL."""

    def __init__(self, suite):
        self.suite = suite
        self.key = suite.make()
        self.name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "interop"),
                               x509.NameAttribute(NameOID.COMMON_NAME, "another authority")])
        self.certificate = self._sign(self.name, self.key.public_key(), ca=True)

    def _sign(self, subject, public, ca=False, agrees=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        usage = x509.KeyUsage(
            digital_signature=not ca and not agrees, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=agrees,
            key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False)
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                   .public_key(public).serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(days=1))
                   .not_valid_after(now + datetime.timedelta(days=365))
                   .add_extension(usage, True))
        if ca:
            builder = builder.add_extension(x509.BasicConstraints(True, None), True)
        return builder.sign(self.key, self.suite.hash)

    def certify(self, title, public, agrees):
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title.hex().upper())])
        return self._sign(name, public, agrees=agrees)

    def answer(self, request, agrees):
        if not request.is_signature_valid:
            raise ValueError("a request that its key has not signed")
        asked = request.extensions.get_extension_for_class(x509.KeyUsage).value
        if asked.key_agreement != agrees or asked.digital_signature == agrees:
            raise ValueError("a request for another usage")
        return self._sign(request.subject, request.public_key(), agrees=agrees)


class Client:
    def __init__(self, port, suite, signing, agreement):
        self.suite, self.signing, self.agreement = suite, signing, agreement
        self.counter = 1000
        self.transaction = 0
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def exchange(self, apdu):
        self.socket.sendall(struct.pack(">HHHH", 1, 1, 1, len(apdu)) + apdu)
        head = self._read(8)
        return self._read(struct.unpack(">H", head[6:])[0])

    def _read(self, size):
        octets = b""
        while len(octets) < size:
            piece = self.socket.recv(size - len(octets))
            if not piece:
                raise ConnectionError("the meter hung up")
            octets += piece
        return octets

    # ---- AES-GCM ----

    def seal(self, plain, key=None, head=b""):
        control = bytes([AUTHENTICATED | ENCRYPTED | self.suite.number])
        self.counter += 1
        counter = struct.pack(">I", self.counter)
        cipher = Cipher(algorithms.AES(key or self.suite.unicast),
                        modes.GCM(TITLE + counter)).encryptor()
        cipher.authenticate_additional_data(control + self.suite.authentication + head)
        text = cipher.update(plain) + cipher.finalize()
        return control + counter + text + cipher.tag[:12]

    def unseal(self, sealed, title, key=None, head=b""):
        control, counter, text, tag = sealed[:1], sealed[1:5], sealed[5:-12], sealed[-12:]
        cipher = Cipher(algorithms.AES(key or self.suite.unicast),
                        modes.GCM(title + counter, tag, 12)).decryptor()
        cipher.authenticate_additional_data(control + self.suite.authentication + head)
        return cipher.update(text) + cipher.finalize()

    def general_glo(self, plain):
        answer = self.exchange(b"\xDB" + string(TITLE) + string(self.seal(plain)))
        if answer[0] != 0xDB:
            raise ValueError("answered by " + answer.hex())
        title, at = take_string(answer, 1)
        return self.unseal(take_string(answer, at)[0], title)

    # ---- association ----

    def open(self, meter_public):
        challenge = os.urandom(32)
        initiate = bytes.fromhex("0100000006" "5F1F0400" "407E1F" "0400")
        information = string(b"\x21" + string(self.seal(initiate)))
        fields = bytes.fromhex("A109060760857405080103") + b"\xA6\x0A\x04\x08" + TITLE
        fields += bytes.fromhex("8A0207808B0760857405080207") + b"\xAC\x22\x80\x20" + challenge
        fields += b"\xBE" + string(b"\x04" + information)
        answer = self.exchange(b"\x60" + string(fields))
        if answer[0] != 0x61:
            raise ValueError("no AARE: " + answer.hex())
        parts = self._parts(take_string(answer, 1)[0])
        if parts[0xA2][-1] != 0:
            raise ValueError("rejected: " + answer.hex())
        self.meter = parts[0xA4][2:]
        theirs = parts[0xAA][2:]
        proof = self.suite.sign(self.signing, TITLE + self.meter + theirs + challenge)
        reply = bytes.fromhex("C301C1000F0000280000FF0101") + b"\x09" + string(proof)
        answer = self.general_glo(reply)
        if answer[:4] != bytes.fromhex("C701C100"):
            raise ValueError("the proof is refused: " + answer.hex())
        self.meter_public = meter_public
        self.suite.verify(meter_public, self.meter + TITLE + challenge + theirs,
                          answer[-2 * self.suite.size :])

    @staticmethod
    def _parts(octets):
        parts, at = {}, 0
        while at < len(octets):
            tag = octets[at]
            parts[tag], at = take_string(octets, at + 1)
        return parts

    # ---- signatures ----

    def _fields(self):
        self.transaction += 1
        return b"".join(map(string, (struct.pack(">Q", self.transaction), TITLE, self.meter, b"",
                                     b"")))

    def signed(self, plain):
        body = self._fields() + string(plain)
        return b"\xDF" + body + string(self.suite.sign(self.signing, body))

    def unsigned(self, apdu):
        """What is in a general-signing of the meter's; raises when it has not signed it."""
        if apdu[0] != 0xDF:
            raise ValueError("not signed: " + apdu.hex())
        at = 1
        for _ in range(5):
            _, at = take_string(apdu, at)
        content, end = take_string(apdu, at)
        signature, _ = take_string(apdu, end)
        self.suite.verify(self.meter_public, apdu[1:end], signature)
        return content

    def get_signed(self):
        return self.unsigned(self.general_glo(self.signed(GET_CLOCK)))

    def get_signed_around(self):
        ciphered = b"\xDB" + string(TITLE) + string(self.seal(GET_CLOCK))
        answer = self.unsigned(self.exchange(self.signed(ciphered)))
        title, at = take_string(answer, 1)
        return self.unseal(take_string(answer, at)[0], title)

    # ---- agreed keys ----

    def _shared(self, private, public):
        return private.exchange(ec.ECDH(), public)

    def get_agreed(self, one_pass, meter_agreement):
        suite, gcm = self.suite, self.suite.number - 1
        head = self._fields()
        transaction = string(struct.pack(">Q", self.transaction))
        if one_pass:
            ephemeral = suite.make()
            point = suite.point(ephemeral.public_key())
            data, u = point + suite.sign(self.signing, point), TITLE
            shared = self._shared(ephemeral, meter_agreement)
        else:
            data, u = b"", TITLE + transaction
            shared = self._shared(self.agreement, meter_agreement)
        key = suite.derive(shared, gcm, u, self.meter)
        info = b"\1\2" + string(bytes([1 if one_pass else 2])) + string(data)
        answer = self.exchange(b"\xDD" + head + info + string(self.seal(GET_CLOCK, key, head)))
        if answer[0] != 0xDD:
            raise ValueError("answered by " + answer.hex())
        at = 1
        for _ in range(5):
            _, at = take_string(answer, at)
        head, at = answer[1:at], at + 2
        scheme, at = take_string(answer, at)
        data, at = take_string(answer, at)
        if one_pass:
            point = data[: 2 * suite.size]
            suite.verify(self.meter_public, point, data[2 * suite.size :])
            shared, u = self._shared(self.agreement, suite.public(point)), self.meter
        else:
            u = self.meter + transaction
        key = suite.derive(shared, gcm, u, TITLE)
        return self.unseal(take_string(answer, at)[0], self.meter, key, head)

    def agree_unicast(self):
        """key_agreement of a new unicast key, with which everything that follows goes."""
        suite = self.suite
        ephemeral = suite.make()
        point = suite.point(ephemeral.public_key())
        data = point + suite.sign(self.signing, b"\0" + point)
        request = bytes.fromhex("C301C1004000002B0000FF0301" "0101" "0202" "1600") + b"\x09"
        answer = self.general_glo(request + string(data))
        if answer[:4] != bytes.fromhex("C701C100"):
            raise ValueError("refused: " + answer.hex())
        theirs = answer[-4 * suite.size :]
        point = theirs[: 2 * suite.size]
        suite.verify(self.meter_public, b"\0" + point, theirs[2 * suite.size :])
        shared = self._shared(ephemeral, suite.public(point))
        suite.unicast = suite.derive(shared, suite.number - 1, TITLE, self.meter)
        self.counter = 0


def is_clock(answer):
    return answer[:4] == bytes.fromhex("C401C100") and answer[4] == 0x10


def pem(thing):
    return thing.public_bytes(serialization.Encoding.PEM)


def write(path, octets):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(octets)
    return path


def certify_meter(run, authority, folder, agrees):
    use = "agreement" if agrees else "signature"
    path = os.path.join(folder, use + ".csr")
    run("request", use, path)
    with open(path, "rb") as file:
        certificate = authority.answer(x509.load_pem_x509_csr(file.read()), agrees)
    run("import", write(os.path.join(folder, use + ".pem"), pem(certificate)))
    return certificate.public_key()


def check_suite(tally, watthour, number, folder):
    suite = Suite(number)
    authority = Authority(suite)
    keys = write(os.path.join(folder, "keys"), (
        f"suite {number:02}\nunicast {suite.unicast.hex()}\n"
        f"authentication {suite.authentication.hex()}\nmaster {suite.master.hex()}\n").encode())
    anchor = write(os.path.join(folder, "ca.pem"), pem(authority.certificate))
    with VirtualMeter(watthour, "xs211", ["--keys", keys, "--ca", anchor, "--panel", "0"]) as meter:
        url = f"tcp://127.0.0.1:{meter.port}"

        def run(*words):
            subprocess.run([watthour, "cert", "--keys", keys, url, *words], check=True, text=True,
                           capture_output=True)

        public = certify_meter(run, authority, folder, False)
        meter_agreement = certify_meter(run, authority, folder, True)
        tally.attempt(f"suite {number}, OpenSSL: a signed push in blocks",
                      lambda: check_signed_push(tally, watthour, meter.port, keys, suite, public))
        signing, agreement = suite.make(), suite.make()
        for key, agrees in ((signing, False), (agreement, True)):
            path = os.path.join(folder, f"client-{agrees}.pem")
            run("import", write(path, pem(authority.certify(TITLE, key.public_key(), agrees))))
        client = Client(meter.port, suite, signing, agreement)
        steps = [
            ("HLS 7", lambda: client.open(public) or b"\xC4\1\xC1\0\x10"),
            ("GET, ciphered", lambda: client.general_glo(GET_CLOCK)),
            ("GET, signed inside", client.get_signed),
            ("GET, signed around", client.get_signed_around),
            ("GET, one-pass agreed key", lambda: client.get_agreed(True, meter_agreement)),
            ("GET, static agreed key", lambda: client.get_agreed(False, meter_agreement)),
            ("key_agreement", lambda: client.agree_unicast() or b"\xC4\1\xC1\0\x10"),
            ("GET by the key agreed on", lambda: client.general_glo(GET_CLOCK)),
        ]
        for text, step in steps:
            answer = tally.attempt(f"suite {number}, OpenSSL: {text}", step)
            if answer is not None:
                tally.check(is_clock(answer), f"suite {number}, OpenSSL: {text}")
        check_protected(tally, client, TITLE, suite.master, meter_agreement)
        check_gurux(tally, meter.port, suite, signing, public)


def check_signatures(tally, watthour):
    for number in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            check_suite(tally, watthour, number, folder)
