#!/usr/bin/env python3
"""Nobody renewed the masthead: the page is closed and seals nothing, whoever was
writing keeps the text, receipts still open answers, and a new card opens it."""
import datetime
import hashlib
import json
import os
import subprocess

from pista_flow import BUILD, Failed, Place, asked, check, main


def expire(place):
    """Puts a card into the store whose last day was yesterday, properly signed."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    newsroom, old = place.home / "newsroom", place.dir / "old.json"
    current = (newsroom / "masthead.json").read_bytes()
    card = json.loads(current)
    card.update(serial=card["serial"] + 1, issued=str(today - datetime.timedelta(days=20)),
                expires=str(today - datetime.timedelta(days=1)),
                previous=hashlib.blake2b(current, digest_size=32).hexdigest())
    old.write_text(json.dumps(card))
    key = place.dir / "signing.key"
    run(BUILD / "cmd/pista/pista", "open", "-p", "--passphrase-file", place.dir / "passphrase", "-o", key,
        newsroom / "signing.key.age")
    run("minisign", "-S", "-W", "-s", key, "-m", old, "-t", f"pista newsroom={card['newsroom']} serial={card['serial']}")
    run(BUILD / "tests/flow/put-card", place.store / "newsroom.db", card["newsroom"], card["serial"], old,
        f"{old}.minisig")
    for file in place.store.iterdir():
        owner = os.stat(place.store)
        os.chown(file, owner.st_uid, owner.st_gid)
    return card["serial"]


def run(*args):
    done = subprocess.run([*map(str, args)], capture_output=True, text=True, input="\n")
    if done.returncode != 0:
        raise Failed(f"{args}: {done.stderr}")


def expired():
    """an expired masthead closes the page, keeps the text, still opens answers; a new one opens it again"""
    with Place().open() as place:
        words, _ = place.send("while it was open", lang="en")
        seq = place.letters()[0]["seq"]
        place.pista("reply", seq, text="an answer that stays")
        place.wait_answer(words, "an answer that stays", lang="en")
        page, new_words = place.begin("en")
        place.stop()
        serial = expire(place)
        place.start()
        start = place.browser.get("?lang=en")
        check("We are closed for the moment" in start.text, start.text[:300])
        check(not any("message" in f.names() for f in start.forms), "a form to write into")
        form = page.form("send")
        late = place.browser.submit(form, do="send", message="I was just writing", files=[("file", "a.bin", b"x" * 200_000)],
                                    **asked(form, new_words))
        check("We are closed for the moment" in late.text and "I was just writing</textarea>" in late.body.decode(),
              late.text[:300])
        read = place.read(words, "en")
        check("an answer that stays" in read.text and not any("message" in f.names() for f in read.forms), read.text)
        check([x["message"] for x in place.letters("--all") if x.get("message")] == ["while it was open"], "sealed")
        # Members go on reading, and are told why nothing goes out.
        check("while it was open" in place.pista("read", seq), "not read")
        done = place.run("note", seq, text="later\n", check=False)
        check(done.returncode == 1 and "has expired" in done.stderr, done)
        # The administrator's next card has a higher serial than the one above.
        path = place.home / "newsroom/card.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "serial": serial + 1}))
        place.pista("masthead", "sign")
        place.publish()
        _, answer = place.send("open again", lang="en")
        check("Received" in answer.text, answer.text[:300])


main(expired)
