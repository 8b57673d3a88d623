"""The office and the phone's surroundings, for the scripts beside this file.

usage of each: SCRIPT SERVER_BINARY BINDINGS_FOLDER
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading

SERVER, BINDINGS = sys.argv[1], sys.argv[2]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "data")
sys.path.insert(0, BINDINGS)
import sumu_ffi as sumu  # noqa: E402

SITE = "150521100201"
STREETS = sumu.Place(site=SITE, item="roads", round=None)
WELL = sumu.Place(site=SITE, item="water", round=None)


class Office:
    """The server as a process, with its office commands."""

    def __init__(self, folder):
        self.folder, self.process = folder, None

    def run(self, *words):
        done = subprocess.run([SERVER, "--data", self.folder, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    def prepare(self):
        self.run("regions", "import", os.path.join(DATA, "regions-tongliao.csv"))
        self.run("items", "import", os.path.join(DATA, "items.csv"))
        self.run("form", "import", os.path.join(DATA, "forms", "roads.xlsx"), "--item", "roads")
        self.run("round", "open", "2026-autumn", "--from", "2026-09-01", "--cutoff", "2026-12-31")
        for handle, name, role, area in [
            ("batu", "巴图", "inspector", "150521"),
            ("bolor", "宝乐尔", "inspector", "150521"),
            ("siqin", "斯琴", "supervisor", "1505"),
        ]:
            self.run("person", "add", handle, "--name", name, "--role", role, "--area", area)

    def serve(self):
        command = [SERVER, "--data", self.folder, "serve", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if "http://" in line:
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def invite(self, handle):
        return self.run("invite", handle).strip().splitlines()[-1]

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        assert self.process.wait(60) == 0, "the server stops in order"


class Drawer(sumu.KeyStore):
    """A key store in memory."""

    def __init__(self, key=None):
        self.key = key

    def load(self):
        return self.key

    def store(self, key):
        self.key = bytes(key)


@contextlib.contextmanager
def office_and_folder():
    """Gives a served office and a folder for phones, and ends both."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "office"))
        office = Office(os.path.join(folder, "office"))
        office.prepare()
        office.serve()
        try:
            yield office, folder
        finally:
            if office.process.poll() is None:
                office.process.kill()


def leave():
    """Ends the program at once: Python before 3.14 aborts if a library's thread asks for it while it is shutting down."""
    sys.stdout.flush()
    os._exit(0)
