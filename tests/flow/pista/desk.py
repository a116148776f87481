#!/usr/bin/env python3
"""Journalists at work: sync against a server that forgets or lies, deletion, export."""
import json
import secrets
import shutil
import sqlite3
import subprocess

from kit import BUILD, DeskLiar, Place, check, flipped, main


def tip(place, text, *args):
    pin = place.home / "newsroom/newsroom.pub"
    place.source("send", "--to", place.url, "--pin", pin, *args, text=text)


def about(place, text):
    file = place.dir / "about"
    file.touch(mode=0o600)
    file.write_text(text)
    return file


def rolled_back():
    """a server restored from an old copy is noticed, and nothing here is overwritten"""
    with Place().open() as place:
        tip(place, "uno\n")
        place.stop()
        shutil.copytree(place.store, place.dir / "old")
        place.start()
        tip(place, "dos\n")
        check(len(place.letters()) == 2, "not two letters")
        before = place.pista("list")
        place.stop()
        shutil.rmtree(place.store)
        shutil.copytree(place.dir / "old", place.store)
        place.start()
        done = place.run("sync", check=False)
        check(done.returncode == 1 and "rolled back" in done.stderr and "letter 3" in done.stderr, done)
        tip(place, "otra cosa\n")
        done = place.run("sync", check=False)
        check(done.returncode == 1 and "rolled back" in done.stderr, done)
        check(place.pista("list") == before, "something was overwritten")
        done = place.run("reply", 2, text="x\n", check=False)
        check(done.returncode == 1 and "rolled back" in done.stderr, done)


def store_file(place):
    return next(f for f in place.store.iterdir() if f.read_bytes()[:6] == b"SQLite")


def deleted():
    """a deleted letter is off every list, comes back, and is gone for good without an alarm when it was announced"""
    with Place().open() as place:
        for text in "uno\n", "dos\n", "tres\n":
            tip(place, text)
        check([x["message"] for x in place.letters()] == ["uno\n", "dos\n", "tres\n"], "three")
        place.pista("delete", 2, 3)
        check([x["message"] for x in place.letters()] == ["tres\n"], "one")
        check({x["seq"]: x["state"] for x in place.letters("--all")}[2] == "deleted", "not shown as deleted")
        done = place.run("delete", "999", check=False)
        check(done.returncode == 1 and "nothing was changed" in done.stderr, done)
        place.pista("delete", "--undo", 3)
        check([x["message"] for x in place.letters()] == ["dos\n", "tres\n"], "two")
        done = place.run("delete", "t:abcd", check=False)
        check(done.returncode == 1, done)
        # A machine that comes later finds the hole explained.
        line = place.pista("member", "new", "--id", "bo", "--name", "Bo", "--from", place.url, "--pin",
                           place.home / "newsroom/newsroom.pub", "--to", f"unix:{place.data}/desk.sock", home=place.dir / "bo")
        place.pista("member", "add", "-", text=line)
        place.publish()
        done = place.run("sync", home=place.dir / "bo")
        check("WARNING" not in done.stderr, done.stderr)


def hole(place, seq):
    """What a server can do: the bytes of a letter are gone."""
    place.stop()
    with sqlite3.connect(store_file(place)) as db:
        db.execute("UPDATE entry SET size = 0, body = 0, head = 0, hashes = zeroblob(length(hashes)), deleted = 0 WHERE seq = ?", (seq,))
    db.close()
    place.start()


def holes():
    """a letter that is gone is alarming, unless a member announced its deletion"""
    with Place().open() as place:
        for text in "uno\n", "dos\n":
            tip(place, text)
        place.pista("sync")
        place.pista("delete", 2)
        hole(place, 2)
        fresh = shutil.copytree(place.home, place.dir / "fresh")
        (fresh / "member/inbox/mirror.db").unlink()
        done = place.run("sync", home=fresh)
        check("WARNING" not in done.stderr, done.stderr)
        hole(place, 3)
        (fresh / "member/inbox/mirror.db").unlink()
        done = place.run("sync", home=fresh, check=False)
        check(done.returncode == 1 and "WARNING: letter 3 is missing" in done.stderr and "letter 2" not in done.stderr, done)
        place.run("sync", check=False)
        shown = place.listed()
        check([(x["message"], x["state"]) for x in shown] == [("dos\n", "taken away")], "what is here stays here")


def listed(**changes):
    """A lie about the list's entry 2."""
    def lie(body):
        page = json.loads(body)
        for entry in page["entries"]:
            if entry["seq"] == 2:
                entry.update(changes)
        return json.dumps(page).encode()
    return lie


def without(*seqs):
    def lie(body):
        page = json.loads(body)
        page["entries"] = [e for e in page["entries"] if e["seq"] not in seqs]
        return json.dumps(page).encode()
    return lie


def lied_to():
    """a server that changes the list or a letter is caught, and nothing of it is kept"""
    with Place().open() as place:
        big = place.dir / "big.bin"
        big.write_bytes(secrets.token_bytes(3_000_000))
        tip(place, "uno\n", "--file", big)
        tip(place, "dos\n")
        for path, lie, says in (("/v1/inbox?after=0", listed(day="2026-01-01"), "differs"),
                                ("/v1/inbox?after=0", listed(digest="0" * 64), "differs"),
                                ("/v1/inbox?after=0", listed(link="0" * 64), "differs"),
                                ("/v1/inbox?after=0", listed(type=2), "differs"),
                                ("/v1/inbox?after=0", without(2), "differs"),
                                ("/v1/inbox?after=0", listed(seq=-1), "malformed"),
                                ("/v1/inbox?after=0", listed(day="2026-02-30"), "malformed"),
                                ("/v1/inbox?after=0", lambda b: b[:-3], "malformed"),
                                ("/v1/inbox?after=0", lambda _: b"[]", "malformed"),
                                ("/v1/inbox/2", flipped(100_000), "does not match its digest"),
                                ("/v1/inbox/2", lambda b: b[:100_000], "ends too early"),
                                ("/v1/inbox/2/leaves", flipped(70), "does not match its digest"),
                                ("/v1/inbox/2/leaves", lambda b: b[:-32], "does not match its digest"),
                                ("/v1/inbox/3", flipped(-1), "does not match its digest"),
                                ("/v1/inbox/3", lambda b: b[:-1], "does not match its digest"),
                                ("/v1/inbox/1", flipped(50), "does not match its digest")):
            fresh = shutil.copytree(place.home, place.dir / secrets.token_hex(4))
            with DeskLiar(place, {path: lie}) as liar:
                done = place.run("sync", "--to", liar.address, home=fresh, check=False)
            check(done.returncode == 1 and says in done.stderr, (path, says, done))
            # The truth is still good, and the lie was not kept.
            done = place.run("sync", home=fresh)
            check("all in order" in done.stdout, (path, says, done))
            check(len(place.listed(home=fresh)) == 2, "lost")
        with DeskLiar(place, {"/v1/inbox/3": lambda _: None}) as liar:
            done = place.run("sync", "--to", liar.address, check=False)
            check(done.returncode == 1 and "WARNING: letter 3 is missing" in done.stderr, done)
        place.pista("sync")
        with DeskLiar(place, {"/v1/inbox/2": flipped(1_500_000)}) as liar:
            # The rest of a large letter is checked leaf by leaf.
            out = place.dir / "out"
            done = place.run("export", 2, "--to-dir", out, "--to", liar.address, check=False)
            check(done.returncode == 1 and not out.exists(), done)
        place.pista("export", 2, "--to-dir", out)
        check(big.read_bytes() in [f.read_bytes() for f in out.iterdir()], "changed")


def exported():
    """3 MB in a file: its beginning comes with sync, the rest with export, byte for byte, and nothing is overwritten"""
    with Place().open() as place:
        data = secrets.token_bytes(3_000_000)
        big = place.dir / "acta.pdf"
        big.write_bytes(data)
        small = place.dir / "vacío"
        small.write_bytes(b"")
        tip(place, "con acta\n", "--file", big, "--file", small, "--file-names")
        letter, = place.letters()
        check(letter["files"] == 1 and letter["size"] > 3_000_000, letter)
        shown = place.pista("read", letter["seq"])
        check("application/pdf" in shown and "3.0 MB" in shown and "named acta.pdf" in shown, shown)
        out = place.dir / "out"
        place.pista("export", letter["seq"], "--to-dir", out)
        check({f.read_bytes() for f in out.iterdir()} == {data, b"con acta\n"}, [*out.iterdir()])
        done = place.run("export", letter["seq"], "--to-dir", out, check=False)
        check(done.returncode == 1 and "nothing is overwritten" in done.stderr, done)
        check(len([*out.iterdir()]) == 2, "something half was left")
        place.pista("export", letter["seq"], "--to-dir", place.dir / "one", "--file", 1)
        check([f.read_bytes() for f in (place.dir / "one").iterdir()] == [data], "not one file")
        done = place.run("export", letter["seq"], "--to-dir", place.dir / "two", "--file", 7, check=False)
        check(done.returncode == 1 and "not found" in done.stderr, done)
        # What is stored is a tar in an age file, for stock tools.
        place.pista("export", letter["seq"], "--to-dir", place.dir / "sealed", "--sealed")
        sealed, = (place.dir / "sealed").iterdir()
        identity = place.dir / "identity"
        identity.touch(mode=0o600)
        identity.write_text(place.source("open", "--passphrase-file", place.dir / "passphrase",
                                         place.home / "member/identity.age").stdout)
        tar = subprocess.run(["age", "-d", "-i", identity, sealed], capture_output=True, check=True).stdout
        names = subprocess.run(["tar", "-t"], input=tar, capture_output=True, check=True).stdout.decode().split()
        check(names == ["tip.json", "message.txt", "files/1.pdf"], names)


def continued():
    """an export that was cut goes on where it stopped"""
    with Place().open() as place:
        data = secrets.token_bytes(12_000_000)
        big = place.dir / "big.bin"
        big.write_bytes(data)
        tip(place, "grande\n", "--file", big)
        letter, = place.letters()
        held = mirror_held(place, letter["seq"])
        check(held < 1_000_000, f"{held} bytes came with sync")
        place.stop()
        done = place.run("export", letter["seq"], "--to-dir", place.dir / "out", check=False)
        check(done.returncode == 1 and not (place.dir / "out").exists(), done)
        place.start()
        # What an interrupted one left is written over; nothing else is.
        (place.dir / "out").mkdir()
        (place.dir / "out/2-1.bin.part").write_bytes(b"half")
        place.pista("export", letter["seq"], "--to-dir", place.dir / "out")
        check(sorted(f.name for f in (place.dir / "out").iterdir()) == ["2-1.bin", "2-message.txt"], "names")
        check(data in [f.read_bytes() for f in (place.dir / "out").iterdir()], "changed")
        place.stop()
        done = place.run("export", letter["seq"], "--to-dir", place.dir / "again", check=False)
        check(done.returncode == 0, f"what is here needs no server: {done.stderr}")


def mirror_held(place, seq):
    with sqlite3.connect(f"file:{place.home}/member/inbox/mirror.db?mode=ro", uri=True) as db:
        tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        return sum(len(v) for t in tables for row in db.execute(f"SELECT * FROM {t}") for v in row if isinstance(v, bytes))


def nothing_readable():
    """neither the server's store nor the local copy holds a readable word"""
    with Place().open() as place:
        word = "Palabrasecretísima"
        tip(place, f"{word} uno\n", "--about-file", about(place, "name: Nombredelafuente"))
        place.pista("reply", place.letters()[0]["seq"], text=f"{word} dos\n")
        place.letters()
        place.stop()
        for f in [*place.store.rglob("*"), *(place.home / "member").rglob("*")]:
            if f.is_file():
                data = f.read_bytes()
                check(word.encode() not in data and b"Nombredelafuente" not in data, f"{f} can be read")


def terminal_safe():
    """what a source writes cannot steer the terminal"""
    with Place().open() as place:
        tip(place, "hola \x1b[2J\x07 \u202e mundo\n", "--about-file", about(place, "name: \x1b]0;x\x07"))
        for said in (place.letters() and place.pista("list"), place.pista("read", 2)):
            check("\x1b" not in said and "\x07" not in said and "\u202e" not in said, ascii(said))
            check("hola" in said and "mundo" in said, said)


def wrong_words():
    """letters and threads that are not there, and a wrong passphrase, are told"""
    with Place().open() as place:
        tip(place, "uno\n")
        place.pista("sync")
        for args, text, says in ((["read", "77"], "", "not found"), (["read", "ffff"], "", "not found"),
                                 (["reply", "1"], "x", "not found"), (["reply", "2"], " ", "it is empty"),
                                 (["export", "1", "--to-dir", place.dir / "x"], "", "there is no letter")):
            done = place.run(*args, text=text, check=False)
            check(done.returncode == 1 and says in done.stderr, (args, done.stderr))
        wrong = place.dir / "wrong"
        wrong.touch(mode=0o600)
        wrong.write_text("no es esta frase\n")
        done = subprocess.run([BUILD / "cmd/pista/pista", "list", "--home", place.home, "--passphrase-file", wrong],
                              capture_output=True, text=True)
        check(done.returncode == 1 and "wrong passphrase" in done.stderr, done)


main(rolled_back, deleted, holes, lied_to, exported, continued, nothing_readable, terminal_safe, wrong_words)
