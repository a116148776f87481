#!/usr/bin/env python3
"""The program behind the desk's page, asked as the page asks, and as others would."""
import hashlib
import hmac
import os
import secrets
import signal
import socket
import time

from api_kit import Desk, Place, check, main, tip
from pista_flow import asked


def guarded():
    """another site, another name, another user, an old key and a long body get nothing"""
    with Place() as place, Desk(place) as desk:
        check(desk.ask("POST", "/v1/enter", {"key": desk.key}, token=False).status == 403, "a key used twice")
        check(desk.ask("POST", "/v1/enter", {"key": "0" * 64}, token=False).code == "token", "no key at all")
        check(desk.ask("POST", "/v1/enter", {"key": "0" * 600}, token=False).status == 413, "memory for strangers")
        for path in "/v1/state", "/v1/threads", "/v1/nothing":
            for bad in ({"token": False}, {"token": "0" * 64}, {"token": desk.token[:-1]},
                        {"Host": "localhost:%d" % desk.port}, {"Host": "evil.example:%d" % desk.port},
                        {"Host": "127.0.0.1"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Origin": "http://127.0.0.1:%d" % (desk.port + 1)}, {"Sec_Fetch_Site": "cross-site"},
                        {"Sec_Fetch_Site": "same-site"}):
                answer = desk.ask("GET", path, **bad)
                check(answer.status == 403 and answer.code in ("token", "denied"), (path, bad, answer.bytes))
        nonce = secrets.token_bytes(32)
        proof = hmac.digest(bytes.fromhex(desk.token), b"pista/v1 desk " + nonce, "sha256").hex()
        check(desk.get("/v1/prove?nonce=" + nonce.hex(), token=False) == {"proof": proof}, "no proof")
        check(desk.ask("OPTIONS", "/v1/state", Origin="http://evil.example").status == 403, "preflight")
        check(desk.ask("GET", "/", Host="evil.example:%d" % desk.port, token=False).status == 403, "rebinding")
        check(desk.ask("GET", "/desk.js", Sec_Fetch_Site="cross-site", token=False).status == 403, "embedded")
        check(desk.ask("GET", "/v1/nothing").status == 404, "unknown")
        check(desk.ask("GET", "/v1/file?ticket=" + "0" * 32, token=False).status == 403, "a ticket nobody gave")
        for body, kind, status in ((b"x" * 300_000, "application/json", 413), (b"{}", "text/plain", 415),
                                   (b"[]", "application/json", 400), (b"{", "application/json", 400),
                                   (b'{"passphrase":1}', "application/json", 400),
                                   (b'{"passphrase":"\\u0000"}', "application/json", 400)):
            answer = desk.ask("POST", "/v1/unlock", body, type=kind)
            check(answer.status == status, (body[:40], answer.status, answer.bytes))
        page = desk.ask("GET", "/", token=False)
        csp = page.headers["content-security-policy"]
        for words in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'",
                      "base-uri 'none'", "require-trusted-types-for 'script'"):
            check(words in csp, csp)
        check("unsafe" not in csp and page.headers["cross-origin-opener-policy"] == "same-origin", page.headers)
        check(page.headers["cache-control"].startswith("no-store"), page.headers)


def unlocked():
    """a wrong passphrase costs more each time; locked again nothing is told"""
    with Place().open() as place, Desk(place) as desk:
        check(desk.get("/v1/state")["lock"]["reason"] == "start", "not at its start")
        desk.get("/v1/threads", status=423, code="locked")
        desk.post("/v1/act", {"acts": []}, status=423, code="locked")
        began = time.monotonic()
        desk.post("/v1/unlock", {"passphrase": "wrong"}, status=403, code="passphrase")
        check(time.monotonic() - began > 1, "as fast as a right one")
        state = desk.get("/v1/state")
        check(state["phase"] == "locked" and state["lock"]["reason"] == "wrong" and "me" not in state, state)
        state = desk.unlock()
        state = desk.until(lambda s: s["me"])
        check(state["newsroom"]["name"] == "Diario de Prueba" and state["newsroom"]["drill"] is True, state["newsroom"])
        check(state["newsroom"]["languages"] == ["es", "fr", "en"] and len(state["newsroom"]["expires"]) == 10, state)
        check({c["lang"] for c in state["canned"]} == {"ar", "de", "en", "es", "fa", "fr", "it", "pt", "ru", "uk"}, "canned")
        check(state["promises"]["acknowledge"] == 7 and state["promises"]["feedback_default"] == 90, state["promises"])
        desk.post("/v1/unlock", {"passphrase": desk.passphrase}, status=503, code="busy")
        desk.post("/v1/lock")
        state = desk.until(lambda s: s["phase"] == "locked")
        check(state["lock"]["reason"] == "asked" and "me" not in state, state)
        # The next program knows the page by its token, and asks for the passphrase.
        desk.until(lambda s: s["phase"] == "locked" and s["version"] != state["version"])
        desk.get("/v1/threads", status=423, code="locked")
        desk.unlock()


def at_work():
    """a tip is read, judged, answered; the source reads the answer"""
    with Place().open() as place, Desk(place) as desk:
        desk.unlock()
        words, _ = place.send("Los <b>contratos</b> del puerto.", lang="es")
        one, = desk.wait_threads(1)
        thread = one["thread"]
        check(one["state"] == "new" and one["lang"] == "es", one)
        desk.post("/v1/open", {"thread": thread})
        desk.post("/v1/open", {"thread": thread})
        shown = desk.thread(thread)
        check("<b>contratos</b>" in shown["message"] and shown["draft"] == "", shown)
        check(shown["seen"] == [desk.get("/v1/state")["me"]["id"]], shown["seen"])
        check(len([i for i in shown["items"] if i.get("kind") == "opened"]) == 1, shown["items"])

        me = desk.get("/v1/state")["me"]["id"]
        handles = desk.act(thread, "assigned", value=me) + desk.act(thread, "summary", value="port contracts")
        desk.act(thread, "label", value="port")
        desk.act(thread, "flag", value="danger")
        shown = desk.thread(thread)
        check(shown["assigned"] == [me] and shown["summary"] == "port contracts" and shown["labels"] == ["port"] and
              shown["is_danger"], shown)
        check(desk.threads("view=danger&label=port&member=" + me)[0]["thread"] == thread, "not found by its label")
        desk.post("/v1/undo", {"handles": handles})
        shown = desk.thread(thread)
        check(not shown.get("assigned") and not shown.get("summary"), shown)
        # What has been sent is taken back by its opposite.
        handles = desk.act(thread, "status", value="parked", reason="tomorrow")
        desk.sync()
        check(desk.thread(thread)["state"] == "parked", "not parked")
        desk.post("/v1/undo", {"handles": handles})
        check(desk.thread(thread)["state"] != "parked", "still parked")
        desk.post("/v1/undo", {"handles": [999999]}, status=404, code="not-found")
        # All of them or none.
        desk.post("/v1/act", {"acts": [{"thread": thread, "kind": "label", "value": "half"},
                                       {"thread": thread, "kind": "assigned", "value": "nobody"}]},
                  status=404, code="not-found")
        check("half" not in desk.thread(thread)["labels"], "half of it was done")
        for bad in ({"thread": thread, "kind": "deleted"}, {"thread": thread, "kind": "nonsense"}, {"kind": "label"},
                    {"thread": thread[:8], "kind": "label", "value": "x"}, {"thread": thread, "kind": 7}, "x"):
            desk.post("/v1/act", {"acts": [bad]}, status=400, code="format")

        desk.post("/v1/note", {"thread": thread, "text": "ask the harbour master"})
        desk.post("/v1/note", {"thread": thread, "text": " "}, status=400, code="format")
        parts = desk.post("/v1/parts", {"text": "x" * 5000})
        check(parts["parts"] == 2 and desk.post("/v1/parts", {"text": "x" * (5000 + parts["room"])})["parts"] == 2 and
              desk.post("/v1/parts", {"text": "x" * (5001 + parts["room"])})["parts"] == 3, parts)
        desk.put("/v1/draft", {"thread": thread, "text": "Gracias por"})
        check(desk.thread(thread)["draft"] == "Gracias por", "no draft")
        check(desk.post("/v1/answer", {"thread": thread, "text": "Gracias por escribir.", "by": "Mesa"})["parts"] == 1, "1")
        check(desk.thread(thread)["draft"] == "", "the draft stays")
        place.wait_answer(words, "Gracias por escribir.")
        desk.post("/v1/tell", {"thread": thread, "status": "nonsense"}, status=400, code="format")
        desk.post("/v1/tell", {"thread": thread, "status": "closed"})
        kinds = [i["type"] for i in desk.thread(thread)["items"]]
        check("note" in kinds and "answer" in kinds and "letter" in kinds, kinds)
        check(desk.threads("view=all&words=harbour")[0]["thread"] == thread, "not found by a word of a note")
        check(desk.threads("view=all&words=nowhere") == [], "found by a word that is nowhere")
        desk.get("/v1/threads?order=nonsense", status=400, code="format")
        desk.get("/v1/threads?limit=9999", status=413, code="limit")
        desk.get("/v1/thread?id=" + "0" * 32, status=404, code="not-found")
        desk.get("/v1/thread?id=12", status=400, code="format")

        made = desk.put("/v1/canned", {"lang": "es", "title": "Mío", "text": "Texto"})["id"]
        check([c for c in desk.get("/v1/state")["canned"] if c["own"]] ==
              [{"id": made, "lang": "es", "title": "Mío", "text": "Texto", "own": True}], "not kept")
        desk.put("/v1/canned", {"id": made})
        check(not any(c["own"] for c in desk.get("/v1/state")["canned"]), "not dropped")
        seq = desk.thread(thread)["seq"]
        desk.post("/v1/delete", {"seqs": [seq]})
        desk.sync()
        check(desk.threads("view=queue") == [], "not deleted")
        desk.post("/v1/delete", {"seqs": [seq], "restore": True})
        desk.sync()
        check(len(desk.threads("view=all")) == 1, "not restored")


def files():
    """a file is saved once by its ticket, whole and checked; text is shown; a large one is brought first"""
    with Place().open() as place, Desk(place) as desk:
        desk.unlock()
        big, text = place.dir / "acta.pdf", place.dir / "nota.txt"
        big.write_bytes(secrets.token_bytes(3_000_000))
        text.write_bytes("uno dos \u202e tres\n".encode() + b"\xff\xfe" + b"x" * 300_000)
        tip(place, "con archivos\n", "--file", text, "--file", big)
        one, = desk.wait_threads(1)
        seq = one["seq"]
        shown = desk.get(f"/v1/text?seq={seq}&n=1")
        check(shown["text"].startswith("uno dos \u202e tres\n\ufffd\ufffdxxx") and shown["cut"] is True, shown["text"][:80])
        check(desk.get(f"/v1/text?seq={seq}&n=0") == {"text": "con archivos\n", "cut": False}, "message")
        desk.get(f"/v1/text?seq={seq}&n=2", status=400, code="format")
        desk.get(f"/v1/text?seq={seq}&n=3", status=404, code="not-found")
        desk.get("/v1/text?seq=1&n=0", status=403, code="denied")
        desk.post("/v1/save", {"seq": seq, "n": 2}, status=409, code="busy")
        desk.post("/v1/fetch", {"seq": seq})
        desk.until(lambda _: desk.ask("POST", "/v1/save", {"seq": seq, "n": 2}).status == 200)
        ticket = desk.post("/v1/save", {"seq": seq, "n": 2})["ticket"]
        saved = desk.ask("GET", f"/v1/file?ticket={ticket}", token=False)
        check(saved.status == 200 and hashlib.sha256(saved.bytes).digest() == hashlib.sha256(big.read_bytes()).digest(),
              (saved.status, len(saved.bytes)))
        check(saved.headers["content-disposition"] == f'attachment; filename="letter-{seq}-2.pdf"' and
              saved.headers["content-type"] == "application/octet-stream", saved.headers)
        check(desk.ask("GET", f"/v1/file?ticket={ticket}", token=False).status == 403, "a ticket used twice")
        # A source's bytes are on the way to nobody when the desk is locked.
        ticket = desk.post("/v1/save", {"seq": seq, "n": 2})["ticket"]
        desk.post("/v1/lock")
        check(desk.ask("GET", f"/v1/file?ticket={ticket}", token=False).status == 403, "saved from a locked desk")


def joined():
    """a file that came in parts is saved as one, once all parts are here and brought"""
    with Place().open() as place, Desk(place) as desk:
        desk.unlock()
        parts = [secrets.token_bytes(n) for n in (3_000_000, 400_000, 77)]
        page, words = place.begin("en")
        form = page.form("send")
        page = place.browser.submit(form, do="send", message="a film follows", **asked(form, words))

        def add(n):
            return place.browser.submit(page.form("add"), do="add", files=[("file", f"film.mp4.00{n}", parts[n - 1])],
                                        part=str(n), of="3")
        add(1), add(3)
        one, = desk.wait_threads(1)
        show = f"/v1/thread?id={one['thread']}"
        desk.post("/v1/sync")
        desk.until(lambda _: len(desk.get(show).get("cut", [{"parts": []}])[0]["parts"]) == 2)
        cut, = desk.get(show)["cut"]
        check(cut["missing"] == [2] and "name" not in cut and cut["type"] == "video/mp4", cut)
        first = cut["parts"][0]["seq"]
        desk.post("/v1/save", {"seq": first}, status=404, code="not-found")
        desk.post("/v1/save", {"seq": one["seq"]}, status=404, code="not-found")
        add(2)
        desk.post("/v1/sync")
        desk.until(lambda _: desk.get(show)["cut"][0]["missing"] == [])
        cut, = desk.get(show)["cut"]
        desk.post("/v1/save", {"seq": first}, status=409, code="busy")
        desk.post("/v1/fetch", {"seqs": [0]}, status=400, code="format")
        desk.post("/v1/fetch", {"seqs": [part["seq"] for part in cut["parts"]]})
        desk.until(lambda _: desk.ask("POST", "/v1/save", {"seq": first}).status == 200)
        check(all(p["held"] for p in desk.get(show)["cut"][0]["parts"]), "not held")
        check(desk.until(lambda s: s["bringing"] is None), "still wanted")
        ticket = desk.post("/v1/save", {"seq": cut["parts"][2]["seq"]})["ticket"]
        saved = desk.ask("GET", f"/v1/file?ticket={ticket}", token=False)
        check(saved.bytes == b"".join(parts), (saved.status, len(saved.bytes)))
        check(saved.headers["content-disposition"] == f'attachment; filename="letter-{first}-joined.mp4"', saved.headers)
        ticket = desk.post("/v1/save", {"seq": first, "n": 1})["ticket"]
        check(desk.ask("GET", f"/v1/file?ticket={ticket}", token=False).bytes == parts[0], "not the part itself")


def kept():
    """drafts, canned answers and what was decided survive lock, crash and a damaged file"""
    with Place().open() as place, Desk(place) as desk:
        desk.unlock()
        tip(place, "uno\n")
        thread = desk.wait_threads(1)[0]["thread"]
        desk.put("/v1/draft", {"thread": thread, "text": "medio escrito ñ"})
        desk.put("/v1/draft", {"thread": thread, "text": "media nota", "is_note": True})
        desk.put("/v1/canned", {"lang": "es", "title": "t", "text": "propio"})
        desk.act(thread, "label", value="antes")
        pid, = desk.program("pista-desk")
        os.kill(pid, signal.SIGKILL)
        desk.until(lambda s: s["phase"] == "locked")
        desk.unlock()
        shown = desk.thread(thread)
        check(shown["draft"] == "medio escrito ñ" and shown["labels"] == ["antes"], shown)
        check(shown["note_draft"] == "media nota", "the note half written is lost")
        desk.post("/v1/note", {"thread": thread, "text": "media nota y media"})
        check(desk.thread(thread)["note_draft"] == "", "the draft of a note that was kept stays")
        check(any(c["text"] == "propio" for c in desk.get("/v1/state")["canned"]), "canned")
        desk.act(thread, "label", value="luego")
        version = desk.get("/v1/state")["version"]
        desk.post("/v1/lock")
        desk.until(lambda s: s["phase"] == "locked" and s["version"] > version + 5 or s["version"] < version)
        for name in "book.age", "keys.age":
            check((place.home / "member" / name).is_file(), f"no {name}")
        desk.unlock()
        shown = desk.thread(thread)
        check(shown["draft"] == "medio escrito ñ" and sorted(shown["labels"]) == ["antes", "luego"], shown)
        desk.sync()
        check(sorted(desk.thread(thread)["labels"]) == ["antes", "luego"], "twice or lost")
        # Nothing of it can be read on the disk.
        for file in (place.home / "member").iterdir():
            if file.is_file():
                data = file.read_bytes()
                check(not any(w in data for w in ("medio escrito".encode(), b"propio", b"antes", b"uno\n")), file)
        os.kill(desk.program("pista-desk")[0], signal.SIGKILL)
        drafts = place.home / "member/drafts.age"
        drafts.write_bytes(drafts.read_bytes()[:-5])
        desk.until(lambda s: s["phase"] == "locked")
        state = desk.unlock()
        check(any(a["kind"] == "drafts" for a in state["alarms"]), state["alarms"])
        check((place.home / "member/drafts.age.damaged").is_file() and desk.thread(thread)["draft"] == "", "not aside")


def together():
    """two members on two machines come to the same, whoever was offline"""
    with Place().open() as place:
        bo = place.dir / "bo"
        line = place.pista("member", "new", "--id", "bo", "--name", "Bo", "--from", place.url, "--pin",
                           place.home / "newsroom/newsroom.pub", "--to", f"unix:{place.data}/desk.sock", home=bo)
        place.pista("member", "add", "-", text=line)
        place.publish()
        for text in "uno\n", "dos\n", "tres\n":
            tip(place, text)
        with Desk(place) as one, Desk(place, bo) as two:
            one.unlock()
            two.unlock()
            threads = [t["thread"] for t in one.wait_threads(3)]
            two.wait_threads(3)
            # Neither can hear of the other while they decide.
            place.stop()
            one.act(threads[0], "assigned", value="bo")
            one.act(threads[1], "label", value="a")
            two.act(threads[1], "label", value="b")
            one.act(threads[2], "status", value="closed", reason="nothing in it")
            two.act(threads[2], "status", value="open")
            two.post("/v1/note", {"thread": threads[0], "text": "mine then"})
            place.start()
            one.sync()
            two.sync()

            def told(desk):
                return [{k: v for k, v in desk.thread(t).items() if k in ("state", "assigned", "labels", "conflicts", "seen")}
                        for t in threads]
            end = time.monotonic() + 120
            while (told(one) != told(two) or not told(one)[2]["conflicts"]) and time.monotonic() < end:
                one.post("/v1/sync")
                two.post("/v1/sync")
                time.sleep(0.3)
            check(told(one) == told(two), (told(one), told(two)))
            check(told(one)[0]["assigned"] == ["bo"] and sorted(told(one)[1]["labels"]) == ["a", "b"], told(one))
            check(told(one)[2]["conflicts"], "a conflict is lost")


def panicked():
    """the panic key ends everything at once"""
    with Place() as place, Desk(place) as desk:
        try:
            desk.ask("POST", "/v1/panic", {})
        except OSError:
            pass
        desk.process.wait(60)
        with socket.socket() as s:
            check(s.connect_ex(("127.0.0.1", desk.port)) != 0, "somebody still listens")


main(guarded, unlocked, at_work, files, joined, kept, together, panicked)
