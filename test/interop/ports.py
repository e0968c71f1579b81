"""The ports on the meter, read by programs that others wrote: P1 by dsmr-parser of PyPI and of npm,
over TCP and on a terminal, the optical port by iec62056-21 and, through mode E, by gurux-dlms. The
values are held against the registers that our own client reads over DLMS from the same meter, those
of P1 in the same second.

usage: ports.py --watthour PATH [--seconds N]
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zoneinfo

from dsmr_parser import telegram_specifications
from dsmr_parser.clients import SERIAL_SETTINGS_V5, SerialReader, SocketReader
from iec62056_21.client import Iec6205621Client

from meter import PASSWORD, VirtualMeter, free_port
from mode_e import (BusPort, HdlcReader, ModeEReader, TcpPort, TerminalPort,
                    server_address)
from node_reader import NodeReader, installed

LOCAL = zoneinfo.ZoneInfo("Europe/Amsterdam")

# What dsmr-parser calls a line, the word of our client, and what the telegram leaves out: kWh with
# three digits of a register in Wh, V with one.
STEADY = {
    "INSTANTANEOUS_VOLTAGE_L1": ("u.1", 1, 0.05),
    "INSTANTANEOUS_VOLTAGE_L2": ("u.2", 1, 0.05),
    "INSTANTANEOUS_VOLTAGE_L3": ("u.3", 1, 0.05),
    "CURRENT_ELECTRICITY_USAGE": ("p+", 0.001, 0.0005),
    "CURRENT_ELECTRICITY_DELIVERY": ("p-", 0.001, 0.0005),
    "INSTANTANEOUS_ACTIVE_POWER_L1_POSITIVE": ("p+.1", 0.001, 0.0005),
    "VOLTAGE_SAG_L1_COUNT": ("1-0:32.32.0", 1, 0),
    "VOLTAGE_SAG_L2_COUNT": ("1-0:52.32.0", 1, 0),
    "VOLTAGE_SAG_L3_COUNT": ("1-0:72.32.0", 1, 0),
    "VOLTAGE_SWELL_L1_COUNT": ("1-0:32.36.0", 1, 0),
    "VOLTAGE_SWELL_L2_COUNT": ("1-0:52.36.0", 1, 0),
    "VOLTAGE_SWELL_L3_COUNT": ("1-0:72.36.0", 1, 0),
}
ENERGIES = {
    "ELECTRICITY_USED_TARIFF_1": "1-0:1.8.1",
    "ELECTRICITY_USED_TARIFF_2": "1-0:1.8.2",
    "ELECTRICITY_DELIVERED_TARIFF_1": "1-0:2.8.1",
}


# What npm's dsmr-parser calls the lines that are compared second by second.
NODE = {"instantaneous voltage L1": "u.1", "actual electricity power delivered": "p+",
        "electricity delivered tariff 1": "1-0:1.8.1"}
PYPI = {"INSTANTANEOUS_VOLTAGE_L1": "u.1", "CURRENT_ELECTRICITY_USAGE": "p+",
        "ELECTRICITY_USED_TARIFF_1": "1-0:1.8.1"}
# By word: what a telegram's unit is of the register's, and how far they may be apart within a second.
SAME_SECOND = {"u.1": (1, 0.06), "p+": (0.001, 0.0006), "1-0:1.8.1": (0.001, 0.0011)}


# Seconds without a telegram that a machine with much else to do may cost.
LOST_MOST = 2


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


class Watch(threading.Thread):
    """Reads clock and registers again and again, by the second of the meter's clock. What was read
    while that second ended is of two, and forgotten."""

    def __init__(self, watthour, port):
        super().__init__(daemon=True)
        self.command = [watthour, "get", "--json", f"tcp://127.0.0.1:{port}", "clock", *SAME_SECOND, "clock"]
        self.seconds = {}
        self.over = False

    def run(self):
        while not self.over:
            got = subprocess.run(self.command, capture_output=True, text=True, timeout=30, check=True,
                                 env={"WATTHOUR_PASSWORD": PASSWORD})
            rows = json.loads(got.stdout)
            second = rows[0]["value"][:19]
            if rows[-1]["value"][:19] == second:
                self.seconds[second] = [float(row["value"]) for row in rows[1:-1]]
            time.sleep(0.3)

    def compare(self, telegrams):
        """(compared, apart) of telegrams: pairs of the second and the values by word."""
        compared, apart = 0, []
        for second, values in telegrams:
            read = self.seconds.get(second)
            if read is None:
                continue
            compared += 1
            for (word, (factor, most)), register in zip(SAME_SECOND.items(), read):
                if abs(values[word] - register * factor) > most:
                    apart.append((second, word, values[word], register * factor))
        return compared, apart


def collect(reader, into, seconds):
    """Telegrams of a dsmr-parser reader, each with the time at which it came."""
    end = time.monotonic() + seconds
    for telegram in reader.read_as_object():
        into.append((time.monotonic(), telegram))
        if time.monotonic() > end:
            return


def is_count(telegrams, seconds):
    """One a second; a machine that is busy loses few."""
    return seconds - LOST_MOST - 2 <= len(telegrams) <= seconds + 2


def check_telegrams(tally, name, telegrams, seconds, before, after):
    tally.check(is_count(telegrams, seconds), f"{name}: {len(telegrams)} telegrams in {seconds} s")
    times = [telegram.P1_MESSAGE_TIMESTAMP.value for _, telegram in telegrams]
    steps = [(b - a).total_seconds() for a, b in zip(times, times[1:])]
    late = [step for step in steps if step != 1.0]
    tally.check(len(late) <= LOST_MOST and all(step in (2.0, 3.0) for step in late),
                f"{name}: a second from each to the next, but {late}")
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


def check_seconds(tally, name, watch, telegrams):
    compared, apart = watch.compare(telegrams)
    tally.check(compared >= len(telegrams) // 4 and not apart,
                f"{name}: {compared} telegrams held against the registers of their second {apart[:2]}")


def check_node(tally, watch, sources, seconds):
    """npm's dsmr-parser, from both at once."""
    if not installed():
        print("  there is no npm here: its dsmr-parser is not tried", flush=True)
        return
    readers = {name: NodeReader(source, seconds) for name, source in sources.items()}
    for name, reader in readers.items():
        telegrams = reader.telegrams(seconds + 30)
        tally.check(is_count(telegrams, seconds) and all(t["valid"] for t in telegrams),
                    f"npm dsmr-parser, {name}: {len(telegrams)} telegrams in {seconds} s")
        check_seconds(tally, f"npm dsmr-parser, {name}", watch, [
            # It takes the telegram's local time for that of this machine.
            (datetime.datetime.fromisoformat(t["timestamp"].replace("Z", "+00:00")).astimezone()
             .strftime("%Y-%m-%dT%H:%M:%S"),
             {word: float(t[line]) for line, word in NODE.items()}) for t in telegrams])


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
        watch = Watch(watthour, meter.port)
        watch.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 15)
        after = registers(watthour, meter.port, words)
        for name, telegrams in found.items():
            check_telegrams(tally, name, telegrams, seconds, before, after)
            # dsmr-parser gives UTC
            check_seconds(tally, name, watch, [
                (t.P1_MESSAGE_TIMESTAMP.value.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M:%S"),
                 {word: float(getattr(t, line).value) for line, word in PYPI.items()})
                for _, t in telegrams])
        check_node(tally, watch, {"TCP": tcp, "terminal": terminal}, seconds)
        watch.over = True
        watch.join(30)


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


def check_mode_e(tally, watthour, name, port, dlms):
    words = ["1-0:1.8.0", "1-0:32.7.0"]
    before = registers(watthour, dlms, words)
    reader = ModeEReader(port, PASSWORD.encode())
    serial_number = bytes(reader.read(1, "0.0.96.1.0.255", 2))
    energy = reader.read(3, "1.0.1.8.0.255", 2)
    voltage = reader.read(3, "1.0.32.7.0.255", 2)
    reader.close()
    after = registers(watthour, dlms, words)
    tally.check(serial_number == b"00000001",
                f"gurux-dlms, mode E, {name}: {reader.identification} at {reader.baud} baud")
    tally.check(before[words[0]] <= energy <= after[words[0]],
                f"gurux-dlms, mode E, {name}: A+ {energy} Wh")
    tally.check(str(int(voltage)).startswith("230"), f"gurux-dlms, mode E, {name}: U1 {voltage}")


def check_optical(tally, watthour, folder):
    tcp, terminal = free_port(), os.path.join(folder, "optical")
    options = ["--world", "steady", "--optical", terminal, "--optical-tcp", str(tcp)]
    with VirtualMeter(watthour, "st402d", options) as meter:
        check_readout(tally, watthour, "iec62056-21, TCP",
                      Iec6205621Client.with_tcp_transport(("127.0.0.1", tcp)), meter.port)
        check_mode_e(tally, watthour, "TCP", TcpPort(tcp), meter.port)
        check_mode_e(tally, watthour, "terminal", TerminalPort(terminal), meter.port)
        time.sleep(2)  # the line is the sign-on's again
        url = f"serial://{terminal}"
        got = subprocess.run([watthour, "readout", "--json", url], capture_output=True, text=True,
                             timeout=30, check=False)
        tally.check(got.returncode == 0 and '"1.8.0"' in got.stdout, f"watthour readout {url}")
        got = subprocess.run([watthour, "get", f"{url}?mode=e", "u.1"], capture_output=True,
                             text=True, timeout=30, env={"WATTHOUR_PASSWORD": PASSWORD},
                             check=False)
        tally.check(got.returncode == 0, f"watthour get {url}?mode=e {got.stdout.split()[-2:]}")


def check_rs485(tally, watthour, folder):
    """Meters on one line, each asked by gurux-dlms for its own number."""
    meters, bus = 6, os.path.join(folder, "bus")
    options = ["--world", "steady", "--rs485", bus, "--rs485-meters", str(meters)]
    with VirtualMeter(watthour, "st402d", options):
        port = BusPort(bus)
        for number in range(1, meters + 1):
            reader = HdlcReader(port, PASSWORD.encode(), server_address(16 + number))
            serial_number = bytes(reader.read(1, "0.0.96.1.0.255", 2)).decode()
            reader.disconnect()
            tally.check(serial_number == f"{number:08d}",
                        f"gurux-dlms, RS-485, device {16 + number}: {serial_number}")
        port.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--watthour", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        print("st402d: the optical port", flush=True)
        check_optical(tally, arguments.watthour, folder)
        print("st402d: RS-485", flush=True)
        check_rs485(tally, arguments.watthour, folder)
        print("st402d: P1", flush=True)
        check_p1(tally, arguments.watthour, folder, arguments.seconds)
    print(f"ports: {tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
