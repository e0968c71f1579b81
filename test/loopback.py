"""Ports of this machine for what a test starts."""

import contextlib
import random
import socket

# Below those that the system gives to whoever calls, or a client could take one before its meter does.
FIRST, LAST = 15000, 30000


def free_port():
    while True:
        port = random.randrange(FIRST, LAST)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
