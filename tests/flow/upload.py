#!/usr/bin/env python3
"""Resumable uploads: tus 1.0.0, of sealed letters."""
import hashlib
import http.client
import json
import os
import pathlib
import socket
import subprocess
import threading

from pista_flow import Place, check, main

HERE = pathlib.Path(__file__).resolve().parent
BYTES = int(os.environ.get("PISTA_BYTES", 12 << 20))
BREAK = int(os.environ.get("PISTA_BREAK", 3 << 20))
TUS = {"Tus-Resumable": "1.0.0"}
ONCE = "0123456789abcdef0123456789abcdef"


class Breaking:
    """A connection to port that breaks after so many bytes, again and again."""

    def __init__(self, port, most):
        self.port, self.most, self.broken = port, most, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self.pass_on, args=(server, client, None), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(client, server, self.most), daemon=True).start()

    def pass_on(self, source, to, left):
        try:
            while data := source.recv(65536):
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                to.sendall(data)
                if left == 0:
                    self.broken += 1
                    for s in source, to:
                        s.shutdown(socket.SHUT_RDWR)
                    return
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def ask(place, method, path="/v1/upload", body=None, status=None, **fields):
    c = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    headers = {**TUS, **{k.replace("_", "-"): str(v) for k, v in fields.items()}}
    c.request(method, path, body, {k: v for k, v in headers.items() if v != "None"})
    answer = c.getresponse()
    answer.read()
    c.close()
    check(status is None or answer.status == status, f"{method} {path} {fields}: {answer.status}, not {status}")
    return answer


def sealed(place, n=200_000):
    """An age file that may be a letter, for all a server can know."""
    keys = [subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout for _ in range(8)]
    to = [word for key in keys for word in ("-r", key.split("public key: ")[1].split()[0])]
    size = 16384 * 12
    return subprocess.run(["age", *to], input=os.urandom(size), capture_output=True, check=True).stdout


def breaking():
    """a letter with a file arrives once and whole over a connection that breaks again and again"""
    with Place().open() as place:
        line = Breaking(place.port, BREAK)
        pin = next((place.home / "newsroom").glob("*.pub")).read_text().splitlines()[1]
        done = subprocess.run(["node", HERE / "upload.mjs", line.url, pin, str(BYTES), place.dir],
                              capture_output=True, text=True, timeout=500)
        check(done.returncode == 0, done.stderr)
        told = json.loads(done.stdout)
        check(line.broken >= min(3, BYTES // BREAK) and told["errors"] > 0, (line.broken, told))
        line.close()
        letters = place.letters()
        check([x["message"] for x in letters] == ["by and by"], letters)
        place.pista("export", letters[0]["seq"], "--to-dir", place.dir / "out")
        files = [f for f in (place.dir / "out").rglob("*") if f.is_file() and f.stat().st_size == BYTES]
        check(len(files) == 1, sorted((place.dir / "out").rglob("*")))
        digest = hashlib.blake2b(files[0].read_bytes(), digest_size=32).hexdigest()
        check(digest == told["blake2b"], "other bytes arrived")


def protocol():
    """creation, offsets, a second connection, termination, repeats; what is asked wrongly is refused and loses nothing"""
    with Place().open() as place:
        letter = sealed(place)
        options = ask(place, "OPTIONS", status=204, Tus_Resumable=None)
        check(options.getheader("Tus-Extension") == "creation,termination,expiration", options.getheaders())
        made = ask(place, "POST", status=201, Upload_Length=len(letter), Idempotency_Key=ONCE)
        where = made.getheader("Location")
        check(where.startswith("/v1/upload/") and len(where) == 11 + 32, where)
        patch = dict(path=where, Content_Type="application/offset+octet-stream")
        head = lambda: int(ask(place, "HEAD", where, status=200).getheader("Upload-Offset"))
        check(head() == 0, "not at its beginning")
        ask(place, "PATCH", body=letter[:100], Upload_Offset=5, status=409, **patch)
        ask(place, "PATCH", body=letter[:100], Upload_Offset=0, status=415, path=where)
        ask(place, "PATCH", body=letter + b"more", Upload_Offset=0, status=413, **patch)
        ask(place, "PATCH", body=letter[:100], Upload_Offset=0, status=412, Tus_Resumable="0.2.2", **patch)
        for path in "/v1/upload/" + "0" * 32, "/v1/upload/x", "/v1/uploads":
            ask(place, "HEAD", path, status=404)
        # Half a header is nothing yet; whole chunks are kept.
        check(ask(place, "PATCH", body=letter[:300], Upload_Offset=0, status=204, **patch)
              .getheader("Upload-Offset") == "0", "half a header was kept")
        at = int(ask(place, "PATCH", body=letter[:100_000], Upload_Offset=0, status=204, **patch)
                 .getheader("Upload-Offset"))
        check(0 < at < 100_000 and head() == at, at)
        check(place.letters("--all") == [], "listed before it is whole")
        # A connection that hangs does not keep its sender from another one.
        with place.dial() as s:
            s.sendall((f"PATCH {where} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {at}\r\n"
                       f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(letter) - at}\r\n\r\n")
                      .encode() + letter[at:at + 10])
            answer = ask(place, "PATCH", body=letter[at:], Upload_Offset=at, status=204, **patch)
        check(answer.getheader("Upload-Offset") == str(len(letter)), answer.getheaders())
        check(head() == len(letter), "forgotten")
        check(len(place.letters("--all")) == 1, "not one letter")
        # The answer was lost: the same again is the same letter.
        ask(place, "PATCH", body=b"", Upload_Offset=len(letter), status=204, **patch)
        again = ask(place, "POST", status=201, Upload_Length=len(letter), Idempotency_Key=ONCE).getheader("Location")
        ask(place, "PATCH", again, letter, 204, Upload_Offset=0, Content_Type="application/offset+octet-stream")
        check(len(place.letters("--all")) == 1, "a repeat is another letter")
        gone = ask(place, "POST", status=201, Upload_Length=len(letter), Idempotency_Key="1" * 32).getheader("Location")
        ask(place, "PATCH", gone, letter[:150_000], 204, Upload_Offset=0, Content_Type="application/offset+octet-stream")
        ask(place, "DELETE", gone, status=204)
        ask(place, "HEAD", gone, status=404)
        ask(place, "DELETE", gone, status=404)
        ask(place, "POST", status=400, Upload_Length=0, Idempotency_Key=ONCE)
        ask(place, "POST", status=400, Upload_Length=100)
        ask(place, "POST", status=413, Upload_Length=1 << 60, Idempotency_Key=ONCE)
        ask(place, "POST", status=403, Upload_Length=100, Idempotency_Key=ONCE, Sec_Fetch_Site="cross-site")
        # What is no letter is refused when its header is whole.
        bad = ask(place, "POST", status=201, Upload_Length=100, Idempotency_Key=ONCE).getheader("Location")
        ask(place, "PATCH", bad, b"x" * 100, 400, Upload_Offset=0, Content_Type="application/offset+octet-stream")


main(protocol, breaking)
