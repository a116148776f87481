#!/usr/bin/env python3
"""kill -9 of every process while readers send. Whoever was told "Received" finds
the letter there exactly once, nothing half is listed, and the place answers
again by itself."""
import collections
import http.client
import os
import random
import secrets
import signal
import threading
import time

from browser import Browser
from pista_flow import Failed, Place, asked, check, main, receipt_of

READERS = 6
KILLS = 3


class Load:
    """Readers that send one tip after the other until told to stop."""

    def __init__(self, place):
        self.place, self.is_over = place, threading.Event()
        self.received, self.unsure = [], []
        self.threads = [threading.Thread(target=self.reader, args=(n,)) for n in range(READERS)]

    def go_on(self, more, patience=120):
        """Waits until so many more were received: nobody is killed while nothing happens."""
        wanted, end = len(self.received) + more, time.monotonic() + patience
        while len(self.received) < wanted:
            check(time.monotonic() < end, f"only {len(self.received)} were received")
            time.sleep(0.01)

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for t in self.threads:
            t.join()

    def reader(self, n):
        browser, number = Browser(self.place.url, 30), 0
        while not self.is_over.is_set():
            number += 1
            text = f"reader {n}, tip {number}"
            try:
                page = browser.submit(browser.get("?lang=en").form("new"), do="new")
                form = page.form("send")
                values = asked(form, receipt_of(page))
            except (OSError, http.client.HTTPException, LookupError, Failed):
                time.sleep(0.05)
                continue
            file = (f"{n}-{number}.bin", secrets.token_bytes(random.choice((100, 70_000, 400_000))))
            self.unsure.append(text)
            try:
                answer = browser.submit(form, do="send", message=text, files=[("file", *file)], **values)
                if "Received" in answer.text:
                    self.received.append(text)
                elif text not in next(f[2] for f in answer.form("send").fields if f[0] == "message"):
                    self.received.append(f"LOST TEXT of {text}")
            except (OSError, http.client.HTTPException):
                pass
            except LookupError:
                self.received.append(f"LOST TEXT of {text}")


def look(place, load):
    place.wait_up()
    listed = collections.Counter(x.get("message", "unreadable") for x in place.letters("--all"))
    lost = [t for t in load.received if listed[t] == 0]
    twice = [t for t, n in listed.items() if n > 1]
    strange = [t for t in listed if t not in load.unsure]
    check(not lost, f"{len(lost)} of {len(load.received)} acknowledged are lost: {lost[:5]}")
    check(not twice, f"twice: {twice[:5]}")
    check(not strange, f"listed and never sent: {strange[:5]}")


def child(role):
    def case():
        with Place().open() as place:
            with Load(place) as load:
                for _ in range(KILLS):
                    load.go_on(3)
                    time.sleep(random.uniform(0, 0.3))
                    place.kill(role)
                load.go_on(3)
            check(place.server.poll() is None, "pistad ended:\n" + place.log.read_text())
            look(place, load)
            words, answer = place.send("afterwards", lang="en")
            check("Received" in answer.text, answer.text[:300])
    case.__doc__ = f"{role} is killed under load"
    return case


def parent():
    """the parent is killed under load: its children end, and a new start goes on"""
    with Place().open() as place:
        with Load(place) as load:
            for _ in range(KILLS):
                load.go_on(3)
                time.sleep(random.uniform(0, 0.3))
                place.has_killed, children = True, place.pids()
                place.server.kill()
                place.server.wait()
                end = time.monotonic() + 30
                while any(is_alive(pid) for pid in children):
                    check(time.monotonic() < end, f"children live on: {[p for p in children if is_alive(p)]}")
                    time.sleep(0.05)
                place.start()
            load.go_on(3)
        look(place, load)


def everything():
    """all at once are killed, as when the power goes"""
    with Place().open() as place:
        with Load(place) as load:
            for _ in range(KILLS):
                load.go_on(3)
                time.sleep(random.uniform(0, 0.3))
                place.has_killed, children = True, place.pids()
                for pid in [place.server.pid, *children]:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                place.server.wait()
                place.start()
            load.go_on(3)
        look(place, load)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def keep_in_the_middle():
    """keep dies in the middle of an upload: the source gets the text back and can send again"""
    from browser import multipart
    from cut import head
    with Place().open() as place:
        page, words = place.begin("en")
        form = page.form("send")
        body, kind = multipart(place.browser.fill(form, "send", message="do not lose me", files=[
            ("file", "a.bin", secrets.token_bytes(3_000_000))], **asked(form, words)))
        with place.dial() as s:
            s.sendall(head(kind, len(body)) + body[:1_500_000])
            end = time.monotonic() + 60
            while place.ask_store("SELECT count(*) FROM loose") == [(0,)]:
                check(time.monotonic() < end, "nothing of it is kept")
                time.sleep(0.05)
            place.kill("keep")
            place.wait_up()
            s.sendall(body[1_500_000:])
            answer = http.client.HTTPResponse(s)
            answer.begin()
            page = answer.read().decode()
        check("something went wrong on our side" in page and "do not lose me</textarea>" in page, page[-3000:])
        check(place.letters("--all") == [], "half a letter is listed")
        _, answer = place.send("again", lang="en")
        check("Received" in answer.text, answer.text[:300])


if __name__ == "__main__":
    main(*map(child, ("gate", "web", "form", "pickup", "keep")), parent, everything, keep_in_the_middle)
