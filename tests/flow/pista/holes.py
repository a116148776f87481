#!/usr/bin/env python3
"""Letters that disappear: what a member learns, and how they come back."""
import concurrent.futures
import contextlib
import json
import secrets
import sqlite3

from kit import DeskLiar, Place, check, main


def tip(place, text, *args):
    place.source("send", "--to", place.url, "--pin", place.home / "newsroom/newsroom.pub", *args, text=text)


def spoil(place, sql, *values):
    """What a server can do to its own store."""
    place.stop()
    with contextlib.closing(sqlite3.connect(place.store / "newsroom.db")) as db, db:
        db.execute(sql, values)
    place.start()


def take_away(place, *seqs):
    """Deleted, with no word to anybody."""
    spoil(place, f"UPDATE entry SET deleted = day WHERE seq IN ({','.join('?' * len(seqs))})", *seqs)


def sync(place, *args, status=0, home=None):
    done = place.run("sync", "--json", *args, home=home, check=False)
    check(done.returncode == status, done)
    said = json.loads(done.stdout)
    check(("WARNING" in done.stderr) == (status == 1), done)
    return said, done.stderr


def states(place, *args):
    return {x["seq"]: x["state"] for x in place.listed(*args)}


def unannounced():
    """a deletion nobody announced is told at the next sync, to those who have the letter too, and can be undone"""
    with Place().open() as place:
        big = place.dir / "big.bin"
        big.write_bytes(secrets.token_bytes(3_000_000))
        tip(place, "uno\n", "--file", big)
        tip(place, "dos\n")
        tip(place, "tres\n")
        said, _ = sync(place)
        check(said["new"] == 4 and said["missing"] == said["deleted"] == said["gone"] == [], said)
        take_away(place, 2, 3)
        for _ in range(2):
            said, heard = sync(place, status=1)
            check(said["deleted"] == [2, 3] and said["at_risk"] == [2] and said["missing"] == [], said)
            for words in "letters 2 3 are deleted", "`pista delete --undo 2 3'", "nobody on the masthead", "letter 2 is AT RISK":
                check(words in heard, (words, heard))
        shown = place.run("sync", check=False)
        check(shown.returncode == 1 and "NOT all in order" in shown.stdout, shown)
        check(states(place) == {2: "taken away", 3: "taken away", 4: "open"}, states(place))
        place.pista("export", 2, "--to-dir", place.dir / "out")
        check(big.read_bytes() in [f.read_bytes() for f in (place.dir / "out").iterdir()], "the rest was not saved")
        done = place.run("delete", "--undo", 2, 3)
        check("2 letters brought back" in done.stdout and "letters 2 3 are deleted" in done.stderr, done)
        check(set(states(place).values()) == {"open"}, states(place))
        sync(place)


def announced():
    """a deletion by a colleague is quiet, and so is taking it back"""
    with Place().open() as place:
        tip(place, "uno\n")
        sync(place)
        place.pista("delete", 2)
        sync(place)
        check(states(place) == {} and states(place, "--all")[2] == "deleted", "not deleted")
        place.pista("delete", "--undo", 2)
        sync(place)
        check(states(place) == {2: "open"}, "not back")


def kept_back():
    """a letter whose bytes the server does not give is named until they come"""
    with Place().open() as place:
        tip(place, "uno\n")
        tip(place, "dos\n")
        with DeskLiar(place, {"/v1/inbox/3": lambda _: None, "/v1/inbox/1": lambda _: None}) as liar:
            for _ in range(2):
                said, heard = sync(place, "--to", liar.address, status=1)
                check(said["missing"] == [1, 3] and "letters 1 3 are missing" in heard, (said, heard))
        check(states(place) == {2: "open", 3: "missing"}, states(place))
        check("WARNING: letter 1 is missing" in place.run("list").stderr, "not told")
        check({a["kind"] for a in map(json.loads, place.pista("alarms", "--json").splitlines())} == {"missing"}, "alarms")
        sync(place)
        check(states(place) == {2: "open", 3: "open"}, states(place))


def gone():
    """a letter that is gone from the server stays readable where it was"""
    with Place().open() as place:
        tip(place, "uno\n")
        sync(place)
        spoil(place, "UPDATE entry SET size = 0, body = 0, head = 0, hashes = zeroblob(length(hashes)) WHERE seq = 2")
        said, heard = sync(place, status=1)
        check(said["gone"] == [2] and "letter 2 is gone from the server" in heard, (said, heard))
        check("uno" in place.pista("read", 2), "lost")
        place.pista("export", 2, "--to-dir", place.dir / "out")


def join(place):
    """A second member. Returns their home."""
    bo = place.dir / "bo"
    line = place.pista("member", "new", "--id", "bo", "--name", "Bo", "--from", place.url, "--pin",
                       place.home / "newsroom/newsroom.pub", "--to", f"unix:{place.data}/desk.sock", home=bo)
    place.pista("member", "add", "-", text=line)
    place.publish()
    return bo


def former():
    """what a member announced counts when they have left, and nothing they announce afterwards does"""
    with Place().open() as place:
        bo = join(place)
        tip(place, "uno\n")
        tip(place, "dos\n")
        sync(place)
        place.run("delete", 3, home=bo)
        place.pista("member", "remove", "bo")
        place.publish()
        sync(place)
        check(states(place) == {4: "open"} and states(place, "--all")[3] == "deleted", states(place, "--all"))
        take_away(place, 4)
        check(sync(place, status=1)[0]["deleted"] == [4], "not seen")


def newcomer():
    """a new member hears nothing of what was deleted before them, and everything of what is deleted after"""
    with Place().open() as place:
        tip(place, "uno\n")
        tip(place, "dos\n")
        place.pista("delete", 2)
        bo = join(place)
        sync(place, home=bo)
        tip(place, "tres\n")
        take_away(place, place.letters()[-1]["seq"])
        check(len(sync(place, home=bo, status=1)[0]["deleted"]) == 1, "not seen")


def fill(place, letter, n):
    """Entries that cost nobody much: the same letter again, as somebody else's."""
    def post(_):
        return place.browser.request("POST", "/v1/letters", letter, {"Idempotency-Key": secrets.token_hex(16)})[0]

    with concurrent.futures.ThreadPoolExecutor(16) as readers:
        check(set(readers.map(post, range(n))) == {201}, "not taken")


def old():
    """old entries are looked at again too, by turns"""
    with Place().open() as place:
        tip(place, "uno\n")
        place.letters()
        place.pista("export", 2, "--to-dir", place.dir / "sealed", "--sealed")
        fill(place, next((place.dir / "sealed").iterdir()).read_bytes(), 1100)
        newest = sync(place)[0]["newest"]
        check(newest > 1100, newest)
        take_away(place, 5)
        check(sync(place, status=1)[0]["deleted"] == [5], "not seen")
        spoil(place, "UPDATE entry SET deleted = 0 WHERE seq = 5")
        sync(place)
        # An old entry that is another now is an error, and named.
        spoil(place, "UPDATE entry SET link = zeroblob(32) WHERE seq = 7")
        done = place.run("sync", check=False)
        check(done.returncode == 1 and "differs from what it showed before, at letter 7" in done.stderr, done)


main(unannounced, announced, kept_back, gone, former, newcomer, old)
