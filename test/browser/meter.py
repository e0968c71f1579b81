"""A virtual meter with its panel, and what other ports say of it at the same time."""

import json
import os
import re
import socket
import subprocess
import tempfile
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from loopback import free_port  # noqa: E402

START = "2026-06-21T10:30:00"
STARTS = 5


class Meter:
    """`watthour run` in a world of its own; a context."""

    def __init__(self, watthour, product, *options, panel=None):
        self.fixed_panel = panel
        self.watthour = watthour
        self.product = product
        self.options = options

    def start(self):
        """False: it has ended, and `said` is why."""
        self.dlms, self.panel, self.p1 = free_port(), self.fixed_panel or free_port(), free_port()
        words = [self.watthour, "run", "--product", self.product, "--dlms", str(self.dlms), "--panel", str(self.panel),
                 "--p1", str(self.p1), "--start", START, "--quiet", *self.options]
        with tempfile.TemporaryFile("w+") as errors:
            self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True)
            if any("Ctrl-C" in line for line in self.process.stdout):
                return True
            self.process.wait(10)
            errors.seek(0)
            self.said = errors.read().strip()
        return False

    def __enter__(self):
        for _ in range(STARTS):
            if self.start():
                return self
            if "in use" not in self.said and "can listen" not in self.said:
                break  # a port that somebody else took meanwhile is no reason; anything else is
        raise AssertionError(f"{self.product}: watthour run has ended: {self.said}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.panel}/"

    def get(self, *names):
        """The values of registers over DLMS/COSEM, by OBIS code, in units without prefix."""
        environment = dict(os.environ, WATTHOUR_PASSWORD="watthour")
        done = subprocess.run([self.watthour, "get", f"tcp://127.0.0.1:{self.dlms}", "--json", *names],
                              capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return parse(done.stdout)

    def set(self, name, value):
        """Writes an attribute as Management."""
        environment = dict(os.environ, WATTHOUR_PASSWORD="watthour")
        done = subprocess.run([self.watthour, "set", f"tcp://127.0.0.1:{self.dlms}", "--client", "1", name, value],
                              capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr

    def profile(self, name):
        """The rows of a profile over DLMS/COSEM, as lists of text, the oldest first; without the head."""
        environment = dict(os.environ, WATTHOUR_PASSWORD="watthour")
        done = subprocess.run([self.watthour, "profile", f"tcp://127.0.0.1:{self.dlms}", name, "--csv"],
                              capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split(",") for line in done.stdout.splitlines()[1:]]

    def telegram(self):
        """The next telegram of the customer port: code to number."""
        with socket.create_connection(("127.0.0.1", self.p1), 15) as line:
            line.settimeout(15)
            text = ""
            while "!" not in text:
                text += line.recv(4096).decode("ascii", "replace")
        return {code: float(number) for code, number in re.findall(r"1-0:([\d.]+)\((\d+\.\d+)\*", text)}


def live_before(watthour, product, folder, seconds=115200):
    """A data directory of a meter that has lived, up to START, so that there is something to look at."""
    begin = datetime.fromisoformat(START) - timedelta(seconds=seconds)
    subprocess.run([watthour, "run", "--product", product, "--data", folder, "--source", "phasors", "--speed", "max",
                    "--for", str(seconds), "--start", begin.isoformat(), "--dlms", "0", "--panel", "0", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    return folder


def parse(text):
    return {row["obis"].split(":")[1]: row["value"] for row in json.loads(text)}


def until(condition, what, seconds=20, pause=lambda: time.sleep(0.02)):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        pause()
    raise AssertionError(f"not within {seconds} s: {what}")
