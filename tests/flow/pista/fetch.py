#!/usr/bin/env python3
"""pista-fetch against a real server: when it goes, what it brings and sends, what it survives."""
import contextlib
import json
import pathlib
import secrets
import sqlite3
import time

from fetcher import Fetch, plain
from kit import Place, check, main


def tip(place, text, *args):
    place.source("send", "--to", place.url, "--pin", place.home / "newsroom/newsroom.pub", *args, text=text)


def body_of(fetch, seq):
    return b"".join(row[0] for row in fetch.sql("SELECT bytes FROM piece WHERE seq = ? ORDER BY number", seq))


def by_itself():
    """it waits for the key, then brings what is new without being asked, and tells that something changed"""
    with Place().open() as place, Fetch(place, minutes=0, key=False) as fetch:
        time.sleep(0.3)
        check(not (fetch.member / "mirror.db").exists() and fetch.rounds == [], "it went without a key")
        fetch.key()
        first = fetch.wait(lambda: fetch.rounds and fetch.rounds[0], "a round")
        check(first["err"] == "ok" and first["added"] == 1 and abs(first["at"] - time.time()) < 60, first)
        tip(place, "uno\n")
        found = fetch.wait(lambda: [r for r in fetch.rounds if r["added"] == 1 and r["newest"] == 2], "the tip")
        check(found[0]["doing"] == "" and fetch.changed > 0, found)
        check((fetch.member / "masthead").exists(), "no masthead is remembered")
        status = pathlib.Path(f"/proc/{fetch.process.pid}/status").read_text()
        check("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, "no jail")
        # Both see the same file.
        check("uno" in place.pista("read", 2), "not read")


def sent():
    """what is laid into the outbox goes out soon, in order; a deletion waits for its announcement"""
    with Place().open() as place, Fetch(place) as fetch:
        tip(place, "uno\n")
        fetch.wait(lambda: fetch.rounds, "a round")
        check(fetch.now()["newest"] == 2, fetch.rounds)
        letter = body_of(fetch, 2)
        fetch.rounds.clear()
        fetch.lay_out(1, letter, once=bytes(16))
        said = fetch.wait(lambda: fetch.rounds and fetch.rounds[-1], "a round by itself", 15)
        check(said["err"] == "ok" and said["sent"] == 1 and said["newest"] == 3, said)
        # The same letter once more is the same letter.
        fetch.lay_out(1, letter, once=bytes(16))
        fetch.lay_out(3, json.dumps({"delete": [3]}).encode())
        said = fetch.now()
        check(said["sent"] == 2 and said["newest"] == 3, said)
        check(fetch.sql("SELECT deleted FROM entry WHERE seq = 3") == [(1,)], "not deleted")
        check(fetch.sql("SELECT count(*) FROM tray") == [(0,)], "something is left")
        # What the server will never take stays, and holds back deletions alone.
        fetch.lay_out(1, b"no letter")
        fetch.lay_out(3, json.dumps({"delete": [2]}).encode())
        fetch.lay_out(1, letter, once=bytes([1] * 16))
        tip(place, "dos\n")
        said = fetch.now()
        check(said["err"] == "FORMAT" and said["doing"] == "sending" and said["sent"] == 1, said)
        check(said["newest"] == 5 and fetch.sql("SELECT deleted FROM entry WHERE seq = 2") == [(0,)], said)
        check(len(body_of(fetch, 5)) > 16384, "the rest of the round was not done")
        check(fetch.sql("SELECT kind FROM tray") == [(1,), (3,)], "the wrong things are left")


def board():
    """editions come once each and follow each other; what is for another edition stays, and the next one is told"""
    with Place(edition_seconds=1).open() as place, Fetch(place) as fetch:
        fetch.wait(lambda: fetch.rounds, "a round")
        check(fetch.sql("SELECT next FROM newsroom") == [(1,)], "no next edition")
        slot = secrets.token_bytes(4096)

        def post(edition, strips=0):
            return (plain.u32(edition) + plain.u32(1) + slot + plain.u32(strips) + secrets.token_bytes(32 * strips) +
                    bytes(100))
        for number in 1, 2, 3:
            fetch.lay_out(2, post(number, 1), edition=number)
            check(fetch.now()["err"] == "ok", fetch.rounds[-1])
            end = time.monotonic() + 60
            while fetch.sql("SELECT max(number), next FROM edition, newsroom") != [(number, number + 1)]:
                check(time.monotonic() < end, f"edition {number} does not come")
                time.sleep(0.1)
                fetch.now()
        held = [row[0] for row in fetch.sql("SELECT bytes FROM edition ORDER BY number")]
        check(len(held) == 3 and b"".join(held) == place.browser.request("GET", "/v1/board/index")[2], "editions")
        fetch.lay_out(2, post(9, 1), edition=9)
        said = fetch.now()
        check(said["err"] == "CONFLICT" and said["refused"] == 4 and said["differs"] == 0, said)
        check(fetch.sql("SELECT edition FROM tray") == [(9,)], "it did not stay")


def whole():
    """a large letter comes with its beginning, and whole when asked, with progress, going on where it stopped"""
    with Place().open() as place, Fetch(place) as fetch:
        big = place.dir / "big.bin"
        big.write_bytes(secrets.token_bytes(9_000_000))
        tip(place, "grande\n", "--file", big)
        fetch.wait(lambda: fetch.rounds, "a round")
        fetch.now()
        (size, held), = fetch.sql("SELECT size, held FROM entry WHERE seq = 2")
        check(size > 9_000_000 and 0 < held < 200_000, (size, held))
        fetch.whole(2)
        check(fetch.sql("SELECT held FROM entry WHERE seq = 2") == [(size,)] and len(body_of(fetch, 2)) == size, "not whole")
        fetch.whole(2)
        fetch.whole(77)
        check(fetch.rounds[-1]["err"] == "NOT_FOUND" and fetch.rounds[-1]["doing"] == "letter", fetch.rounds[-1])
        place.pista("export", 2, "--to-dir", place.dir / "out")
        check(big.read_bytes() in [f.read_bytes() for f in (place.dir / "out").iterdir()], "changed")


def away():
    """a server that is away is told and tried again at once when asked; a new desk needs no new key"""
    with Place().open() as place, Fetch(place) as fetch:
        fetch.wait(lambda: fetch.rounds, "a round")
        place.stop()
        said = fetch.now()
        check(said["err"] == "CLOSED" and said["doing"] == "masthead", said)
        # A new desk is told how the last round went.
        fetch.rounds.clear()
        fetch.new_desk()
        told = fetch.wait(lambda: fetch.rounds and fetch.rounds[0], "the last round")
        check(told == said, told)
        check(fetch.now()["err"] == "CLOSED", fetch.rounds[-1])
        place.start()
        tip(place, "uno\n")
        check(fetch.now()["err"] == "ok" and fetch.rounds[-1]["newest"] == 2, fetch.rounds[-1])


def damaged():
    """a damaged local copy is moved aside and comes again, and what waited is sent"""
    with Place().open() as place:
        for i in range(12):
            tip(place, f"{i}\n")
        with Fetch(place) as fetch:
            fetch.wait(lambda: fetch.rounds, "a round")
            letter, digests = body_of(fetch, 2), fetch.sql("SELECT seq, digest, link, held FROM entry")
        place.pista("list")
        place.stop()
        with contextlib.closing(sqlite3.connect(place.home / "member/outbox.db")) as db, db:
            db.execute("INSERT INTO outbox (kind, once, edition, bytes) VALUES (1, ?, 0, ?)", (bytes(16), letter))
        file = place.home / "member/inbox/mirror.db"
        data = bytearray(file.read_bytes())
        link = digests[5][2]
        page = data.index(link) // 4096 * 4096
        data[page:page + 4096] = b"\xaa" * 4096
        file.write_bytes(data)
        place.start()
        with Fetch(place) as fetch:
            said = fetch.wait(lambda: [r for r in fetch.rounds if r["err"] == "ok"], "a good round")[-1]
            check(any("was damaged" in r["doing"] for r in fetch.rounds), fetch.rounds)
            check(said["sent"] == 0 and said["newest"] == 13, said)
            check(fetch.sql("SELECT seq, digest, link, held FROM entry") == digests, "not the same")
        check((place.home / "member/inbox/mirror.db.damaged-1").exists(), "thrown away")
        # The same at the terminal, and for a file that is none at all.
        file.write_bytes(b"nothing" * 1000)
        done = place.run("sync")
        check("was damaged" in done.stderr and "14 new" in done.stdout, done)
        check("11" in place.pista("read", 13), "letters")


def untrue():
    """a local copy that contradicts itself is not blamed on the server; one that is locked is told and waited for"""
    with Place().open() as place:
        for i in range(3):
            tip(place, f"{i}\n")
        with Fetch(place) as fetch:
            fetch.wait(lambda: fetch.rounds, "a round")
            digests = fetch.sql("SELECT seq, digest, link, held FROM entry")
            for change in "link = zeroblob(32) WHERE seq = 2", "digest = zeroblob(32) WHERE seq = 4":
                fetch.sql(f"UPDATE entry SET {change}")
                fetch.rounds.clear()
                said = fetch.now()
                check(said["err"] == "FORMAT" and said["differs"] == 0, said)
                fetch.wait(lambda: fetch.rounds[-1]["err"] == "ok", "a good round")
                check(any("was damaged" in r["doing"] for r in fetch.rounds), fetch.rounds)
                check(fetch.sql("SELECT seq, digest, link, held FROM entry") == digests, "not the same")
            check((place.home / "member/inbox/mirror.db.damaged-2").exists(), "thrown away")
            with contextlib.closing(sqlite3.connect(fetch.member / "mirror.db", isolation_level=None)) as db:
                db.execute("BEGIN IMMEDIATE")
                said = fetch.now()
                check(said["err"] == "BUSY", said)
            check(fetch.now()["err"] == "ok", fetch.rounds[-1])


main(by_itself, sent, board, whole, away, damaged, untrue)
