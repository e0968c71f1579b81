#!/usr/bin/env python3
"""The images of the meters in QEMU, from outside: what they measure, keep, say and answer.

Part of `make arm-test`; needs build/host and build/cm4.
"""
import base64
import json
import math
import re
import shutil
import struct
import time
import unittest

from image import (BOARD, BOARDS, KEYS, METER_HOST, PASSWORD, SPECTRUM_HOST, WATTHOUR, Bench, Debugger, Image,
                   run, symbol)

PRODUCTS = {"xs211": "household", "st402c": "workshop"}


ERROR_REGISTER = "0-0:97.97.0"
MEMORY_ERROR = 1 << 10  # a bit of it
PROGRAM_ERROR = 12  # an event


def errors(image):
    """The error register, once the self-test has been through."""
    end = time.monotonic() + 10
    value = 0
    while value == 0 and time.monotonic() < end:
        time.sleep(0.2)
        value = int(image.get("optical", ERROR_REGISTER)[0][0])
    return value


class BenchTest(unittest.TestCase):
    def bench(self, product):
        bench = Bench(product)
        self.addCleanup(bench.close)
        return bench


class Measuring(BenchTest):
    """The meter of the product measures a recording until its supply fails."""

    def test_totals_are_those_of_the_host_to_the_bit(self):
        for product, case in PRODUCTS.items():
            with self.subTest(product=product):
                bench = self.bench(product)
                frames = bench.frames(case)
                with Image(bench, fast=True, frames=frames, times=1) as image:
                    self.assertEqual(image.end(), 0)
                    self.assertIn("everything kept", image.said())
                host = bench.path / "host"
                run(METER_HOST, "run", product, frames, host)
                self.assertEqual(bench.kept(), bench.kept(host))
                self.assertRegex(bench.kept()[2:22], "[1-9a-f]")

    def test_each_restart_goes_on_from_what_was_kept(self):
        bench = self.bench("xs211")
        frames = bench.frames("clean")
        totals = []
        for _ in range(3):
            with Image(bench, fast=True, frames=frames, times=1) as image:
                self.assertEqual(image.end(), 0)
            totals.append(int(bench.kept()[2:18], 16))
        self.assertEqual(len(set(totals)), 3)
        # The windows of a recording are the same each time, but for those before it is followed.
        gains = [totals[0], totals[1] - totals[0], totals[2] - totals[1]]
        self.assertLess(max(gains) - min(gains), 0.01 * max(gains))


class Harmonics(BenchTest):
    """What a running image has found is what the host finds in the same windows."""

    ORDERS = 40
    SPECTRUM = 4 + 2 * 4 * (ORDERS + 1)  # octets of struct harmonics_spectrum
    U_FULL_V, I_FULL_A = 600, 12  # of an ST402C

    def on_the_host(self, bench, case, phase, window):
        digits = run(SPECTRUM_HOST, bench.product, bench.frames(case), phase, window)
        return bytes.fromhex(digits.strip())

    def squares(self, octets):
        """uu and ii, by orders."""
        numbers = struct.unpack(f"<{2 * (self.ORDERS + 1)}f", octets[4:])
        return numbers[:self.ORDERS + 1], numbers[self.ORDERS + 1:]

    def test_spectra_are_those_of_the_host_to_the_bit(self):
        for product, case, phases in (("st402c", "workshop", 3), ("sm402d", "household", 1)):
            with self.subTest(product=product):
                bench = self.bench(product)
                elf = BOARDS[BOARD] / f"{product}.elf"
                with Image(bench, debugger=True, frames=bench.frames(case)) as image, \
                        Debugger(image) as debugger:
                    debugger.go_on()
                    image.wait_said("measuring")
                    time.sleep(5)
                    debugger.stop()
                    debugger.run_to(symbol(elf, "harmonics_step"))  # they are whole
                    at = symbol(elf, "harmonics")
                    found = [debugger.read(at + n * self.SPECTRUM, self.SPECTRUM) for n in range(phases)]
                for phase, octets in enumerate(found, start=1):
                    window = int.from_bytes(octets[:4], "little")
                    self.assertIn(window, range(5, 50))
                    self.assertEqual(octets, self.on_the_host(bench, case, phase, window))

    def check_phase(self, image, bench, phase):
        """THD in 0.01 %; of each order mV and uA, in which windows may differ by some."""
        keys = "; ".join(f"{name} {value}" for name, value in KEYS.items())
        squares = self.squares(self.on_the_host(bench, "distorted", phase, 20))
        names = [f"{kind}{q}.{phase}" for q in ("u", "i") for kind in ("thd-", "harmonics-")]
        values = image.get("rs485", *names, options=["--client", "1"],
                           environment={"WATTHOUR_KEYS": keys})
        scales = (self.U_FULL_V * 1e3, self.I_FULL_A * 1e6)
        for square, told, orders, scale in zip(squares, values[::2], values[1::2], scales):
            distortion = 100 * math.sqrt(sum(square[2:]) / square[1])
            self.assertAlmostEqual(float(told[0]), distortion, delta=0.0051)
            told_orders = json.loads(orders[0])
            self.assertEqual(len(told_orders), self.ORDERS)
            for value, of in zip(told_orders, square[1:]):
                self.assertAlmostEqual(value, math.sqrt(of) * scale / 2**23, delta=3)

    def test_they_are_read_over_hdlc(self):
        bench = self.bench("st402c")
        with Image(bench, tcp=["rs485"], frames=bench.frames("distorted")) as image:
            image.wait_said("measuring")
            time.sleep(4)
            for phase in (1, 2, 3):
                self.check_phase(image, bench, phase)


class PowerCut(BenchTest):
    def test_a_kill_leaves_the_last_checkpoint(self):
        bench = self.bench("xs211")
        frames = bench.frames("clean")
        with Image(bench, tcp=["optical"], frames=frames) as image:
            image.wait_said("measuring")
            time.sleep(3)
            before = image.get("optical", "a+")[0]
        with Image(bench, frames=frames, fast=True, times=7) as image:  # past a checkpoint
            self.assertEqual(image.end(), 0)
        self.assertNotIn(PROGRAM_ERROR, bench.events())
        kept = bench.kept()
        self.assertGreater(int(before[0]), 0)
        with Image(bench, tcp=["optical"], frames=frames) as image:
            image.wait_said("measuring")
            time.sleep(1)
            image.kill()
        self.assertGreaterEqual(int(bench.kept()[2:18], 16), int(kept[2:18], 16))
        with Image(bench, tcp=["optical"], frames=frames) as image:
            image.wait_said("measuring")
            wh = int(image.get("optical", "a+")[0][0])
        self.assertGreaterEqual(wh, int(kept[2:18], 16) // 3600000000)


class Ports(BenchTest):
    def test_hdlc_is_read_on_the_optical_port(self):
        bench = self.bench("xs211")
        with Image(bench, tcp=["optical"], frames=bench.frames("clean")) as image:
            image.wait_said("measuring")
            time.sleep(2)
            u, p, clock = image.get("optical", "u", "p", "clock")
            self.assertAlmostEqual(float(u[0]), 229.1, delta=0.1)
            self.assertAlmostEqual(float(p[0]), 11016, delta=5)
            self.assertTrue(clock[0].startswith("2026-11-21T11:00:"))
            objects = run(WATTHOUR, "objects", image.url("optical"),
                          env={"WATTHOUR_PASSWORD": PASSWORD, "PATH": "/usr/bin:/bin"})
            self.assertGreater(len(objects.splitlines()), 100)

    def test_ciphered_reading_on_the_rs485_line(self):
        bench = self.bench("st402c")
        with Image(bench, tcp=["rs485"], frames=bench.frames("balanced")) as image:
            image.wait_said("measuring")
            time.sleep(2)
            keys = ("unicast 000102030405060708090A0B0C0D0E0F; "
                    "authentication D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF")
            u2, = image.get("rs485", "u.2", options=["--client", "1"],
                            environment={"WATTHOUR_KEYS": keys})
            self.assertGreater(float(u2[0]), 30)

    def test_a_telegram_each_second(self):
        bench = self.bench("xs211")
        with Image(bench, fast=True, frames=bench.frames("clean"), times=2) as image:
            self.assertEqual(image.end(), 0)
        text = run(WATTHOUR, "p1", "--count", "0", "--quiet", image.file("customer"))
        self.assertNotIn("wrong", text)
        telegrams = image.file("customer").read_bytes().count(b"/WTH5XS211")
        self.assertIn(telegrams, range(19, 22))

    def test_no_telegram_without_request(self):
        bench = self.bench("xs211")
        pins = bench.path / "pins"
        pins.write_text("0 request 0\n10000 request 1\n")
        with Image(bench, fast=True, frames=bench.frames("clean"), times=2, pins=pins) as image:
            self.assertEqual(image.end(), 0)
        # A chip that was never written takes its time at the first start; only then come frames.
        seconds = re.findall(rb"0-0:1.0.0\(2611211100(..)W", image.file("customer").read_bytes())
        self.assertGreaterEqual(int(seconds[0]), 10)
        self.assertIn(len(seconds), range(10, 18))


class Signing(BenchTest):
    """Suites 1 and 2: what curves compute the image computes in slices, and measures meanwhile."""

    SUITES = ((1, "p256", "000102030405060708090A0B0C0D0E0F"),
              (2, "p384", "000102030405060708090A0B0C0D0E0F" * 2))

    def desk(self, bench, suite, curve, key):
        """An authority and two entities: what the image is given, and the client's keys."""
        def ca(*words):
            return run(WATTHOUR, "ca", "--curve", curve, *words, cwd=bench.path)

        def secrets(name):
            lines = (bench.path / f"{name}.keys").read_text().splitlines()
            return dict(line.split() for line in lines)

        def public(name, use):
            return re.search("public_key *([0-9A-F]+)",
                             ca("show", f"{name}-{use}.pem")).group(1)

        ca("init", "ca")
        for title, name in (("5754480000000001", "desk"), ("5754480000000002", "factory")):
            ca("issue", "ca", title, name)
        own, desk = secrets("factory"), secrets("desk")
        pem = (bench.path / "ca/ca.pem").read_text()
        (bench.path / "ca.der").write_bytes(base64.b64decode("".join(pem.splitlines()[1:-1])))
        given = {"suite": suite, "unicast": key, "authentication": key,
                 "authority": bench.path / "ca.der"}
        client = [f"suite 0{suite}", f"unicast {key}", f"authentication {key}"]
        for use, peer in (("signing", "signature"), ("agreement", "agreement")):
            given[use] = own[use]
            given[f"{use}-peer"] = public("desk", peer)
            client += [f"{use} {desk[use]}", f"{use}-peer {public('factory', peer)}"]
        client.append("title 5754480000000001")
        return given, {"WATTHOUR_KEYS": "; ".join(client)}

    def check_ways(self, image, keys):
        for way in (["--auth", "ecdsa", "--sign", "inside", "--form", "general-glo"],
                    ["--auth", "ecdsa", "--sign", "around", "--blocks", "3"],
                    ["--auth", "ecdsa", "--sign", "alone"],
                    ["--agree", "one-pass", "--sign", "inside"]):
            u, = image.get("optical", "u", options=["--client", "1"] + way, environment=keys)
            self.assertAlmostEqual(float(u[0]), 229.1, delta=0.1)

    def test_signed_requests_are_answered(self):
        for suite, curve, key in self.SUITES:
            with self.subTest(suite=suite):
                bench = self.bench("xs211")
                given, keys = self.desk(bench, suite, curve, key)
                with Image(bench, tcp=["optical"], frames=bench.frames("clean"), **given) as image:
                    image.wait_said("measuring")
                    time.sleep(2)
                    self.check_ways(image, keys)
                    listed = run(WATTHOUR, "objects", "--client", "1", "--sign", "around",
                                 "--blocks", "5", image.url("optical"),
                                 env=keys | {"PATH": "/usr/bin:/bin"})
                    self.assertGreater(len(listed.splitlines()), 100)
                    told = run(WATTHOUR, "cert", "--client", "1", image.url("optical"), "list",
                               env=keys | {"PATH": "/usr/bin:/bin"})
                    self.assertIn("watthour test CA", told)
                    image.kill()
                self.assertNotIn(PROGRAM_ERROR, bench.events())


    def test_a_failing_supply_does_not_wait_for_curves(self):
        suite, curve, key = self.SUITES[1]
        bench = self.bench("xs211")
        given, keys = self.desk(bench, suite, curve, key)
        pins = bench.path / "pins"
        pins.write_text("8000 power-fail 1\n")
        with Image(bench, tcp=["optical"], frames=bench.frames("clean"), pins=pins,
                   **given) as image:
            image.wait_said("measuring")
            with self.assertRaises(AssertionError):  # a client that asks until nobody answers
                for _ in range(1000):
                    image.get("optical", "u", environment=keys, options=[
                        "--client", "1", "--auth", "ecdsa", "--sign", "around", "--timeout", "2"])
            self.assertEqual(image.end(), 0)
            self.assertIn("supply failed, everything kept", image.said())


class Supply(BenchTest):
    def test_the_warning_keeps_everything_and_the_image_ends(self):
        bench = self.bench("xs211")
        pins = bench.path / "pins"
        pins.write_text("5000 power-fail 1\n")
        with Image(bench, fast=True, frames=bench.frames("clean"), pins=pins) as image:
            self.assertEqual(image.end(), 0)
            self.assertIn("supply failed, everything kept", image.said())
        self.assertGreater(int(bench.kept()[2:18], 16), 0)

    def test_a_supply_that_comes_back_begins_the_meter_anew(self):
        bench = self.bench("xs211")
        pins = bench.path / "pins"
        pins.write_text("3000 power-fail 1\n3100 power-fail 0\n")
        with Image(bench, frames=bench.frames("clean"), pins=pins) as image:
            image.wait_said("everything kept")
            image.wait_said("measuring;", times=2)

    def test_the_button_wakes_it_on_the_battery(self):
        bench = self.bench("st402c")
        with Image(bench, fast=True, awake=1) as image:
            self.assertEqual(image.end(), 0)
            self.assertIn("awake on the battery", image.said())
            self.assertNotIn("measuring", image.said())


class BadInput(BenchTest):
    def test_without_a_chip_it_says_so_and_measures(self):
        bench = self.bench("xs211")
        with Image(bench, tcp=["optical"], frames=bench.frames("clean"), nor=None) as image:
            image.wait_said("no flash chip")
            image.wait_said("measuring")
            time.sleep(2)
            self.assertAlmostEqual(float(image.get("optical", "u")[0][0]), 229.1, delta=0.2)
            self.assertTrue(errors(image) & MEMORY_ERROR)

    def test_the_chip_of_another_meter_stays_as_it_is(self):
        foreign = self.bench("st402c")
        with Image(foreign, fast=True, frames=foreign.frames("balanced"), times=1) as image:
            self.assertEqual(image.end(), 0)
        bench = self.bench("xs211")
        shutil.copy(foreign.nor, bench.nor)
        with Image(bench, tcp=["optical"], frames=bench.frames("clean")) as image:
            image.wait_said("another meter's and stays as it is; it is of st402c")
            image.wait_said("measuring")
            time.sleep(2)
            self.assertAlmostEqual(float(image.get("optical", "u")[0][0]), 229.1, delta=0.2)
            self.assertTrue(errors(image) & MEMORY_ERROR)
        self.assertEqual(bench.nor.read_bytes(), foreign.nor.read_bytes())

    def test_the_image_of_another_product(self):
        bench = self.bench("xs211")
        with Image(bench, fast=True, frames=bench.frames("clean"), times=7, board="st402c") as image:
            self.assertEqual(image.end(), 0)
            self.assertIn("this image is not for this board, load that of st402c", image.said())
        self.assertIn(PROGRAM_ERROR, bench.events())
        self.assertNotEqual(int(bench.kept()[2:18], 16), 0)

    def test_without_recording_it_answers(self):
        bench = self.bench("xs211")
        with Image(bench, tcp=["optical"]) as image:
            image.wait_said("no front end")
            self.assertEqual(image.get("optical", "serial"), [["00000001"]])


class Faults(BenchTest):
    def test_a_fault_tells_its_story_after_the_restart(self):
        bench = self.bench("xs211")
        with Image(bench, tcp=["optical"], debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            debugger.go_on()
            image.wait_said("measuring")
            debugger.stop()
            debugger.jump(0xE0000000)
            debugger.go_on()
            image.wait_said("began anew after a fault: pc e0000000")
            image.wait_said("measuring;", times=2)
            story, = image.get("optical", "0-0:128.0.0")
            self.assertIn("e0000000", "".join(story))

    def test_a_changed_program_is_noticed(self):
        bench = self.bench("xs211")
        with Image(bench, fast=True, debugger=True, frames=bench.frames("clean"), times=7) as image, \
                Debugger(image) as debugger:
            at = symbol(BOARDS[BOARD] / "xs211.elf", "product_xs211")
            title = int.from_bytes(debugger.read(at + 4, 4), "little")
            debugger.write(title, b"Y")
            debugger.go_on()
            self.assertEqual(image.end(), 0)
        self.assertIn(PROGRAM_ERROR, bench.events())


class Boards(BenchTest):
    """The port to each board, by what it must do; and the meter on the second one."""

    def test_each_port_does_what_a_meter_asks_of_it(self):
        for machine in BOARDS:
            with self.subTest(machine=machine):
                bench = self.bench("xs211")
                with Image(bench, machine=machine, image="conformance", fast=True) as image:
                    self.assertEqual(image.end(), 0)
                lines = image.file("console").read_text().splitlines()
                self.assertGreater(len(lines), 15)
                self.assertEqual([line for line in lines if not line.startswith("ok ")], [])

    def test_a_port_without_chip_is_told(self):
        bench = self.bench("xs211")
        with Image(bench, image="conformance", fast=True, nor=None) as image:
            self.assertEqual(image.end(), 1)
        self.assertIn("MISSING the NOR chip erases a sector", image.file("console").read_text())

    def test_totals_on_the_second_board_are_those_of_the_host(self):
        bench = self.bench("xs211")
        frames = bench.frames("household")
        with Image(bench, machine="mps2-an505", fast=True, frames=frames, times=1) as image:
            self.assertEqual(image.end(), 0)
        host = bench.path / "host"
        run(METER_HOST, "run", "xs211", frames, host)
        self.assertEqual(bench.kept(), bench.kept(host))


if __name__ == "__main__":
    unittest.main(verbosity=1)
