#!/usr/bin/env python3
"""Memory of the whole server, as the sum of PSS over its processes: idle, for
each upload in flight, and while one large file goes through the form.

    PISTA_BUILD=build bench/memory.py [MEBIBYTES]
"""
import hashlib
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/flow"))
from browser import multipart  # noqa: E402
from pista_flow import Place, asked  # noqa: E402

UPLOADS = 32
SENT = 4 << 20


def settled(measure, seconds=2):
    """The median over a while."""
    values = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        values.append(measure())
        time.sleep(0.1)
    return statistics.median(values)


def pss(pids):
    """Sum of PSS by the kernel's count, in bytes."""
    total = 0
    for pid in pids:
        try:
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        except OSError:
            continue
    return total


def begin_upload(place):
    """An upload that has sent a good part of a large file and waits."""
    page, words = place.begin("en")
    form = page.form("send")
    body, kind = multipart(place.browser.fill(form, "send", message="upload", files=[("file", "a.bin", b"MARK")],
                                              **asked(form, words)))
    before = body[:body.index(b"MARK")]
    s = place.dial()
    s.sendall((f"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nSec-Fetch-Site: same-origin\r\n"
               f"Content-Length: {1 << 30}\r\n\r\n").encode() + before)
    for n in range(SENT >> 16):
        s.sendall(hashlib.sha256(bytes([n])).digest() * 2048)
    return s


def during(place, mebibytes):
    """The most while one file of so many mebibytes goes through."""
    s = begin_upload(place)
    most, piece = 0, bytes(range(256)) * 4096
    for n in range(mebibytes):
        s.sendall(piece)
        if n % 8 == 0:
            most = max(most, place.memory())
    s.close()
    return most


def main():
    mebibytes = min(int(sys.argv[1]) if len(sys.argv) > 1 else 512, 1000)
    with Place() as place:
        place.configure("limits", forms_max=UPLOADS + 8)
        place.open()
        place.send("so that everything has been used once")
        time.sleep(2)
        idle = settled(place.memory)
        forms = settled(lambda: pss(place.pids("form"))) / len(place.pids("form"))
        print(f"idle                          {idle / 1e6:8.1f} MB   (goal: 40)")
        for role in "gate", "web", "form", "pickup", "keep":
            pids = place.pids(role)
            print(f"  {role:<8} {len(pids)} x                {pss(pids) / len(pids) / 1e6:8.1f} MB")
        uploads = [begin_upload(place) for _ in range(UPLOADS)]
        time.sleep(2)
        busy = settled(place.memory)
        at_work = len(place.pids("form"))
        beyond = busy - idle
        working = settled(lambda: pss(place.pids("form")))
        print(f"{UPLOADS} uploads in flight, {at_work} forms {busy / 1e6:8.1f} MB")
        print(f"  each                        {beyond / UPLOADS / 1e6:8.2f} MB")
        print(f"  beyond its form, as it was  {(beyond / UPLOADS - forms) / 1e6:8.2f} MB   (goal: 1.05)")
        print(f"  outside of forms            {(busy - working - (idle - forms * 4)) / UPLOADS / 1e6:8.2f} MB")
        for s in uploads:
            s.close()
        time.sleep(3)
        print(f"one file of {mebibytes} MiB: most     {during(place, mebibytes) / 1e6:8.1f} MB   (goal: 60)")


main()
