#!/usr/bin/env python3
"""A newsroom of several members, each on a machine of their own, from the command line."""
import contextlib
import http.client
import json
import os
import pty
import secrets
import select
import sqlite3
import subprocess
import time

from kit import PISTA, Failed, Place, check, join, main


class Member:
    """One of them: a home, and pista in it."""

    def __init__(self, place, home):
        self.place, self.home = place, home

    def __call__(self, *args, text=None):
        return self.place.pista(*args, text=text, home=self.home)

    def run(self, *args, text=None):
        return self.place.run(*args, text=text, home=self.home, check=False)

    def lines(self, *args, text=None):
        return [json.loads(line) for line in self(*args, "--json", text=text).splitlines()]

    def threads(self, view="all", *args):
        return {t["seq"]: t for t in self.lines("list", view, *args)}

    def thread(self, seq, *args):
        return json.loads(self("read", seq, "--json", "--unseen", *args))


class Terminal:
    """pista at a terminal of its own."""

    def __init__(self, *args):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(PISTA, ["pista", *map(str, args)])
        self.shown = ""

    def wait(self, words):
        end = time.monotonic() + 120
        while words not in self.shown:
            if time.monotonic() > end or not self.read():
                raise Failed(f"{words!r} never came: {self.shown}")

    def read(self):
        """What comes within a moment; False at the end."""
        if select.select([self.fd], [], [], 0.2)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            self.shown += data.decode(errors="replace")
            return bool(data)
        return True

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        end = time.monotonic() + 120
        while self.read() and time.monotonic() < end:
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Source:
    """One of theirs."""

    def __init__(self, place, text, *args):
        self.place = place
        self.key = ["--to", place.url, "--pin", place.home / "newsroom/newsroom.pub"]
        said = json.loads(place.source("send", *self.key, "--json", *args, text=text).stdout)
        self.receipt = place.dir / f"receipt-{secrets.token_hex(4)}"
        self.receipt.touch(mode=0o600)
        self.receipt.write_text(said["receipt"])

    def more(self, text):
        self.place.source("send", *self.key, "--receipt-file", self.receipt, text=text)

    def replies(self):
        return json.loads(self.place.source("replies", *self.key, "--receipt-file", self.receipt, "--json").stdout)

    def wait(self, found):
        end = time.monotonic() + 120
        while not found(said := self.replies()):
            if time.monotonic() > end:
                raise Failed(f"never came: {said}")
            time.sleep(0.3)
        return said


@contextlib.contextmanager
def newsroom(*members, desks=()):
    """A place with Ana and these; desks: (id, of which member)."""
    with Place(setup=("--member-id", "ana", "--member-name", "Ana")).open() as place:
        for desk, _ in desks:
            place.pista("newsroom", "set", "--desk", f"{desk}=Desk {desk}")
        homes = [join(place, m, m.title(), *(x for d, who in desks if who == m for x in ("--desk", d))) for m in members]
        place.publish()
        everybody = [Member(place, place.home), *(Member(place, h) for h in homes)]
        yield place, *everybody


def items(thread, kind):
    return [i for i in thread["items"] if i["type"] == kind]


def assigned():
    """what one says the others see: assignment, labels, flags, safe line, status, who has read it"""
    with newsroom("bo") as (place, ana, bo):
        source = Source(place, "Sé quién firmó.\n", "--lang", "es")
        ana("sync")
        seq, = ana.threads("queue")
        check(ana.threads("unassigned").keys() == {seq} and ana.threads("queue")[seq]["state"] == "new", "new")
        ana("read", seq)
        ana("assign", seq, "bo", "me")
        ana("label", seq, "legal", "foto")
        ana("label", "--remove", seq, "foto")
        ana("flag", seq, "danger")
        ana("summary", seq, text="una firma en un contrato\n")
        bo("sync")
        t = bo.threads("mine")[seq]
        check(sorted(t["assigned"]) == ["ana", "bo"], t)
        check(t["labels"] == ["legal"] and t["is_danger"] and t["summary"] == "una firma en un contrato", t)
        check(t["state"] == "open" and t["seen"] == ["ana"], t)
        shown = bo("list")
        check("#legal" in shown and "[DANGER]" in shown and "una firma" in shown and "Sé quién" not in shown, shown)
        source.wait(lambda said: said["status"] == "opened")
        bo("status", seq, "closed", text="no es para nosotros\n")
        ana("sync")
        check(ana.threads("queue") == {} and ana.threads("closed")[seq]["reason"] == "no es para nosotros", "closed")
        source.more("Tengo más.\n")
        ana("sync")
        check(ana.threads("came-back").keys() == {seq} == ana.threads("queue").keys(), "it did not come back")
        ana("assign", seq, "nobody")
        ana("status", seq, "parked", "--until", "+7")
        bo("sync")
        check(bo.threads("parked").keys() == {seq} and bo.threads("unassigned") == {}, bo.threads())
        for wrong, says in ((["assign", seq, "nadie-aqui"], "not found"), (["status", "99", "open"], "not found"),
                            (["grant", seq, "nowhere"], "not found")):
            done = bo.run(*wrong)
            check(done.returncode == 1 and says in done.stderr, done)
        for wrong in (["status", seq, "finished"], ["flag", seq], ["search", "palabra"], ["away", "mañana", "+3"],
                      ["list", "everything"], ["tell", seq, "maybe"]):
            done = bo.run(*wrong)
            check(done.returncode == 2 and "--help" in done.stderr, done)


def conflict():
    """two who did not know of each other are both heard, all see the same, and the conflict goes when it is settled"""
    with newsroom("bo", "cai") as (place, ana, bo, cai):
        Source(place, "uno\n")
        for member in ana, bo, cai:
            member("sync")
        seq, = ana.threads("queue")
        place.stop()
        said = bo.run("status", seq, "parked", "--until", "+3")
        check(said.returncode == 0 and "kept here, sealed" in said.stderr, said)
        check(bo.threads()[seq]["state"] == "parked" and bo.threads()[seq]["pending"] == 1, bo.threads())
        check("[not sent yet]" in bo("list", "parked"), "not shown as waiting")
        check(cai.run("status", seq, "closed", text="ruido\n").returncode == 0, "cai")
        place.start()
        for member in bo, cai, bo, ana:
            member("sync")
        seen = [member.threads()[seq] for member in (ana, bo, cai)]
        check(seen[0] == seen[1] == seen[2], seen)
        check(seen[0]["state"] == "closed" and [c["value"] for c in seen[0]["conflicts"]] == ["parked"], seen[0])
        check("CONFLICT" in ana("read", seq) and "[conflict]" in ana("list", "all"), "not shown")
        ana("status", seq, "open")
        bo("sync")
        check(bo.threads()[seq]["state"] == "open" and not bo.threads()[seq].get("conflicts"), bo.threads()[seq])


def noted():
    """a note reaches the desk and no source; an answer reaches the source, and colleagues read it too"""
    with newsroom("bo") as (place, ana, bo):
        source = Source(place, "uno\n")
        ana("sync")
        seq, = ana.threads()
        ana("note", seq, text="llamar al abogado\n")
        ana("reply", seq, "--ask", text="¿Tiene el contrato?\n")
        said = source.wait(lambda s: s["answers"])
        check("contrato" in said["answers"][0]["text"] and "abogado" not in json.dumps(said, ensure_ascii=False), said)
        bo("sync")
        t = bo.thread(seq)
        check([n["text"].strip() for n in items(t, "note")] == ["llamar al abogado"], t)
        check([a["text"].strip() for a in items(t, "answer")] == ["¿Tiene el contrato?"], t)
        check(t["answers"] == 1 and "answer" not in {a["kind"] for a in bo.lines("alarms")}, bo.lines("alarms"))
        shown = bo("read", seq)
        check("noted, for the desk only" in shown and "abogado" in shown and "answered as" in shown, shown)


def at_once():
    """while one writes an answer at a terminal, the other is told"""
    with newsroom("bo") as (place, ana, bo):
        source = Source(place, "uno\n")
        for member in ana, bo:
            member("sync")
        seq, = ana.threads()
        terminal = Terminal("reply", seq, "--home", ana.home, "--passphrase-file", place.dir / "passphrase")
        terminal.wait("Your answer")
        done = bo.run("reply", seq, text="de Bo\n")
        check(done.returncode == 0 and "ana is writing an answer too" in done.stderr, done)
        terminal.type("de Ana\n\x04")
        check(terminal.end() == 0, terminal.shown)
        check(len(source.wait(lambda s: len(s["answers"]) == 2)["answers"]) == 2, "both")
        bo("sync")
        check(bo.threads()[seq]["answering"] == [], bo.threads())
        # Whoever thinks better of it is no longer writing.
        terminal = Terminal("reply", seq, "--home", ana.home, "--passphrase-file", place.dir / "passphrase")
        terminal.wait("Your answer")
        terminal.type("\x04")
        check(terminal.end() == 1 and "nothing was sent" in terminal.shown, terminal.shown)
        bo("sync")
        check(bo.threads()[seq]["answering"] == [] and bo.threads()[seq]["answers"] == 2, bo.threads())


def handed_over():
    """another desk opens what it is handed, with notes and state, and what the source writes later"""
    with newsroom("dora", desks=[("economia", "dora")]) as (place, ana, dora):
        file = place.dir / "cuentas.csv"
        file.write_text("a;b\n")
        source = Source(place, "las cuentas\n", "--file", file)
        ana("sync")
        dora("sync")
        check(dora.threads() == {}, "another desk's tip can be read")
        seq, = ana.threads()
        ana("note", seq, text="mirar el anexo\n")
        ana("label", seq, "cuentas")
        ana("grant", seq, "economia")
        dora("sync")
        t = dora.thread(seq)
        check(t["message"].strip() == "las cuentas" and t["labels"] == ["cuentas"] and t["desk"] == "economia", t)
        dora("export", seq, "--to-dir", place.dir / "out")
        check("a;b\n" in [f.read_text() for f in (place.dir / "out").iterdir()], "the file of a granted letter")
        source.more("y el anexo\n")
        ana("sync")
        dora("sync")
        texts = [i["text"].strip() for i in items(dora.thread(seq), "letter")]
        check(texts == ["las cuentas", "y el anexo"], texts)
        dora("reply", seq, text="Gracias, lo miro.\n")
        check("Gracias" in source.wait(lambda s: s["answers"])["answers"][0]["text"], "the other desk's answer")


def outbox(member):
    with contextlib.closing(sqlite3.connect(f"file:{member.home}/member/outbox.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT once, bytes FROM outbox WHERE kind = 1 ORDER BY number").fetchall()


def left():
    """who was removed gets nothing more, what they say counts for nothing, and their threads are named"""
    with newsroom("bo") as (place, ana, bo):
        Source(place, "uno\n")
        for member in ana, bo:
            member("sync")
        seq, = ana.threads()
        ana("assign", seq, "bo")
        bo("sync")
        place.stop()
        bo("status", seq, "bin")
        bo("flag", seq, "plant")
        late = outbox(bo)
        check(len(late) > 0, "nothing waits")
        place.start()
        place.pista("member", "remove", "bo")
        place.publish()
        Source(place, "dos, sin Bo\n")
        done = bo.run("sync")
        check(done.returncode == 1 and "your key" in done.stderr, done)
        check(bo.threads().keys() == {seq}, "something came")
        # The door for sources takes any sealed letter, also one of somebody who has left.
        for once, sealed in late:
            c = http.client.HTTPConnection(place.browser.host, timeout=30)
            c.request("POST", "/v1/letters", sealed, {"Content-Type": "application/octet-stream",
                                                      "Idempotency-Key": once.hex()})
            check(c.getresponse().status in (200, 201), "the letter is not taken")
            c.close()
        done = ana.run("sync")
        check(done.returncode == 0 and "was not on the masthead" in done.stderr, done)
        t = ana.threads()[seq]
        check(t["state"] != "bin" and not t.get("is_plant"), t)
        check("left" in {a["kind"] for a in ana.lines("alarms")}, ana.lines("alarms"))
        people = json.loads(ana("people", "--json"))
        check([(x["id"], x["name"], x["threads"]) for x in people["left"]] == [("bo", "Bo", 1)], people)
        said = ana("people")
        check("Bo (bo) has left; 1 thread is still theirs" in said and "pista list all --member bo" in said, said)
        check(ana.threads("all", "--member", "bo").keys() == {seq}, "not listed")
        ana("assign", seq, "me")
        check(json.loads(ana("people", "--json"))["left"] in ([], [{"id": "bo", "name": "Bo", "threads": 0}]), "left")


def offline():
    """without the desk everything is kept, sealed, shown here, and goes with the next sync"""
    with newsroom("bo") as (place, ana, bo):
        source = Source(place, "uno\n")
        ana("sync")
        seq, = ana.threads()
        place.stop()
        for args, text in ((["assign", seq, "bo"], None), (["note", seq], "secretísimo\n"), (["label", seq, "x"], None),
                           (["away", "today", "+3", "--deputy", "bo"], None), (["reply", seq], "sin red\n")):
            done = ana.run(*args, text=text)
            check(done.returncode == 0 and "goes with the next" in done.stderr, done)
        t = ana.thread(seq)
        check(t["assigned"] == ["bo"] and t["labels"] == ["x"] and len(items(t, "note")) == 1 and t["answers"] == 1, t)
        for file in (f for f in (ana.home / "member").rglob("*") if f.is_file()):
            check("secretísimo".encode() not in file.read_bytes(), f"{file} can be read")
        done = ana.run("sync")
        check(done.returncode == 1 and "is pistad running there?" in done.stderr, done)
        place.start()
        ana("sync")
        check("sin red" in source.wait(lambda s: s["answers"])["answers"][0]["text"], "the answer")
        bo("sync")
        t = bo.thread(seq)
        check(t["assigned"] == ["bo"] and len(items(t, "note")) == 1 and t["pending"] == 0, t)
        away, = (m["away"] for m in json.loads(bo("people", "--json"))["members"] if m.get("away"))
        check(away["deputy"] == "bo" and away["from"] < away["until"], away)
        check("away 2" in bo("people") and "ask bo" in bo("people"), bo("people"))
        ana("away", "--back")
        bo("sync")
        check(not any(m.get("away") for m in json.loads(bo("people", "--json"))["members"]), "still away")


def deleted():
    """a deleted tip leaves everybody's queue and comes back for everybody"""
    with newsroom("bo") as (place, ana, bo):
        Source(place, "uno\n")
        Source(place, "dos\n")
        ana("sync")
        first, second = sorted(ana.threads())
        ana("delete", first)
        bo("sync")
        check(bo.threads("queue").keys() == {second}, "not deleted")
        bo("delete", "--undo", first)
        ana("sync")
        check(ana.threads("queue").keys() == {first, second}, "not back")


def searched():
    """words are found in three languages, with accents or without, and the filters narrow"""
    with newsroom() as (place, ana):
        Source(place, "El presupuesto de la alcaldía está falseado.\n", "--lang", "es", "--story", "puerto")
        Source(place, "Le préfet a signé l'été dernier.\n", "--lang", "fr")
        Source(place, "Žluťoučký kůň úpěl, a starosta to ví.\n", "--lang", "cs")
        ana("sync")
        langs = {t["seq"]: t["lang"] for t in ana.lines("list")}
        note_at = next(s for s, lang in langs.items() if lang == "cs")
        ana("note", note_at, text="hablar con Nuria\n")
        for words, found in (("alcaldia", {"es"}), ("ALCALDÍA", {"es"}), ("ete", {"fr"}), ("prefet signe", {"fr"}),
                             ("kun", {"cs"}), ("zlutoucky", {"cs"}), ("presup*", {"es"}), ('"a signé"', {"fr"}),
                             ('"signé a"', set()), ("nuria", {"cs"}), ("nada", set())):
            hits = ana.lines("search", text=words + "\n")
            check({h["lang"] for h in hits} == found, (words, hits))
        check("«" in ana("search", text="alcaldia\n"), "the hit is not shown")
        check("Nothing found" in ana("search", "--lang", "fr", text="kun\n"), "the filter")
        check(ana.threads("all", "--story", "puerto").keys() == {s for s, x in langs.items() if x == "es"}, "story")
        done = ana.run("search", text='"\n')
        check(done.returncode in (0, 1) and "Traceback" not in done.stderr, done)


def json_everywhere():
    """what --json prints is JSON, and holds a source's control characters harmlessly"""
    with newsroom() as (place, ana):
        Source(place, "uno \x1b[2J\u202e dos\n")
        ana("sync")
        seq, = ana.threads()
        for args, text in ((["list"], None), (["list", "all"], None), (["list", "--all"], None), (["read", seq], None),
                           (["people"], None), (["alarms"], None), (["search"], "uno\n"), (["sync"], None),
                           (["reply", seq], "hola\n"), (["member", "list"], None), (["story", "list"], None)):
            said = ana(*args, "--json", text=text)
            for line in said.splitlines():
                json.loads(line)
            check("\x1b" not in said, args)
        for args in (["list"], ["list", "--all"], ["read", seq]):
            said = ana(*args)
            check("\x1b" not in said and "\u202e" not in said, ascii(said))


def damaged():
    """a damaged local copy or snapshot comes again from the server; a wrong passphrase opens nothing"""
    with newsroom() as (place, ana):
        Source(place, "uno\n")
        ana("sync")
        seq, = ana.threads()
        ana("label", seq, "foto")
        whole = ana.thread(seq)
        for name in "book.age", "keys.age":
            file = ana.home / "member" / name
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.write_bytes(data)
        check(ana.thread(seq) == whole, "the snapshot")
        mirror = ana.home / "member/inbox/mirror.db"
        size = mirror.stat().st_size
        mirror.write_bytes(mirror.read_bytes()[:2000] + secrets.token_bytes(size - 2000))
        done = ana.run("sync")
        check(done.returncode == 0 and "was damaged" in done.stderr and "all in order" in done.stdout, done)
        check(ana.thread(seq) == whole, (ana.thread(seq), whole))
        check(any(".damaged-" in f.name for f in (ana.home / "member/inbox").iterdir()), "thrown away")
        wrong = place.dir / "wrong"
        wrong.touch(mode=0o600)
        wrong.write_text("no es esta\n")
        for command in ["list"], ["read", seq], ["note", seq]:
            done = subprocess.run([PISTA, *map(str, command), "--home", ana.home, "--passphrase-file", wrong],
                                  input="x\n", capture_output=True, text=True)
            check(done.returncode == 1 and "wrong passphrase" in done.stderr and done.stdout == "", done)


main(assigned, conflict, noted, at_once, handed_over, left, offline, deleted, searched, json_everywhere, damaged)
