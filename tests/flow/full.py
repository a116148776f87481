#!/usr/bin/env python3
"""A disk that is full: files are refused with the text kept, text still goes
through from what is kept for it, and nothing that was acknowledged is lost."""
import os
import secrets
import subprocess

from pista_flow import Place, Skipped, check, main

SIZE = 48 << 20
RESERVE = 16 << 20
FILE = 6_000_000


def start(place):
    """pistad with its store on a small disk of its own, in a namespace nobody else sees."""
    script = ('mount -t tmpfs -o mode=700,size="$1",uid=$(stat -c %u "$2"),gid=$(stat -c %g "$2") pista "$2" && '
              'shift 2 && exec "$@"')
    place.store.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
        raise Skipped("needs root to mount a small disk")
    place.start(inside=("unshare", "-m", "sh", "-c", script, "sh", str(SIZE), place.store))
    place.publish()


def full_disk():
    """a full disk refuses files, keeps the text, and takes text from the reserve"""
    with Place() as place:
        place.configure("store", reserve=RESERVE)
        start(place)
        received, refused = [], None
        for n in range(20):
            _, answer = place.send(f"with file {n}", [("a.bin", secrets.token_bytes(FILE))], lang="en")
            if "Received" in answer.text:
                received.append(f"with file {n}")
                continue
            refused = answer
            break
        check(refused is not None and len(received) >= 2, f"{len(received)} fit into {SIZE} bytes")
        check("we have no room just now" in refused.text, refused.text[:400])
        area = next(f for f in refused.form("send").fields if f[0] == "message")
        check(area[2] == f"with file {len(received)}", "the text is lost")
        # The source does what the page says: again, without the file.
        text = place.browser.submit(refused.form("send"), do="send")
        check("Received" in text.text, text.text[:300])
        received.append(area[2])
        for n in range(100):
            _, answer = place.send(f"text {n}", lang="en")
            check("Received" in answer.text, f"text {n}: {answer.text[:300]}")
            received.append(f"text {n}")
        check(sorted(x["message"] for x in place.letters("--all")) == sorted(received), "not what was acknowledged")


def overfull_disk():
    """when even the reserve is used up: said, text kept, nothing half; room again and it goes on"""
    with Place() as place:
        place.configure("store", reserve=0)
        start(place)
        received, refused = [], None
        for n in range(200):
            size = FILE if n < 6 else 100_000
            _, answer = place.send(f"letter {n}", [("a.bin", secrets.token_bytes(size))], lang="en")
            if "Received" in answer.text:
                received.append(f"letter {n}")
            else:
                refused = answer
                check("we have no room just now" in answer.text, answer.text[:400])
                check(f"letter {n}" in answer.form("send").value("message"), "the text is lost")
                if n >= 6:
                    break
        check(refused is not None, "the disk never filled")
        check(place.server.poll() is None, place.log.read_text())
        check(place.browser.get().status == 200, "the page is gone")
        check(sorted(x["message"] for x in place.letters("--all")) == sorted(received), "not what was acknowledged")
        inside = f"/proc/{place.server.pid}/ns/mnt"
        subprocess.run(["nsenter", f"--mount={inside}", "mount", "-o", f"remount,size={2 * SIZE}", place.store], check=True)
        _, answer = place.send("room again", [("a.bin", secrets.token_bytes(FILE))], lang="en")
        check("Received" in answer.text, answer.text[:300])
        received.append("room again")
        check(sorted(x["message"] for x in place.letters("--all")) == sorted(received), "not what was acknowledged")


main(full_disk, overfull_disk)
