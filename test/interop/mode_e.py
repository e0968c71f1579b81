"""gurux-dlms through the optical port: the sign-on of IEC 62056-21, then HDLC as mode E has it. The
sign-on is what gurux leaves to its user; the frames are its own."""

import contextlib
import io
import socket
import time

import serial
from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType
from gurux_dlms.secure import GXDLMSSecureClient

TIMEOUT_S = 10
GIVEN_UP_S = 22  # HDLC that nobody uses gives the line back after 20 s
BAUDS = {ord("0") + code: 300 << code for code in range(7)}


class TerminalPort:
    def __init__(self, path):
        self.port = serial.Serial(path, 300, bytesize=8, parity=serial.PARITY_NONE, timeout=TIMEOUT_S)

    def set_baud(self, baud):
        """At once: what was sent is out, and the answer comes after the reaction time."""
        self.port.baudrate = baud

    def send(self, octets):
        self.port.write(octets)
        self.port.flush()

    def receive(self):
        octets = self.port.read(max(1, self.port.in_waiting))
        if not octets:
            raise TimeoutError(f"silence for {TIMEOUT_S} s")
        return octets

    def close(self):
        self.port.close()


    def forget(self):
        self.port.reset_input_buffer()


class BusPort(TerminalPort):
    """RS-485: 9600 baud at once."""

    def __init__(self, path):
        super().__init__(path)
        self.set_baud(9600)


class TcpPort:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)

    def set_baud(self, baud):
        """A converter does that by itself."""

    def send(self, octets):
        self.socket.sendall(octets)

    def receive(self):
        octets = self.socket.recv(4096)
        if not octets:
            raise ConnectionError("closed by the meter")
        return octets

    def forget(self):
        """What is late comes into the next line, and makes that one wrong."""

    def close(self):
        self.socket.close()


def receive_line(port):
    line = b""
    while not line.endswith(b"\n"):
        line += port.receive()
    return bytes(octet & 0x7F for octet in line)


def sign_on_once(port):
    port.forget()
    port.set_baud(300)
    port.send(b"/?!\r\n")
    identification = receive_line(port)
    speed = identification[4]
    port.send(bytes((0x06, ord("2"), speed, ord("2"), 0x0D, 0x0A)))
    port.set_baud(BAUDS[speed])
    confirmed = receive_line(port)
    if confirmed[:4] != bytes((0x06, ord("2"), speed, ord("2"))):
        raise ConnectionError(f"no confirmation of mode E: {confirmed!r}")
    return identification.strip().decode(), BAUDS[speed]


def sign_on(port):
    """The identification and the speed that was agreed on. A probe that is moved, or a machine that is
    busy, costs a try: the next one comes when the meter has given the line up."""
    try:
        return sign_on_once(port)
    except (ConnectionError, TimeoutError, IndexError) as error:
        print(f"  sign-on: {error!r}, once more", flush=True)
        time.sleep(GIVEN_UP_S)
        return sign_on_once(port)


class HdlcReader:
    """A server at an HDLC address, and the Reading client."""

    def __init__(self, port, password, server=1, interface=InterfaceType.HDLC):
        self.port = port
        self.client = GXDLMSSecureClient(True, 2, server, Authentication.LOW, password, interface)
        reply = self._exchange(self.client.snrmRequest())
        self.client.parseUAResponse(reply.data)
        reply = self._exchange(self.client.aarqRequest())
        self.client.parseAareResponse(reply.data)

    def _exchange(self, frames):
        reply = GXReplyData()
        for frame in frames if isinstance(frames, list) else [frames]:
            self._exchange_frame(frame, reply)
            while reply.isMoreData():
                self._exchange_frame(self.client.receiverReady(reply), reply)
        return reply

    def _exchange_frame(self, frame, reply):
        self.port.send(frame)
        buffer = GXByteBuffer()
        with contextlib.redirect_stdout(io.StringIO()):
            while not self.client.getData(buffer, reply, None):
                buffer.set(self.port.receive())

    def read(self, class_id, obis, attribute):
        target = self.client.createObject(ObjectType(class_id))
        target.logicalName = obis
        return self._exchange(self.client.read(target, attribute)).value

    def disconnect(self):
        with contextlib.suppress(Exception):
            self._exchange(self.client.disconnectRequest())

    def close(self):
        self.disconnect()
        self.port.close()


class ModeEReader(HdlcReader):
    def __init__(self, port, password):
        self.identification, self.baud = sign_on(port)
        super().__init__(port, password, interface=InterfaceType.HDLC_WITH_MODE_E)


def server_address(device):
    """Logical device 1 of a device on a line, as gurux wants it: four octets."""
    return GXDLMSSecureClient.getServerAddress(1, device, 4)
