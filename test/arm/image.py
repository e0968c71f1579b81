"""The image of a meter in QEMU: its files, its UARTs, and what a debugger sees of it."""
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from loopback import free_port  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "build/host"
BOARDS = {"mps2-an386": ROOT / "build/cm4/port/cortex_m",
          "mps2-an505": ROOT / "build/cm33/port/cortex_m"}
BOARD = "mps2-an386"
WATTHOUR = HOST / "app/watthour"
LEGAL_AT = {"mps2-an386": 0x8000}  # a board that is not here has the part linked inside
METER_HOST = HOST / "test/arm/meter_host"
SPECTRUM_HOST = HOST / "test/arm/spectrum_host"

UTC_S = 1795255200  # as in meter_host.c
UARTS = ("optical", "customer", "rs485", "mbus", "modem")
KEYS = {"unicast": "000102030405060708090A0B0C0D0E0F",
        "authentication": "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"}
PASSWORD = "12345678"
LR, PC = 14, 15  # registers
VALUE_COLUMN = 30  # of `watthour get`


def run(*command, **more):
    """The standard output of a command that must end well."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=120, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Bench:
    """A folder with the chip of one meter and what its images leave."""

    def __init__(self, product):
        self.product = product
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.nor = self.path / "flash.nor"  # as `watthour events` looks for it
        self.nor.touch()

    def close(self):
        self.folder.cleanup()

    def frames(self, case):
        path = self.path / f"{case}.frames"
        if not path.exists():
            run(HOST / "test/arm/frames", case, path)
        return path

    def events(self):
        """The codes of the standard log on the chip."""
        out = run(WATTHOUR, "events", "--json", self.path)
        return [event["code"] for event in json.loads(out)]

    def kept(self, nor=None):
        """The totals on the chip, as they are stored."""
        return run(METER_HOST, "kept", self.product, nor or self.nor).strip()


class Image:
    """A running image, beside it that of the legally relevant part (None: no such); UARTs named in
    `tcp` are sockets, the others are files."""

    def __init__(self, bench, tcp=(), fast=False, debugger=False, machine=BOARD, image=None,
                 legal="legal.bin", **arguments):
        self.bench = bench
        self.ports = {uart: free_port() for uart in tcp}
        self.debugger_port = free_port() if debugger else None
        # Where time does not wait, an emulated processor that sleeps misses interrupts.
        arguments = {"idle": "spin" if fast else None, "utc": UTC_S, "serial": 1, "password": PASSWORD, "nor": bench.nor,
                     "gap": 200} | KEYS | arguments
        words = ["meter"] + [f"{k}={v}" for k, v in arguments.items() if v is not None]
        image = BOARDS[machine] / f"{image or bench.product}.elf"
        command = ["qemu-system-arm", "-M", machine, "-display", "none", "-monitor", "none",
                   "-kernel", str(image), "-semihosting-config",
                   ",".join(["enable=on,target=native"] + [f"arg={word}" for word in words])]
        if legal is not None and machine in LEGAL_AT:
            path = BOARDS[machine] / legal  # an absolute path stays what it is
            command += ["-device", f"loader,file={path},addr={LEGAL_AT[machine]:#x}"]
        for uart in UARTS:
            self.file(uart).unlink(missing_ok=True)
            command += ["-serial", self.serial(uart)]
        if fast:
            command += ["-icount", "shift=6,sleep=off"]
        if debugger:
            command += ["-S", "-gdb", f"tcp:127.0.0.1:{self.debugger_port}"]
        with open(self.file("console"), "w", encoding="ascii") as console:
            self.qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def serial(self, uart):
        if uart in self.ports:
            return f"tcp:127.0.0.1:{self.ports[uart]},server=on,wait=off,nodelay=on"
        return f"file:{self.file(uart)}"

    def file(self, uart):
        return self.bench.path / f"{uart}.out"

    def said(self):
        """What the service line told."""
        return self.file("modem").read_text() if self.file("modem").exists() else ""

    def wait_said(self, text, times=1, seconds=20):
        end = time.monotonic() + seconds
        while self.said().count(text) < times:
            if time.monotonic() > end or self.qemu.poll() is not None:
                raise AssertionError(f"'{text}' was never said, but: {self.said()}")
            time.sleep(0.02)

    def url(self, uart):
        return f"hdlc+tcp://127.0.0.1:{self.ports[uart]}"

    def get(self, uart, *what, **more):
        """What `watthour get` reads, the words behind each object's names."""
        out = run(WATTHOUR, "get", *more.get("options", ()), self.url(uart), *what,
                  env={"WATTHOUR_PASSWORD": PASSWORD, "PATH": "/usr/bin:/bin"} |
                  more.get("environment", {}))
        return [line[VALUE_COLUMN:].split() for line in out.splitlines()]

    def end(self, seconds=120):
        """Until the image ends by itself; its exit code."""
        return self.qemu.wait(seconds)

    def kill(self):
        self.qemu.kill()
        self.qemu.wait()


class Debugger:
    """GDB's remote protocol, as far as memory and registers go. The image has not begun."""

    def __init__(self, image):
        end = time.monotonic() + 10
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", image.debugger_port), 5)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.ask("?")
        self.ask("qXfer:features:read:target.xml:0,ff")  # or there are no registers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        check = sum(text.encode()) % 256
        self.socket.sendall(f"${text}#{check:02x}".encode())

    def ask(self, text):
        """A packet, and the answer's contents."""
        self.send(text)
        return self.answer()

    def answer(self):
        answer = b""
        while b"#" not in answer or len(answer) < answer.index(b"#") + 3:
            answer += self.socket.recv(4096)
        self.socket.sendall(b"+")
        return answer[answer.index(b"$") + 1:answer.index(b"#")].decode()

    def stop(self):
        self.socket.sendall(b"\x03")
        self.answer()

    def write(self, address, octets):
        assert self.ask(f"M{address:x},{len(octets):x}:{octets.hex()}") == "OK"

    def read(self, address, size):
        return bytes.fromhex(self.ask(f"m{address:x},{size:x}"))

    def set(self, register, value):
        assert self.ask(f"P{register:x}={value.to_bytes(4, 'little').hex()}") == "OK"

    def get(self, register):
        return int.from_bytes(bytes.fromhex(self.ask(f"p{register:x}")), "little")

    def jump(self, address):
        self.set(PC, address & ~1)

    def go_on(self):
        self.send("c")

    def run_to(self, address):
        """Until a function is called, or returned to."""
        assert self.ask(f"Z1,{address & ~1:x},2") == "OK"
        self.go_on()
        self.answer()
        assert self.get(PC) == address & ~1, f"pc {self.get(PC):x}"
        assert self.ask(f"z1,{address & ~1:x},2") == "OK"

    def prepare(self, function, *arguments):
        """What runs next is a call of the function, from here."""
        self.set(LR, self.get(PC) | 1)
        for register, value in enumerate(arguments):
            self.set(register, value)
        self.jump(function)

    def call(self, function, *arguments):
        """What it returns, in one register. The image goes on behind it as if nothing was."""
        here = self.get(PC)
        kept = [self.get(register) for register in (*range(4), LR)]
        self.prepare(function, *arguments)
        self.run_to(here)
        result = self.get(0)
        for register, value in zip((*range(4), LR), kept):
            self.set(register, value)
        return result


def symbol(image, name):
    """The address of a symbol of an image."""
    for line in run("arm-none-eabi-nm", image).splitlines():
        words = line.split()
        if words[-1] == name:
            return int(words[0], 16)
    raise AssertionError(f"{image} has no {name}")
