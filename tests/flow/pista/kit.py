"""What the cases of `pista` share: paths, a home without a server, terminals."""
import contextlib
import http.server
import json
import os
import pathlib
import pty
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "interop")]

from pista_flow import BUILD, Failed, Place, check, main  # noqa: E402,F401
from terminal_kit import is_ready, run_at_terminal  # noqa: E402,F401

PISTA = str(BUILD / "cmd/pista/pista")
PASSPHRASE = "correct horse battery staple"


class Home:
    """A home in a directory of its own, and pista with it."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="pista-flow-")
        self.dir = pathlib.Path(self.temporary.name)
        self.home = self.dir / "home"
        self.passphrase = self.file("passphrase", PASSPHRASE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def file(self, name, text, mode=0o600):
        path = self.dir / name
        path.touch(mode=mode)
        path.write_text(text)
        return path

    def run(self, *args, text=None, keys=True, home=None, **options):
        more = ["--home", str(home or self.home)]
        if keys:
            more += ["--passphrase-file", str(self.passphrase)]
        return subprocess.run([PISTA, *map(str, args), *more], input=text, capture_output=True, text=True,
                              timeout=120, **options)

    def pista(self, *args, **options):
        done = self.run(*args, **options)
        check(done.returncode == 0, f"pista {args}: {done.stderr}")
        return done.stdout

    def refused(self, *args, status=1, says=(), **options):
        """pista must end with status and a complaint in which all of says stands."""
        done = self.run(*args, **options)
        check(done.returncode == status, f"pista {args}: {done.returncode} {done.stdout} {done.stderr}")
        check(done.stderr.startswith("pista: "), done.stderr)
        for words in [says] if isinstance(says, str) else says:
            check(words in done.stderr, f"{words!r} not in: {done.stderr}")
        return done

    def set_up(self, *args):
        return self.pista("setup", "--yes", "--drill", "--member-name", "Ana Pérez", "--member-id", "ana",
                          "--listen", "127.0.0.1:1", *args)

    def names(self):
        """Every file of the home."""
        return sorted(str(f.relative_to(self.home)) for f in self.home.rglob("*") if f.is_file())


@contextlib.contextmanager
def real_work():
    """Passphrases take the work that they take everywhere else."""
    light = os.environ.pop("LD_PRELOAD", None)
    try:
        yield
    finally:
        if light is not None:
            os.environ["LD_PRELOAD"] = light


def sign_card(place, **changes):
    """The place's masthead with changes, signed with its own key by stock minisign, as a file for
    `masthead publish`: what pista itself would not sign. The next serial unless one is given."""
    work = pathlib.Path(tempfile.mkdtemp(dir=place.dir))
    key = work / "key"
    key.touch(mode=0o600)
    key.write_text(place.source("open", "--passphrase-file", place.dir / "passphrase",
                                place.home / "newsroom/signing.key.age").stdout)
    card = json.loads((place.home / "newsroom/masthead.json").read_text())
    card = {**card, "serial": card["serial"] + 1, **changes}
    path = work / "masthead.json"
    path.write_text(json.dumps(card))
    subprocess.run(["minisign", "-S", "-H", "-s", key, "-m", path, "-t",
                    f"pista newsroom={card['newsroom']} serial={card['serial']}"], check=True, capture_output=True)
    return path


def join(place, member, name, *args):
    """A second machine: makes its key, the administrator adds it. Returns its home."""
    home = place.dir / f"home-{member}"
    line = place.pista("member", "new", "--id", member, "--name", name, "--from", place.url, "--pin",
                       place.home / "newsroom/newsroom.pub", "--to", f"unix:{place.data}/desk.sock", home=home)
    place.pista("member", "add", *args, "-", text=line)
    return home


class Liar:
    """A server between a source and the place that changes some answers: {path: function of the
    true bytes}, which returns None for an answer that is not there."""

    def __init__(self, place, lies):
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, _, body = place.browser.request("GET", self.path)
                lie = next((f for path, f in lies.items() if self.path.startswith(path)), None)
                if lie is not None:
                    body = lie(body)
                    status = 404 if body is None else 200
                self.send_response(status)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        liar.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class DeskLiar:
    """The same on the desk's socket: passes signed requests on and changes some answers."""

    def __init__(self, place, lies):
        self.place, self.lies = place, lies
        self.path = place.dir / f"liar-{os.urandom(4).hex()}.sock"
        self.address = f"unix:{self.path}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                self.answer(client)

    def answer(self, client):
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(65536)
        with socket.socket(socket.AF_UNIX) as desk:
            desk.connect(str(self.place.data / "desk.sock"))
            desk.sendall(request)
            answer = b""
            while data := desk.recv(65536):
                answer += data
        head, body = answer.split(b"\r\n\r\n", 1)
        path = request.split(b" ")[1].decode()
        lie = next((f for p, f in self.lies.items() if path == p), None)
        # A server that has just started wants the request signed once more.
        if lie is not None and b" 401 " not in head.split(b"\r\n")[0]:
            body = lie(body)
            if body is None:
                head, body = b"HTTP/1.1 404 Not Found", b""
            lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
            head = b"\r\n".join([*lines, b"Content-Length: %d" % len(body)])
        client.sendall(head + b"\r\n\r\n" + body)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Closing alone leaves the thread waiting, perhaps for the next one's connections.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def flipped(at):
    """A lie: one bit is another."""
    def lie(body):
        lying = bytearray(body)
        lying[at] ^= 1
        return bytes(lying)
    return lie


def interrupt(argv, answers, after=0.3, with_signal=signal.SIGINT):
    """Runs argv at a terminal, answers its questions, then interrupts it. Returns its status and
    what was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(argv[0], argv)
    shown, answers, deadline, end = b"", list(answers), None, time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.02)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        if shown.endswith(b": ") and deadline is None and is_ready(fd, shown):
            if answers:
                shown += b"\n"
                os.write(fd, answers.pop(0).encode() + b"\n")
            if not answers:
                deadline = time.monotonic() + after
        if deadline is not None and time.monotonic() > deadline:
            os.kill(pid, with_signal)
            deadline = end
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace")
