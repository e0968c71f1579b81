"""One GET as a client by gurux-dlms (PyPI): the request made, the answer taken apart, no line between
them. Writes build/bench/dlms_peer.json with its time and how often ours goes into it; ours is what
bench_dlms has just measured for the same two APDUs.

usage: bench/dlms_peer.py (from the root, in the environment of `make interop`)
"""

import json
import time

from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType
from gurux_dlms.secure import GXDLMSSecureClient

GETS, RUNS = 2000, 3
WRAPPER = 8  # octets before an APDU
FOLDER = "build/bench"


def one_get(client, register):
    request = client.read(register, 2)[0]
    invoke = bytes(request)[WRAPPER + 2]
    apdu = bytes([0xC4, 1, invoke, 0, 6, 0, 3, 0x82, 0xD4])
    reply = GXReplyData()
    client.getData(GXByteBuffer(b"\0\1\0\1\0\x10\0" + bytes([len(apdu)]) + apdu), reply, None)
    assert reply.value == 230100


def best_s():
    client = GXDLMSSecureClient(True, 16, 1, Authentication.NONE, None, InterfaceType.WRAPPER)
    register = client.createObject(ObjectType.REGISTER)
    register.logicalName = "1.0.32.7.0.255"
    times = []
    for _ in range(RUNS):
        begin_s = time.perf_counter()
        for _ in range(GETS):
            one_get(client, register)
        times.append((time.perf_counter() - begin_s) / GETS)
    return min(times)


def main():
    with open(f"{FOLDER}/dlms.json", encoding="ascii") as file:
        ours_ns = next(row["value"] for row in json.load(file) if row["name"] == "dlms.client_get_ns")
    peer_ns = 1e9 * best_s()
    rows = [{"name": "dlms.client_get_gurux_ns", "value": peer_ns, "unit": "ns", "goal": None,
             "better": "lower"},
            {"name": "dlms.client_get_ratio_to_gurux", "value": peer_ns / ours_ns, "unit": "times",
             "goal": None, "better": "higher"}]
    with open(f"{FOLDER}/dlms_peer.json", "w", encoding="ascii") as file:
        json.dump(rows, file)
    for row in rows:
        print(f"{row['name']:<44} {row['value']:>14.0f} {row['unit']:<12} goal -          "
              f"({row['better']} is better)")


if __name__ == "__main__":
    main()
