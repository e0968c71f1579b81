#!/usr/bin/env python3
"""The images of the meters beside that of the legally relevant part: they have nothing of it inside,
cannot write what is its own, and go on without it when it is not as it was linked.

Part of `make arm-test`; needs build/host and build/cm4.
"""
import hashlib
import json
import struct
import time
import unittest

from image import BOARD, BOARDS, KEYS, WATTHOUR, Bench, Debugger, Image, run, symbol

PRODUCTS = {"xs211": "clean", "sm402d": "clean", "st402d": "balanced", "st402c": "balanced"}
LEGAL = BOARDS[BOARD] / "legal.bin"
LEGAL_ELF = BOARDS[BOARD] / "legal_image.elf"
CODE, RAM_END, GUARDED, CELLS, TIMER = 0x8000, 0x20002800, 0x20000880, 0x21000000, 0x40000000
PARTITION_END = 128 * 4096  # of the chip
CHECKSUM = slice(40, 72)
HEADER = 56  # octets of struct image_header
ERROR_REGISTER = "0-0:97.97.0"
PROGRAM_BIT = 1 << 8  # of it
PROGRAM_ERROR = 12  # an event
# enum apart_service
APART_POWER_FAIL, APART_CALIBRATE, APART_SET_TRANSFORMERS, APART_SEAL = 4, 5, 6, 7
APART_SAMPLE_END, APART_CHIP_PROGRAM, APART_CHIP_ERASE = 10, 12, 13
SEALED, IMPLAUSIBLE = 0xFFFFFFFF, 0xFFFFFFFE  # enum legal_set_result
CALIBRATION_REFUSED = 233  # an event of the fraud log
CHANGE = 3  # enum semihost_mode
REFUSED = 0xFFFFFFFF


def functions(elf):
    out = run("arm-none-eabi-nm", elf)
    return {line.split()[-1] for line in out.splitlines() if line.split()[-2] in "Tt"}


def port_of(product):
    """The line on which HDLC is spoken at once."""
    return "optical" if product == "xs211" else "rs485"


def get(image, *what):
    """As the one client that reads everything of this product."""
    if image.bench.product == "xs211":
        return image.get("optical", *what)
    keys = "; ".join(f"{name} {value}" for name, value in KEYS.items())
    return image.get("rs485", *what, options=["--client", "1"], environment={"WATTHOUR_KEYS": keys})


class BenchTest(unittest.TestCase):
    def bench(self, product):
        bench = Bench(product)
        self.addCleanup(bench.close)
        return bench

    def main_loop(self, image, debugger):
        """The image has come to its main loop, which is without privilege, and stands there."""
        elf = BOARDS[BOARD] / f"{image.bench.product}.elf"
        debugger.go_on()
        image.wait_said("measuring")
        debugger.stop()
        debugger.run_to(symbol(elf, "ports_step"))
        return elf


class Linked(BenchTest):
    def test_no_product_has_what_measures_inside(self):
        own = {name for name in functions(LEGAL_ELF) if name.startswith("legal_")}
        self.assertIn("legal_ledger_add", own)
        for product in PRODUCTS:
            with self.subTest(product=product):
                inside = functions(BOARDS[BOARD] / f"{product}.elf")
                for name in ("legal_ledger_add", "legal_follow", "legal_event", "legal_means",
                             "legal_keep_step", "legal_totals_write", "legal_parameters_read"):
                    self.assertIn(name, own)
                    self.assertFalse(name in inside, name)

    def test_each_says_which_part_measures(self):
        """And lets a client with keys in at once, though its chip was never written."""
        version = LEGAL.read_bytes()[12:40].rstrip(b"\0").decode()
        for product, case in PRODUCTS.items():
            with self.subTest(product=product):
                bench = self.bench(product)
                with Image(bench, tcp=[port_of(product)], frames=bench.frames(case)) as image:
                    image.wait_said(f"measuring; the legally relevant part is {version}")
                    name, checksum = get(image, "metrology", "checksum")
                    self.assertEqual(" ".join(name).strip('"'), version)
                    told = "".join(checksum).strip('"').lower()
                    self.assertEqual(told, LEGAL.read_bytes()[CHECKSUM].hex())


    def test_the_application_has_its_own(self):
        bench = self.bench("xs211")
        elf = BOARDS[BOARD] / "xs211.elf"
        raw = bench.path / "raw"
        run("arm-none-eabi-objcopy", "-O", "binary", "-j", ".text", "-j", ".ARM.exidx", "-j", ".data", elf, raw)
        octets = raw.read_bytes()
        size = int.from_bytes(octets[4:8], "little")
        application = octets[HEADER:HEADER + size]
        self.assertEqual(len(application), size)
        with Image(bench, tcp=["optical"], frames=bench.frames("clean")) as image:
            image.wait_said("measuring")
            name, checksum = get(image, "1-1:0.2.0", "1-1:0.2.8")
            self.assertIn("application", " ".join(name))
            self.assertEqual("".join(checksum).lower(), hashlib.sha256(application).hexdigest())


class Protected(BenchTest):
    """The image of a product, as it is; a debugger makes its main loop do what it must not."""

    def check_fault(self, act, address):
        bench = self.bench("xs211")
        with Image(bench, debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            act(elf, debugger)
            debugger.go_on()
            image.wait_said("began anew after a fault")
            self.assertIn(f"at {address:08x}", image.said())
            image.wait_said("measuring;", times=2)

    def test_it_writes_where_it_may_not(self):
        legal_ram = symbol(LEGAL_ELF, "memory")
        for name, address in {"code": CODE, "RAM": legal_ram, "end of its RAM": RAM_END - 4,
                              "guarded": GUARDED, "cells": CELLS,
                              "timer of the samples": TIMER, "handlers' stack": 0x20000800}.items():
            with self.subTest(name):
                self.check_fault(lambda elf, debugger, address=address:
                                 debugger.prepare(symbol(elf, "memset"), address, 0, 1), address)

    def test_it_calls_past_the_supervisor(self):
        writer = symbol(LEGAL_ELF, "legal_seal")
        legal_ram = symbol(LEGAL_ELF, "memory")
        bench = self.bench("xs211")
        with Image(bench, debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            self.main_loop(image, debugger)
            debugger.prepare(writer, legal_ram)
            debugger.go_on()
            image.wait_said("began anew after a fault")

    def test_it_asks_for_what_the_supervisor_does_not_have(self):
        bench = self.bench("xs211")
        with Image(bench, debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            debugger.prepare(symbol(elf, "supervisor_run"), 1000)
            debugger.go_on()
            image.wait_said("began anew after a fault: port/cortex_m/supervisor.c:")

    def test_it_calls_with_a_stack_beside_what_is_not_its_own(self):
        bench = self.bench("xs211")
        with Image(bench, debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            debugger.set(13, symbol(elf, "board_main_stack") + 512)
            debugger.prepare(symbol(elf, "supervisor_run"), 0)
            debugger.go_on()
            image.wait_said("began anew after a fault: port/cortex_m/supervisor.c:")

    def test_the_chip_is_divided(self):
        bench = self.bench("xs211")
        with Image(bench, debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            ask = symbol(elf, "supervisor_run")
            zero = symbol(elf, "board_main_stack")  # painted, never zero
            before = bench.nor.read_bytes()[:PARTITION_END]
            for at in (0, 4096, PARTITION_END - 4):
                self.assertEqual(debugger.call(ask, APART_CHIP_PROGRAM, at, zero, 4), REFUSED)
                self.assertEqual(debugger.call(ask, APART_CHIP_ERASE, at), REFUSED)
            self.assertEqual(debugger.call(ask, APART_CHIP_PROGRAM, PARTITION_END - 2, zero, 4), REFUSED)
            self.assertEqual(debugger.call(ask, APART_CHIP_PROGRAM, 0xFFFFFFFE, zero, 4), REFUSED)
            self.assertEqual(bench.nor.read_bytes()[:PARTITION_END], before)

    def test_the_emulators_files_are_no_way_round(self):
        bench = self.bench("xs211")
        with Image(bench, debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            file = debugger.call(symbol(elf, "semihost_open"), symbol(elf, "firmware_product"), 1)
            self.assertEqual(file, REFUSED)  # no such file: this one is asked
            handle = debugger.read(symbol(elf, "reserved") + 4, 4)
            octets = bench.nor.read_bytes()
            data = symbol(elf, "board_main_stack")
            self.assertNotEqual(debugger.call(symbol(elf, "semihost_write"),
                                              int.from_bytes(handle, "little"), data, 4), 0)
            self.assertEqual(bench.nor.read_bytes(), octets)
            name = data + 64
            debugger.write(name, b"/dev/zero\0")
            self.assertEqual(debugger.call(symbol(elf, "semihost_open"), name, CHANGE), REFUSED)
            zeros = debugger.call(symbol(elf, "semihost_open"), name, 1)
            self.assertNotEqual(zeros, REFUSED)
            guarded = symbol(elf, "apart_legal")
            self.assertEqual(debugger.read(guarded, 4), CODE.to_bytes(4, "little"))
            debugger.call(symbol(elf, "semihost_read"), zeros, guarded, 4)
            self.assertEqual(debugger.read(guarded, 4), CODE.to_bytes(4, "little"))
            debugger.call(symbol(elf, "semihost_read"), zeros, data + 128, 16)
            self.assertEqual(debugger.read(data + 128, 16), bytes(16))


class Served(BenchTest):
    """What the supervisor has done for the main loop of a product's image."""

    def ask(self, debugger, elf, service, argument=0):
        return debugger.call(symbol(elf, "supervisor_run"), service, argument)

    def voltage(self, image):
        return float(image.get("optical", "u")[0][0])

    def test_the_calibration_ends_with_the_seal(self):
        bench = self.bench("xs211")
        frames = bench.frames("clean")
        with Image(bench, tcp=["optical"], debugger=True, frames=frames) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            calibration = symbol(elf, "board_main_stack") + 64
            debugger.write(calibration, struct.pack("<39i", 10_000_000, *38 * [0]))  # U is 1 % more
            self.assertEqual(self.ask(debugger, elf, APART_CALIBRATE, calibration), 0)
            debugger.write(calibration, struct.pack("<i", 200_000_000))
            self.assertEqual(self.ask(debugger, elf, APART_CALIBRATE, calibration), IMPLAUSIBLE)
            debugger.write(calibration, struct.pack("<4I", 100, 5, 1, 1))
            self.assertEqual(self.ask(debugger, elf, APART_SET_TRANSFORMERS, calibration), IMPLAUSIBLE)
            self.ask(debugger, elf, APART_SEAL)
            debugger.write(calibration, struct.pack("<4i", *4 * [0]))
            self.assertEqual(self.ask(debugger, elf, APART_CALIBRATE, calibration), SEALED)
            debugger.go_on()
            time.sleep(2)
            self.assertAlmostEqual(self.voltage(image), 229.1 * 1.01, delta=0.1)
        with Image(bench, tcp=["optical"], debugger=True, frames=frames) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            self.assertEqual(self.ask(debugger, elf, APART_CALIBRATE, calibration), SEALED)
            debugger.go_on()
            time.sleep(2)
            self.assertAlmostEqual(self.voltage(image), 229.1 * 1.01, delta=0.1)
        self.assertIn(CALIBRATION_REFUSED, self.fraud(bench))

    def fraud(self, bench):
        out = run(WATTHOUR, "events", "--log", "fraud", "--json", bench.path)
        return [event["code"] for event in json.loads(out)]

    def test_it_does_not_end_what_is_measured(self):
        bench = self.bench("xs211")
        with Image(bench, tcp=["optical"], debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = self.main_loop(image, debugger)
            self.assertEqual(self.ask(debugger, elf, APART_POWER_FAIL), REFUSED)
            self.assertEqual(self.ask(debugger, elf, APART_SAMPLE_END), REFUSED)
            debugger.go_on()
            time.sleep(1)
            before = int(image.get("optical", "a+")[0][0])
            time.sleep(1)
            self.assertGreater(int(image.get("optical", "a+")[0][0]), before)

    def test_only_the_type_counts_of_how_it_begins(self):
        bench = self.bench("xs211")
        elf = BOARDS[BOARD] / "xs211.elf"
        with Image(bench, tcp=["optical"], debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            debugger.run_to(symbol(elf, "legal_part_begin"))
            calibration = symbol(elf, "board_main_stack") + 64
            debugger.write(calibration, struct.pack("<39i", 10_000_000, *38 * [0]))
            how = debugger.get(1)
            debugger.write(how + 4, bytes([60, 1]))  # hertz, sinc3
            debugger.write(how + 8, calibration.to_bytes(4, "little"))
            debugger.write(how + 12, bytes(4))  # no chip
            debugger.go_on()
            image.wait_said("measuring")
            time.sleep(2)
            self.assertAlmostEqual(self.voltage(image), 229.1, delta=0.1)

    def test_who_begins_as_another_type_gets_nothing_of_the_chip(self):
        bench = self.bench("xs211")
        frames = bench.frames("clean")
        with Image(bench, fast=True, frames=frames, times=1) as image:
            self.assertEqual(image.end(), 0)
        chip = bench.nor.read_bytes()[:PARTITION_END]
        elf = BOARDS[BOARD] / "xs211.elf"
        with Image(bench, fast=True, debugger=True, frames=frames, times=1) as image, \
                Debugger(image) as debugger:
            debugger.run_to(symbol(elf, "legal_part_begin"))
            other = symbol(elf, "legal_type_sm402d")
            debugger.write(debugger.get(1), other.to_bytes(4, "little"))
            debugger.go_on()
            self.assertEqual(image.end(), 1)
            self.assertIn("supply failed, NOT kept", image.said())
        self.assertEqual(bench.nor.read_bytes()[:PARTITION_END], chip)


class Corrupted(BenchTest):
    """Without a whole part the meter says so and does everything else."""

    def check_degraded(self, bench, product, **how):
        with Image(bench, tcp=[port_of(product)], **how) as image:
            image.wait_said("missing or corrupted and does not run")
            image.wait_said("running; the legally relevant part is none")
            self.assertEqual(get(image, "serial"), [["00000001"]])
            self.check_no_value(image)
            self.check_error(image)
            self.assertNotIn("measuring", image.said())

    def check_no_value(self, image):
        for what in ("a+", "u"):
            with self.assertRaises(AssertionError) as caught:
                get(image, what)
            self.assertIn("temporary", str(caught.exception))

    def check_error(self, image):
        end = time.monotonic() + 15
        while not int(get(image, ERROR_REGISTER)[0][0]) & PROGRAM_BIT:
            self.assertLess(time.monotonic(), end, "no error bit")
            time.sleep(0.3)

    def altered(self, bench, at):
        octets = bytearray(LEGAL.read_bytes())
        octets[at] ^= 1
        path = bench.path / "altered.bin"
        path.write_bytes(octets)
        return path

    def test_one_bit_of_its_code(self):
        for product, case in PRODUCTS.items():
            with self.subTest(product=product):
                bench = self.bench(product)
                self.check_degraded(bench, product, frames=bench.frames(case),
                                    legal=self.altered(bench, 5000))

    def test_none_at_all(self):
        bench = self.bench("xs211")
        self.check_degraded(bench, "xs211", frames=bench.frames("clean"), legal=None)

    def test_the_event_is_kept_and_so_are_the_totals(self):
        bench = self.bench("xs211")
        frames = bench.frames("clean")
        with Image(bench, fast=True, frames=frames, times=1) as image:
            self.assertEqual(image.end(), 0)
        kept, chip = bench.kept(), bench.nor.read_bytes()[:PARTITION_END]
        self.assertNotIn(PROGRAM_ERROR, bench.events())
        pins = bench.path / "pins"
        pins.write_text("8000 power-fail 1\n")
        with Image(bench, fast=True, frames=frames, pins=pins, legal=self.altered(bench, 300)) as image:
            self.assertEqual(image.end(), 0)
        self.assertIn(PROGRAM_ERROR, bench.events())
        self.assertEqual(bench.nor.read_bytes()[:PARTITION_END], chip)
        with Image(bench, fast=True, frames=frames, times=1) as image:
            self.assertEqual(image.end(), 0)
        self.assertGreater(int(bench.kept()[2:18], 16), int(kept[2:18], 16))

    def test_a_bit_that_flips_while_it_runs(self):
        bench = self.bench("xs211")
        with Image(bench, tcp=["optical"], debugger=True, frames=bench.frames("clean")) as image, \
                Debugger(image) as debugger:
            elf = BOARDS[BOARD] / "xs211.elf"
            debugger.run_to(symbol(elf, "legal_place_protect"))
            last = CODE + len(LEGAL.read_bytes()) - 1
            wrong = debugger.read(last, 1)[0] ^ 1
            debugger.write(last, bytes([wrong]))
            debugger.go_on()
            image.wait_said("measuring; the legally relevant part is watthour legal")
            image.wait_said("is corrupted: nothing is measured any more")
            self.check_no_value(image)
            self.check_error(image)


if __name__ == "__main__":
    unittest.main(verbosity=1)
