"""A virtual meter as a child process, on a port of its own."""

import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from loopback import free_port  # noqa: E402

PASSWORD = "interop-secret"
START_TIMEOUT_S = 20


class VirtualMeter:
    """`with VirtualMeter(watthour, "xs211", ["--replay", f]) as meter:` serves meter.port."""

    def __init__(self, watthour, product, options):
        self.port = free_port()
        self.command = [watthour, "run", "--product", product, "--dlms", str(self.port)] + options
        self.process = None
        self.lines = []

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"WATTHOUR_PASSWORD": PASSWORD},
        )
        threading.Thread(target=self._collect, daemon=True).start()
        self._wait_until_measured()
        return self

    def _collect(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def _wait_until_measured(self):
        """Served and past its first seconds: two status lines stand on stdout."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if sum(bool(re.match(r"\d{4}-\d\d-\d\d ", line)) for line in self.lines) >= 2:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("meter did not start: " + " / ".join(self.lines[-3:]))

    def loop(self):
        """Samples and periods of the recording's loop, as the meter says at its start."""
        for line in self.lines:
            found = re.search(r"loop of (\d+) periods, (\d+) samples", line)
            if found:
                return int(found[2]), int(found[1])
        raise RuntimeError("the meter names no loop")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.exit_code = self.process.wait(timeout=10)
