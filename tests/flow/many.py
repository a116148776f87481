#!/usr/bin/env python3
"""Many readers at once: none lost, none twice. PISTA_TIPS says how many tips the
last case sends (script/soak: 10,000)."""
import collections
import os
import subprocess
import threading

from browser import Browser
from pista_flow import BUILD, Place, Skipped, asked, check, main, receipt_of

READERS = 64


def at_once():
    """64 readers press the button at the same moment"""
    with Place().open() as place:
        ready, answers = threading.Barrier(READERS), [None] * READERS

        def reader(n):
            browser = Browser(place.url)
            page = browser.submit(browser.get("?lang=en").form("new"), do="new")
            form, words = page.form("send"), receipt_of(page)
            ready.wait(300)
            answers[n] = browser.submit(form, do="send", message=f"reader {n}", files=[
                ("file", "a.bin", bytes([n]) * 300_000)], **asked(form, words))

        threads = [threading.Thread(target=reader, args=(n,)) for n in range(READERS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        check(all(a is not None and "Received" in a.text for a in answers), [a and a.text[:100] for a in answers])
        letters = place.letters("--all")
        check(sorted(x["message"] for x in letters) == sorted(f"reader {n}" for n in range(READERS)), letters)
        check(len({x["thread"] for x in letters}) == READERS, "threads")
        some = letters[17]
        check(bytes([int(some["message"].split()[1])]) * 300_000 in place.export(some["seq"]).values(), "file changed")


def many_tips():
    """hundreds of tips from 64 connections, many at any moment"""
    if os.environ.get("PISTA_SANITIZE", "none") != "none":
        raise Skipped("too slow under a sanitizer")
    total = int(os.environ.get("PISTA_TIPS", "400"))
    with Place().open() as place:
        done = subprocess.run([BUILD / "bench/load", "tips", *place.browser.host.split(":"), "64", str(total),
                               place.home / "newsroom"], capture_output=True, text=True)
        seconds, good, bad, median, worst = done.stdout.split()
        print(f"# {total} tips in {seconds} s, median wait {median} ms, longest {worst} ms")
        check(int(good) == total and int(bad) == 0, f"{good} acknowledged, {bad} not: {done.stderr}")
        found = collections.Counter(x["message"].split(".")[0] for x in place.letters("--all"))
        check(len(found) == total, f"{total - len(found)} lost")
        check(max(found.values()) == 1, f"twice: {[t for t, n in found.items() if n > 1][:5]}")
        check(set(found) == {f"Tip {n}" for n in range(total)}, "other tips")


main(at_once, many_tips)
