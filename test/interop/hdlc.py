"""The same two clients over HDLC: on TCP, and on the terminal that is the meter's optical port.

Both with their default settings: fields of 128 octets, windows of one.
"""

import serial
from dlms_cosem.client import DlmsClient
from dlms_cosem.io import BlockingTcpIO, HdlcTransport, SerialIO
from dlms_cosem.security import LowLevelSecurityAuthentication, NoSecurityAuthentication
from gurux_dlms import GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType

from readers import SERVER, DlmsCosemReader, GuruxReader, TcpLine

TIMEOUT_S = 5


class SerialLine:
    """A terminal with the face of readers.TcpLine."""

    def __init__(self, path):
        self.port = serial.Serial(path, 9600, timeout=TIMEOUT_S)

    def send(self, octets):
        self.port.write(octets)

    def receive(self):
        return self.port.read(max(1, self.port.in_waiting))

    def close(self):
        self.port.close()


class GuruxHdlcReader(GuruxReader):
    """`line` is the path of a terminal or the number of a TCP port."""

    name = "gurux-dlms hdlc"

    def __init__(self, line, client, password=None):
        self.line = SerialLine(line) if isinstance(line, str) else TcpLine(line)
        self.client = GXDLMSClient(
            True, client, SERVER, Authentication.LOW if password else Authentication.NONE,
            password, InterfaceType.HDLC)
        reply = GXReplyData()
        self._exchange(self.client.snrmRequest(), reply)
        self.client.parseUAResponse(reply.data)
        self._associate()

    def close(self):
        self._exchange(self.client.releaseRequest(), GXReplyData())
        self._exchange(self.client.disconnectRequest(), GXReplyData())
        self.line.close()


class DlmsCosemHdlcReader(DlmsCosemReader):
    name = "dlms-cosem hdlc"

    def __init__(self, line, client, password=None):
        io = (SerialIO(line, timeout=TIMEOUT_S) if isinstance(line, str)
              else BlockingTcpIO("127.0.0.1", line, TIMEOUT_S))
        authentication = (LowLevelSecurityAuthentication(secret=password.encode())
                          if password else NoSecurityAuthentication())
        self.client = DlmsClient(transport=HdlcTransport(client, SERVER, io),
                                 authentication=authentication)
        self.client.connect()
        self.client.associate()


HDLC_READERS = (GuruxHdlcReader, DlmsCosemHdlcReader)
