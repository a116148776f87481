#!/usr/bin/env python3
"""A source at a command line: send, replies, follow-up, withdrawal."""
import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import threading
import time

from kit import PISTA, Failed, Liar, Place, check, flipped, main, sign_card


class Source:
    """What a source has: an address, a key, files."""

    def __init__(self, place):
        self.place = place
        self.pin = place.home / "newsroom/newsroom.pub"
        self.receipt = None

    def args(self, command, *more, receipt=False):
        key = ["--receipt-file", self.receipt] if receipt else []
        return [command, "--to", self.place.url, "--pin", self.pin, *more, *key]

    def send(self, text, *more, receipt=False):
        said = json.loads(self.place.source(*self.args("send", "--json", *more, receipt=receipt), text=text).stdout)
        check(said["sent"] is True and ("receipt" in said) != receipt, said)
        if not receipt:
            self.keep(said["receipt"])
        return said

    def keep(self, words):
        self.receipt = self.place.dir / f"receipt-{secrets.token_hex(4)}"
        self.receipt.touch(mode=0o600)
        self.receipt.write_text(words)
        return self.receipt

    def about(self, text, mode=0o600):
        file = self.place.dir / f"about-{secrets.token_hex(4)}"
        file.touch(mode=mode)
        file.write_text(text)
        return file

    def replies(self):
        return json.loads(self.place.source(*self.args("replies", "--json", receipt=True)).stdout)

    def wait(self, n):
        end = time.monotonic() + 120
        while time.monotonic() < end:
            said = self.replies()
            if len(said["answers"]) >= n:
                return said
            time.sleep(0.5)
        raise Failed(f"{n} answers did not come: {said}")

    def refused(self, *args, status=1, text="", says=""):
        done = self.place.source(*args, text=text, check=False)
        check(done.returncode == status and done.stderr.startswith("pista: "), done)
        check(says in done.stderr, done.stderr)
        return done


def round_trip():
    """a tip with files travels, the answer comes back, a follow-up belongs to it, a withdrawal too"""
    with Place().open() as place:
        s = Source(place)
        picture = place.dir / "foto.JPG"
        picture.write_bytes(secrets.token_bytes(200_000))
        text = "Sé quién firmó — mañana más.\n"
        s.send(text, "--file", picture, "--story", "puerto", "--terms", "on-record", "--lang", "fr",
               "--about-file", s.about("name: Eva\n\n contact : Signal: eva.01\n"))
        letter, = place.letters()
        check(letter["message"] == text and letter["files"] == 1 and letter["lang"] == "fr", letter)
        shown = place.pista("read", letter["seq"])
        for words in "on the record", "Eva", "Signal: eva.01", "puerto", "command-line", "image/jpeg":
            check(words in shown, f"{words!r} not in {shown}")
        check("foto" not in shown, "the file's name was sent")
        check(picture.read_bytes() in place.export(letter["seq"]).values(), "the file changed")
        check(s.replies()["answers"] == [], "an answer before there is one")
        place.pista("reply", letter["seq"], text="¿Quién más lo sabe?\n")
        said = s.wait(1)
        check(said["answers"][0]["text"].strip() == "¿Quién más lo sabe?" and said["answers"][0]["whole"], said)
        check(said["answers"][0]["by"], said)
        s.send("Otras dos personas.\n", receipt=True)
        s.send("", "--withdraw", receipt=True)
        letters = place.letters()
        check([x["kind"] for x in letters] == ["tip", "follow-up", "withdrawal"], letters)
        check(len({x["thread"] for x in letters}) == 1, "three threads")
        check([x["state"] for x in letters] == ["open"] * 3, letters)
        thread, = place.threads()
        check(thread["answers"] == 1 and thread["came_back"] and thread["withdrawn"], thread)
        shown = place.pista("read", letter["thread"][:6])
        check("signed by the same source" in shown and "not to use this tip" in shown, shown)


def long_answer():
    """an answer of several parts arrives whole, and only once"""
    with Place().open() as place:
        s = Source(place)
        s.send("hola\n")
        long = "¡Ñandú! " * 2500
        place.pista("reply", place.letters()[0]["seq"], text=long)
        said = s.wait(1)
        check(len(said["answers"]) == 1 and said["answers"][0]["whole"], said)
        check(said["answers"][0]["text"].strip() == long.strip(), "the text changed")


def wrong_words():
    """wrong receipts: a word in no list is named, words that do not fit are told, another's opens nothing"""
    with Place().open() as place:
        s, other = Source(place), Source(place)
        words = s.send("uno\n", "--lang", "en")["receipt"].split()
        place.pista("reply", place.letters()[0]["seq"], text="dos\n")
        s.wait(1)
        swapped = [words[1], words[0], *words[2:]]
        for typed, says in ((["xyzzy", *words[1:]], '"xyzzy"'), (words[:8], "8 words"), ([], "0 words"),
                            ([words[0]] * 9, "do not fit together"), (swapped, "do not fit together")):
            s.keep(" ".join(typed))
            done = subprocess.run([PISTA, *map(str, s.args("replies", receipt=True))], capture_output=True, text=True,
                                  start_new_session=True)
            check(done.returncode == 1 and says in done.stderr, (typed, done.stderr))
        s.receipt.chmod(0o644)
        s.refused(*s.args("replies", receipt=True), says="chmod 600")
        s.refused(*s.args("replies", *words), status=2, says="never goes on the command line")
        other.send("tres\n")
        check(other.replies()["answers"] == [], "somebody else's answer")


def offered():
    """at a terminal, swapped words are offered in their place, and read only after a yes"""
    with Place().open() as place:
        s = Source(place)
        words = s.send("uno\n", "--lang", "en")["receipt"].split()
        place.pista("reply", place.letters()[0]["seq"], text="the answer\n")
        s.wait(1)
        argv = [PISTA, *map(str, s.args("replies"))]
        status, shown = terminal(argv, [" ".join(words)])
        check(status == 0 and "the answer" in shown and words[3] not in shown, shown)
        # Now and then a second receipt is as near as the right one, and none
        # is offered: then other neighbours are swapped.
        for at in range(8):
            swapped = " ".join([*words[:at], words[at + 1], words[at], *words[at + 2:]])
            status, shown = terminal(argv, [swapped, "y"])
            if status == 0:
                break
        check(status == 0 and "the answer" in shown and f"1. {words[0]}" in shown, shown)
        status, shown = terminal(argv, [swapped, "n"])
        check(status == 1 and "the answer" not in shown, shown)


def about_oneself():
    """who a source is comes from a file or the terminal, never from the command line"""
    with Place().open() as place:
        s = Source(place)
        for option in "--name", "--contact", "--passage":
            s.refused(*s.args("send", option, "Eva"), status=2, text="x\n")
        for text, says in (("nombre: Eva\n", "line 1"), ("name: Eva\nEva\n", "line 2"), (f"name: {'x' * 301}\n", "300 bytes")):
            s.refused(*s.args("send", "--about-file", s.about(text)), text="x\n", says=says)
        s.refused(*s.args("send", "--about-file", s.about("name: Eva\n", 0o644)), text="x\n", says="chmod 600")
        s.refused(*s.args("send", "--about-file", place.dir / "none"), text="x\n", says="not found")
        check(place.letters() == [], "something was sent")
        status, shown = terminal([PISTA, *map(str, s.args("send"))], ["Eva", "", "el párrafo", "hola\n\x04"])
        check(status == 0 and "Sent, " in shown, shown)
        shown = place.pista("read", place.letters()[0]["seq"])
        check("Eva" in shown and "el párrafo" in shown and "contact" not in shown and "hola" in shown, shown)


def terminal(argv, answers):
    """Like run_at_terminal, also for questions that end in a parenthesis."""
    import pty
    import select
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(argv[0], argv)
    shown, answers, end = b"", list(answers), time.monotonic() + 120
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.02)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        if answers and shown.endswith((b": ", b") ", b":\r\n")):
            shown += b"\n"
            os.write(fd, answers.pop(0).encode() + b"\n")
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def refusals():
    """what must not be sent is not: the receipt itself, nothing, no text, another newsroom's page"""
    with Place().open() as place, Place().open() as elsewhere:
        s = Source(place)
        words = s.send("uno\n")["receipt"]
        s.refused(*s.args("send", receipt=True), text=f"mi recibo: {words}\n", says="contains your receipt")
        s.refused(*s.args("send"), text="  \n", says="empty")
        s.refused(*s.args("send"), text="x" * 66_000, says="64 kB")
        s.refused(*s.args("send", "--file", place.dir / "nothing"), text="x", says="nothing: not found")
        s.refused(*s.args("send", "--desk", "sports"), text="x", says="no such desk")
        s.refused(*s.args("send", "--terms", "free"), status=2, text="x", says="on-record")
        s.refused("send", "--to", place.url, status=2, text="x", says="--pin")
        s.refused("send", "--to", elsewhere.url, "--pin", s.pin, text="x", says="send nothing")
        done = subprocess.run([PISTA, *map(str, s.args("send"))], input=b"\xff\xfe", capture_output=True)
        check(done.returncode == 1 and b"UTF-8" in done.stderr, done.stderr)
        check([x["message"] for x in place.letters()] == ["uno\n"], "something was sent")
        check(elsewhere.letters() == [], "something was sent to another newsroom")


def cut():
    """a connection cut after the letter arrived: it is sent again and is there once"""
    with Place().open() as place:
        s = Source(place)
        proxy = Cutter(place.port, cuts=2)
        place.url, real = f"http://127.0.0.1:{proxy.port}", place.url
        said = s.send("una sola vez\n")
        place.url = real
        check(proxy.cut == 2 and "receipt" in said, f"{proxy.cut} cuts")
        check(len(place.letters()) == 1, "not once")


class Cutter:
    """Stands in front of the page; drops the answer to the first posts."""

    def __init__(self, port, cuts):
        self.target, self.left, self.cut = port, cuts, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            self.pass_on(client, socket.create_connection(("127.0.0.1", self.target)))

    def pass_on(self, client, server):
        first = client.recv(65536)
        server.sendall(first)

        def up():
            try:
                while data := client.recv(65536):
                    server.sendall(data)
            except OSError:
                pass
        threading.Thread(target=up, daemon=True).start()
        answer = b""
        while data := server.recv(65536):
            answer += data
        if first.startswith(b"POST") and self.left > 0:
            check(b" 20" in answer[:20], answer[:200])
            self.left -= 1
            self.cut += 1
        else:
            client.sendall(answer)
        # A close alone would wait for the thread that still reads.
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        client.close()
        server.close()


def answered(place):
    """A source with one answer on the board."""
    s = Source(place)
    s.send("antes\n")
    place.pista("reply", place.letters()[0]["seq"], text="a tiempo\n")
    s.wait(1)
    return s


def expired():
    """after the masthead's last day nothing is sealed, and answers can still be read"""
    with Place().open() as place:
        s = answered(place)
        old = sign_card(place, issued="2026-01-01", expires="2026-01-20")
        done = place.run("masthead", "publish", old, check=False)
        check(done.returncode == 1 and "expired" in done.stderr, done)
        check("EXPIRED" in place.pista("masthead", "show", old), "not shown as expired")
        minisig = old.with_name("masthead.json.minisig")
        with Liar(place, {"/masthead.json.minisig": lambda _: minisig.read_bytes(),
                          "/masthead.json": lambda _: old.read_bytes()}) as liar:
            place.url, real = liar.url, place.url
            s.refused(*s.args("send"), text="tarde\n", says="the masthead: has expired")
            done = place.source(*s.args("replies", receipt=True))
            check("a tiempo" in done.stdout and "has expired" in done.stderr, done)
            place.url = real


def changed():
    """a changed masthead or board is told, and so is an edition that is kept back"""
    # One edition holds all that is sent before the answer is there.
    with Place(edition_seconds=5).open() as place:
        s = answered(place)
        place.url, real = None, place.url
        for path, lie, says in (("/masthead.json.minisig", flipped(200), "send nothing"),
                                ("/masthead.json", flipped(100), "send nothing"),
                                ("/masthead.json", lambda _: None, "no newsroom has its page there"),
                                ("/v1/board/index", flipped(20), "the board"),
                                ("/v1/board/index", flipped(90), "the board"),
                                ("/v1/board/index", flipped(-1), "the board"),
                                ("/v1/board/index", lambda b: b[:-1], "the board")):
            with Liar(place, {path: lie}) as liar:
                place.url = liar.url
                done = s.refused(*s.args("replies", receipt=True), says=says)
                check("a tiempo" not in done.stdout, done.stdout)
        for lie, says in ((flipped(5000), "was changed"), (lambda _: None, "is missing"), (lambda b: b[:4096], "was changed")):
            with Liar(place, {"/v1/board/1": lie}) as liar:
                place.url = liar.url
                done = place.source(*s.args("replies", receipt=True))
                check(f"WARNING: edition 1 of the board {says}" in done.stderr, done)
                check("a tiempo" not in done.stdout, done.stdout)
        with Liar(place, {"/v1/board/1": damaged, "/v1/board/index": with_damage(place)}) as liar:
            place.url = liar.url
            done = place.source(*s.args("replies", receipt=True))
            check("1 slot of the board marked for you cannot be opened" in done.stderr and "No answer" in done.stdout, done)
            check(s.replies()["unopened"] == 1, "not counted")
        place.url = real


def damaged(slots):
    """A bit of every slot, behind what its index entry shows, is another."""
    return b"".join(flipped(100)(slots[i:i + 4096]) for i in range(0, len(slots), 4096))


def with_damage(place):
    """The only edition's head says so: nobody but its server vouches for the newest."""
    _, _, slots = place.browser.request("GET", "/v1/board/1")
    return lambda index: index[:112] + hashlib.blake2b(damaged(slots), digest_size=32).digest() + index[144:]


main(round_trip, about_oneself, long_answer, wrong_words, offered, refusals, cut, expired, changed)
