#!/usr/bin/env python3
"""Nothing that a member reads or writes at the desk is ever found on a disk, and none of it in memory once it is locked.

Every text carries the same random word. It is looked for in every byte of every file that came while the desk ran, as it
is, in UTF-16, in hex and in base64, in files that are deleted and still open, and in the memory of those who may not
know it."""
import base64
import contextlib
import http.client
import os
import pathlib
import re
import secrets
import shutil
import signal
import sqlite3
import tempfile
import time

from api_kit import Desk, Failed, Place, check, main

SHARED = [pathlib.Path(d) for d in ("/tmp", "/var/tmp", "/dev/shm")]
PIECE = 1 << 20
MOST = 64 << 20  # of one file of others, in a directory that all share


def ways(word):
    """How a word can stand in a file."""
    plain = word.encode()
    found = {plain, plain.upper(), word.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode()}
    for before in range(3):
        # Characters that also carry bits of what stands around it are left out.
        text = base64.b64encode(b"\0" * before + plain + b"\0" * (-(before + len(plain)) % 3))
        found.add(text[-(-before * 8 // 6):(before + len(plain)) * 8 // 6])
    return sorted(found)


def word():
    """Letters alone, so that it is one word for the search, too."""
    return "q" + secrets.token_hex(8).translate(str.maketrans("0123456789", "ghijklmnop"))


class Scan:
    def __init__(self, *words):
        self.ways = [w for one in words for w in ways(one)]
        self.longest = max(map(len, self.ways))
        self.bytes = 0

    def stream(self, file, most=None):
        """True when it stands in what can be read of a file."""
        kept, n = b"", 0
        while (most is None or n < most) and (piece := file.read(PIECE)):
            kept += piece
            n += len(piece)
            if any(w in kept for w in self.ways):
                return True
            kept = kept[1 - self.longest:]
        self.bytes += n
        return False

    def path(self, path, most=None):
        try:
            with open(path, "rb", buffering=0) as file:
                return self.stream(file, most)
        except OSError:
            return False

    def tree(self, root, most=None, but=()):
        """Files below root in which it stands."""
        return [str(f) for f in ([root] if root.is_file() else files_of(root))
                if f not in but and self.path(f, most)]

    def open_files(self, pids):
        """The same for files that processes have open, also those that have no name any more."""
        found = []
        for pid in pids:
            with contextlib.suppress(OSError):
                for fd in os.scandir(f"/proc/{pid}/fd"):
                    with contextlib.suppress(OSError):
                        if os.stat(fd.path).st_mode & 0o170000 == 0o100000 and self.path(fd.path):
                            found.append(f"{os.readlink(fd.path)} of {pid}")
        return found

    def memory(self, pid):
        """Names of the parts of a process's memory in which it stands. None when we may not look."""
        found = []
        try:
            maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
            memory = open(f"/proc/{pid}/mem", "rb", buffering=0)
        except OSError:
            return None
        with memory:
            for line in maps:
                begin, end = (int(x, 16) for x in line.split()[0].split("-"))
                # The kernel's own, and the tables of a sanitizer, which are larger than any memory.
                if line.split()[1][0] != "r" or "[v" in line or end - begin > 1 << 32:
                    continue
                try:
                    memory.seek(begin)
                    if self.stream(memory_part(memory, end - begin)):
                        found.append(line)
                except (OSError, OverflowError):
                    continue
        return found


class memory_part:
    def __init__(self, memory, n):
        self.memory, self.left = memory, n

    def read(self, n):
        got = self.memory.read(min(n, self.left)) if self.left else b""
        self.left -= len(got)
        return got


def files_of(root):
    for directory, _, names in os.walk(root):
        for name in names:
            path = pathlib.Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path


class Machine:
    """A place, and a person's directories of their own. What comes into those that all share is new there."""

    def __init__(self):
        self.place = Place()
        self.user = self.place.dir / "user"
        self.own_tmp = self.place.dir / "tmp"
        for directory in self.user, self.own_tmp:
            directory.mkdir()
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="pista-disk-", dir="/dev/shm"))
        os.environ.update(HOME=str(self.user), TMPDIR=str(self.own_tmp), XDG_RUNTIME_DIR=str(self.runtime))
        self.before = {entry.path for root in SHARED if root.is_dir() for entry in os.scandir(root)}
        self.word = word()
        self.passphrase = (self.place.dir / "passphrase").read_text().strip()
        self.scan = Scan(self.word, self.passphrase)

    def __enter__(self):
        self.place.open()
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.runtime, ignore_errors=True)
        self.place.close()

    def text(self, kind):
        """A text of this kind: the word first, then what it is."""
        return f"{self.word} {kind}"

    def written(self):
        """Where it stands among all files that came meanwhile."""
        found = self.scan.tree(self.place.dir, but=[self.place.dir / "passphrase"]) + self.scan.tree(self.runtime)
        for root in SHARED:
            for entry in os.scandir(root) if root.is_dir() else ():
                if entry.path not in self.before and entry.is_symlink() is False:
                    with contextlib.suppress(OSError):
                        found += self.scan.tree(pathlib.Path(entry.path), MOST)
        return found

    def programs(self, desk):
        return [desk.process.pid, *desk.program("pista-desk"), *desk.program("pista-fetch")]

    def nothing(self, desk, when):
        check(not (found := self.scan.open_files(self.programs(desk)) + self.written()), f"{when}: {found}")


def work(machine, desk):
    """Everything that a person's words can get into."""
    text = machine.text
    machine.place.send(text("message"), files=[(text("filename") + ".txt", text("file").encode() * 9000)], names="yes",
                       contact=text("contact"), name=text("name"))
    one, = desk.wait_threads(1)
    thread, seq = one["thread"], one["seq"]
    shown = desk.thread(thread)
    check(str(shown).count(machine.word) >= 4 and text("filename") in str(shown) and text("contact") in str(shown), shown)
    desk.post("/v1/open", {"thread": thread})
    check(machine.word in desk.get(f"/v1/text?seq={seq}&n=1")["text"], "the file is not shown")
    desk.post("/v1/fetch", {"seq": seq})
    desk.put("/v1/canned", {"lang": "es", "title": text("title"), "text": text("canned")})
    desk.act(thread, "label", value=machine.word)
    desk.act(thread, "summary", value=text("summary"))
    desk.act(thread, "status", value="parked", reason=text("reason"))
    desk.post("/v1/note", {"thread": thread, "text": text("note")})
    desk.post("/v1/answer", {"thread": thread, "text": text("answer")})
    desk.put("/v1/draft", {"thread": thread, "text": text("draft")})
    desk.put("/v1/draft", {"thread": thread, "text": text("half a note"), "is_note": True})
    check([t["thread"] for t in desk.threads(f"view=all&words={machine.word}")] == [thread], "not found")
    ticket = desk.post("/v1/save", {"seq": seq, "n": 1})["ticket"]
    check(machine.word.encode() in desk.ask("GET", f"/v1/file?ticket={ticket}", token=False).bytes, "not saved")
    desk.sync()
    return thread


def test_finds():
    """what is looked for would be found, however it is written"""
    with tempfile.TemporaryDirectory() as name:
        directory, sought = pathlib.Path(name), word()
        scan = Scan(sought)
        text = f"añ {sought} b"
        for i, data in enumerate([text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.upper().encode(),
                                  text.encode().hex().encode(), text.encode().hex().upper().encode(),
                                  *(base64.b64encode(b"x" * n + text.encode()) for n in range(6)),
                                  *(base64.urlsafe_b64encode(b"x" * n + text.encode()).rstrip(b"=") for n in range(3)),
                                  b"." * (PIECE - 5) + sought.encode()]):
            path = directory / f"{i}"
            path.write_bytes(data)
            check(scan.tree(directory) == [str(path)], f"not found: {data[:80]}")
            path.unlink()
        with open(directory / "deleted", "wb+") as file:
            file.write(sought.encode())
            file.flush()
            os.unlink(directory / "deleted")
            check(not scan.tree(directory) and len(scan.open_files([os.getpid()])) == 1, "not found: deleted and open")
        db = sqlite3.connect(directory / "a.db")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (a)")
        db.execute("INSERT INTO t VALUES (?)", (sought,))
        db.commit()
        check(str(directory / "a.db-wal") in scan.tree(directory), "not found: in a WAL")
        db.close()
        found = scan.memory(os.getpid())
        check(found is None or found, "not found: in memory")
        check(not Scan(word()).tree(directory), "found what is not there")


def test_disk():
    """nothing is written in plain: read, written, searched, saved, locked, killed, ended in panic"""
    with Machine() as machine:
        with Desk(machine.place) as desk:
            used(machine, desk)
        with Desk(machine.place) as desk:
            all_killed(machine, desk)
        # What was looked through is where all of it lies.
        check((machine.place.home / "member/drafts.age").stat().st_size > 50 * len(machine.text("draft")), "no draft")
        check(machine.scan.bytes > 1_000_000, machine.scan.bytes)


def used(machine, desk):
    desk.unlock()
    thread = work(machine, desk)
    machine.nothing(desk, "at work")
    locked(machine, desk)
    desk.unlock()
    shown = desk.thread(thread)
    check(shown["draft"] == machine.text("draft") and machine.text("summary") in str(shown), "lost by locking")
    # Killed in the middle of writing.
    desk.put("/v1/draft", {"thread": thread, "text": machine.text("draft") * 100})
    desk.act(thread, "label", value="b")
    os.kill(desk.program("pista-desk")[0], signal.SIGKILL)
    machine.nothing(desk, "killed")
    desk.phase("locked")
    desk.unlock()
    desk.put("/v1/draft", {"thread": thread, "text": machine.text("draft") * 50})
    with contextlib.suppress(OSError, http.client.HTTPException, Failed):
        desk.post("/v1/panic")
    desk.process.wait(60)
    machine.nothing(desk, "panic")
    check(not list(machine.runtime.iterdir()) and not list(machine.own_tmp.iterdir()), "something was left behind")


def locked(machine, desk):
    """Locked, no process of the desk knows a word any more, and two never did."""
    pid, = desk.program("pista-desk")
    check(machine.scan.memory(pid) != [], "who has all of it in memory does not seem to")
    desk.post("/v1/lock")
    desk.until(lambda _: desk.program("pista-desk") not in ([], [pid]))
    check(desk.phase("locked")["lock"]["reason"] == "asked", "not locked")
    for name, one in (("locked", desk.program("pista-desk")[0]), ("fetch", desk.program("pista-fetch")[0]),
                      ("launcher", desk.process.pid)):
        check(not (found := machine.scan.memory(one)), f"in the memory of {name}: {found}")
    machine.nothing(desk, "locked")


def all_killed(machine, desk):
    """Who kills the launcher kills all of it."""
    desk.unlock()
    pids = machine.programs(desk)
    os.kill(desk.process.pid, signal.SIGKILL)
    desk.process.wait(60)
    end = time.monotonic() + 60
    while any(is_running(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    check(not any(is_running(pid) for pid in pids), "somebody outlives it")
    machine.nothing(desk, "the launcher killed")


def is_running(pid):
    with contextlib.suppress(OSError):
        return re.search(r"\) ([A-Z])", pathlib.Path(f"/proc/{pid}/stat").read_text())[1] not in "ZX"
    return False


main(test_finds, test_disk)
