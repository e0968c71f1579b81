#!/usr/bin/env python3
"""The legally relevant part as an image of its own: closed in itself, the same whatever the
application is, protected from it, and not run when it is not as it was linked.

usage: test_legal.py [CLASS ...]    (from the root, after `make arm`)
"""
import hashlib
import shutil
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

BUILD = Path("build/cm4")
IMAGE = BUILD / "port/cortex_m/legal.bin"
ELF = BUILD / "port/cortex_m/legal_image.elf"
TRIAL = BUILD / "test/arm/separation.elf"
CODE = range(0x00008000, 0x00020000)
RAM = range(0x20000900, 0x20002800)
CHECKSUM = slice(40, 72)
MBEDTLS = f"-DFETCHCONTENT_SOURCE_DIR_MBEDTLS={Path('build/dependencies/mbedtls-src').resolve()}"
FAULT_MEMORY, FAULT_BUS = 4, 5
NOT_RUN = 3


def tool(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def boot(act, image):
    """Exit code and output of the trial image, beside an image of the part (None: no such)."""
    command = ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none",
               "-serial", "none", "-icount", "shift=4,sleep=off", "-kernel", str(TRIAL),
               "-semihosting-config", f"enable=on,target=native,arg=separation,arg={act}"]
    if image is not None:
        command += ["-device", f"loader,file={image},addr={CODE.start:#x}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stdout


class Closure(unittest.TestCase):
    def test_nothing_is_undefined(self):
        self.assertEqual(tool("arm-none-eabi-nm", "-u", str(ELF)).split(), [])

    def test_everything_is_in_its_place(self):
        for line in tool("arm-none-eabi-nm", str(ELF)).splitlines():
            address, kind, name = line.split()
            if kind not in "aA":
                place = int(address, 16) & ~1
                inside = place in CODE or place in RAM or place == RAM.stop
                self.assertTrue(inside, f"{name} at {address}")

    def test_no_branch_leads_out(self):
        branches = 0
        for line in tool("arm-none-eabi-objdump", "-d", str(ELF)).splitlines():
            fields = line.split("\t")
            if len(fields) > 3 and fields[2].startswith(("b", "cb")) and "<" in fields[3]:
                target = int(fields[3].split("<")[0].split(",")[-1], 16)
                self.assertIn(target, CODE, line)
                branches += 1
        self.assertGreater(branches, 500)

    def test_it_has_no_library_state_and_no_libm(self):
        names = {line.split()[-1] for line in tool("arm-none-eabi-nm", str(ELF)).splitlines()}
        self.assertFalse(names & {"malloc", "free", "errno", "sin", "cos", "sqrt", "atan2", "printf"})

    def test_the_image_is_small(self):
        self.assertLessEqual(IMAGE.stat().st_size, len(CODE))


class Identity(unittest.TestCase):
    def test_the_checksum_is_that_of_all_other_octets(self):
        image = bytearray(IMAGE.read_bytes())
        told = bytes(image[CHECKSUM])
        image[CHECKSUM] = bytes(32)
        self.assertEqual(hashlib.sha256(image).digest(), told)

    def test_size_and_name(self):
        image = IMAGE.read_bytes()
        version = Path("src/legal/LEGAL_VERSION").read_text(encoding="ascii").strip()
        self.assertEqual(struct.unpack_from("<I", image, 8)[0], len(image))
        self.assertEqual(image[12:40].rstrip(b"\0").decode(), f"watthour legal {version}")


class Alone(unittest.TestCase):
    """Built anew, in another folder."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="legal-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for name in tool("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
            if Path(name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(name, self.folder / name)

    def build(self):
        quiet = {"cwd": self.folder, "check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(["cmake", "--preset", "cm4", MBEDTLS], **quiet)
        subprocess.run(["ninja", "-C", "build/cm4", "legal_image"], **quiet)
        return (self.folder / IMAGE).read_bytes()

    def change(self, name, old, new):
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_another_application_leaves_it_bit_identical(self):
        self.change("CMakeLists.txt", "VERSION 0.", "VERSION 7.")
        self.change("src/meter/meter.c", "STEP_MS = 1000", "STEP_MS = 900")
        self.change("src/quantity/quantity.c", "return 0;", "return 1;")
        self.change("src/product/xs211.c", '"xs211"', '"xs212"')
        self.change("port/cortex_m/mps2_an386/memory.ld", "LENGTH = 896K", "LENGTH = 512K")
        self.assertEqual(self.build(), IMAGE.read_bytes())

    def test_another_octet_of_its_own_does_not(self):
        self.change("src/legal/type.c", ".pulses_per_kwh = 1000", ".pulses_per_kwh = 1001")
        self.assertNotEqual(self.build()[CHECKSUM], IMAGE.read_bytes()[CHECKSUM])


class Protection(unittest.TestCase):
    def test_the_application_reads_what_it_measures(self):
        code, said = boot("read", IMAGE)
        self.assertEqual(code, 0, said)
        self.assertIn("watthour legal", said)

    def check_fault(self, act, exception, places):
        code, said = boot(act, IMAGE)
        self.assertEqual(code, 1, said)
        self.assertIn(f"fault: exception {exception}", said)
        address = int(said.split("address ")[1].split(",")[0], 16)
        self.assertIn(address, places, said)

    def test_writes_into_its_memory_fault(self):
        for act in ("energy", "parameters"):
            with self.subTest(act):
                self.check_fault(act, FAULT_MEMORY, RAM)

    def test_calls_past_the_supervisor_fault(self):
        for act in ("samples", "rate", "into"):
            with self.subTest(act):
                self.check_fault(act, FAULT_MEMORY, RAM)

    def test_writes_into_its_code_fault(self):
        self.check_fault("code", FAULT_MEMORY, CODE)

    def test_writes_into_the_stack_of_the_handlers_fault(self):
        self.check_fault("stack", FAULT_MEMORY, range(0x20000000, 0x20000900))

    def test_the_protection_cannot_be_taken_away(self):
        self.check_fault("protection", FAULT_BUS, range(0xE000ED94, 0xE000ED98))


class Corrupted(unittest.TestCase):
    def check_not_run(self, octets):
        with tempfile.NamedTemporaryFile(suffix=".bin") as file:
            file.write(octets)
            file.flush()
            code, said = boot("read", file.name)
        self.assertEqual(code, NOT_RUN, said)
        self.assertIn("does not run", said)
        self.assertNotIn("windows", said)

    def test_one_wrong_bit_anywhere(self):
        image = IMAGE.read_bytes()
        places = [0, 4, 9, 12, 40, 71, 72, *range(100, len(image), len(image) // 16), len(image) - 1]
        for n, place in enumerate(places):
            with self.subTest(place):
                wrong = bytearray(image)
                wrong[place] ^= 1 << n % 8
                self.check_not_run(wrong)

    def test_a_part_of_it(self):
        image = IMAGE.read_bytes()
        for size in (72, len(image) // 2, len(image) - 64):
            with self.subTest(size):
                self.check_not_run(image[:size])

    def test_none_at_all(self):
        code, said = boot("read", None)
        self.assertEqual(code, NOT_RUN, said)

    def test_another_interface(self):
        image = bytearray(IMAGE.read_bytes())
        version, = struct.unpack_from("<I", image, 4)
        struct.pack_into("<I", image, 4, version + 1)
        image[CHECKSUM] = bytes(32)
        image[CHECKSUM] = hashlib.sha256(image).digest()
        self.check_not_run(image)


if __name__ == "__main__":
    unittest.main()
