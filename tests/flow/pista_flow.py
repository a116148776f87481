"""A drill newsroom with its server, in a directory of its own, for flow tests,
benchmarks and the demonstration. Everything listens on loopback; stop() ends
what start() began and nothing else."""
import configparser
import contextlib
import http.client
import json
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

from browser import Browser

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("PISTA_BUILD", ROOT / "build"))
ROLES = ("gate", "web", "form", "pickup", "keep")

# Where a test says so, passphrases take hardly any work (light.c): in pista and in whatever else is started here.
if "PISTA_LIGHT" in os.environ:
    os.environ["LD_PRELOAD"] = os.environ["PISTA_LIGHT"]


class Failed(Exception):
    pass


class Skipped(Exception):
    """This machine cannot show it; says why."""


def free_port():
    """Below those that outgoing connections take: it must still be free when pistad starts again."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(max(1024, lowest - 12000), lowest)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Place:
    """The home of administrator and first member, pistad's directory, pistad."""

    def __init__(self, directory=None, name="Diario de Prueba", languages="es,fr,en",
                 edition_seconds=1, front="direct", setup=()):
        self.own = directory is None
        self.dir = pathlib.Path(directory or tempfile.mkdtemp(prefix="pista-flow-"))
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o755)
        self.home = self.dir / "home"
        self.data = self.dir / "server"
        self.config = self.data / "pistad.conf"
        self.store = self.data / "store"
        self.log = self.dir / "pistad.log"
        self.server = None
        self.has_killed = False
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.browser = Browser(self.url)
        passphrase = self.dir / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text(secrets.token_urlsafe(18) + "\n")
        self.said = self.pista("setup", "--yes", "--drill", "--name", name, "--languages", languages,
                               "--listen", f"127.0.0.1:{self.port}", "--front", front,
                               "--edition-seconds", str(edition_seconds), "--dir", str(self.data), *setup)

    # pista

    def run(self, *args, text=None, home=None, check=True, binary=False):
        """Runs pista as the member of `home`; returns the finished process."""
        done = subprocess.run([BUILD / "cmd/pista/pista", *map(str, args), "--home", str(home or self.home),
                               "--passphrase-file", str(self.dir / "passphrase")],
                              input=text, capture_output=True, text=not binary, timeout=600)
        if check and done.returncode != 0:
            raise Failed(f"pista {' '.join(map(str, args))}: {done.stderr.strip()}")
        return done

    def pista(self, *args, **options):
        return self.run(*args, **options).stdout

    def source(self, *args, text=None, check=True):
        """pista as a source runs it: no home, no passphrase."""
        done = subprocess.run([BUILD / "cmd/pista/pista", *map(str, args)], input=text,
                              capture_output=True, text=True, timeout=600)
        if check and done.returncode != 0:
            raise Failed(f"pista {' '.join(map(str, args))}: {done.stderr.strip()}")
        return done

    def letters(self, *options, home=None):
        """What a member has after a sync; see listed."""
        self.pista("sync", home=home)
        return self.listed(*options, home=home)

    def listed(self, *options, home=None):
        """Sources' letters as they are there, one dictionary a letter; with --all everything but cards."""
        found = [json.loads(line) for line in self.pista("list", "--all", "--json", home=home).splitlines()]
        found = [x for x in found if x.get("kind") != "card"]
        if "--all" in options:
            return found
        return [x for x in found if x["state"] in ("open", "claims to belong", "taken away", "missing")]

    def threads(self, view="all", home=None):
        """What the list shows: one dictionary a thread."""
        return [json.loads(line) for line in self.pista("list", view, "--json", home=home).splitlines()]

    def export(self, seq):
        """Message and files of a letter as a member saves them: {name: bytes}."""
        out = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
        self.pista("export", seq, "--to-dir", out)
        return {f.name: f.read_bytes() for f in out.iterdir()}

    # pistad

    def configure(self, section, **values):
        """Sets keys in pistad.conf; the next start reads them."""
        config = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        config.read(self.config)
        if section not in config:
            config.add_section(section)
        for key, value in values.items():
            config[section][key] = str(value)
        with open(self.config, "w") as out:
            config.write(out)

    def start(self, wait=True, inside=()):
        """inside: a command that pistad is started by."""
        with open(self.log, "a") as log:
            self.server = subprocess.Popen([*inside, BUILD / "server/parent/pistad", "--config", self.config],
                                           stdout=log, stderr=log)
        if wait:
            self.wait_up()
        return self

    def wait_up(self, seconds=120):
        """Until the page answers, and a form is there for the next reader."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.server.poll() is not None:
                raise Failed("pistad ended:\n" + self.log.read_text())
            try:
                if Browser(self.url, 5).get().status == 200 and self.pids("form"):
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise Failed("pistad does not answer:\n" + self.log.read_text())

    def publish(self):
        self.pista("masthead", "publish")

    def open(self):
        """Started and published: ready for readers."""
        self.start()
        self.publish()
        return self

    def stop(self):
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(60)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        self.server = None

    def close(self):
        self.stop()
        if self.own:
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def complaints(self):
        """Lines of the log that no healthy server writes: a process that ended
        by itself, a sanitizer's report."""
        killed = ("was ended by signal", "ended with status") if self.has_killed else ()
        signs = ("ended with status", "was ended by", "may not", "cannot", "Sanitizer", "runtime error", "SUMMARY")
        return [line for line in self.log.read_text().splitlines()
                if any(s in line for s in signs) and not any(k in line for k in killed)] if self.log.exists() else []

    def __exit__(self, kind, *_):
        try:
            self.stop()
            if kind is None and (found := self.complaints()):
                raise Failed("pistad said:\n" + "\n".join(found))
        finally:
            self.close()

    def pids(self, role=None):
        """Process ids of the children (of one role), by the kernel's list."""
        found = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
                name, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
                if int(rest[1]) == self.server.pid and (role is None or name == f"pistad-{role}"):
                    found.append(int(stat.parent.name))
            except (OSError, ValueError):
                continue
        return found

    def kill(self, role):
        """kill -9 of all processes of a role; how many there were."""
        self.has_killed = True
        pids = self.pids(role)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return len(pids)

    def ask_store(self, sql):
        """Rows of a copy of the database, which the server keeps to itself."""
        with tempfile.TemporaryDirectory(dir=self.dir) as copy:
            for file in self.store.glob("newsroom.db*"):
                shutil.copy(file, copy)
            with contextlib.closing(sqlite3.connect(pathlib.Path(copy) / "newsroom.db")) as db:
                return db.execute(sql).fetchall()

    def memory(self):
        """Sum of PSS over all processes of the server, in bytes."""
        total = 0
        for pid in [self.server.pid, *self.pids()]:
            try:
                for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1]) * 1024
            except OSError:
                continue
        return total

    # readers

    def dial(self):
        """A connection to the page, for what no browser does."""
        host, port = self.browser.host.split(":")
        return socket.create_connection((host, int(port)), 60)

    def begin(self, lang="es", story=None):
        """A reader's fresh form and the receipt it shows."""
        start = self.browser.get(f"?lang={lang}" + (f"&story={story}" if story else ""))
        page = self.browser.submit(start.form("new"), do="new")
        return page, receipt_of(page)

    def send(self, message, files=(), lang="es", story=None, **values):
        """A whole tip through the unscripted page; files: (name, bytes)."""
        page, words = self.begin(lang, story)
        form = page.form("send")
        answer = self.browser.submit(form, do="send", files=[("file", *f) for f in files],
                                     message=message, **{**asked(form, words), **values})
        return words, answer

    def read(self, words, lang="es"):
        """The page a reader with these nine words gets."""
        door = self.browser.get(f"?lang={lang}").form("read")
        return self.browser.submit(door, do="read", words=" ".join(words))

    def wait_answer(self, words, text, seconds=120, lang="es"):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            page = self.read(words, lang)
            if text in page.text:
                return page
            time.sleep(0.3)
        raise Failed(f"no answer {text!r} within {seconds} s: {page.text[:400]}")


def receipt_of(page):
    import html
    import re
    words = [html.unescape(w) for w in re.findall(r"<i>[1-9]</i> <b>([^<]+)</b>", page.body.decode())]
    if len(words) != 9:
        raise Failed(f"no receipt on the page: {page.status} {page.text[:400]}")
    return words


def asked(form, words):
    """The three words the form asks for."""
    return {f"w{i}": words[int(n) - 1] for i, n in enumerate(form.value("positions").split(), 1)}


def check(condition, what):
    if not condition:
        raise Failed(what)


def main(*cases):
    """Runs the cases, each a function, as TAP."""
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} - {case.__doc__ or case.__name__}", flush=True)
        except Skipped as why:
            print(f"ok {number} - {case.__doc__ or case.__name__} # SKIP {why}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {case.__doc__ or case.__name__}")
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), flush=True)
    sys.exit(1 if failed else 0)
