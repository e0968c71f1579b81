"""gurux-dlms by HLS 7, with suites 1 and 2, as far as it is right.

Its faults, as of 1.0.203: GXEcdsa.verify() refuses signatures on P-256 that OpenSSL made and holds, so
that it cannot tell a meter that is right; the meter's proof is held by OpenSSL instead. It neither signs
nor verifies on P-384 (where it compares with P-256 twice). While it signs it prints its private key. Its own challenges may be
shorter than the 32 octets of HLS 7."""

import contextlib
import io
import os

from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.ecdsa.GXPrivateKey import GXPrivateKey
from gurux_dlms.ecdsa.GXPublicKey import GXPublicKey
from gurux_dlms.ConnectionState import ConnectionState
from gurux_dlms.enums import Authentication, InterfaceType, Security
from gurux_dlms.objects import GXDLMSClock
from gurux_dlms.objects.enums import SecuritySuite
from gurux_dlms.secure import GXDLMSSecureClient

from readers import TcpLine

TITLE = bytes.fromhex("4843530000000007")
MANAGEMENT, SERVER, TIME_ZONE = 1, 1, 3


def make_client(suite, signing, meter_public, ciphered, counter):
    client = GXDLMSSecureClient(True, MANAGEMENT, SERVER, Authentication.HIGH_ECDSA, None,
                                InterfaceType.WRAPPER)
    ciphering = client.ciphering
    ciphering.systemTitle = TITLE
    ciphering.securitySuite = SecuritySuite.SUITE_1 if suite.number == 1 else SecuritySuite.SUITE_2
    ciphering.blockCipherKey = suite.unicast
    ciphering.authenticationKey = suite.authentication
    ciphering.security = Security.AUTHENTICATION_ENCRYPTION if ciphered else Security.NONE
    ciphering.invocationCounter = counter
    private = signing.private_numbers().private_value.to_bytes(suite.size, "big")
    ciphering.signingKeyPair = (GXPublicKey.fromRawBytes(suite.point(meter_public)),
                                GXPrivateKey.fromRawBytes(private))
    # Its own challenges have 8 to 64 octets, those to be signed 32 at least.
    client.settings.useCustomChallenge = True
    client.settings.ctoSChallenge = os.urandom(32)
    return client


def exchange(line, client, frames):
    reply = GXReplyData()
    for frame in frames if isinstance(frames, list) else [frames]:
        line.send(frame)
        octets = GXByteBuffer()
        while not client.getData(octets, reply, None):
            octets.set(line.receive())
    return reply


def associate_and_read(line, client, suite, meter_public):
    """The clock's time zone; the meter's proof is held by OpenSSL."""
    client.parseAareResponse(exchange(line, client, client.aarqRequest()).data)
    reply = exchange(line, client, client.getApplicationAssociationRequest())
    settings = client.settings
    said = (bytes(settings.sourceSystemTitle) + TITLE + bytes(settings.ctoSChallenge) +
            bytes(settings.stoCChallenge))
    suite.verify(meter_public, said, bytes(reply.value))
    settings.connected |= ConnectionState.DLMS
    clock = GXDLMSClock("0.0.1.0.0.255")
    reply = exchange(line, client, client.read(clock, TIME_ZONE))
    return client.updateValue(clock, TIME_ZONE, reply.value)


def check_gurux(tally, port, suite, signing, meter_public):
    for ciphered in (False, True):
        text = f"suite {suite.number}, gurux-dlms: HLS 7{', ciphered' if ciphered else ''}"
        client = make_client(suite, signing, meter_public, ciphered, 5000)
        line = TcpLine(port)
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):  # it prints its private key while it signs
                zone = associate_and_read(line, client, suite, meter_public)
            tally.check(zone in (-60, 60), f"{text}: time zone {zone}")
        except ValueError as problem:
            known = suite.number == 2 and "private key scheme" in str(problem)
            if not known:
                tally.check(False, f"{text}: {problem}")
            else:
                tally.note(f"{text}: it signs by P-256 alone")
        except Exception as problem:  # whatever else it throws is a finding
            tally.check(False, f"{text}: {type(problem).__name__}: {problem}")
        finally:
            line.close()
