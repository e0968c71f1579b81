"""Two independent DLMS/COSEM clients behind one face: objects() and read(obis, attribute).

Both run with their default settings; only the association and the transport are chosen.
"""

import socket
import struct

import structlog
from dlms_cosem import cosem, enumerations, utils
from dlms_cosem.client import DlmsClient
from dlms_cosem.io import BlockingTcpIO, TcpTransport
from dlms_cosem.security import LowLevelSecurityAuthentication, NoSecurityAuthentication
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))

PUBLIC, READING, SERVER = 16, 2, 1


class TcpLine:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self):
        octets = self.socket.recv(4096)
        if not octets:
            raise ConnectionError("closed by the meter")
        return octets

    def close(self):
        self.socket.close()


class GuruxReader:
    name = "gurux-dlms"

    def __init__(self, port, client, password=None):
        self.line = TcpLine(port)
        self.client = GXDLMSClient(
            True, client, SERVER, Authentication.LOW if password else Authentication.NONE,
            password, InterfaceType.WRAPPER)
        self._associate()

    def _associate(self):
        reply = GXReplyData()
        self._exchange(self.client.aarqRequest(), reply)
        self.client.parseAareResponse(reply.data)

    def _exchange(self, frames, reply):
        for frame in frames if isinstance(frames, list) else [frames]:
            self._exchange_frame(frame, reply)
            while reply.isMoreData():
                self._exchange_frame(self.client.receiverReady(reply), reply)

    def _exchange_frame(self, frame, reply):
        self.line.send(frame)
        buffer = GXByteBuffer()
        while not self.client.getData(buffer, reply, None):
            buffer.set(self.line.receive())

    def objects(self):
        """{obis: (class, version)}"""
        reply = GXReplyData()
        self._exchange(self.client.getObjectsRequest(), reply)
        objects = self.client.parseObjects(reply.data, True)
        return {o.logicalName: (int(o.objectType), o.version) for o in objects}

    def read(self, obis, class_id, attribute):
        target = self.client.createObject(ObjectType(class_id))
        target.logicalName = obis
        reply = GXReplyData()
        self._exchange(self.client.read(target, attribute), reply)
        return reply.value

    def close(self):
        reply = GXReplyData()
        self._exchange(self.client.releaseRequest(), reply)
        self.line.close()


class DlmsCosemReader:
    name = "dlms-cosem"

    def __init__(self, port, client, password=None):
        authentication = (LowLevelSecurityAuthentication(secret=password.encode())
                          if password else NoSecurityAuthentication())
        self.client = DlmsClient(
            transport=TcpTransport(client, SERVER, BlockingTcpIO("127.0.0.1", port, 5)),
            authentication=authentication)
        self.client.connect()
        self.client.associate()

    def _get(self, class_id, obis, attribute):
        return utils.parse_as_dlms_data(self.client.get(cosem.CosemAttribute(
            interface=enumerations.CosemInterface(class_id),
            instance=cosem.Obis.from_string(obis), attribute=attribute)))

    def objects(self):
        return {".".join(str(octet) for octet in entry[2]): (entry[0], entry[1])
                for entry in self._get(15, "0.0.40.0.0.255", 2)}

    def read(self, obis, class_id, attribute):
        return self._get(class_id, obis, attribute)

    def close(self):
        self.client.release_association()
        self.client.disconnect()


READERS = (GuruxReader, DlmsCosemReader)


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
