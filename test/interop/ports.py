"""The ports on the meter, read by programs that others wrote: P1 by dsmr-parser, over TCP and on a
terminal, and the optical port by iec62056-21. The values are held against the registers that our own
client reads over DLMS from the same meter.

usage: ports.py --watthour PATH [--seconds N]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

from dsmr_parser import telegram_specifications
from dsmr_parser.clients import SERIAL_SETTINGS_V5, SerialReader, SocketReader
from iec62056_21.client import Iec6205621Client

from meter import PASSWORD, VirtualMeter, free_port

# What dsmr-parser calls a line, the word of our client, and what the telegram leaves out: kWh with
# three digits of a register in Wh, V with one.
STEADY = {
    "INSTANTANEOUS_VOLTAGE_L1": ("u.1", 1, 0.05),
    "INSTANTANEOUS_VOLTAGE_L2": ("u.2", 1, 0.05),
    "INSTANTANEOUS_VOLTAGE_L3": ("u.3", 1, 0.05),
    "CURRENT_ELECTRICITY_USAGE": ("p+", 0.001, 0.0005),
    "CURRENT_ELECTRICITY_DELIVERY": ("p-", 0.001, 0.0005),
    "INSTANTANEOUS_ACTIVE_POWER_L1_POSITIVE": ("p+.1", 0.001, 0.0005),
}
ENERGIES = {
    "ELECTRICITY_USED_TARIFF_1": "1-0:1.8.1",
    "ELECTRICITY_USED_TARIFF_2": "1-0:1.8.2",
    "ELECTRICITY_DELIVERED_TARIFF_1": "1-0:2.8.1",
}


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, good, what):
        self.passed += bool(good)
        self.failed += not good
        print(f"  {'ok  ' if good else 'FAIL'} {what}", flush=True)


def registers(watthour, port, words):
    """What our client reads of the meter, by word."""
    got = subprocess.run([watthour, "get", "--json", f"tcp://127.0.0.1:{port}", *words],
                         capture_output=True, text=True, timeout=30, check=True,
                         env={"WATTHOUR_PASSWORD": PASSWORD})
    rows = json.loads(got.stdout)
    return {word: float(row["value"]) for word, row in zip(words, rows)}


def collect(reader, into, seconds):
    """Telegrams of a dsmr-parser reader, each with the time at which it came."""
    end = time.monotonic() + seconds
    for telegram in reader.read_as_object():
        into.append((time.monotonic(), telegram))
        if time.monotonic() > end:
            return


def check_telegrams(tally, name, telegrams, seconds, before, after):
    tally.check(abs(len(telegrams) - seconds) <= 2,
                f"{name}: {len(telegrams)} telegrams in {seconds} s")
    times = [telegram.P1_MESSAGE_TIMESTAMP.value for _, telegram in telegrams]
    steps = {(b - a).total_seconds() for a, b in zip(times, times[1:])}
    tally.check(steps == {1.0}, f"{name}: a second from each to the next: {steps}")
    last = telegrams[-1][1]
    for line, (word, factor, half) in STEADY.items():
        value = float(getattr(last, line).value)
        true = after[word] * factor
        tally.check(abs(value - true) <= half * 1.0001,
                    f"{name}: {line} {value} of {true:.4f}")
    for line, word in ENERGIES.items():
        value = float(getattr(last, line).value) * 1000
        tally.check(before[word] - 1 <= value <= after[word] + 1,
                    f"{name}: {line} {value:.0f} Wh within {before[word]:.0f} .. {after[word]:.0f}")


def check_p1(tally, watthour, folder, seconds):
    """The same telegrams over TCP and on a terminal, at the same time."""
    tcp, terminal = free_port(), os.path.join(folder, "p1")
    options = ["--world", "steady", "--p1", str(tcp), "--p1-tty", terminal, "--snr", "0"]
    words = [word for word, _, _ in STEADY.values()] + list(ENERGIES.values())
    with VirtualMeter(watthour, "st402d", options) as meter:
        before = registers(watthour, meter.port, words)
        readers = {
            "dsmr-parser, TCP": SocketReader("127.0.0.1", tcp, telegram_specifications.V5),
            "dsmr-parser, terminal": SerialReader(device=terminal,
                                                  serial_settings=SERIAL_SETTINGS_V5,
                                                  telegram_specification=telegram_specifications.V5),
        }
        found = {name: [] for name in readers}
        threads = [threading.Thread(target=collect, args=(reader, found[name], seconds), daemon=True)
                   for name, reader in readers.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 15)
        after = registers(watthour, meter.port, words)
        for name, telegrams in found.items():
            check_telegrams(tally, name, telegrams, seconds, before, after)


def check_readout(tally, watthour, name, client, port):
    words = ["1-0:1.8.0", "1-0:2.8.0", "1-0:3.8.0"]
    before = registers(watthour, port, words)
    client.connect()
    answer = client.standard_readout()
    sets = {s.address: s for line in answer.data.data_block.data_lines for s in line.data_sets} \
        if hasattr(answer.data, "data_block") else {s.address: s for s in answer.data}
    client.disconnect()
    after = registers(watthour, port, words)
    tally.check(sets["0.0.0"].value == "00000001", f"{name}: {len(sets)} data sets")
    for word in words:
        found = sets[word.split(":")[1]]
        value = float(found.value) * 1000
        tally.check(before[word] - 1 <= value <= after[word] + 1,
                    f"{name}: {word} {found.value} {found.unit}")


def check_optical(tally, watthour, folder):
    tcp, terminal = free_port(), os.path.join(folder, "optical")
    options = ["--world", "steady", "--optical", terminal, "--optical-tcp", str(tcp)]
    with VirtualMeter(watthour, "st402d", options) as meter:
        check_readout(tally, watthour, "iec62056-21, TCP",
                      Iec6205621Client.with_tcp_transport(("127.0.0.1", tcp)), meter.port)
        url = f"serial://{terminal}"
        got = subprocess.run([watthour, "readout", "--json", url], capture_output=True, text=True,
                             timeout=30, check=False)
        tally.check(got.returncode == 0 and '"1.8.0"' in got.stdout, f"watthour readout {url}")
        got = subprocess.run([watthour, "get", f"{url}?mode=e", "u.1"], capture_output=True,
                             text=True, timeout=30, env={"WATTHOUR_PASSWORD": PASSWORD},
                             check=False)
        tally.check(got.returncode == 0, f"watthour get {url}?mode=e {got.stdout.split()[-2:]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--watthour", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        print("st402d: the optical port", flush=True)
        check_optical(tally, arguments.watthour, folder)
        print("st402d: P1", flush=True)
        check_p1(tally, arguments.watthour, folder, arguments.seconds)
    print(f"ports: {tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
