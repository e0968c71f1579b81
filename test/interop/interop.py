"""Independent DLMS clients read virtual meters of all four products while a recording plays.

Every line says what was compared; the last one counts. Exit code 1 when anything failed. What a
client cannot do is a note.
"""

import argparse
import concurrent.futures
import os
import random
import subprocess
import sys
import tempfile
import time

import recording
import synthetic
from matrix import TASKS, check_lists, check_task
from meter import PASSWORD, VirtualMeter
from readers import READERS, raw_request, reading, wrapped
from remembered import check_remembered
from services import check_services
from pushes import check_pushes
from signatures import check_signatures
from ways import PUBLIC, READING, Link, Way

# product, nominal frequency, recording (of the shared data), factor on its currents
PLAYS = [
    ("xs211", 50, "fr01_kettle_1kW", 1),
    ("xs211", 50, "fr03_halogen_dimmed", 1),
    ("sm402d", 50, "cn01_induction_cooker", 1),
    ("sm402d", 60, "us01_ev_kia", 1),
    ("st402d", 50, "br01_3ph_generator", 1),
    ("st402c", 50, "br01_3ph_generator", 1),
]
SYNTHETIC_PRODUCTS = [("xs211", 50), ("sm402d", 60), ("st402d", 50), ("st402c", 60)]

AT_ONCE = 24  # meters; most of their time they wait for a line
REGISTER = 3
TOLERANCE = {"U": 1e-5, "I": 5e-5, "P": 5e-5, "Q1": 2e-4}  # P and Q1 relative to S
DELTA_NAMES = {"U": "U", "I": "I", "P": "P_over_S", "Q1": "Q1_over_S"}


class Tally:
    """Counts, and prints; a quiet one keeps its lines for later."""

    def __init__(self, quiet=False):
        self.passed = self.failed = 0
        self.quiet = quiet
        self.lines = []

    def _say(self, line):
        if line.startswith("  note") and line in self.lines:
            return
        self.lines.append(line)
        if not self.quiet:
            print(line, flush=True)

    def check(self, good, text):
        self.passed += bool(good)
        self.failed += not good
        self._say(("  ok    " if good else "  FAIL  ") + text)

    def note(self, text):
        self._say("  note  " + text)

    def add(self, title, other):
        """What another one found."""
        self.passed += other.passed
        self.failed += other.failed
        print("\n".join([title, *other.lines]), flush=True)

    def attempt(self, text, action):
        """The action's result, or None and a failure."""
        try:
            return action()
        except Exception as problem:  # whatever a client throws is a finding
            self.check(False, f"{text}: {type(problem).__name__}: {problem}")
            return None


def obis(c, d=7):
    return f"1.0.{c}.{d}.0.255"


def register(reader, name):
    """Value and unit code of a register, scaled by its own scaler_unit."""
    scaler, unit = (int(x) for x in reader.read(name, REGISTER, 3))
    return int(reader.read(name, REGISTER, 2)) * 10.0**scaler, unit


def quantities(reader, phase):
    """U, I, P, Q1 of a phase in SI units, as its registers show them."""
    at = 20 * phase  # value group C of the phase
    return {
        "U": register(reader, obis(12 + at))[0],
        "I": register(reader, obis(11 + at))[0],
        "P": register(reader, obis(1 + at))[0] - register(reader, obis(2 + at))[0],
        "Q1": register(reader, obis(3 + at))[0] - register(reader, obis(4 + at))[0],
    }


def check_quantities(tally, reader, ranges, deltas):
    """Each value lies in the range of the recording's windows, widened by the tolerance."""
    for phase, of_phase in ranges.items():
        shown = tally.attempt(f"L{phase} registers", lambda p=phase: quantities(reader, p))
        for name, value in (shown or {}).items():
            least, greatest = of_phase[name]
            scale = of_phase["S"] if name in ("P", "Q1") else greatest
            tolerance = max(TOLERANCE[name], 3 * deltas[phase][name])
            off = max(least - value, value - greatest, 0) / scale
            tally.check(off <= tolerance,
                        f"{reader.name}: {name} of L{phase} = {value:.6g} in "
                        f"[{least:.6g}, {greatest:.6g}], off {off:.1e} (allowed {tolerance:.1e})")


def check_refusals(tally, make_reader, port):
    """What must not work does not."""
    def refused(action):
        try:
            action()
        except Exception:
            return True
        return False

    link = Link("tcp", port, False)
    low = Way("LLS", READING, "low")
    tally.check(refused(lambda: make_reader(link, low, password="wrong")),
                f"{make_reader.name}: wrong password refused")
    tally.check(refused(lambda: make_reader(link, Way("none", READING))),
                f"{make_reader.name}: Reading without a password refused")
    public = make_reader(link, Way("none", PUBLIC))
    tally.check(refused(lambda: register(public, obis(1, 8))),
                f"{make_reader.name}: energy refused to Public")
    public.close()


def check_reader(tally, make_reader, port, ranges, deltas):
    """One independent client compares what one meter shows with what it was fed."""
    reader = tally.attempt(f"{make_reader.name}: associate as Reading",
                           lambda: reading(make_reader, port))
    if not reader:
        return
    check_quantities(tally, reader, ranges, deltas)
    tally.attempt("release", reader.close)
    tally.attempt("refusals", lambda: check_refusals(tally, make_reader, port))


def check_garbage(tally, port):
    """Random octets in any dress: the meter answers others as before."""
    generator = random.Random(20261121)
    for _ in range(200):
        octets = generator.randbytes(generator.randint(1, 300))
        raw_request(port, octets if generator.random() < 0.5 else wrapped(octets), 0.01)
    answer = raw_request(port, wrapped(bytes.fromhex(
        "601DA109060760857405080101BE10040E01000000065F1F0400007E1F04B0")))
    tally.check(len(answer) > 8 and answer[8] == 0x61, "associates after 200 connections of noise")


def check_own_client(tally, watthour, port):
    """`watthour get` reads it as well."""
    got = subprocess.run([watthour, "get", "--json", f"tcp://127.0.0.1:{port}", "1-0:32.7.0"],
                         env={"WATTHOUR_PASSWORD": PASSWORD}, capture_output=True, text=True,
                         timeout=20, check=False)
    tally.check(got.returncode == 0 and "32.7.0" in got.stdout,
                f"watthour get: {' '.join((got.stdout or got.stderr).split())[:90]}")


def play(watthour, product, options, find_ranges, deltas):
    """All comparisons with one meter; `find_ranges` gives the truth from the loop it plays."""
    tally = Tally(quiet=True)
    with VirtualMeter(watthour, product, options) as meter:
        ranges = find_ranges(*meter.loop())
        for reader in READERS:
            check_reader(tally, reader, meter.port, ranges, deltas)
        check_own_client(tally, watthour, meter.port)
        check_services(tally, meter.port, PASSWORD)
        check_remembered(tally, meter.port, PASSWORD)
        check_garbage(tally, meter.port)
        if product == "xs211":
            check_pushes(tally, watthour, meter.port)
    tally.check(meter.exit_code == 0, "stops cleanly on SIGTERM")
    return tally


def play_shared(watthour, shared, product, nominal_hz, name, factor):
    phases = recording.reference(shared, name)["phases"]
    deltas = {int(phase[1]): {key: values["delta"][d] for key, d in DELTA_NAMES.items()}
              for phase, values in phases.items()}
    options = ["--replay", f"{shared}/data/waveforms/{name}.csv", "--scale-i", str(factor),
               "--frequency", str(nominal_hz)]
    return play(watthour, product, options,
                lambda samples, periods: recording.ranges(shared, name, nominal_hz, samples, periods),
                deltas)


def play_synthetic(watthour, folder, product, nominal_hz):
    """A periodic signal of our own making: every window shows one and the same value."""
    path = os.path.join(folder, f"{product}.csv")
    truth = synthetic.write(path, phases=3 if product.startswith("st") else 1,
                            frequency_hz=nominal_hz * 1.003)
    deltas = {phase: dict.fromkeys(TOLERANCE, 0) for phase in truth}
    return play(watthour, product, ["--replay", path, "--frequency", str(nominal_hz)],
                lambda samples, periods: truth, deltas)


def read_task(watthour, product, number, folder):
    begin_s = time.monotonic()
    tally = Tally(quiet=True)
    seen = tally.attempt("a meter of its own", lambda: check_task(tally, watthour, product, number,
                                                                  folder, PASSWORD))
    return tally, seen or {}, time.monotonic() - begin_s


def sign(watthour):
    tally = Tally(quiet=True)
    check_signatures(tally, watthour)
    return tally


def plays(pool, watthour, shared, folder):
    """(title, what will be found) of every meter that plays something."""
    yield "signatures, agreed keys, certificates", pool.submit(sign, watthour)
    for product, nominal_hz in SYNTHETIC_PRODUCTS:
        yield (f"{product}: synthetic, {nominal_hz * 1.003:.2f} Hz",
               pool.submit(play_synthetic, watthour, folder, product, nominal_hz))
    if not os.path.isdir(f"{shared}/data/waveforms"):
        print("recordings left out: no folder of shared data here")
        return
    for product, nominal_hz, name, factor in PLAYS:
        yield (f"{product}: {name}",
               pool.submit(play_shared, watthour, shared, product, nominal_hz, name, factor))


def run_all(tally, watthour, shared, folder):
    """Everything side by side, a process for each meter. Most of them wait most of the time."""
    products = [product for product, _ in SYNTHETIC_PRODUCTS]
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        reading_them = [(product, number, pool.submit(read_task, watthour, product, number, folder))
                        for number in range(len(TASKS)) for product in products]
        playing = list(plays(pool, watthour, shared, folder))
        for title, future in playing:
            tally.add(title, future.result())
        seen = {product: {} for product in products}
        for product, number, future in reading_them:
            found, lists, took_s = future.result()
            tally.add(f"{product}: every readable object, {TASKS[number][0]}, {took_s:.0f} s", found)
            for client, of_client in lists.items():
                seen[product].setdefault(client, []).extend(of_client)
        for product in products:
            check_lists(tally, seen[product])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--watthour", required=True)
    parser.add_argument("--shared", required=True)
    arguments = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        run_all(tally, arguments.watthour, arguments.shared, folder)
    print(f"interop: {tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
