"""A running pistad with all its children, and a second implementation of what
is asked of it: desk signatures, mastheads, the outside of a sealed letter.

Arguments: the programs, in the order of PROGRAMS.
"""
import base64
import datetime
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/vectors"))
import plain  # noqa: E402

PROGRAMS = ["pistad", "gate", "web", "form", "pickup", "keep"]
PATHS = dict(zip(PROGRAMS, map(os.path.abspath, sys.argv[1:])))
NEWSROOM = bytes(range(16))
SIGNING, KEY_ID = bytes([9]) * 32, b"pistakey"
MEMBER = bytes([1]) * 32     # seeds of request keys
STRANGER = bytes([2]) * 32
CHUNK = 65536 + 16
DEADLINE = 60


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head, _, self.body = self.body.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if lines[0] else 0
        self.fields = {n.lower(): v for n, v in (line.split(": ", 1) for line in lines[1:])}

    def json(self):
        return json.loads(self.body)


def talk(s, data, cut=None):
    """Sends data (cut: only so many bytes, then hangs up), reads the answer."""
    with s:
        try:
            s.sendall(data if cut is None else data[:cut])
        except (BrokenPipeError, ConnectionResetError):
            pass
        if cut is not None:
            return None
        raw = b""
        while True:
            more = s.recv(1 << 16)
            if not more:
                return Answer(raw)
            raw += more


def request(method, path, body=None, fields=()):
    head = f"{method} {path} HTTP/1.1\r\nHost: place\r\n"
    if body is not None:
        head += f"Content-Length: {len(body)}\r\n"
    head += "".join(f"{n}: {v}\r\n" for n, v in fields)
    return head.encode() + b"\r\n" + (body or b"")


def desk_fields(method, path, body=b"", seed=MEMBER, origin="unix", minute=None, nonce=None, newsroom=NEWSROOM):
    minute = int(time.time()) // 60 if minute is None else minute
    nonce = desk_fields.start + secrets.token_hex(16)[len(desk_fields.start):] if nonce is None else nonce
    digest = plain.blake2b(body).hex()
    text = "pista/v1 desk\n" + "".join(
        f"{x}\n" for x in (newsroom.hex(), origin, nonce, minute, method, path, digest))
    return [("Pista-Member", plain.ed25519_public(seed).hex()), ("Pista-Nonce", nonce), ("Pista-Minute", minute),
            ("Pista-Body", digest), ("Pista-Signature", plain.ed25519_sign(seed, text.encode()).hex())]


desk_fields.start = "" # what nonces begin with, as the server last said


def card(serial=1, key=SIGNING, newsroom=NEWSROOM, request=None, **policy):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    recipient, recovery = (plain.bech32("age", plain.x25519_public(bytes([n]) * 32)) for n in (5, 6))
    text = json.dumps({
        "pista": 1, "newsroom": newsroom.hex(), "drill": True, "name": {"en": "The Example"}, "languages": ["en"],
        "serial": serial, "issued": str(today), "expires": str(today + datetime.timedelta(days=20)),
        "previous": "00" * 32, "next": "00" * 32,
        "members": [{"id": "ana", "name": "Ana", "age": [{"recipient": recipient, "from": str(today)}],
                     "sign": plain.ed25519_public(bytes([3]) * 32).hex(),
                     "request": request or plain.ed25519_public(MEMBER).hex()}],
        "desks": [{"id": "news", "names": {"en": "News"}, "languages": ["en"], "members": ["ana"]}],
        "recovery": recovery, "channels": [],
        "policy": {"retention_days": 0, "editions": {"seconds": 1}, "letter_max": 8 << 20, "promise_days": {},
                   **policy}}).encode()
    signature = plain.minisign(key, KEY_ID, text, f"pista newsroom={newsroom.hex()} serial={serial}").encode()
    return text, signature


def framed(text, signature):
    return plain.u32(len(text)) + text + signature


def padme(n):
    if n < 2:
        return n
    e = n.bit_length() - 1
    mask = (1 << (e - e.bit_length())) - 1
    return (n + mask) & ~mask


def letter(size=16384, stanzas=8):
    """What the server can see of a sealed letter whose plaintext has a size."""
    def b64(raw):
        return base64.b64encode(raw).decode().rstrip("=")
    head = "age-encryption.org/v1\n" + "".join(
        f"-> X25519 {b64(secrets.token_bytes(32))}\n{b64(secrets.token_bytes(32))}\n" for _ in range(stanzas))
    head = (head + f"--- {b64(secrets.token_bytes(32))}\n").encode() + secrets.token_bytes(16)
    chunks = max(1, -(-size // 65536))
    return head + secrets.token_bytes(size + 16 * chunks)


def once():
    return [("Idempotency-Key", secrets.token_hex(16))]


class Place:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="pista-http-")
        self.root = pathlib.Path(self.dir.name)
        libexec = self.root / "libexec"
        libexec.mkdir()
        for role in PROGRAMS[1:]:
            (libexec / f"pistad-{role}").symlink_to(PATHS[role])
        (self.root / "store").mkdir(mode=0o700)
        self.config = self.root / "pistad.conf"
        self.config.write_text(f"""
[newsroom]
id = {NEWSROOM.hex()}
pin = {plain.minisign_public(KEY_ID, plain.ed25519_public(SIGNING))}
[store]
path = {self.root}/store
[entry main]
listen = 127.0.0.1:0
front = direct
[desk]
listen = unix:{self.root}/desk
[public]
prefix = /tips
""")
        self.start()

    def start(self):
        self.log = open(self.root / "log", "w+")
        self.process = subprocess.Popen(
            [PATHS["pistad"], "--config", self.config], stderr=self.log, cwd="/",
            env={**os.environ, "PISTA_LIBEXEC": str(self.root / "libexec")})
        self.wait_for(lambda: "ready" in self.said() or self.process.poll() is not None, "ready")
        found = re.search(r"entry main listens on 127.0.0.1:(\d+)", self.said())
        assert found, self.said()
        self.port = int(found.group(1))

    def said(self):
        return (self.root / "log").read_text()

    def wait_for(self, condition, what, seconds=DEADLINE):
        end = time.monotonic() + seconds
        while not (got := condition()):
            if time.monotonic() > end:
                raise AssertionError(f"no {what} in {seconds} s; pistad said:\n{self.said()}")
            time.sleep(0.02)
        return got

    def raw(self, data, cut=None):
        return talk(socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE), data, cut)

    def public(self, method, path, body=None, fields=()):
        return self.raw(request(method, "/tips" + path, body, fields))

    def desk_raw(self, data, cut=None):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(DEADLINE)
        s.connect(str(self.root / "desk"))
        return talk(s, data, cut)

    def desk(self, method, path, body=None, fields=(), **signing):
        for _ in range(2):
            signed = desk_fields(method, path, body or b"", **signing)
            a = self.desk_raw(request(method, path, body, [*fields, *signed]))
            if a.status != 401 or "start" not in a.json():
                break
            desk_fields.start = plain.u64(a.json()["start"]).hex()
        return a

    def publish(self, serial=1, **policy):
        seed = STRANGER if "request" in policy else MEMBER
        a = self.desk_raw(request("PUT", "/v1/masthead", framed(*card(serial, **policy))))
        assert a.status == 200, a.body
        self.wait_for(lambda: self.public("GET", "/masthead.json").status == 200, "card")
        self.entries(seed=seed)

    def entries(self, after=0, **signing):
        a = self.desk("GET", f"/v1/inbox?after={after}", **signing)
        assert a.status == 200, a.body
        return a.json()["entries"]

    def letters(self):
        return [e for e in self.entries() if e["type"] == 1]

    def kill(self, role):
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
                command = (status.parent / "cmdline").read_bytes().split(b"\0")[0].decode()
            except (OSError, ValueError):
                continue
            if int(fields["PPid"]) == self.process.pid and command == f"pistad-{role}":
                os.kill(int(fields["Pid"]), signal.SIGKILL)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(DEADLINE)
        self.log.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            assert self.stop() == 0, self.said()
        assert "Sanitizer" not in self.said() and "runtime error" not in self.said(), self.said()
        self.dir.cleanup()


def run(cases):
    """Each case is a function of a fresh place with a card. TAP."""
    print(f"1..{len(cases)}")
    bad = 0
    for number, case in enumerate(cases, 1):
        try:
            with Place() as p:
                began = time.monotonic()
                case(p)
                took = time.monotonic() - began
            print(f"ok {number} - {case.__name__} # {took:.1f} s", flush=True)
        except Exception:
            bad += 1
            traceback.print_exc()
            print(f"not ok {number} - {case.__name__}", flush=True)
    return 1 if bad else 0
