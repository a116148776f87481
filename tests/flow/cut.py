#!/usr/bin/env python3
"""Connections that break off, and letters that come twice."""
import secrets
import time

from browser import Page, multipart
from pista_flow import Place, asked, check, main


def head(kind, length, path="/"):
    return (f"POST {path} HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def quiet(place, seconds=60):
    """Waits until no form is at work."""
    end = time.monotonic() + seconds
    while len(place.pids("form")) != 4 and time.monotonic() < end:
        time.sleep(0.05)


def cut_upload():
    """an upload that breaks off anywhere lists nothing, leaves nothing, and the next one is taken"""
    with Place().open() as place:
        page, words = place.begin("en")
        form = page.form("send")
        mark = secrets.token_bytes(64)
        parts = place.browser.fill(form, "send", message="cut", files=[("file", "a.bin", mark * 50000)],
                                   **asked(form, words))
        body, kind = multipart(parts)
        for share in 0.001, 0.01, 0.3, 0.7, 0.999:
            with place.dial() as s:
                s.sendall(head(kind, len(body)) + body[:int(len(body) * share)])
        with place.dial() as s:
            s.sendall(head(kind, len(body)) + body[:-1])
        quiet(place)
        check(place.letters("--all") == [], "something is listed")
        answer = place.browser.submit(form, do="send", message="cut", files=[("file", "a.bin", mark * 50000)],
                                      **asked(form, words))
        check("Received" in answer.text, answer.text[:300])
        check(len(place.letters()) == 1, "not one letter")
        # What the cut ones left is overwritten slice by slice.
        end = time.monotonic() + 120
        while (loose := place.ask_store("SELECT count(*) FROM loose")) != [(0,)] and time.monotonic() < end:
            time.sleep(0.5)
        check(loose == [(0,)], f"{loose} bodies are not swept")
        pieces = place.ask_store("SELECT count(*), sum(length(bytes)) FROM piece")
        check(pieces[0][1] < 1.1 * len(mark) * 50000, f"{pieces} for one letter of {len(mark) * 50000} bytes")


def same_letter():
    """the same submission again is the same letter; an edited one is new"""
    with Place().open() as place:
        page, words = place.begin("en")
        form = page.form("send")
        parts = place.browser.fill(form, "send", message="once", files=[("file", "a.bin", b"a" * 100_000)],
                                   **asked(form, words))
        for _ in range(3):
            check("Received" in Page(*place.browser.post(parts)).text, "not received")
        check([x["message"] for x in place.letters("--all")] == ["once"], "a repeat is another letter")
        edited = [(n, f, "twice" if n == "message" else v) for n, f, v in parts]
        check("Received" in Page(*place.browser.post(edited)).text, "not received")
        letters = place.letters()
        check([x["message"] for x in letters] == ["once", "twice"], letters)


def one_thread():
    """a file added, a follow-up, a withdrawal: one thread, each signed by its source"""
    with Place().open() as place:
        words, sent = place.send("the tip", lang="en")
        added = place.browser.submit(sent.form("add"), do="add", files=[("file", "later.pdf", b"%PDF-1.4 later")])
        check("File received" in added.text, added.text[:300])
        answers = place.read(words, "en")
        follow = place.browser.submit(answers.form("follow"), do="follow", message="and one more thing",
                                      files=[("file", "x.png", b"\x89PNG" + b"x" * 50_000)])
        check("Received" in follow.text, follow.text[:300])
        answers = place.read(words, "en")
        ask = place.browser.submit(answers.form("withdraw"), do="withdraw")
        check("Take back what I sent" in ask.text, ask.text[:300])
        check(len(place.letters()) == 3, "asking sends already")
        sure = place.browser.submit(ask.form("withdraw"), do="withdraw", message="too dangerous")
        check("Your request was received" in sure.text, sure.text[:300])
        letters = place.letters()
        kinds = [x["kind"] for x in letters]
        check(kinds == ["tip", "follow-up", "follow-up", "withdrawal"], kinds)
        check(len({x["thread"] for x in letters}) == 1, "several threads")
        check(not any(x["state"] == "claims to belong" for x in letters), letters)
        shown = place.pista("read", letters[0]["seq"])
        check(shown.count("signed by the same source") == 3 and "too dangerous" in shown, shown)
        saved = place.export(letters[2]["seq"])
        check(b"\x89PNG" + b"x" * 50_000 in saved.values(), [*saved])


def sealed_twice():
    """a sealed letter posted again with its key is 200 and one letter"""
    with Place().open() as place:
        place.send("form")
        out = place.dir / "sealed"
        place.pista("export", place.letters()[0]["seq"], "--to-dir", out, "--sealed")
        body = next(out.iterdir()).read_bytes()
        key = {"Idempotency-Key": secrets.token_hex(16)}
        got = [place.browser.request("POST", "/v1/letters", body, key)[0] for _ in range(3)]
        check(got == [201, 200, 200], got)
        # What a source already sent is shown once, however it comes again.
        check(len(place.letters("--all")) == 2 and len(place.letters()) == 1, place.letters("--all"))


if __name__ == "__main__":
    main(cut_upload, same_letter, one_thread, sealed_twice)
