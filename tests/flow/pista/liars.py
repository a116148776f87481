#!/usr/bin/env python3
"""Servers that lie to a member who knows some of the truth already: each lie is an error with its own name, and leaves
the local copy as it was."""
import contextlib
import json
import re
import secrets
import time

from fetcher import Fetch, fill, plain
from kit import DeskLiar, Place, check, flipped, main, sign_card


def tip(place, text, *args):
    place.source("send", "--to", place.url, "--pin", place.home / "newsroom/newsroom.pub", *args, text=text)


class Liar(DeskLiar):
    """Lies about answers as DeskLiar does, and may also speak bytes that are no answer: raw is {path: the bytes}."""

    def __init__(self, place):
        super().__init__(place, {})
        self.raw, self.asked = {}, []

    def answer(self, client):
        request, size = b"", 0
        while b"\r\n\r\n" not in request or len(request) < size:
            more = client.recv(65536)
            if not more:
                return
            request += more
            head, _, _ = request.partition(b"\r\n\r\n")
            length = re.search(rb"\r\nContent-Length: (\d+)", head)
            size = len(head) + 4 + (int(length[1]) if length else 0)
        path = request.split(b" ")[1].decode()
        self.asked.append(path)
        if path in self.raw:
            for piece in self.raw[path]:
                try:
                    client.sendall(piece)
                except OSError:
                    return
            return
        super().answer(Replayed(client, request))


class Replayed:
    """A connection whose request was read already."""

    def __init__(self, client, request):
        self.client, self.request = client, request

    def recv(self, _):
        request, self.request = self.request, b""
        return request or self.client.recv(65536)

    def sendall(self, data):
        with contextlib.suppress(OSError):
            self.client.sendall(data)


def listed(change):
    """A lie about the entries of a page."""
    def lie(body):
        page = json.loads(body)
        page["entries"] = change(page["entries"])
        return json.dumps(page).encode()
    return lie


def entry(at, **changes):
    return listed(lambda es: [{**e, **changes} if i == at else e for i, e in enumerate(es)])


def swap(es):
    """Letters 2 and 3 in each other's place."""
    a, b = es[1], es[2]
    es[1], es[2] = {**b, "seq": 2}, {**a, "seq": 3}
    return es


def fork(es):
    """From entry 3 on another past, well chained: what a server could really make."""
    from fetcher import newsroom_of
    newsroom = newsroom_of(fork.home)
    link = bytes.fromhex(es[1]["link"])
    for e in es[2:]:
        e["digest"] = plain.blake2b(e["digest"].encode()).hex()
        day = (time.strptime(e["day"], "%Y-%m-%d"), time.gmtime(0))
        days = int((time.mktime(day[0]) - time.mktime(day[1])) // 86400)
        link = plain.blake2b(b"pista/v1 link", newsroom, link, plain.u64(e["seq"]), bytes([e["type"]]), plain.u32(days),
                             bytes.fromhex(e["digest"]))
        e["link"] = link.hex()
    return es


ALL, NEXT = "/v1/inbox?after=0", "/v1/inbox?after=4"


def inbox():
    """a past that was wound back, forked, reordered, withheld, repeated or garbled"""
    with Place().open() as place, Liar(place) as liar, Fetch(place, address=liar.address) as fetch:
        fork.home = place.home
        for i in range(3):
            tip(place, f"{i}\n")
        fetch.wait(lambda: fetch.rounds, "a round")
        check(fetch.now()["newest"] == 4, fetch.rounds)
        before = fetch.dump()
        for path, lie, err, differs in (
                (ALL, listed(lambda es: es[:2]), "CONFLICT", 3),
                (ALL, listed(lambda es: es[:3]), "CONFLICT", 4),
                (ALL, listed(lambda es: []), "CONFLICT", 1),
                (ALL, listed(fork), "CONFLICT", 3),
                (ALL, listed(swap), "CONFLICT", 2),
                (ALL, listed(lambda es: es[:1] + es[2:]), "CONFLICT", 2),
                (ALL, listed(lambda es: es[:2] + es[1:]), "CONFLICT", 3),
                (ALL, listed(lambda es: es[:1] * 2 + es[1:]), "CONFLICT", 2),
                (ALL, entry(1, digest="0" * 64), "CONFLICT", 2),
                (ALL, entry(3, day="2026-01-01"), "CONFLICT", 4),
                (ALL, entry(0, type=1), "CONFLICT", 1),
                (ALL, entry(2, seq=-1), "FORMAT", 0),
                (ALL, entry(2, seq=2**63), "FORMAT", 0),
                (ALL, entry(2, size=1.5), "FORMAT", 0),
                (ALL, entry(2, link="zz"), "FORMAT", 0),
                (ALL, entry(2, state=None), "FORMAT", 0),
                (ALL, entry(2, day="2026-13-01"), "FORMAT", 0),
                (ALL, listed(lambda es: {}), "FORMAT", 0),
                (ALL, listed(lambda es: es * 300), "LIMIT", 0),
                (ALL, lambda b: b + b, "FORMAT", 0),
                (ALL, lambda b: b" " * 2_000_000, "LIMIT", 0),
                (ALL, lambda b: b"[" * 100_000, "FORMAT", 0),
                (ALL, lambda b: None, "NOT_FOUND", 0),
                (NEXT, lambda b: b"", "FORMAT", 0)):
            # Pages may be short, so who withholds withholds on the next ones too.
            liar.lies = {path: lie, "/v1/inbox?after=2": listed(lambda es: []), "/v1/inbox?after=3": listed(lambda es: [])}
            said = fetch.now()
            check((said["err"], said["differs"], said["doing"]) == (err, differs, "list"), (path, err, differs, said))
            check(fetch.dump() == before, (path, err, "the copy was changed"))
        # A state may change, but says no more than that.
        liar.lies = {ALL: entry(2, state="deleted")}
        check(fetch.now()["err"] == "ok" and fetch.sql("SELECT deleted FROM entry WHERE seq = 3") == [(1,)], "state")
        liar.lies = {}
        check(fetch.now()["err"] == "ok" and fetch.dump()[1:] == before[1:], "the truth is good again")
        # New entries that follow from nothing, or from a letter that is not there.
        tip(place, "3\n")
        liar.lies = {ALL: listed(lambda es: es[:4]), NEXT: entry(0, link="1" * 64)}
        check(fetch.now()["differs"] == 5, fetch.rounds[-1])
        liar.lies = {ALL: listed(lambda es: es[:4] + [{**es[4], "seq": 6}])}
        check(fetch.now()["differs"] == 5, fetch.rounds[-1])
        check(fetch.sql("SELECT max(seq) FROM entry") == [(4,)], "a lie was kept")
        # A size that was not true is put right by the next listing.
        liar.lies = {ALL: entry(4, size=7), "/v1/inbox/5": lambda b: None}
        fetch.now()
        check(fetch.sql("SELECT size, held FROM entry WHERE seq = 5") == [(7, 0)], "size")
        liar.lies = {}
        check(fetch.now()["err"] == "ok" and fetch.sql("SELECT held > 16384 FROM entry WHERE seq = 5") == [(1,)], "bytes")
        done = place.run("sync", "--to", liar.address)
        check("all in order" in done.stdout, done)


def letters():
    """bytes that are others, too few, too many or none"""
    with Place().open() as place, Liar(place) as liar, Fetch(place, address=liar.address) as fetch:
        fetch.wait(lambda: fetch.rounds, "a round")
        big = place.dir / "big.bin"
        big.write_bytes(secrets.token_bytes(2_000_000))
        tip(place, "uno\n", "--file", big)
        tip(place, "dos\n")
        liar.lies = {"/v1/inbox/2/leaves": lambda b: None, "/v1/inbox/3": lambda b: None}
        check(fetch.now()["err"] == "ok", fetch.rounds[-1])
        before = fetch.dump()
        check(before[1][-1][0] == 1, "no bytes of a letter yet")
        for path, lie, err in (("/v1/inbox/3", flipped(-1), "DIGEST"), ("/v1/inbox/3", flipped(30), "DIGEST"),
                               ("/v1/inbox/3", lambda b: b[:-1], "DIGEST"), ("/v1/inbox/3", lambda b: b[:100], "TRUNCATED"),
                               ("/v1/inbox/3", lambda b: b + b"x", "LIMIT"), ("/v1/inbox/3", lambda b: b"", "TRUNCATED"),
                               ("/v1/inbox/3", lambda b: bytes(len(b)), "FORMAT"),
                               ("/v1/inbox/2/leaves", flipped(40), "DIGEST"), ("/v1/inbox/2/leaves", flipped(-5), "DIGEST"),
                               ("/v1/inbox/2/leaves", lambda b: b[:33], "FORMAT"),
                               ("/v1/inbox/2/leaves", lambda b: b * 10000, "LIMIT"),
                               ("/v1/inbox/2", flipped(70_000), "DIGEST"), ("/v1/inbox/2", lambda b: b[:70_000], "TRUNCATED"),
                               ("/v1/inbox/2", lambda b: b * 2, "LIMIT")):
            liar.lies = {path: lie, **({} if "/2" in path else {"/v1/inbox/2/leaves": lambda b: None})}
            if path != "/v1/inbox/3":
                liar.lies["/v1/inbox/3"] = lambda b: None
            said = fetch.now()
            check((said["err"], said["doing"]) == (err, "letters"), (path, err, said))
            check(fetch.dump() == before, (path, err, "the copy was changed"))
        liar.lies = {}
        check(fetch.now()["err"] == "ok", fetch.rounds[-1])
        # The rest of a large letter, too.
        before = fetch.dump()
        for lie, err in (flipped(-1), "DIGEST"), (lambda b: b[1:], "TRUNCATED"), (lambda b: b + b, "LIMIT"):
            liar.lies = {"/v1/inbox/2": lie}
            fetch.whole(2)
            check(fetch.rounds[-1]["err"] == err and fetch.dump() == before, (err, fetch.rounds[-1]))
        liar.lies = {}
        fetch.whole(2)
        check(fetch.sql("SELECT size - held FROM entry WHERE seq = 2") == [(0,)], "not whole")


def many():
    """many letters in one answer: others, too few, too many, not asked for, or cut in the middle"""
    def word(at, value):
        return lambda b: b[:at] + plain.u64(value) + b[at + 8:]
    with Place().open() as place, Liar(place) as liar, Fetch(place, address=liar.address) as fetch:
        fetch.wait(lambda: fetch.rounds, "a round")
        path = "/v1/inbox/many?after=1&most=6"
        liar.lies = {path: lambda b: b[:10]}
        for i in range(6):
            tip(place, f"{i}\n")
        check(fetch.now()["err"] == "TRUNCATED", fetch.rounds[-1])
        before = fetch.dump()
        for lie, err in ((flipped(12_000), "DIGEST"), (lambda b: b[:10], "TRUNCATED"), (lambda b: b[:100], "TRUNCATED"),
                         (word(0, 1), "FORMAT"), (word(0, 8), "FORMAT"), (word(0, 2**64 - 1), "FORMAT"),
                         (word(8, 0), "DIGEST"), (word(8, 16384), "DIGEST"), (word(8, 2**64 - 1), "TRUNCATED"),
                         (lambda b: b + bytes(5_000_000), "LIMIT"), (lambda b: bytes(len(b)), "FORMAT")):
            liar.lies = {path: lie}
            said = fetch.now()
            check((said["err"], said["doing"]) == (err, "letters"), (err, said))
            check(fetch.dump() == before, (err, "the copy was changed"))
        # What came whole before the line was cut is kept, and the rest comes the next time.
        liar.lies = {path: lambda b: seen.append(b) or b[:10]}
        seen = []
        fetch.now()
        size = int.from_bytes(seen[0][8:16], "little")
        cut = seen[0][:3 * (16 + size) - 5]
        liar.raw = {path: [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(seen[0]), cut]}
        check(fetch.now()["err"] == "CLOSED", fetch.rounds[-1])
        check(fetch.sql("SELECT seq FROM entry WHERE held > 0") == [(1,), (2,), (3,)], "what was whole")
        liar.raw, liar.lies = {}, {}
        liar.asked.clear()
        check(fetch.now()["err"] == "ok" and "/v1/inbox/many?after=3&most=4" in liar.asked, liar.asked)
        check(fetch.sql("SELECT count(*) FROM entry WHERE held = size") == [(7,)], "not all")
        # One that is left out, or a server that gives none in this way: they come one by one.
        for i in range(10):
            tip(place, f"{i}\n")
        liar.lies = {"/v1/inbox/many?after=7&most=10": lambda b: b[:16 + size] + b[2 * (16 + size):4 * (16 + size)],
                     "/v1/inbox/many?after=11&most=6": lambda b: b"", "/v1/inbox/many?after=12&most=5": lambda b: None}
        liar.asked.clear()
        check(fetch.now()["err"] == "ok", fetch.rounds[-1])
        check([x.rpartition("/")[2] for x in liar.asked if re.search("inbox/", x)] ==
              ["many?after=7&most=10", "9", "many?after=11&most=6", "12", "many?after=12&most=5", *map(str, range(13, 18))],
              liar.asked)
        check(fetch.sql("SELECT count(*) FROM entry WHERE held = size") == [(17,)], "not all")


def spoken():
    """answers that are no HTTP, or claim lengths they do not have"""
    head = b"HTTP/1.1 200 OK\r\n"
    with Place().open() as place, Liar(place) as liar, Fetch(place, address=liar.address) as fetch:
        fetch.wait(lambda: fetch.rounds, "a round")
        check(fetch.now()["err"] == "ok", fetch.rounds)
        before = fetch.dump()
        for raw, errs in (([b""], "CLOSED"), ([b"\0" * 1000], "CLOSED"), ([b"HTTP/9.9 999 x\r\n\r\n"], "CLOSED"),
                          ([head + b"Content-Length: 999\r\n\r\n{}"], "CLOSED"),
                          ([head + b"Content-Length: -1\r\n\r\n{}"], "CLOSED"),
                          ([head + b"Content-Length: 99999999999999999999999\r\n\r\n{}"], ("CLOSED", "FORMAT", "LIMIT")),
                          ([head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"], "CLOSED"),
                          ([head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"], "CLOSED"),
                          ([head + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"], "FORMAT"),
                          ([b"HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"], "FORMAT"),
                          ([b"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n"], "BUSY"),
                          ([b"HTTP/1.1 100 x\r\n\r\n"] * 3 + [head + b"Content-Length: 2\r\n\r\n[]"], "FORMAT"),
                          ([head] + [b"X: " + b"x" * 9000 + b"\r\n"] * 200, ("CLOSED", "IO")),
                          ([head + b"\r\n"] + [b" " * 65536] * 64, "LIMIT")):
            liar.raw = {ALL: raw}
            said = fetch.now()
            check(said["err"] in errs and said["doing"] == "list", (raw[0][:60], errs, said))
            check(fetch.dump() == before, (raw[0][:60], "the copy was changed"))
        # Nothing that others show on a page or a terminal comes from such a server unseen.
        liar.raw = {ALL: [b"HTTP/1.1 409 x\r\nContent-Type: application/problem+json\r\n\r\n"
                          b'{"title":"\\u001b[2J bad \\u202e","status":409}']}
        done = place.run("sync", "--to", liar.address, check=False)
        check(done.returncode == 1 and "bad" in done.stderr and "\x1b" not in done.stderr, ascii(done.stderr))


def boards():
    """a board that was wound back, changed, or has a hole; stories and mastheads that are none"""
    with Place(edition_seconds=1).open() as place, Liar(place) as liar, Fetch(place, address=liar.address) as fetch:
        fetch.wait(lambda: fetch.rounds, "a round")
        post = plain.u32(1) + plain.u32(1) + secrets.token_bytes(4096) + plain.u32(0) + bytes(100)
        for number in 1, 2, 3:
            fetch.lay_out(2, post)
            end = time.monotonic() + 60
            while fetch.sql("SELECT max(number) FROM edition") != [(number,)]:
                check(time.monotonic() < end, f"edition {number} does not come")
                fetch.now()
                time.sleep(0.1)
        index = "/v1/board/index?after=2"
        whole = place.browser.request("GET", "/v1/board/index")[2]
        size = len(whole) // 3
        before = fetch.dump()
        liar.asked.clear()
        check(fetch.now()["err"] == "ok" and index in liar.asked, liar.asked)
        for lie, err in ((lambda b: b"", "DIGEST"), (lambda b: whole[:size], "DIGEST"), (lambda b: whole[:2 * size], "DIGEST"),
                         (flipped(60), "DIGEST"), (flipped(-1), "DIGEST"), (flipped(250), "DIGEST"), (flipped(3), "FORMAT"),
                         (flipped(20), "NEWSROOM"), (lambda b: b[:-1], "FORMAT"), (lambda b: b + b, "DIGEST"),
                         (lambda b: b + whole[:size], "DIGEST"), (lambda b: whole[size:2 * size] + whole[:size], "DIGEST")):
            liar.lies = {index: lie}
            said = fetch.now()
            check((said["err"], said["doing"]) == (err, "board"), (err, said))
            check(fetch.dump() == before, (err, "the copy was changed"))
        # A server that does not know `after' gives all; that is as good.
        liar.lies = {index: lambda b: whole}
        check(fetch.now()["err"] == "ok" and fetch.dump() == before, fetch.rounds[-1])
        for path, lie, err, doing in (("/v1/stories", lambda b: b"[", "FORMAT", "stories"),
                                      ("/v1/stories", lambda b: b'[{"id":"UP"}]', "FORMAT", "stories"),
                                      ("/v1/stories", lambda b: b" " * 200_000, "LIMIT", "stories"),
                                      ("/masthead.json", flipped(50), "SIGNATURE", "masthead"),
                                      ("/masthead.json.minisig", flipped(80), ("SIGNATURE", "FORMAT"), "masthead"),
                                      ("/masthead.json", lambda b: b"", ("SIGNATURE", "FORMAT"), "masthead")):
            liar.lies = {path: lie}
            said = fetch.now()
            check(said["err"] in err and said["doing"] == doing, (path, said))
            check(fetch.dump() == before, (path, "the copy was changed"))
        liar.lies = {index: lambda b: b""}
        done = place.run("sync", "--to", liar.address, check=False)
        check(done.returncode == 1 and "the server's board differs" in done.stderr, done)
        # An older masthead than the one known is none.
        liar.lies = {}
        old = {p: place.browser.request("GET", p)[2] for p in ("/masthead.json", "/masthead.json.minisig")}
        place.pista("masthead", "publish", sign_card(place))
        check(fetch.now()["err"] == "ok", fetch.rounds[-1])
        before = fetch.dump()
        liar.lies = {p: (lambda _, body=body: body) for p, body in old.items()}
        said = fetch.now()
        check((said["err"], said["doing"]) == ("SERIAL", "masthead") and fetch.dump() == before, said)


def long():
    """a round beside a long inbox asks for as much as beside a short one; the first one compares more"""
    with Place().open() as place:
        tip(place, "uno\n")
        place.pista("sync")
        place.stop()
        fill(place, 5000)
        place.start()
        with Liar(place) as liar, Fetch(place, address=liar.address) as fetch:
            fetch.wait(lambda: fetch.rounds, "a round")
            # A server that has just started wants the first request signed twice.
            lists = list(dict.fromkeys(x for x in liar.asked if x.startswith("/v1/inbox?")))
            check(lists == [f"/v1/inbox?after={n}" for n in (4000, 0, 1000, 5000)], lists)
            liar.asked.clear()
            tip(place, "dos\n")
            check(fetch.now()["added"] == 1, fetch.rounds[-1])
            check([x for x in liar.asked if "inbox" in x] ==
                  ["/v1/inbox?after=4900", "/v1/inbox?after=5001", "/v1/inbox/5001"], liar.asked)
            # Old entries count all the same.
            liar.lies = {"/v1/inbox?after=4901": listed(lambda es: [{**es[0], "link": "0" * 64}, *es[1:]])}
            check(fetch.now()["differs"] == 4902, fetch.rounds[-1])


main(inbox, letters, many, spoken, boards, long)
