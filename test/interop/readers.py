"""Two independent DLMS/COSEM clients behind one face: objects() and read(obis, class, attribute).

Both run with their default settings; only the association and the transport are chosen.
"""

import contextlib
import io
import socket
import struct

import serial
import structlog
from dlms_cosem import cosem, enumerations, utils
from dlms_cosem.client import DlmsClient
from dlms_cosem.io import BlockingTcpIO, HdlcTransport, SerialIO, TcpTransport
from dlms_cosem.security import (HighLevelSecurityGmacAuthentication,
                                 LowLevelSecurityAuthentication, NoSecurityAuthentication)
from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import AccessMode3, Authentication, InterfaceType, ObjectType, Security
from gurux_dlms.secure import GXDLMSSecureClient

from ways import (AUTHENTICATION, COUNTER, PUBLIC, READING, SERVER, TITLE, UNICAST, Link, Way)

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))

TIMEOUT_S = 5
SILENCE_S = 0.5
SILENCES = 5  # in a row, once something has come
VIRTUAL_BAUD = 38400  # a virtual line that is left at this speed takes no time; 9600 would be its own
PASSWORD = "interop-secret"
ASSOCIATION, OBJECT_LIST, BITS_SINCE = 15, 2, 3


class Cannot(Exception):
    """What a client cannot do, whatever the meter answers."""


class TcpLine:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self):
        octets = self.socket.recv(4096)
        if not octets:
            raise ConnectionError("closed by the meter")
        return octets

    def close(self):
        self.socket.close()


class SerialLine:
    """A terminal with the face of TcpLine."""

    def __init__(self, path):
        self.port = serial.Serial(path, VIRTUAL_BAUD, timeout=TIMEOUT_S)

    def send(self, octets):
        self.port.write(octets)

    def receive(self):
        return self.port.read(max(1, self.port.in_waiting))

    def close(self):
        self.port.close()


def is_readable(mode, bits):
    mode = int(mode)
    return bool(mode & 1) if bits else mode in (1, 3, 4, 6)


def listed(entries):
    """The object list as objects() gives it, from its decoded value."""
    bits = any(int(e[0]) == ASSOCIATION and int(e[1]) >= BITS_SINCE for e in entries)
    return {".".join(str(octet) for octet in bytes(entry[2])):
            (int(entry[0]), int(entry[1]),
             tuple(sorted(int(right[0]) for right in entry[3][0] if is_readable(right[1], bits))))
            for entry in entries}


class GuruxReader:
    name = "gurux-dlms"
    MECHANISMS = {"none": Authentication.NONE, "low": Authentication.LOW,
                  "md5": Authentication.HIGH_MD5, "sha1": Authentication.HIGH_SHA1,
                  "gmac": Authentication.HIGH_GMAC, "sha256": Authentication.HIGH_SHA256}
    PROTECTIONS = {"none": Security.NONE, "authentication": Security.AUTHENTICATION,
                   "encryption": Security.ENCRYPTION, "both": Security.AUTHENTICATION_ENCRYPTION}

    def __init__(self, link, way, password=PASSWORD, counter=None, unicast=UNICAST):
        self.limits = set()
        self.line = SerialLine(link.target) if isinstance(link.target, str) else TcpLine(link.target)
        self.hdlc = link.hdlc
        secret = password if way.mechanism not in ("none", "gmac") else None
        self.client = GXDLMSSecureClient(
            True, way.client, SERVER, self.MECHANISMS[way.mechanism], secret,
            InterfaceType.HDLC if link.hdlc else InterfaceType.WRAPPER)
        ciphering = self.client.ciphering
        if way.mechanism not in ("none", "low") or way.ciphered:
            ciphering.systemTitle = TITLE
            ciphering.blockCipherKey = unicast
            ciphering.authenticationKey = AUTHENTICATION
            ciphering.security = self.PROTECTIONS[way.protection]
            ciphering.invocationCounter = counter or 0
        self._associate(way)

    def _associate(self, way):
        reply = GXReplyData()
        if self.hdlc:
            self._exchange(self.client.snrmRequest(), reply)
            self.client.parseUAResponse(reply.data)
            reply = GXReplyData()
        self._exchange(self.client.aarqRequest(), reply)
        self.client.parseAareResponse(reply.data)
        if way.mechanism not in ("none", "low"):
            reply = GXReplyData()
            self._exchange(self.client.getApplicationAssociationRequest(), reply)
            self.client.parseApplicationAssociationResponse(reply.data)

    def _exchange(self, frames, reply):
        for frame in frames if isinstance(frames, list) else [frames]:
            self._exchange_frame(frame, reply)
            while reply.isMoreData():
                self._exchange_frame(self.client.receiverReady(reply), reply)

    def _exchange_frame(self, frame, reply):
        self.line.send(frame)
        buffer = GXByteBuffer()
        with contextlib.redirect_stdout(io.StringIO()):  # it tells of each ciphered frame
            while not self.client.getData(buffer, reply, None):
                buffer.set(self.line.receive())

    def objects(self):
        """{obis: (class, version, attributes that may be read)}"""
        reply = GXReplyData()
        self._exchange(self.client.getObjectsRequest(), reply)
        try:
            objects = self.client.parseObjects(reply.data, False)
        except ValueError as problem:
            if "AccessMode3" not in str(problem):
                raise
            self.limits.add("it parses no object list with combined rights of version 3 "
                            f"({problem}); the list is taken from its decoded value")
            return listed(self.read("0.0.40.0.0.255", ASSOCIATION, OBJECT_LIST))
        bits = any(int(o.objectType) == ASSOCIATION and o.version >= BITS_SINCE for o in objects)
        return {o.logicalName: (int(o.objectType), o.version, self._readable(o, bits))
                for o in objects}

    @staticmethod
    def _readable(described, bits):
        def mode(right):
            return right.access3 if bits else right.access
        return tuple(sorted(right.index for right in described.attributes
                            if is_readable(mode(right) or AccessMode3.NO_ACCESS, bits)))

    def read(self, obis, class_id, attribute):
        target = self.client.createObject(ObjectType(class_id))
        target.logicalName = obis
        reply = GXReplyData()
        self._exchange(self.client.read(target, attribute), reply)
        return reply.value

    def close(self):
        self._exchange(self.client.releaseRequest(), GXReplyData())
        if self.hdlc:
            self._exchange(self.client.disconnectRequest(), GXReplyData())
        self.line.close()


class Patience:
    """An end to what dlms-cosem waits for on an HDLC line.

    It looks for the end of a frame once for every read, and there are more ends than reads where a
    check sum ends in a 7E, or two of them stand inside. When the line then falls silent its terminal
    gives it nothing, and it looks again and understands; its TCP gives up instead. And where no answer
    comes at all its terminal asks for ever.
    """

    silences = SILENCES

    def send(self, data):
        self.silences = SILENCES
        super().send(data)

    def recv_until(self, end):
        octets = self.read_until(end, TIMEOUT_S if self.silences == SILENCES else SILENCE_S)
        self.silences = 0 if octets else self.silences + 1
        if self.silences > SILENCES:
            raise TimeoutError("no answer")
        return octets


class PatientTerminal(Patience, SerialIO):
    def read_until(self, end, timeout_s):
        self.serial_port.timeout = timeout_s
        return self.serial_port.read_until(end)


class PatientTcp(Patience, BlockingTcpIO):
    def read_until(self, end, timeout_s):
        octets = b""
        self.tcp_socket.settimeout(timeout_s)
        with contextlib.suppress(TimeoutError):
            while not octets.endswith(end):
                octet = self.tcp_socket.recv(1)
                if not octet:
                    raise ConnectionError("closed by the meter")
                octets += octet
        return octets


class DlmsCosemReader:
    name = "dlms-cosem"

    def __init__(self, link, way, password=PASSWORD, counter=None, unicast=UNICAST):
        self.limits = set()
        transport = self._transport(link, way)
        keys = self._keys(way, unicast)
        self.client = DlmsClient(
            transport=transport, authentication=self._authentication(way, password),
            client_system_title=TITLE if keys else None,
            client_initial_invocation_counter=counter or 0, **keys)
        self.client.connect()
        self.client.associate()

    @staticmethod
    def _transport(link, way):
        if not link.hdlc:
            return TcpTransport(way.client, SERVER,
                                BlockingTcpIO("127.0.0.1", link.target, TIMEOUT_S))
        line = (PatientTerminal(link.target, VIRTUAL_BAUD) if isinstance(link.target, str)
                else PatientTcp("127.0.0.1", link.target))
        return HdlcTransport(way.client, SERVER, line)

    @staticmethod
    def _authentication(way, password):
        if way.mechanism == "none":
            return NoSecurityAuthentication()
        if way.mechanism == "low":
            return LowLevelSecurityAuthentication(secret=password.encode())
        if way.mechanism == "gmac":
            return HighLevelSecurityGmacAuthentication()
        raise Cannot(f"it knows no HLS by {way.mechanism}")

    @staticmethod
    def _keys(way, unicast):
        if way.protection in ("authentication", "encryption") or (
                way.mechanism == "gmac" and way.protection == "none"):
            raise Cannot("it protects by every key that it has, and needs both")
        keys = {}
        if way.protection in ("encryption", "both"):
            keys["encryption_key"] = unicast
        if way.protection in ("authentication", "both"):
            keys["authentication_key"] = AUTHENTICATION
        return keys

    def _get(self, class_id, obis, attribute):
        return utils.parse_as_dlms_data(self.client.get(cosem.CosemAttribute(
            interface=enumerations.CosemInterface(class_id),
            instance=cosem.Obis(*map(int, obis.split("."))),  # its from_string() drops group F
            attribute=attribute)))

    def objects(self):
        return listed(self._get(ASSOCIATION, "0.0.40.0.0.255", OBJECT_LIST))

    def read(self, obis, class_id, attribute):
        return self._get(class_id, obis, attribute)

    def close(self):
        self.client.release_association()
        self.client.disconnect()


READERS = (GuruxReader, DlmsCosemReader)


def reading(reader, port):
    """The Reading client over the TCP wrapper."""
    return reader(Link("tcp", port, False), Way("LLS", READING, "low"))


def next_counter(link):
    """One more than the meter took last, as Public reads it."""
    public = GuruxReader(link, Way("no security", PUBLIC))
    counter = int(public.read(COUNTER, 1, 2)) + 1
    public.close()
    return counter


def open_way(reader, link, way, **options):
    """Associates; the invocation counter is asked for where one is needed."""
    counter = next_counter(link) if way.ciphered or way.mechanism == "sha256" else None
    return reader(link, way, counter=counter, **options)


def raw_request(port, octets, wait_s=0.5):
    """Octets as they are, and what comes back until silence or the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as s:
        s.sendall(octets)
        answer = b""
        try:
            while chunk := s.recv(4096):
                answer += chunk
        except (TimeoutError, ConnectionError):
            pass
        return answer


def wrapped(apdu, client=PUBLIC, server=SERVER):
    return struct.pack(">HHHH", 1, client, server, len(apdu)) + apdu
