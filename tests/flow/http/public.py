#!/usr/bin/env python3
"""What the public sees of web: constant pages, sealed letters, the board."""
import concurrent.futures
import socket
import sys
import time

from place import CHUNK, card, framed, letter, once, plain, request, run, talk


def says_closed_without_a_card(p):
    page = p.public("GET", "/")
    assert page.status == 200 and page.body.startswith(b"<!doctype html>"), page.body[:200]
    assert p.public("GET", "/masthead.json").status == 404
    assert p.public("GET", "/v1/stories").body == b"[]"
    assert p.public("POST", "/v1/letters", letter(), once()).status == 503
    assert p.public("GET", "/v1/board/index").body == b""


def gives_everybody_the_same_page(p):
    p.publish()
    first = p.public("GET", "/")
    assert first.status == 200 and len(first.body) <= 30 * 1024
    for path in "/", "/?lang=xx", "/?story=none", "/?x=1":
        assert p.public("GET", path, fields=[("User-Agent", "x"), ("Cookie", "a=b")]).body == first.body, path
    head = p.public("HEAD", "/")
    assert head.status == 200 and head.body == b"" and head.fields == first.fields
    assert p.public("GET", "/?lang=es").status == 200
    for name in "date", "server", "etag", "last-modified", "set-cookie":
        assert name not in first.fields
    assert first.fields["cache-control"] == "no-store, no-transform"
    assert first.fields["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in first.fields["content-security-policy"]


def knows_its_addresses(p):
    p.publish()
    assert p.public("GET", "/nothing").status == 404
    assert p.raw(request("GET", "/")).status == 404
    bare = p.raw(request("GET", "/tips?story=a"))
    assert bare.status == 308 and bare.fields["location"] == "/tips/?story=a"
    assert p.public("PUT", "/", b"").status == 405
    wrong = p.public("GET", "/v1/letters")
    assert wrong.status == 405 and wrong.fields["allow"] == "POST"
    assert wrong.fields["content-type"] == "application/problem+json" and wrong.json()["status"] == 405
    assert p.public("POST", "/v1/board/index", b"").status == 405
    for path in "/v1/board/0", "/v1/board/01", "/v1/board/1", "/v1/board/x", "/v1/", "/v1/inbox", "/v1/masthead":
        assert p.public("GET", path).status == 404, path


def shows_the_card_and_the_stories(p):
    text, signature = card(3)
    a = p.desk_raw(request("PUT", "/v1/masthead", framed(text, signature)))
    assert a.status == 200, a.body
    p.wait_for(lambda: p.public("GET", "/masthead.json").body == text, "the card")
    assert p.public("GET", "/masthead.json.minisig").body == signature
    stories = b'[{"id":"port","title":"The port","lang":"en","url":"https://x.example/p","day":"2025-03-01"}]'
    assert p.desk("PUT", "/v1/stories", stories).status == 200
    p.wait_for(lambda: p.public("GET", "/v1/stories").body == stories, "the stories")
    about = p.public("GET", "/?story=port")
    assert about.status == 200 and b"The port" in about.body
    assert about.body != p.public("GET", "/").body


def takes_a_letter_once(p):
    p.publish()
    sealed, key = letter(), once()
    first = p.public("POST", "/v1/letters", sealed, key)
    assert first.status == 201 and first.json() == {}, first.body
    again = p.public("POST", "/v1/letters", sealed, key)
    assert again.status == 200 and again.json() == {}
    found = p.letters()
    assert len(found) == 1 and found[0]["size"] == len(sealed) and found[0]["state"] == "whole"
    assert found[0]["digest"] == plain.letter_digest(sealed).hex()


def takes_letters_of_every_shape(p):
    p.publish()
    shapes = [(16384, 8), (65536, 16), (67584, 32), (131072, 64), (5 << 20, 8), (7 << 20, 64)]
    sent = [letter(*shape) for shape in shapes]
    for sealed, shape in zip(sent, shapes):
        a = p.public("POST", "/v1/letters", sealed, once())
        assert a.status == 201, (shape, a.body)
    assert [e["digest"] for e in p.letters()] == [plain.letter_digest(s).hex() for s in sent]
    expecting = p.public("POST", "/v1/letters", letter(), [*once(), ("Expect", "100-continue")])
    assert expecting.status == 201


def refuses_what_is_no_letter(p):
    p.publish()
    good = letter()
    bad = {
        "no key": (good, [], 400),
        "short key": (good, [("Idempotency-Key", "ab" * 8)], 400),
        "seven stanzas": (letter(stanzas=7), once(), 400),
        "sixty-five stanzas": (letter(stanzas=65), once(), 413),
        "not padded": (letter(16385), once(), 400),
        "too small": (letter(8192), once(), 400),
        "one byte more": (good + b"x", once(), 400),
        "one byte less": (good[:-1], once(), 400),
        "no age file": (b"x" * 20000, once(), 400),
        "empty": (b"", once(), 400),
        "only a header": (good[:200], once(), 400),
        "other stanzas": (good.replace(b"-> X25519", b"-> x25519", 1), once(), 400),
        "endless header": (b"age-encryption.org/v1\n" + b"-> X25519 a\n" * 20000, once(), 413),
        "over the card's limit": (b"x" * (8 << 20) + b"x", once(), 413),
        "another site": (good, [*once(), ("Sec-Fetch-Site", "cross-site")], 403),
    }
    for name, (body, fields, status) in bad.items():
        a = p.public("POST", "/v1/letters", body, fields)
        assert a.status == status, (name, a.status, a.body)
        assert a.json()["title"], name
    assert p.letters() == []


def keeps_nothing_of_a_cut_upload(p):
    p.publish()
    sealed, key = letter(5 << 20), once()
    whole = request("POST", "/tips/v1/letters", sealed, key)
    for cut in 10, 200, 1000, 3000, 70000, CHUNK * 5, len(whole) - 1:
        p.raw(whole, cut)
    assert p.letters() == []
    assert p.raw(whole).status == 201
    assert len(p.letters()) == 1


def refuses_bad_heads(p):
    p.publish()
    for head in (b"GET /tips/ HTTP/1.1\nHost: a\n\n", b"GET /tips/ HTTP/1.1\r\n\r\n",
                 b"GET /tips/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", b"GET /tips/ HTTP/1.1\r\nHost: a\r\n x\r\n\r\n"):
        assert p.raw(head).status == 400, head
    chunked = b"POST /tips/v1/letters HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert p.raw(chunked).status == 411


def shows_the_board(p):
    p.publish()
    slots = [bytes([i + 1]) * 4096 for i in range(3)]
    post = plain.u32(1) + plain.u32(3) + b"".join(slots) + plain.u32(0) + bytes(100)
    a = p.desk("POST", "/v1/board", post)
    assert a.status == 200, a.body
    index = p.wait_for(lambda: p.public("GET", "/v1/board/index").body, "an edition")
    assert index.startswith(b"pista/v1 edition" + bytes(range(16)) + plain.u32(1))
    body = p.public("GET", "/v1/board/1")
    assert body.status == 200 and len(body.body) == 8 * 4096 and body.fields["content-length"] == str(8 * 4096)
    assert all(s in body.body for s in slots)
    assert p.desk_raw(request("GET", "/v1/board/1")).body == body.body
    assert p.desk_raw(request("GET", "/v1/board/index")).body == index
    assert p.public("HEAD", "/v1/board/1").body == b""
    assert p.public("GET", "/v1/board/2").status == 404
    # The next one is seen as soon as it is there.
    assert p.desk("POST", "/v1/board", plain.u32(2) + plain.u32(1) + slots[0] + plain.u32(0) + bytes(100)).status == 200
    p.wait_for(lambda: p.public("GET", "/v1/board/2").status == 200, "a second edition")
    both = p.public("GET", "/v1/board/index").body
    assert both.startswith(index)
    # Who has the first is given the rest at the desk; a source always gets all.
    for path in "/v1/board/index?after=1", "/v1/board/index?after=x":
        assert p.public("GET", path).body == both, path
    for after, body in ("0", both), ("1", both[len(index):]), ("2", b""), ("4294967295", b""):
        a = p.desk_raw(request("GET", f"/v1/board/index?after={after}"))
        assert a.status == 200 and a.body == body, (after, a.status)
    assert p.desk_raw(request("HEAD", "/v1/board/index?after=1")).body == b""
    for query in "after=", "after=x", "after=-1", "after=4294967296", "after=1&after=1":
        assert p.desk_raw(request("GET", f"/v1/board/index?{query}")).status == 400, query


def answers(question):
    """Who dies takes the connections along that it had."""
    try:
        return question()
    except (OSError, AssertionError):
        return False


def takes_many_at_once(p):
    """64 readers, some of them slow; each letter arrives once."""
    p.publish()
    sealed = [letter(65536) for _ in range(320)]
    keys = [once() for _ in sealed]

    def send(i):
        whole = request("POST", "/tips/v1/letters", sealed[i], keys[i])
        if i % 16:
            return p.raw(whole).status
        s = socket.create_connection(("127.0.0.1", p.port), timeout=20)
        for at in range(0, 600, 60):
            s.sendall(whole[at:at + 60])
            time.sleep(0.01)
        return talk(s, whole[600:]).status

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        assert set(pool.map(send, range(len(sealed)))) == {201}
    found = [e["digest"] for e in p.letters()]
    assert sorted(found) == sorted(plain.letter_digest(x).hex() for x in sealed)


def survives_its_neighbours(p):
    """keep and web are killed; what was acknowledged is there."""
    p.publish()
    assert p.public("POST", "/v1/letters", letter(), once()).status == 201
    for role in "web", "keep", "pickup":
        p.kill(role)
        p.wait_for(lambda: answers(lambda: p.public("GET", "/masthead.json").status == 200), f"web after {role}", 30)
        p.wait_for(lambda: answers(lambda: len(p.letters()) == 1), f"desk after {role}", 30)


sys.exit(run([says_closed_without_a_card, gives_everybody_the_same_page, knows_its_addresses,
              shows_the_card_and_the_stories, takes_a_letter_once, takes_letters_of_every_shape,
              refuses_what_is_no_letter, keeps_nothing_of_a_cut_upload, refuses_bad_heads, shows_the_board,
              takes_many_at_once, survives_its_neighbours]))
