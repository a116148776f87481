#!/usr/bin/env python3
"""usage: source.py CASES.mjs [CASE...]

A drill newsroom with its server for cases that drive a real browser through the page
of sources (reader.mjs is their kit) and speak TAP. What the newsroom does meanwhile is
asked of this program, on loopback.

PISTA_SCREENSHOTS=DIR keeps pictures of every screen."""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent / "flow")]

from pista_flow import Place  # noqa: E402

LANGUAGES = "en,es,fr,ar,ru,de"
STORY = ("embalse", "El embalse que nadie inspeccionó")


class Newsroom:
    """Each method is one thing that source.mjs may ask for."""

    def __init__(self, place):
        self.place = place

    def letters(self):
        return self.place.letters("--all")

    def export(self, seq):
        return {name: base64.b64encode(data).decode() for name, data in self.place.export(seq).items()}

    def about(self, seq):
        return self.place.pista("read", seq)

    def reply(self, seq, text):
        return self.place.pista("reply", seq, text=text)

    def status(self, seq, status):
        return self.place.pista("status", seq, status)

    def stop(self):
        self.place.stop()

    def start(self):
        self.place.start()

    def kill_web(self):
        return self.place.kill("web")

    def kill(self, name):
        return self.place.kill(name)

    def digests(self, seq):
        """SHA-256 of every file of a letter."""
        return [hashlib.sha256(data).hexdigest() for data in self.place.export(seq).values()]

    def open_with_age(self, sealed):
        """Message of a sealed letter as stock age and tar see it."""
        identity = self.place.dir / "identity.txt"
        identity.touch(mode=0o600)
        identity.write_text(self.place.source("open", "--passphrase-file", self.place.dir / "passphrase",
                                              self.place.home / "member/identity.age").stdout)
        try:
            tar = subprocess.run(["age", "-d", "-i", identity], input=base64.b64decode(sealed), capture_output=True,
                                 check=True).stdout
        finally:
            identity.unlink()
        return subprocess.run(["tar", "-xO", "message.txt"], input=tar, capture_output=True, check=True).stdout.decode()


def serve(newsroom):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                status, said = 200, getattr(newsroom, self.path[1:])(*body)
            except Exception as why:
                status, said = 500, f"{why!r}"
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main():
    with Place(languages=LANGUAGES, edition_seconds=1).open() as place:
        place.pista("story", "add", "--id", STORY[0], "--title", STORY[1], "--lang", "es", "--url", "https://diario.example/1")
        place.has_killed = True     # a case ends web as a crash would
        done = subprocess.run(["node", str(HERE / sys.argv[1]), *sys.argv[2:]], env={
            **os.environ, "PLACE_URL": place.url, "NEWSROOM_URL": serve(Newsroom(place)), "STORY_TITLE": STORY[1]})
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
