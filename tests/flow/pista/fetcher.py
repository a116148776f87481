"""pista-fetch on its own, for tests: who starts it and the desk it talks to are played here."""
import base64
import contextlib
import json
import os
import pathlib
import re
import select
import socket
import sqlite3
import struct
import subprocess
import sys
import time

from kit import BUILD, Failed, check

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vectors"))
import plain  # noqa: E402

PEER, READY, FETCH_START, FETCH_KEY, FETCH_NOW, FETCH_WHOLE, FETCH_ROUND, FETCH_PROGRESS, FETCH_CHANGED = (
    2, 5, 71, 80, 81, 82, 83, 84, 85)
ROOT = pathlib.Path(__file__).resolve().parents[3]
# The codes of err.h by name.
ERRORS = {0: "ok", **{-int(n): name for name, n in re.findall(r"X\((\w+), (\d+),", (ROOT / "lib/base/err.h").read_text())}}


def text(s):
    data = str(s).encode()
    return struct.pack("<H", len(data)) + data


def request_seed(place, home):
    """What signs a member's requests, made of the identity as FORMATS says."""
    identity = place.source("open", "--passphrase-file", place.dir / "passphrase", home / "member/identity.age").stdout
    line = next(x for x in identity.splitlines() if x.startswith("AGE-SECRET-KEY-"))
    secret = plain.unbech32(line.lower())
    secret = secret[1] if isinstance(secret, tuple) else secret
    return plain.hkdf(secret, newsroom_of(home), b"pista/v1 request")


def newsroom_of(home):
    return bytes.fromhex(json.loads((home / "member/place.json").read_text())["newsroom"])


def pin_of(home):
    raw = base64.b64decode(json.loads((home / "member/place.json").read_text())["pin"])
    return raw[2:42]


def fill(place, letters):
    """Entries 3 to `letters`, as like entry 2 as the chain allows, in both databases: the server's and the member's."""
    newsroom = newsroom_of(place.home)
    server, mirror = sqlite3.connect(place.store / "newsroom.db"), sqlite3.connect(place.home / "member/inbox/mirror.db")
    with contextlib.closing(server), contextlib.closing(mirror), server, mirror:
        day, size, body, head, digest, link, hashes = server.execute(
            "SELECT day, size, body, head, digest, link, hashes FROM entry WHERE seq = 2").fetchone()
        links = []
        for seq in range(3, letters + 1):
            link = plain.blake2b(b"pista/v1 link" + newsroom + link + plain.u64(seq) + b"\1" + plain.u32(day) + digest)
            links.append((seq, link))
        server.executemany("INSERT INTO entry (seq, type, day, deleted, size, body, head, digest, link, hashes)"
                           " VALUES (?, 1, ?, 0, ?, ?, ?, ?, ?, ?)",
                           ((seq, day, size, body, head, digest, x, hashes) for seq, x in links))
        mirror.executemany("INSERT INTO entry (seq, type, deleted, gone, day, size, held, digest, link, change)"
                           " VALUES (?, 1, 0, 0, ?, ?, ?, ?, ?, ?)",
                           ((seq, day, size, size, digest, x, seq) for seq, x in links))


class Fetch:
    def __init__(self, place, home=None, address=None, minutes=60, key=True):
        self.place, self.home = place, home or place.home
        self.member = self.home / "member/inbox"
        self.newsroom = newsroom_of(self.home)
        self.address = address or f"unix:{place.data}/desk.sock"
        self.seed = request_seed(place, self.home)
        self.rounds, self.progress, self.changed = [], [], 0
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.desk, desk = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = self.spawn(control, desk)
        control.close()
        desk.close()
        self.say(self.control, FETCH_START, self.newsroom + pin_of(self.home) + text(self.member) +
                 text(self.address) + text("") + struct.pack("<HB", minutes, 0))
        head = self.control.recv(4096)
        check(head[1:2] == bytes([READY]), f"not ready: {head!r}")
        if key:
            self.key()

    def spawn(self, control, desk):
        """With its sockets as descriptors 3 and 4, as it expects them."""
        def settle():
            low = [os.dup2(s.fileno(), 200 + i) for i, s in enumerate((control, desk))]
            for fd, at in zip(low, (3, 4)):
                os.dup2(fd, at)
        return subprocess.Popen([BUILD / "desk/fetch/pista-fetch"], preexec_fn=settle, close_fds=False,
                                env={k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})

    def say(self, to, kind, body=b"", pass_fd=None):
        message = struct.pack("<BBHIQ16s", 1, kind, 0, len(body), 0, self.newsroom) + body
        if pass_fd is None:
            to.send(message)
        else:
            socket.send_fds(to, [message], [pass_fd])

    def key(self):
        self.say(self.desk, FETCH_KEY, self.seed)

    def now(self):
        """A round; how it went."""
        before = len(self.rounds)
        self.say(self.desk, FETCH_NOW)
        return self.wait(lambda: len(self.rounds) > before and self.rounds[-1], "a round")

    def whole(self, seq):
        self.progress.clear()
        self.say(self.desk, FETCH_WHOLE, plain.u64(seq))
        self.wait(lambda: (seq, 0, 0) in self.progress, "the end of a letter")

    def new_desk(self):
        """The desk has ended, and another one is there."""
        self.desk.close()
        self.desk, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.say(self.control, PEER, bytes([self.role()]), theirs.fileno())
        theirs.close()

    @staticmethod
    def role():
        """WIRE_DESK, from the list in wire.h."""
        header = (ROOT / "lib/wire/wire.h").read_text()
        names = re.findall(r"WIRE_[A-Z]+", re.search(r"enum wire_role \{(.*?)\}", header, re.S)[1])
        return names.index("WIRE_DESK")

    def hear(self):
        message = self.desk.recv(4096)
        if not message:
            raise Failed("fetch has gone")
        kind, body = message[1], message[32:]
        if kind == FETCH_CHANGED:
            self.changed += 1
        elif kind == FETCH_PROGRESS:
            self.progress.append(struct.unpack("<QQQ", body))
        elif kind == FETCH_ROUND:
            err, added, sent, newest, differs, refused, at, n = struct.unpack_from("<IQQQQIQH", body)
            self.rounds.append({"err": ERRORS[-err], "added": added, "sent": sent, "newest": newest, "differs": differs,
                                "refused": refused, "at": at, "doing": body[50:50 + n].decode()})
        else:
            raise Failed(f"fetch says {kind}")

    def wait(self, is_so, what, seconds=120):
        end = time.monotonic() + seconds
        while True:
            found = is_so()
            if found:
                return found
            if not select.select([self.desk], [], [], max(0, end - time.monotonic()))[0]:
                raise Failed(f"no {what}: {self.rounds[-3:]}")
            self.hear()

    def sql(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.member / "mirror.db", timeout=10)) as db, db:
            return db.execute(statement, values).fetchall()

    def lay_out(self, kind, body, edition=0, once=None):
        self.sql("INSERT INTO tray (kind, once, edition, bytes) VALUES (?, ?, ?, ?)",
                 kind, once or os.urandom(16), edition, body)

    def dump(self):
        """All that the mirror says."""
        return [self.sql(f"SELECT * FROM {t} ORDER BY 1, 2") for t in ("entry", "piece", "edition", "tray")] + [
            self.sql("SELECT stories, next FROM newsroom")]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.control.close()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.desk.close()
        if kind is None:
            check(status == 0, f"fetch ended with {status}")
