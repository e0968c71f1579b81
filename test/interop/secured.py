"""The same two clients as Management: HLS by GMAC, suite 0, authentication and encryption.

The keys are those that a virtual meter has by default.
"""

import contextlib
import io

from dlms_cosem.client import DlmsClient
from dlms_cosem.io import BlockingTcpIO, TcpTransport
from dlms_cosem.security import HighLevelSecurityGmacAuthentication
from gurux_dlms import GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, Security
from gurux_dlms.secure import GXDLMSSecureClient

from readers import PUBLIC, SERVER, DlmsCosemReader, GuruxReader, TcpLine

MANAGEMENT = 1
TITLE = b"HES\0\0\0\0\1"
UNICAST = bytes(range(0x00, 0x10))
AUTHENTICATION = bytes(range(0xD0, 0xE0))
COUNTER = "0.0.43.1.0.255"


def next_counter(port):
    """One more than the meter took last, as Public reads it."""
    public = GuruxReader(port, PUBLIC)
    counter = int(public.read(COUNTER, 1, 2)) + 1
    public.close()
    return counter


class SecuredGurux(GuruxReader):
    name = "gurux-dlms ciphered"

    def __init__(self, port, client):
        counter = next_counter(port)
        self.line = TcpLine(port)
        self.client = GXDLMSSecureClient(True, client, SERVER, Authentication.HIGH_GMAC, None,
                                         InterfaceType.WRAPPER)
        ciphering = self.client.ciphering
        ciphering.systemTitle = TITLE
        ciphering.blockCipherKey = UNICAST
        ciphering.authenticationKey = AUTHENTICATION
        ciphering.security = Security.AUTHENTICATION_ENCRYPTION
        ciphering.invocationCounter = counter
        self._associate()
        reply = GXReplyData()
        self._exchange(self.client.getApplicationAssociationRequest(), reply)
        self.client.parseApplicationAssociationResponse(reply.data)

    def _exchange_frame(self, frame, reply):
        with contextlib.redirect_stdout(io.StringIO()):  # it tells of each ciphered frame
            super()._exchange_frame(frame, reply)


class SecuredDlmsCosem(DlmsCosemReader):
    name = "dlms-cosem ciphered"

    def __init__(self, port, client):
        self.client = DlmsClient(
            transport=TcpTransport(client, SERVER, BlockingTcpIO("127.0.0.1", port, 5)),
            authentication=HighLevelSecurityGmacAuthentication(),
            encryption_key=UNICAST, authentication_key=AUTHENTICATION,
            client_system_title=TITLE, client_initial_invocation_counter=next_counter(port))
        self.client.connect()
        self.client.associate()


SECURED = (SecuredGurux, SecuredDlmsCosem)


def check_secured(tally, port, read_all):
    """Both read whatever the object list names; `read_all(tally, reader, objects)` does."""
    for make_reader in SECURED:
        reader = tally.attempt(f"{make_reader.name}: associate as Management",
                               lambda m=make_reader: m(port, MANAGEMENT))
        if reader:
            objects = tally.attempt(f"{make_reader.name}: object list", reader.objects) or {}
            read_all(tally, reader, objects)
            tally.attempt(f"{make_reader.name}: release", reader.close)
