#!/usr/bin/env python3
"""A large file through the form: the whole server stays small and every byte
arrives. PISTA_BYTES says how large (script/soak: 1 GiB)."""
import hashlib
import http.client
import os
import subprocess
import threading
import time

from browser import Page, multipart
from pista_flow import Place, Skipped, asked, check, main

BYTES = int(os.environ.get("PISTA_BYTES", 256 << 20))
MOST = 60 << 20
MORE = 16 << 20  # than when nothing happens: a small part of the file
PIECE = bytes(range(256)) * 4096


def pieces():
    """Bytes that do not repeat, a mebibyte at a time."""
    for n in range(0, BYTES, len(PIECE)):
        piece = hashlib.sha256(n.to_bytes(8, "big")).digest() + PIECE
        yield piece[:min(len(PIECE), BYTES - n)]


class Watch(threading.Thread):
    """Samples the memory of all processes of the server."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place, self.most, self.is_over = place, 0, threading.Event()

    def run(self):
        while not self.is_over.wait(0.1):
            self.most = max(self.most, self.place.memory())

    def stop(self):
        self.is_over.set()
        self.join()
        return self.most


def send(place, form, values):
    """Posts the form with the large file, made on the way. Returns the page and the file's SHA-256."""
    mark = b"HERE-IS-THE-FILE"
    body, kind = multipart(place.browser.fill(form, "send", files=[("file", "large.bin", mark)], **values))
    before, after = body.split(mark)
    digest = hashlib.sha256()
    connection = http.client.HTTPConnection(place.browser.host, timeout=600)
    connection.putrequest("POST", "/", skip_accept_encoding=True)
    connection.putheader("Content-Type", kind)
    connection.putheader("Sec-Fetch-Site", "same-origin")
    connection.putheader("Content-Length", str(len(before) + BYTES + len(after)))
    connection.endheaders(before)
    for piece in pieces():
        digest.update(piece)
        connection.send(piece)
    connection.send(after)
    answer = connection.getresponse()
    page = Page(answer.status, dict(answer.getheaders()), answer.read())
    connection.close()
    return page, digest.hexdigest()


def large_file():
    """a large file through the form: the whole server stays under 60 MB and hardly grows, every byte arrives"""
    with Place() as place:
        free = os.statvfs(place.dir)
        if free.f_bavail * free.f_frsize < 5 * BYTES:
            raise Skipped("not enough disk")
        place.open()
        page, words = place.begin("en")
        form = page.form("send")
        idle = place.memory()
        watch = Watch(place)
        watch.start()
        start = time.monotonic()
        page, digest = send(place, form, {"message": "large", **asked(form, words)})
        seconds = time.monotonic() - start
        most = watch.stop()
        print(f"# {BYTES >> 20} MiB in {seconds:.1f} s; {idle / 1e6:.1f} MB idle, {most / 1e6:.1f} MB at most")
        check("Received" in page.text, page.text[:300])
        check(most < MOST and most - idle < MORE, f"{most / 1e6:.1f} MB, {idle / 1e6:.1f} MB before")
        letter = place.letters()[0]
        out = place.dir / "out"
        place.pista("export", letter["seq"], "--to-dir", out)
        saved = max(out.iterdir(), key=lambda f: f.stat().st_size)
        check(saved.stat().st_size == BYTES, f"{saved.stat().st_size} bytes")
        got = subprocess.run(["sha256sum", saved], capture_output=True, text=True).stdout.split()[0]
        check(got == digest, "the file changed")


main(large_file)
