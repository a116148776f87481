#!/usr/bin/env python3
"""pista setup: a newsroom, its first member and a server's configuration."""
import json
import os
import shutil
import signal
import stat
import subprocess

from kit import BUILD, PASSPHRASE, PISTA, Home, check, interrupt, main, real_work, run_at_terminal

MADE = ["member/identity.age", "member/inbox/masthead", "member/place.json", "newsroom/card.json",
        "newsroom/masthead.json", "newsroom/masthead.json.minisig", "newsroom/members/ana.line",
        "newsroom/newsroom.pub", "newsroom/recovery.txt", "newsroom/signing.key.age", "newsroom/stories.json",
        "server/pistad.conf"]


def everything():
    """--yes writes all files, for their owner alone, and a configuration that pistad takes"""
    with Home() as h:
        said = h.set_up()
        check(h.names() == MADE, h.names())
        for name in MADE[:-1]:
            mode = stat.S_IMODE((h.home / name).stat().st_mode)
            check(mode == 0o600, f"{name}: {mode:o}")
        check(stat.S_IMODE(h.home.stat().st_mode) == 0o700, "the home is open to others")
        for words in "pistad --config", "masthead publish", "recovery.txt", "http://127.0.0.1:1/":
            check(words in said, f"{words!r} not in {said}")
        done = subprocess.run([BUILD / "server/parent/pistad", "--config", h.home / "server/pistad.conf", "check"],
                              capture_output=True, text=True)
        check("[" not in done.stdout + done.stderr, done.stdout + done.stderr)


def stock_tools():
    """minisign verifies the card, age opens what is sealed to the recovery key, and the member's own with the passphrase"""
    with Home() as h:
        with real_work():
            h.set_up()
        status, shown = run_at_terminal(["age", "-d", str(h.home / "member/identity.age")], [PASSPHRASE])
        check(status == 0 and b"AGE-SECRET-KEY-1" in shown, "the member's own key")
        for key in "member/identity.age", "newsroom/signing.key.age":
            words = (h.home / key).read_bytes().splitlines()[1].split()
            check(words[1] == b"scrypt" and words[3] == b"18", words)
        subprocess.run(["minisign", "-V", "-q", "-p", h.home / "newsroom/newsroom.pub",
                        "-m", h.home / "newsroom/masthead.json"], check=True)
        card = json.loads((h.home / "newsroom/masthead.json").read_text())
        sealed = subprocess.run(["age", "-r", card["recovery"]], input=b"words", capture_output=True, check=True).stdout
        opened = subprocess.run(["age", "-d", "-i", h.home / "newsroom/recovery.txt"], input=sealed,
                                capture_output=True, check=True).stdout
        check(opened == b"words", opened)


def without_recovery():
    """--no-recovery leaves no recovery key on the card and no file"""
    with Home() as h:
        h.set_up("--no-recovery")
        check("newsroom/recovery.txt" not in h.names(), h.names())
        check("recovery" not in json.loads((h.home / "newsroom/card.json").read_text()), "on the card")


def generated():
    """a drill that asks nothing makes its own passphrase and says so loudly"""
    with Home() as h:
        said = h.pista("setup", "--yes", "--drill", keys=False)
        check("THE PASSPHRASE IS IN A FILE" in said, said)
        path = h.home / "passphrase"
        check(stat.S_IMODE(path.stat().st_mode) == 0o600 and len(path.read_text()) > 20, path.read_text())
        h.pista("masthead", "sign", "--passphrase-file", path, keys=False)
        h.refused("setup", "--yes", keys=False, status=1, says="exists already")


def not_a_drill():
    """--yes without a passphrase is for drills alone"""
    with Home() as h:
        h.refused("setup", "--yes", keys=False, status=2, says="--passphrase-file")
        check(h.names() == [], h.names())


def refuses_a_second():
    """an existing newsroom, and a directory with a pistad.conf, are not touched"""
    with Home() as h:
        h.set_up()
        before = {n: (h.home / n).read_bytes() for n in h.names()}
        h.refused("setup", "--yes", "--drill", says=[str(h.home / "newsroom"), "exists already", "nothing is overwritten"])
        h.refused("setup", "--yes", "--drill", "--dir", h.home / "server", home=h.dir / "other", status=2,
                  says="pistad.conf of another server")
        check({n: (h.home / n).read_bytes() for n in h.names()} == before, "something was changed")
        check(not list((h.dir / "other").rglob("*.*")), "something was made")


def refuses_nonsense():
    """options that make no sense are named, with what would"""
    for option, value, says in (("--listen", "0.0.0.0:80", "loopback"), ("--listen", "here", "127.0.0.1:8080"),
                                ("--languages", "es,,fr", "es,fr,en"), ("--languages", "es,es", "twice"),
                                ("--front", "tls", "direct, onion, proxy, cdn"), ("--member-id", "Ana", "a-z"),
                                ("--name", "", "empty"), ("--name", "x" * 301, "too long"), ("--name", "a\nb", "no text"),
                                ("--dir", "/tmp/" + "x" * 100, "too long"), ("--dir", "/tmp/a;b", "cannot hold"),
                                ("--edition-seconds", "0", "1 to"), ("--member-name", "x" * 101, "too long")):
        with Home() as h:
            h.refused("setup", "--yes", "--drill", option, value, status=2, says=says)
            check(h.names() == [], h.names())


def unwritable():
    """directories that cannot be written are named"""
    with Home() as h:
        h.dir.chmod(0o755)
        shutil.copy(PISTA, h.dir / "pista")
        closed = h.dir / "closed"
        closed.mkdir(mode=0o755)
        mine = h.dir / "mine"
        mine.mkdir()
        if os.getuid() == 0:
            os.chown(mine, 65534, 65534)
            user = {"user": 65534, "group": 65534, "extra_groups": []}
        else:
            closed.chmod(0o555)
            user = {}
        run = [h.dir / "pista", "setup", "--yes", "--drill"]
        done = subprocess.run([*run, "--home", closed / "home"], capture_output=True, text=True, **user)
        check(done.returncode == 1 and f"{closed}/home: not allowed" in done.stderr, done.stderr)
        done = subprocess.run([*run, "--home", mine, "--dir", closed / "server"], capture_output=True, text=True, **user)
        check(done.returncode == 2 and "not writable" in done.stderr, done.stderr)
        check(not [f for f in mine.rglob("*") if f.is_file()], "something was made")
        done = subprocess.run([*run, "--home", mine], capture_output=True, text=True, **user)
        check(done.returncode == 0, done.stderr)


def asked():
    """the questions have defaults, and a wrong answer is asked again with what is wrong"""
    with Home() as h:
        answers = ["La Voz", "es,es", "es,fr", "", "Ana!", "ana", "tls", "onion", "8080", "127.0.0.1:9", str(h.dir / "s"),
                   PASSPHRASE, PASSPHRASE]
        status, shown = run_at_terminal([PISTA, "setup", "--home", str(h.home)], answers)
        shown = shown.decode()
        check(status == 0, shown)
        for words in "That names a language twice", "That needs 1 to 32", "That needs one of", "That needs an address":
            check(words in shown, f"{words!r} not in {shown}")
        check(PASSPHRASE not in shown, "the passphrase was shown")
        card = json.loads((h.home / "newsroom/card.json").read_text())
        check(card["name"] == {"es": "La Voz", "fr": "La Voz"} and not card["drill"], card)
        check(card["policy"]["editions"] == {"hours": [0, 6, 12, 18]}, card)
        conf = (h.dir / "s/pistad.conf").read_text()
        check("listen = 127.0.0.1:9\n" in conf and "front = onion\n" in conf, conf)


def not_asked():
    """without a terminal and without --yes nothing is asked or made"""
    with Home() as h:
        h.refused("setup", text="", status=2, says="--yes")
        check(h.names() == [], h.names())


def different_passphrases():
    """two different new passphrases are asked for again, and make nothing in the end"""
    with Home() as h:
        status, shown = run_at_terminal([PISTA, "setup", "--home", str(h.home)],
                                        [*[""] * 7, *[PASSPHRASE, PASSPHRASE + "x"] * 2, "short", "short"])
        check(status == 1 and shown.count(b"differ") == 2 and b"at least 8" in shown, shown)
        check(h.names() == [], h.names())
        status, shown = run_at_terminal([PISTA, "setup", "--home", str(h.home)],
                                        [*[""] * 7, PASSPHRASE, PASSPHRASE + "x", PASSPHRASE, PASSPHRASE])
        check(status == 0, shown)


def interrupted():
    """Ctrl-C leaves nothing behind: at a question, at the passphrase, while keys are made"""
    for answers in ([], ["", "", ""], [""] * 7, [""] * 7 + [PASSPHRASE, PASSPHRASE]):
        with Home() as h, real_work():
            status, shown = interrupt([PISTA, "setup", "--home", str(h.home)], answers)
            check(status != 0, shown)
            check(h.names() == [] and not list(h.home.glob(".new*")), (answers, h.names(), shown))


def killed():
    """after kill -9 in the middle the next setup works"""
    with Home() as h, real_work():
        run = subprocess.Popen([PISTA, "setup", "--yes", "--drill", "--home", h.home, "--passphrase-file", h.passphrase],
                               stdout=subprocess.DEVNULL)
        try:
            run.wait(0.5)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
        if "newsroom/card.json" not in h.names():
            h.set_up()


main(everything, stock_tools, without_recovery, generated, not_a_drill, refuses_a_second, refuses_nonsense, unwritable,
     asked, not_asked, different_passphrases, interrupted, killed)
