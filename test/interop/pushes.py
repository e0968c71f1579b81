"""What the meter pushes, taken by dlms-cosem: over TCP and UDP, plain and ciphered, and confirmed."""

import os
import socket
import subprocess

from dlms_cosem.protocol.xdlms import DataNotification, GeneralGlobalCipher
from dlms_cosem.utils import parse_as_dlms_data

from meter import PASSWORD
from ways import AUTHENTICATION, UNICAST

TIMEOUT_S = 10
ALARM, SECURITY, POLICY = "0-4:25.9.0", "0-0:43.0.0", 0x60  # responses authenticated and encrypted
TCP, UDP = 0, 1


def run(watthour, port, *words, keys=False):
    """One command of our own client as Management."""
    environment = {"WATTHOUR_PASSWORD": PASSWORD, "PATH": os.environ["PATH"]}
    if keys:
        environment["WATTHOUR_KEYS"] = f"unicast {UNICAST.hex()};authentication {AUTHENTICATION.hex()}"
    command, *rest = words
    done = subprocess.run([watthour, command, "--client", "1", f"tcp://127.0.0.1:{port}", *rest],
                          env=environment, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())


def destination(transport, port):
    to = f"127.0.0.1:{port}".encode()
    return f"data:020316{transport:02x}09{len(to):02x}{to.hex()}1600"


class Listener:
    """A head end of two sockets on one port."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.tcp.settimeout(TIMEOUT_S)
        self.udp.settimeout(TIMEOUT_S)

    def take_tcp(self, confirm=False):
        peer, _ = self.tcp.accept()
        with peer:
            peer.settimeout(TIMEOUT_S)
            head = peer.recv(8, socket.MSG_WAITALL)
            apdu = peer.recv(int.from_bytes(head[6:8], "big"), socket.MSG_WAITALL)
            if confirm:
                answer = b"\x10" + apdu[1:5] + b"\x00"
                peer.sendall(b"\0\1" + head[4:6] + head[2:4] + len(answer).to_bytes(2, "big") + answer)
                peer.recv(1)  # until the meter closes
        return apdu

    def take_udp(self):
        frame = self.udp.recv(65535)
        return frame[8:]

    def close(self):
        self.tcp.close()
        self.udp.close()


def content(apdu):
    """The values of a notification, as dlms-cosem reads them."""
    notification = DataNotification.from_bytes(apdu)
    return parse_as_dlms_data(bytes(notification.body)), notification


def check_content(tally, title, apdu):
    values, notification = content(apdu)
    device, setup, moment = (bytes(v) for v in values[:3])
    tally.check(len(values) == 3 and device.startswith(b"WTH") and len(moment) == 12
                and setup == bytes([0, 4, 25, 9, 0, 255]) and notification.date_time is not None,
                f"dlms-cosem: a push {title}: {device.decode()}, {setup.hex()}")


def decipher(apdu):
    return GeneralGlobalCipher.from_bytes(apdu).to_plain_apdu(UNICAST, AUTHENTICATION)


def push_plain(tally, watthour, port, listener):
    for transport, name, take in ((TCP, "over TCP", listener.take_tcp),
                                  (UDP, "over UDP", listener.take_udp)):
        run(watthour, port, "set", f"{ALARM}:3", destination(transport, listener.port))
        run(watthour, port, "act", f"{ALARM}:1")
        check_content(tally, name, take())


def push_confirmed(tally, watthour, port, listener):
    run(watthour, port, "set", f"{ALARM}:3", destination(TCP, listener.port))
    run(watthour, port, "set", f"{ALARM}:11", "enum:2")
    run(watthour, port, "act", f"{ALARM}:1")
    check_content(tally, "that is confirmed", listener.take_tcp(confirm=True))
    run(watthour, port, "set", f"{ALARM}:11", "enum:0")


def push_ciphered(tally, watthour, port, listener):
    run(watthour, port, "act", f"{SECURITY}:1", f"enum:{POLICY}", keys=True)
    run(watthour, port, "act", f"{ALARM}:1", keys=True)
    check_content(tally, "ciphered by the policy", decipher(listener.take_tcp()))


def check_pushes(tally, watthour, port):
    """The meter is an XS211, whose set-ups are of version 2; its policy is another one behind."""
    listener = Listener()
    try:
        for step in (push_plain, push_confirmed, push_ciphered):
            tally.attempt(step.__name__.replace("_", " "),
                          lambda s=step: s(tally, watthour, port, listener))
    finally:
        listener.close()
