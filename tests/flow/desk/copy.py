#!/usr/bin/env python3
"""The local copy of the inbox is damaged under `pista desk': it comes again from the server, and drafts are kept."""
import contextlib
import http.client
import pathlib
import shutil
import sqlite3
import time

from api_kit import Desk, Place, check, main


def tip(place, text):
    place.source("send", "--to", place.url, "--pin", place.home / "newsroom/newsroom.pub", text=text)


def spoil(inbox):
    """Writes over the page that says what letter 2 is, as a bad disk does."""
    with contextlib.closing(sqlite3.connect(inbox / "mirror.db")) as db:
        link, = db.execute("SELECT link FROM entry WHERE seq = 2").fetchone()
    data = bytearray((inbox / "mirror.db").read_bytes())
    page = data.index(link) // 4096 * 4096
    data[page:page + 4096] = b"\xaa" * 4096
    return bytes(data)


def give_passphrase(desk):
    """A desk that is about to end does not open any more; the next one does."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if desk.ask("POST", "/v1/unlock", {"passphrase": desk.passphrase}).status == 200:
                return
        time.sleep(0.1)
    check(False, f"it does not open: {desk.said()}")


def unlock(desk):
    give_passphrase(desk)
    return desk.phase("ready")


def comes_again(desk, thread):
    state = unlock(desk)
    check(any(a["kind"] == "copy" for a in state["alarms"]), state["alarms"])
    desk.wait_threads(2)
    check(desk.thread(thread)["draft"] == "medio escrito", "the draft is lost")
    desk.sync()


def damaged():
    """between two runs of the desk, also to the last page"""
    with Place().open() as place:
        member = pathlib.Path(place.home) / "member"
        inbox = member / "inbox"
        for text in "uno\n", "dos\n":
            tip(place, text)
        with Desk(place) as desk:
            desk.unlock()
            thread = desk.wait_threads(2)[0]["thread"]
            desk.put("/v1/draft", {"thread": thread, "text": "medio escrito"})
        (inbox / "mirror.db").write_bytes(b"nothing of a database" * 1000)
        with Desk(place) as desk:
            comes_again(desk, thread)
        check((inbox / "mirror.db.damaged-1").is_file(), "thrown away")
        (inbox / "mirror.db").write_bytes(spoil(inbox))
        for name in "book.age", "keys.age":
            (member / name).unlink(missing_ok=True)
        with Desk(place) as desk:
            # Damage that opening does not see is found when it is read; then the desk locks once more.
            desk.post("/v1/unlock", {"passphrase": desk.passphrase})
            desk.until(lambda s: s["phase"] == "locked" or any(a["kind"] == "copy" for a in s.get("alarms", [])))
            comes_again(desk, thread)
        check((inbox / "mirror.db.damaged-2").is_file(), "thrown away")
        # Nothing that SQLite sees: one letter does not follow the other any more.
        with contextlib.closing(sqlite3.connect(inbox / "mirror.db")) as db, db:
            db.execute("UPDATE entry SET link = randomblob(32) WHERE seq = 2")
        for name in "book.age", "keys.age":
            (member / name).unlink(missing_ok=True)
        with Desk(place) as desk:
            desk.post("/v1/unlock", {"passphrase": desk.passphrase})
            desk.until(lambda s: s["phase"] in ("locked", "closed") or any(a["kind"] == "copy" for a in s.get("alarms", [])))
            comes_again(desk, thread)
        check((inbox / "mirror.db.damaged-3").is_file(), "a broken chain is no damage")


def replaced():
    """while the desk runs: another program put a new one in its place"""
    with Place().open() as place, Desk(place) as desk:
        for text in "uno\n", "dos\n":
            tip(place, text)
        desk.unlock()
        thread = desk.wait_threads(2)[0]["thread"]
        desk.put("/v1/draft", {"thread": thread, "text": "medio escrito"})
        desk.act(thread, "label", value="antes")
        inbox = pathlib.Path(place.home) / "member/inbox"
        shutil.move(inbox / "mirror.db", inbox / "mirror.db.away")
        desk.until(lambda s: s["phase"] == "locked")
        unlock(desk)
        desk.wait_threads(2)
        desk.sync()
        shown = desk.thread(thread)
        check(shown["draft"] == "medio escrito" and shown["labels"] == ["antes"], shown)
        # Whoever has the network shuts the desk out of the copy: the next desk has its rights again.
        inbox.chmod(0o500)
        check(desk.phase("locked")["lock"]["reason"] == "shut", "it does not say why")
        check(any((a["kind"], a.get("what")) == ("copy", "shut") for a in unlock(desk)["alarms"]), "nobody is told")
        desk.sync()


def back(desk):
    """Unlocks it as often as it locks, until all is here again."""
    end, state = time.monotonic() + 120, None
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            state = desk.ask("GET", "/v1/state").json
            if state["phase"] == "locked":
                desk.ask("POST", "/v1/unlock", {"passphrase": desk.passphrase})
            elif state["phase"] == "ready" and state["sync"]["state"] == "ok":
                answer = desk.ask("GET", "/v1/threads?view=all")
                if answer.status == 200 and len(answer.json["threads"]) == 2:
                    return
        time.sleep(0.1)
    check(False, f"it does not come back: {state} {desk.said()}")


def taken_over():
    """whoever has the network cuts off, writes over and locks its files while the desk works: the desk lives, and says so"""
    with Place().open() as place, Desk(place) as desk:
        for text in "uno\n", "dos\n":
            tip(place, text)
        desk.unlock()
        thread = desk.wait_threads(2)[0]["thread"]
        desk.put("/v1/draft", {"thread": thread, "text": "medio escrito"})
        inbox = pathlib.Path(place.home) / "member/inbox"
        # A lock that nobody gives back: what is said stays here, and the page goes on.
        with contextlib.closing(sqlite3.connect(inbox / "mirror.db", isolation_level=None, timeout=10)) as db:
            db.execute("BEGIN EXCLUSIVE")
            desk.act(thread, "label", value="antes")
            check(desk.thread(thread)["draft"] == "medio escrito", "the page waits")
            # Nor is it opened while it lasts, and nothing is given up.
            desk.post("/v1/lock")
            give_passphrase(desk)
            check(desk.get("/v1/state")["phase"] == "opening", "it does not wait")
            db.execute("ROLLBACK")
            desk.phase("ready")
        for junk in b"", bytes(100), b"\xaa" * 50_000, b"SQLite format 3\0" + bytes(2) + b"\2\2" + b"\xaa" * 9_000:
            with open(inbox / "mirror.db", "r+b") as file:
                file.truncate(len(junk))
                file.write(junk)
            (inbox / "mirror.db-shm").write_bytes(b"")
            (inbox / "mirror.db-wal").write_bytes(b"\xaa" * 5000)
            with contextlib.suppress(OSError, http.client.HTTPException):
                desk.ask("POST", "/v1/sync")
            back(desk)
        shown = desk.thread(thread)
        check(shown["draft"] == "medio escrito" and shown["labels"] == ["antes"], shown)
        check((inbox / "mirror.db.damaged-1").is_file(), "it did not notice")


main(damaged, replaced, taken_over)
