"""What the meter pushes, taken by dlms-cosem: over TCP and UDP, plain and ciphered, and confirmed; long
messages in general blocks, which Gurux's client puts together."""

import os
import socket
import subprocess

from dlms_cosem.protocol.xdlms import DataNotification, GeneralGlobalCipher
from dlms_cosem.utils import parse_as_dlms_data
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import InterfaceType

from axdr import take_string
from meter import PASSWORD
from ways import AUTHENTICATION, UNICAST

TIMEOUT_S = 10
ALARM, SECURITY, POLICY = "0-4:25.9.0", "0-0:43.0.0", 0x60  # responses authenticated and encrypted
TCP, UDP = 0, 1
PDU, LISTS = 1024, 12  # octets of a block; push lists that are told at once


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


def is_last(frame):
    """Of general-block-transfer: the first bit of the block control."""
    return frame[8] != 0xE0 or frame[9] & 0x80 != 0


def put_together(frames):
    """The value, by Gurux: a client that is notified, frame by frame."""
    client = GXDLMSClient(True, 1, 1, interfaceType=InterfaceType.WRAPPER)
    reply, notice = GXReplyData(), GXReplyData()
    for frame in frames:
        client.getData(GXByteBuffer(frame), reply, notice)
    return notice.value if notice.value is not None else reply.value


def joined(frames):
    """The octets of all blocks: E0, control, two numbers of two octets, a length, the block."""
    whole = b""
    for number, frame in enumerate(frames, 1):
        block = frame[8:]
        if int.from_bytes(block[2:4], "big") != number or len(block) > PDU:
            raise RuntimeError(f"block {number} is {block[:9].hex()}, of {len(block)} octets")
        octets = 1 if block[6] < 0x80 else 1 + (block[6] & 0x7F)
        whole += block[6 + octets:]
    return whole


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

    def take_blocks(self, transport):
        """Wrapper frames until the last block."""
        if transport == UDP:
            frames = [self.udp.recv(65535)]
            while not is_last(frames[-1]):
                frames.append(self.udp.recv(65535))
            return frames
        peer, _ = self.tcp.accept()
        frames = []
        with peer:
            peer.settimeout(TIMEOUT_S)
            while not frames or not is_last(frames[-1]):
                head = peer.recv(8, socket.MSG_WAITALL)
                frames.append(head + peer.recv(int.from_bytes(head[6:8], "big"), socket.MSG_WAITALL))
        return frames

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
    run(watthour, port, "set", f"{ALARM}:2", short_list())
    run(watthour, port, "set", f"{ALARM}:3", destination(TCP, listener.port))
    run(watthour, port, "act", f"{SECURITY}:1", f"enum:{POLICY}", keys=True)
    run(watthour, port, "act", f"{ALARM}:1", keys=True)
    check_content(tally, "ciphered by the policy", decipher(listener.take_tcp()))


def lists():
    """A push list: the device's name, and the list of set-up 1 so often that no APDU holds them."""
    whole = "0202160000" "0100"
    rows = ["0206120001" "090600002A0000FF" "0F02" "120000" + whole]
    rows += ["0206120028" "09060001190900FF" "0F02" "120000" + whole] * LISTS
    return f"data:01{len(rows):02x}{''.join(rows)}"


def short_list():
    """As it was delivered."""
    whole = "0202160000" "0100"
    return ("data:0103" "0206120001" "090600002A0000FF" "0F02" "120000" + whole
            + "0206120028" "09060004190900FF" "0F01" "120000" + whole
            + "0206120008" "09060000010000FF" "0F02" "120000" + whole)


def check_lists(tally, title, values):
    names = [bytes(entry[1]) for one in values[1:] for entry in one]
    tally.check(bytes(values[0]).startswith(b"WTH") and len(values) == 1 + LISTS and len(names) == 5 * LISTS
                and names[:5] == names[-5:] and names[1] == bytes([0, 1, 25, 9, 0, 255]),
                f"{title}: {len(names)} objects")


def push_in_blocks(tally, watthour, port, listener):
    run(watthour, port, "set", f"{ALARM}:2", lists())
    for transport, name in ((TCP, "TCP"), (UDP, "UDP")):
        run(watthour, port, "set", f"{ALARM}:3", destination(transport, listener.port))
        run(watthour, port, "act", f"{ALARM}:1")
        frames = listener.take_blocks(transport)
        check_lists(tally, f"dlms-cosem: {len(frames)} blocks over {name}", content(joined(frames))[0])
        check_lists(tally, f"Gurux: {len(frames)} blocks over {name}", put_together(frames))


def push_in_ciphered_blocks(tally, watthour, port, listener):
    run(watthour, port, "set", f"{ALARM}:2", lists(), keys=True)
    run(watthour, port, "set", f"{ALARM}:3", destination(TCP, listener.port), keys=True)
    run(watthour, port, "act", f"{ALARM}:1", keys=True)
    frames = listener.take_blocks(TCP)
    check_lists(tally, f"dlms-cosem: {len(frames)} blocks, ciphered as one APDU",
                content(decipher(joined(frames)))[0])


def check_signed_push(tally, watthour, port, keys, suite, public):
    """Signed as a whole, in blocks: OpenSSL holds the signature to the meter's certificate."""
    listener = Listener()
    only_signed = "data:0101" "0202" "1603" "0205" "0900" "0900" "0900" "0900" "00"

    def command(*words):
        subprocess.run([watthour, words[0], "--client", "1", "--keys", keys, f"tcp://127.0.0.1:{port}",
                        *words[1:]], check=True, text=True, capture_output=True, timeout=20)

    try:
        command("set", f"{ALARM}:2", lists())
        command("set", f"{ALARM}:10", only_signed)
        command("set", f"{ALARM}:3", destination(TCP, listener.port))
        command("act", f"{ALARM}:1")
        frames = listener.take_blocks(TCP)
        whole, at = joined(frames), 1
        for _ in range(5):  # transaction-id to other-information
            _, at = take_string(whole, at)
        text, at = take_string(whole, at)
        signed, (signature, _) = whole[1:at], take_string(whole, at)
        suite.verify(public, signed, signature)
        check_lists(tally, f"suite {suite.number}, OpenSSL: {len(frames)} blocks, signed as one APDU",
                    content(text)[0])
    finally:
        listener.close()


def check_pushes(tally, watthour, port):
    """The meter is an XS211, whose set-ups are of version 2; its policy is another one behind."""
    listener = Listener()
    try:
        for step in (push_plain, push_confirmed, push_in_blocks, push_ciphered, push_in_ciphered_blocks):
            tally.attempt(step.__name__.replace("_", " "),
                          lambda s=step: s(tally, watthour, port, listener))
    finally:
        listener.close()
