#!/usr/bin/env python3
"""Several members, several machines: keys that come and go, cards in their order."""
import json
import shutil
import time

from kit import PISTA, Failed, Place, check, main, sign_card


def join(place, member, name, *args):
    """A second machine: makes its key, the administrator adds it. Returns its home."""
    home = place.dir / f"home-{member}"
    line = place.pista("member", "new", "--id", member, "--name", name, "--from", place.url, "--pin",
                       place.home / "newsroom/newsroom.pub", *args, home=home)
    place.pista("member", "add", "-", text=line)
    return home


def tip(place, text):
    pin = place.home / "newsroom/newsroom.pub"
    place.source("send", "--to", place.url, "--pin", pin, text=text)


def letters(place, home=None):
    return place.letters(home=home)


def come_and_go():
    """a member reads from the day they are published, answers as themselves, and not after they are removed"""
    with Place().open() as place:
        tip(place, "antes\n")
        desk = f"unix:{place.data}/desk.sock"
        home = join(place, "bo", "Bo Díaz")
        done = place.run("sync", "--to", desk, home=home, check=False)
        check(done.returncode == 1 and "is your key in the newest masthead" in done.stderr, done)
        place.publish()
        place.pista("sync", "--to", desk, home=home)
        tip(place, "después\n")
        # The address was given once.
        seen = letters(place, home)
        check([x["message"] for x in seen] == ["después\n"], seen)
        everything = place.listed("--all", home=home)
        check([x["state"] for x in everything][0] == "unreadable", everything)
        check([x["message"] for x in letters(place)] == ["antes\n", "después\n"], "the first member")
        place.pista("reply", seen[0]["seq"], text="Soy Bo\n", home=home)
        place.pista("sync")
        check({x["seq"]: x["answers"] for x in place.threads()}[seen[0]["seq"]] == 1, "Bo's answer is not seen")
        place.pista("member", "remove", "bo")
        place.publish()
        tip(place, "sin Bo\n")
        for command in (["sync"], ["reply", seen[0]["seq"]], ["delete", seen[0]["seq"]]):
            done = place.run(*command, text="x\n", home=home, check=False)
            check(done.returncode == 1 and "your key" in done.stderr, (command, done))
        listed = place.pista("list", "--json", home=home)
        check("después" in listed and "sin Bo" not in listed, listed)
        check(len(letters(place)) == 3, "the first member")


def serials():
    """a card with a lower serial is refused: by the server, by pista, and after a restore from an old copy"""
    with Place().open() as place:
        old = place.dir / "old"
        shutil.copytree(place.home, old)
        place.pista("newsroom", "set", "--retention", "10")
        place.publish()
        place.publish()
        check(json.loads(place.pista("masthead", "show", "--json"))["serial"] == 2, "signed again without need")
        done = place.run("masthead", "publish", home=old, check=False)
        check(done.returncode == 1 and "the server has a newer one" in done.stderr, done)
        place.pista("masthead", "sign", home=old)
        done = place.run("masthead", "publish", home=old, check=False)
        check(done.returncode == 1 and "the server has a newer one" in done.stderr, done)
        shown = json.loads(place.pista("masthead", "show", "--json", "--to", place.url))
        check(shown["serial"] == 2 and shown["policy"]["retention_days"] == 10, shown)


def misled():
    """a member who has seen a newer card takes no older one, and no other one of the same serial"""
    with Place().open() as place:
        place.pista("newsroom", "set", "--retention", "10")
        place.publish()
        place.pista("sync")
        place.stop()
        shutil.rmtree(place.store)
        place.start()
        older = sign_card(place, serial=1, previous="0" * 64)
        same = sign_card(place, serial=2)
        for card, says in ((older, "is older than the one already known"), (same, "is not the one known by its serial")):
            place.pista("masthead", "publish", card)
            done = place.run("sync", check=False)
            check(done.returncode == 1 and says in done.stderr and "nothing was taken" in done.stderr, done)


def stranger():
    """the card of another newsroom is not taken by this one's server"""
    with Place().open() as place, Place().open() as other:
        card = other.home / "newsroom/masthead.json"
        done = place.run("masthead", "publish", card, "--pin", other.home / "newsroom/newsroom.pub", check=False)
        check(done.returncode == 1, done)
        shown = json.loads(place.pista("masthead", "show", "--json", "--to", place.url))
        check(shown["newsroom"] == json.loads((place.home / "newsroom/card.json").read_text())["newsroom"], shown)


def no_masthead():
    """before the first card is published everybody is told what is missing"""
    with Place() as place:
        place.start()
        done = place.run("sync", check=False)
        check(done.returncode == 1 and "no masthead has been published" in done.stderr, done)
        done = place.source("send", "--to", place.url, "--pin", place.home / "newsroom/newsroom.pub", text="x\n", check=False)
        check(done.returncode == 1 and "no newsroom has its page there" in done.stderr, done)


def stories():
    """stories of two members' machines stand together, and the waiting one is published later"""
    with Place().open() as place:
        home = join(place, "bo", "Bo", "--to", f"unix:{place.data}/desk.sock")
        place.publish()
        place.pista("story", "add", "--id", "uno", "--lang", "es", "--title", "Uno")
        place.pista("story", "add", "--id", "dos", "--lang", "es", "--title", "Dos", home=home)
        check("Uno" in place.browser.get("?lang=es&story=uno").text, "not on the page")
        check([s["id"] for s in json.loads(place.pista("story", "list", "--json", home=home))] == ["dos", "uno"], "order")
        place.stop()
        done = place.run("story", "add", "--id", "tres", "--title", "Tres", check=False)
        check(done.returncode == 1 and "waits here" in done.stderr, done)
        place.start()
        place.pista("story", "publish")
        place.pista("story", "remove", "uno")
        end = time.monotonic() + 60
        while "Tres" not in place.browser.get("?lang=es&story=tres").text:
            if time.monotonic() > end:
                raise Failed("the waiting story is not on the page")
            time.sleep(0.2)


main(come_and_go, serials, misled, stranger, no_masthead, stories)
