#!/usr/bin/env python3
"""All forms are taken by slow senders and somebody waits: the slow ones give way
with their text shown back, a sender at an honest pace does not."""
import threading
import time

from browser import multipart
from cut import head
from pista_flow import Place, asked, check, main

FORMS = 4
SLOW = 31 # seconds after which a pace is known


def sender(place, form, words, number, rate, hurry, results, size=500_000):
    """Sends a form with a file at so many bytes a second until told to hurry, hears the answer out."""
    body, kind = multipart(place.browser.fill(form, "send", message=f"sender {number}",
                                              files=[("file", "a.bin", bytes([number]) * size)], **asked(form, words)))
    start = body.index(b"octet-stream") + 100
    with place.dial() as s:
        s.sendall(head(kind, len(body)) + body[:start])
        s.settimeout(0.25)
        raw = b""
        while start < len(body) and not raw:
            try:
                more = rate // 4
                if hurry.is_set():
                    s.settimeout(60)
                    more = len(body)
                s.sendall(body[start:start + more])
                start += more
                raw += s.recv(65536)
            except TimeoutError:
                pass
            except OSError:
                break
        s.settimeout(60)
        while True:
            try:
                more = s.recv(65536)
            except OSError:
                break
            if not more:
                break
            raw += more
    results[number] = raw.decode(errors="replace")


def give_way():
    """slow senders give way under pressure, their text comes back; an honest one stays"""
    with Place() as place:
        place.configure("limits", forms_spare=1, forms_max=FORMS)
        place.open()
        forms = [place.begin("en") for _ in range(FORMS)]
        results, threads, hurry = {}, [], threading.Event()
        for n, (page, words) in enumerate(forms):
            rate = 6_000 if n == 0 else 200
            threads.append(threading.Thread(target=sender, args=(place, page.form("send"), words, n, rate, hurry, results)))
            threads[-1].start()
        time.sleep(SLOW)
        check(not results, f"somebody had to go without need: {results}")
        start = time.monotonic()
        words, answer = place.send("who waited", lang="en")
        check("Received" in answer.text, answer.text[:300])
        check(0 not in results, f"a form came free by itself, after {time.monotonic() - start:.0f} s")
        hurry.set()
        for t in threads:
            t.join()
        check("Received" in results[0], f"the honest sender was cut: {results[0][:500]}")
        for n in range(1, FORMS):
            check("the connection was too slow" in results[n], f"{n}: {results[n][:500]}")
            check(f"sender {n}</textarea>" in results[n], f"{n}: the text is lost")
        check(sorted(x["message"] for x in place.letters("--all")) == ["sender 0", "who waited"], "letters")


def waiting_room():
    """more readers than forms wait their turn and are all served"""
    with Place() as place:
        place.configure("limits", forms_spare=1, forms_max=2)
        place.open()
        done = []

        def reader(n):
            words, answer = place.send(f"reader {n}", lang="en")
            done.append("Received" in answer.text)

        threads = [threading.Thread(target=reader, args=(n,)) for n in range(24)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(done == [True] * 24, done)
        check(len(place.letters("--all")) == 24, "letters")


main(give_way, waiting_room)
