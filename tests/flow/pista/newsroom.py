#!/usr/bin/env python3
"""pista newsroom, member, masthead and story on machines that see no server."""
import hashlib
import json
import re

from kit import HERE, Home, check, main

ZEROS = "0" * 64


def card(h):
    return json.loads((h.home / "newsroom/card.json").read_text())


def new_member(h, member, name, *args, home=None):
    c = card(h)
    pin = (h.home / "newsroom/newsroom.pub").read_text().splitlines()[1]
    return h.pista("member", "new", "--id", member, "--name", name, "--newsroom", c["newsroom"], "--pin", pin, *args,
                   home=home or h.dir / member)


def offline():
    """a newsroom without a server: made, two members added, signed with rising serials"""
    with Home() as h:
        h.pista("newsroom", "new", "--name", "La Voz", "--languages", "es,fr")
        check("signing.key.age" in str(h.names()) and not [n for n in h.names() if n.startswith("member/")], h.names())
        h.refused("newsroom", "new", "--name", "x", "--languages", "es", says="exists already")
        check("Nobody yet" in h.pista("member", "list"), "somebody")
        for member, name in (("ana", "Ana Pérez"), ("bo", "Bo")):
            line = new_member(h, member, name)
            check(line.startswith("pista-member1 ") and line.count("\n") == 1, line)
            h.pista("member", "add", "-", text=line)
        h.pista("masthead", "sign")
        first = (h.home / "newsroom/masthead.json").read_bytes()
        h.pista("masthead", "sign", "--days", "7")
        second = json.loads((h.home / "newsroom/masthead.json").read_bytes())
        check(json.loads(first)["previous"] == ZEROS and json.loads(first)["serial"] == 1, first)
        check(second["serial"] == 2, second)
        check(second["previous"] == hashlib.blake2b(first, digest_size=32).hexdigest(), second)
        shown = h.pista("masthead", "show")
        for words in "La Voz, serial 2", "7 days left", "ana (Ana Pérez)", "00:00, 06:00, 12:00, 18:00 UTC":
            check(words in shown, shown)
        check(json.loads(h.pista("masthead", "show", "--json")) == second, "not the card")


def request_lines():
    """a request line is taken as words, from a file and from a pipe; a changed one is refused"""
    with Home() as h:
        h.set_up()
        lines = {m: new_member(h, m, f"Name of {m}") for m in ("bo", "cy", "di", "ed")}
        h.pista("member", "add", lines["bo"].strip())
        h.pista("member", "add", *lines["cy"].split())
        h.pista("member", "add", h.file("line", lines["di"]))
        h.refused("member", "add", "-", text=lines["bo"], says="remove")
        h.refused("member", "add", "-", text=lines["ed"].replace("Name of ed", "Name of Ed"), says="signature")
        h.refused("member", "add", "-", text=lines["ed"].replace(" ed ", " eve "), says="signature")
        h.refused("member", "add", "-", text="pista-member1 nothing", says="malformed")
        h.refused("member", "add", "-", "--desk", "sports", text=lines["ed"], says="no such desk")
        h.pista("newsroom", "set", "--desk", "sports=Sports desk")
        h.pista("member", "add", "-", "--desk", "sports", text=lines["ed"])
        members = [json.loads(line)["id"] for line in h.pista("member", "list", "--json").splitlines()]
        check(members == ["ana", "bo", "cy", "di", "ed"], members)
        h.refused("member", "remove", "ed", says="nobody left")
        h.pista("member", "remove", "bo")
        h.refused("member", "remove", "bo", says="not found")
        desks = {d["id"]: d["members"] for d in card(h)["desks"]}
        check(desks == {"desk": ["ana", "cy", "di"], "sports": ["ed"]}, desks)


def another_newsroom():
    """a request for another newsroom is refused"""
    with Home() as h, Home() as other:
        h.set_up()
        other.set_up()
        h.refused("member", "add", "-", text=new_member(other, "bo", "Bo"), says="another newsroom")


def from_a_card():
    """member new takes the newsroom from a signed card, and only with the right public key"""
    with Home() as h, Home() as other:
        h.set_up()
        other.set_up()
        args = ["member", "new", "--id", "bo", "--name", "Bo", "--from", h.home / "newsroom/masthead.json", "--pin"]
        h.refused(*args, other.home / "newsroom/newsroom.pub", home=h.dir / "bo", says="not signed")
        line = h.pista(*args, h.home / "newsroom/newsroom.pub", home=h.dir / "bo")
        h.pista("member", "add", "-", text=line)
        h.refused(*args, h.home / "newsroom/newsroom.pub", home=h.dir / "bo", says="exists already")


def policy():
    """newsroom set changes what the next card says and refuses what makes no sense"""
    with Home() as h:
        h.set_up()
        h.pista("newsroom", "set", "--retention", "30", "--edition-seconds", "5", "--letter-max", "512M", "--promise",
                "desk=3", "--channel", "signal=+34 600 000 000", "--channel", "post=Box 1", "--name", "Otra", "--languages", "fr,es")
        c = card(h)
        check(len(c["policy"].pop("scripts")) > 10, "scripts")
        check(c["policy"] == {"retention_days": 30, "editions": {"seconds": 5}, "letter_max": 512 << 20,
                              "promise_days": {"desk": 3}}, c["policy"])
        check([x["kind"] for x in c["channels"]] == ["signal", "post"] and c["languages"] == ["fr", "es"], c)
        h.pista("newsroom", "set", "--channel", "signal=", "--hours", "3,15")
        c = card(h)
        check([x["kind"] for x in c["channels"]] == ["post"] and c["policy"]["editions"] == {"hours": [3, 15]}, c)
        for args in (["--hours", "24"], ["--hours", "soon"], ["--letter-max", "1X"], ["--retention", "-1"],
                     ["--desk", "A=B"], ["--desk", "b"], ["--channel", "signal"], []):
            h.refused("newsroom", "set", *args, status=2)
        for args in (["--hours", ""], ["--hours", "3,3"], ["--letter-max", "1K"]):
            h.refused("newsroom", "set", *args, says="nothing was changed")
        check(card(h) == c, "something was changed")


def seconds_are_for_drills():
    """a newsroom that is no drill has editions by the hour only"""
    with Home() as h:
        h.pista("newsroom", "new", "--name", "La Voz", "--languages", "es")
        h.refused("newsroom", "set", "--edition-seconds", "2", says="for drills")


def wrong_passphrase():
    """a wrong passphrase, and a passphrase file that others may read, are told"""
    with Home() as h:
        h.set_up()
        wrong = ["--passphrase-file", h.file("wrong", "not this one at all")]
        h.refused("masthead", "sign", *wrong, keys=False, says="wrong passphrase")
        h.refused("list", *wrong, keys=False, says="wrong passphrase")
        h.passphrase.chmod(0o644)
        h.refused("masthead", "sign", says="chmod 600")
        h.refused("masthead", "sign", keys=False, text="", says="--passphrase-file", start_new_session=True)


def unreachable():
    """without a server a card is signed once, kept, and put nowhere; a story waits"""
    with Home() as h:
        h.set_up()
        signed = (h.home / "newsroom/masthead.json").read_bytes()
        h.refused("masthead", "publish", says="is pistad running there?")
        check((h.home / "newsroom/masthead.json").read_bytes() == signed, "signed again")
        h.refused("story", "add", "--id", "puerto", "--title", "El puerto", says=["is pistad running", "waits here"])
        h.pista("story", "add", "--id", "agua", "--title", "El agua\x1b[31m", "--lang", "es", "--url",
                "https://example.org/agua", "--day", "2026-01-02", "--later")
        listed = h.pista("story", "list")
        check("El puerto" in listed and "2026-01-02" in listed and "\x1b" not in listed, listed)
        check([s["id"] for s in json.loads(h.pista("story", "list", "--json"))] == ["agua", "puerto"], "order")
        h.pista("story", "remove", "puerto", "--later")
        for args in (["--id", "A"], ["--id", "a", "--url", "javascript:x"], ["--id", "a", "--day", "yesterday"]):
            h.refused("story", "add", "--title", "t", "--later", *args, says="nothing was changed")
        h.refused("story", "remove", "puerto", "--later", says="not found")
        check([s["id"] for s in json.loads(h.pista("story", "list", "--json"))] == ["agua"], "changed")


def shown():
    """masthead show verifies: another key, a changed card and a missing one are told"""
    with Home() as h, Home() as other:
        h.set_up()
        other.set_up()
        path = h.home / "newsroom/masthead.json"
        h.pista("masthead", "show", path)
        h.refused("masthead", "show", path, "--pin", other.home / "newsroom/newsroom.pub", says="not signed")
        (h.dir / "masthead.json").write_bytes(path.read_bytes().replace(b"ana", b"eva"))
        (h.dir / "masthead.json.minisig").write_bytes((h.home / "newsroom/masthead.json.minisig").read_bytes())
        h.refused("masthead", "show", h.dir / "masthead.json", says="not signed")
        h.refused("masthead", "show", h.dir / "nothing", says="not found")
        h.refused("masthead", "show", home=h.dir / "empty", says="not found")
        for days in "0", "31", "x":
            h.refused("masthead", "sign", "--days", days, status=2, says="1 to 30")


def scripts():
    """the card names the scripts of this version, the former ones while the server changes, or another version's"""
    def named():
        return json.loads((h.home / "newsroom/masthead.json").read_text())["policy"]["scripts"]

    with Home() as h:
        h.set_up()
        mine = h.pista("masthead", "scripts").split()
        check(named() == mine and len(mine) > 10, f"{named()} {mine}")
        other = h.file("other", "\n".join(["sha256-" + "A" * 43 + "=", mine[0], ""]))
        h.pista("masthead", "sign", "--scripts", other)
        check(named() == other.read_text().split(), "not the file's")
        for _ in range(2):
            h.pista("masthead", "sign", "--keep-scripts")
            check(named() == mine + ["sha256-" + "A" * 43 + "="], f"not both: {named()}")
        check(f"{len(mine) + 1} may run" in h.pista("masthead", "show"), "not shown")
        h.pista("masthead", "sign")
        check(named() == mine, "the former are still there")
        h.refused("masthead", "sign", "--scripts", h.file("bad", "sha256-AAAA\n"), says="one sha256-")
        many = "".join(f"sha256-{i:043}=\n".replace("0=", "A=") for i in range(0, 640, 10))
        h.pista("masthead", "sign", "--scripts", h.file("many", many))
        h.refused("masthead", "sign", "--keep-scripts", says="sign once without --keep-scripts")
        h.refused("masthead", "show", "--keep-scripts", status=2, says="when a card is signed")
        h.refused("masthead", "publish", "--keep-scripts", "FILE", status=2, says="when a card is signed")


def helps():
    """every command explains itself, as the manual does, and says what is wrong with words it does not know"""
    manual = (HERE / "../../../docs/man/pista.1").read_text()
    with Home() as h:
        for command in "setup newsroom member masthead check-site story send replies sync list read reply delete export seal open".split():
            done = h.run(command, "--help", keys=False)
            check(done.returncode == 0 and done.stdout.startswith(f"usage: pista {command}") and not done.stderr, done)
            check(all(len(line) <= 80 for line in done.stdout.splitlines()), f"{command}: a long line")
            for option in re.findall(r"^ +(?:-., +)?-(-[a-z-]+)", done.stdout, re.M):
                check(f"Fl {option}" in manual, f"{command} -{option} is not in pista.1")
            check(f"Cm {command}" in manual, f"{command} is not in pista.1")
            h.refused(command, "--nonsense", keys=False, status=2)
        check(not h.home.exists(), "help made a home")


main(offline, request_lines, another_newsroom, from_a_card, policy, seconds_are_for_drills, wrong_passphrase, unreachable,
     shown, scripts, helps)
