"""What the cases of the desk's program share: a real `pista desk`, and a page that asks as a browser would."""
import http.client
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent)]

from pista_flow import BUILD, Failed, Place, check, main  # noqa: E402,F401

PISTA = str(BUILD / "cmd/pista/pista")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.bytes = response.read()
        is_json = "json" in self.headers.get("content-type", "")
        self.json = json.loads(self.bytes) if is_json else None

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None


class Desk:
    """`pista desk` of one home, without a browser."""

    def __init__(self, place, home=None, options=()):
        self.place, self.home = place, home or place.home
        self.passphrase = (place.dir / "passphrase").read_text().strip()
        self.lighten()
        self.log = open(place.dir / "desk.log", "a+")
        self.process = subprocess.Popen([PISTA, "desk", "--home", self.home, "--no-browser", "--print-url",
                                         "--allow-swap", *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        if not select.select([self.process.stdout], [], [], 120)[0]:
            raise Failed("no address was printed")
        self.url = self.process.stdout.readline().strip()
        check(self.url.startswith("http://127.0.0.1:"), self.url + self.said())
        self.origin, self.key = self.url.split("/#")
        self.port = int(self.origin.rsplit(":", 1)[1])
        self.token = None

    def lighten(self):
        """The member's key, sealed again so that its scrypt takes little work by its own word: pista-desk is started with
        an environment of its own, without what makes it light for all others."""
        key = self.home / "member/identity.age"
        if "PISTA_LIGHT_KEY" in os.environ:
            words = self.place.dir / "passphrase"
            plain = self.place.source("open", "--passphrase-file", words, key).stdout
            subprocess.run([os.environ["PISTA_LIGHT_KEY"], words, key], input=plain, text=True, check=True)

    def said(self):
        self.log.flush()
        return (self.place.dir / "desk.log").read_text()

    def ask(self, method, path, body=None, token=True, type="application/json", **headers):
        """One request, as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if token is True and self.token:
            headers["Pista-Token"] = self.token
        elif isinstance(token, str):
            headers["Pista-Token"] = token
        data = None
        if body is not None:
            headers["Content-Type"] = type
            data = body if isinstance(body, (bytes, str)) else json.dumps(body).encode()
        try:
            connection.request(method, path, data, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def call(self, method, path, body=None, status=200, code=None, **options):
        answer = self.ask(method, path, body, **options)
        check(answer.status == status and (code is None or answer.code == code),
              f"{method} {path}: {answer.status} {answer.bytes[:500]} {self.said()}")
        return answer.json

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body or {}, **options)

    def put(self, path, body, **options):
        return self.call("PUT", path, body, **options)

    def enter(self):
        self.token = self.post("/v1/enter", {"key": self.key}, token=False)["token"]
        return self

    def until(self, wanted, seconds=120):
        """The first state that is wanted, waited for as a page waits."""
        end, after = time.monotonic() + seconds, 0
        state = None
        while time.monotonic() < end:
            try:
                state = self.get(f"/v1/state?after={after}")
            except (OSError, http.client.HTTPException):
                # One desk is gone and the next not there yet.
                time.sleep(0.05)
                continue
            if wanted(state):
                return state
            after = state["version"]
        raise Failed(f"never came: {json.dumps(state)[:2000]} {self.said()}")

    def phase(self, phase):
        return self.until(lambda s: s["phase"] == phase)

    def unlock(self):
        self.post("/v1/unlock", {"passphrase": self.passphrase})
        return self.phase("ready")

    def sync(self):
        """Rounds until nothing waits here any more."""
        self.post("/v1/sync")
        return self.until(lambda s: s["sync"]["state"] == "ok" and s["sync"]["waiting"] == 0)

    def threads(self, query="view=all"):
        return self.get(f"/v1/threads?{query}")["threads"]

    def wait_threads(self, n, query="view=all"):
        self.until(lambda _: len(self.threads(query)) == n)
        return self.threads(query)

    def thread(self, thread):
        return self.get(f"/v1/thread?id={thread}")

    def act(self, thread, kind, **more):
        return self.post("/v1/act", {"acts": [{"thread": thread, "kind": kind, **more}]})["handles"]

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def __enter__(self):
        return self.enter()

    def __exit__(self, kind, *_):
        self.close()
        said = (self.place.dir / "desk.log").read_text()
        signs = ("Sanitizer", "runtime error", "broken promise", "signal 6", "signal 11", "signal 31", "pista-desk: ", "pista-fetch: ")
        if kind is None and (found := [line for line in said.splitlines() if any(s in line for s in signs)]):
            raise Failed("pista desk said:\n" + "\n".join(found))

    def program(self, name):
        """Process ids of pista-desk or pista-fetch."""
        found = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
            except OSError:
                continue
            called, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
            if int(rest[1]) == self.process.pid and called == name:
                found.append(int(stat.parent.name))
        return found


def tip(place, text, *args):
    pin = place.home / "newsroom/newsroom.pub"
    place.source("send", "--to", place.url, "--pin", pin, *args, text=text)
