"""What the cases of `pista desk` share: a member's home, the command with
stand-ins for its two programs, and looking at what runs."""
import contextlib
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent)]

from pista_flow import BUILD, Failed, Place, Skipped, check, free_port, main  # noqa: E402,F401

PISTA = str(BUILD / "cmd/pista/pista")
START, IDLE, ASKED, SUSPEND = range(4)


def until(what, condition, seconds=60):
    """The first true value of condition(), within a time no machine needs."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return value


def alive(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def family(pid):
    """A process and all that came from it."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


class Room:
    """A member's home and a runtime directory in memory, for one `pista desk`."""

    place = None

    def __init__(self):
        # One set of keys is enough for all.
        if Room.place is None:
            Room.place = Place()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="pista-launch-"))
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="pista-runtime-", dir="/dev/shm"))
        self.home = self.dir / "home"
        self.member = self.home / "member"
        self.user = self.dir / "user"
        self.user.mkdir()
        shutil.copytree(Room.place.home, self.home)
        libexec = self.dir / "libexec"
        libexec.mkdir()
        for name, stub in zip(("fetch", "desk"), sys.argv[1:3]):
            (libexec / f"pista-{name}").symlink_to(pathlib.Path(stub).resolve())
        self.env = {**os.environ, "PISTA_LIBEXEC": str(libexec), "XDG_RUNTIME_DIR": str(self.runtime),
                    "HOME": str(self.user), "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.dir}/no-bus"}
        self.command = None
        self.said = self.dir / "said"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.command is not None and self.command.poll() is None:
            pids = family(self.command.pid)
            self.command.kill()
            self.command.wait()
            until("all ended", lambda: not any(map(alive, pids)))
        shutil.rmtree(self.dir, ignore_errors=True)
        shutil.rmtree(self.runtime, ignore_errors=True)

    def pista(self, *args):
        return subprocess.run([PISTA, *args, "--home", str(self.home)], env=self.env, capture_output=True,
                              text=True, timeout=120)

    def start(self, *args):
        self.command = subprocess.Popen([PISTA, "desk", "--home", str(self.home), "--allow-swap", *args], env=self.env,
                                        stdout=subprocess.PIPE, stderr=open(self.said, "w"), text=True)
        return self.command

    def open(self, *args):
        """Started without a browser; the address it printed."""
        self.start("--no-browser", "--print-url", *args)
        ready, _, _ = select.select([self.command.stdout], [], [], 60)
        check(ready, "no address was printed: " + self.said.read_text())
        self.url = self.command.stdout.readline().strip()
        check("/#" in self.url, f"an address with a key: {self.url!r} {self.said.read_text()}")
        self.base, self.key = self.url.split("#")
        return self

    def ask(self, word):
        """What the stand-in for the desk answers."""
        with urllib.request.urlopen(self.base + word, timeout=60) as answer:
            return answer.read().decode()

    def state(self):
        return dict(zip(("pid", "reason", "is_entered", "idle", "token"), map(int, self.ask("state").split())))

    def new_state(self, old):
        """Of the desk that came after."""
        def other():
            with contextlib.suppress(OSError):
                state = self.state()
                return state if state["pid"] != old["pid"] else None
        return until("another desk", other)

    def saved(self):
        path = self.member / "saved"
        return path.stat().st_size if path.exists() else 0

    def finish(self, status=0, seconds=60):
        check(self.command.wait(seconds) == status,
              f"ended with {self.command.returncode}: {self.said.read_text()}")
        check("Sanitizer" not in self.said.read_text() and "runtime error" not in self.said.read_text(),
              self.said.read_text())

    def profiles(self):
        return list(self.runtime.glob("pista-desk-*"))

    def gone(self, pids):
        """Nothing that ran does, and nothing is left of it."""
        until("all ended", lambda: not any(map(alive, pids)))
        check(not self.profiles(), f"profiles are left: {self.profiles()}")


def signal_and_wait(room, number):
    pids = family(room.command.pid)
    room.command.send_signal(number)
    room.finish()
    room.gone(pids)


__all__ = ["ASKED", "BUILD", "Failed", "IDLE", "PISTA", "Place", "Room", "START", "SUSPEND", "Skipped", "alive",
           "check", "family", "free_port", "main", "signal", "signal_and_wait", "until"]
