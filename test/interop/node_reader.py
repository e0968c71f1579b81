"""Telegrams as npm's dsmr-parser reads them: node runs dsmr.js, whose lines are collected."""

import json
import os
import shutil
import subprocess
import tempfile

PACKAGE = "dsmr-parser@2.1.1"
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "..", "build", "interop-node")


def installed():
    """Installs the package when it is not there. False: there is no npm here."""
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    if not os.path.isdir(os.path.join(FOLDER, "node_modules", "dsmr-parser")):
        print(f"  installing {PACKAGE} from npm", flush=True)
        os.makedirs(FOLDER, exist_ok=True)
        subprocess.run(["npm", "install", "--no-fund", "--no-audit", "--silent", "--prefix", FOLDER,
                        PACKAGE], check=True, timeout=300)
    return True


class NodeReader:
    def __init__(self, source, seconds):
        # A file, not a pipe: nobody empties it while the readers run side by side.
        self.lines = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "dsmr.js"), FOLDER, str(seconds), str(source)],
            stdout=self.lines, text=True)

    def telegrams(self, timeout):
        self.process.wait(timeout)
        self.lines.seek(0)
        return [json.loads(line) for line in self.lines]
