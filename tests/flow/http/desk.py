#!/usr/bin/env python3
"""What the desk asks of pickup, and what nobody else may."""
import secrets
import socket
import sys
import time

from place import (CHUNK, DEADLINE, NEWSROOM, SIGNING, STRANGER, card, desk_fields, framed, letter, once, plain, request,
                   run, talk)


def needs_a_card_first(p):
    assert p.desk("GET", "/v1/inbox").status == 503
    assert p.desk_raw(request("GET", "/masthead.json")).status == 404
    text, signature = card(5)
    for name, body, status in (
            ("another key", framed(*card(5, key=bytes([8]) * 32)), 403),
            ("another newsroom", framed(*card(5, newsroom=bytes(16))), 403),
            ("changed", framed(text.replace(b"Ana", b"Eve"), signature), 403),
            ("cut", framed(text, signature)[:-30], 400),
            ("empty", b"", 400),
            ("too long", b"x" * 140000, 413)):
        a = p.desk_raw(request("PUT", "/v1/masthead", body))
        assert a.status == status, (name, a.status, a.body)
    assert p.desk_raw(request("PUT", "/v1/masthead", framed(text, signature))).status == 200
    assert p.entries()[0]["type"] == 2
    for serial, status in ((5, 409), (4, 409), (6, 200)):
        a = p.desk_raw(request("PUT", "/v1/masthead", framed(*card(serial))))
        assert a.status == status, (serial, a.body)
    assert [e["seq"] for e in p.entries()] == [1, 2]
    first = p.desk("GET", "/v1/inbox/1").body
    assert first == framed(text, signature)


def refuses_who_is_no_member(p):
    p.publish()
    path, now = "/v1/inbox", int(time.time()) // 60
    good = dict(desk_fields("GET", path))
    cases = {
        "nobody": [],
        "a stranger": desk_fields("GET", path, seed=STRANGER),
        "for another origin": desk_fields("GET", path, origin="http://desk.example"),
        "for another newsroom": desk_fields("GET", path, newsroom=bytes(16)),
        "for another path": desk_fields("GET", path + "/1"),
        "for another method": desk_fields("POST", path),
        "ten minutes old": desk_fields("GET", path, minute=now - 10),
        "ten minutes ahead": desk_fields("GET", path, minute=now + 10),
        "from before the start": desk_fields("GET", path, nonce=secrets.token_hex(16)),
        "another minute": [*{**good, "Pista-Minute": now + 1}.items()],
        "another nonce": [*{**good, "Pista-Nonce": "00" * 16}.items()],
        "another body": [*{**good, "Pista-Body": "00" * 32}.items()],
        "twice a field": [*good.items(), ("Pista-Minute", good["Pista-Minute"])],
        "without a field": [*good.items()][1:],
        "upper case": [*{**good, "Pista-Member": good["Pista-Member"].upper() + " "}.items()],
        "zeros before": [*{**good, "Pista-Minute": f"0{good['Pista-Minute']}"}.items()],
    }
    for name, fields in cases.items():
        a = p.desk_raw(request("GET", path, None, fields))
        assert a.status == 401, (name, a.status, a.body)
    once_more = request("GET", path, None, desk_fields("GET", path))
    assert p.desk_raw(once_more).status == 200
    assert p.desk_raw(once_more).status == 401
    assert p.desk("GET", path, fields=[("Sec-Fetch-Site", "cross-site")]).status == 403


def takes_no_replay_across_a_restart(p):
    """Also in the same minute, and by a clock that was ahead."""
    p.publish()
    now = int(time.time()) // 60
    used = [request("GET", "/v1/inbox", None, desk_fields("GET", "/v1/inbox", minute=now + n)) for n in (0, 1, 4)]
    assert [p.desk_raw(r).status for r in used] == [200] * 3
    p.kill("pickup")
    for r in used:
        a = p.wait_for(lambda r=r: again(p, r), "new pickup")
        assert a.status == 401 and "start" in a.json(), a.body
    p.entries()


def again(p, data):
    try:
        a = p.desk_raw(data)
    except OSError:
        return None
    return a if a.status not in (0, 503) else None


def takes_nothing_of_a_member_who_was_removed(p):
    """Also when it was under way before."""
    p.publish()
    sealed = letter()
    whole = request("POST", "/v1/inbox", sealed, [*once(), *desk_fields("POST", "/v1/inbox", sealed)])
    stories = request("PUT", "/v1/stories", b"[]", desk_fields("PUT", "/v1/stories", b"[]"))
    waiting = []
    for data in (whole, stories):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(DEADLINE)
        s.connect(str(p.root / "desk"))
        s.sendall(data[:-1])
        waiting.append((s, data))
    time.sleep(0.3)
    p.publish(2, request=plain.ed25519_public(STRANGER).hex())
    for s, data in waiting:
        a = talk(s, data[-1:])
        assert a.status == 401, a.body
    assert [e["type"] for e in p.entries(seed=STRANGER)] == [2, 2]


def asks_before_it_reads(p):
    """A body that nobody signed is not read to its end."""
    p.publish()
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(DEADLINE)
    s.connect(str(p.root / "desk"))
    with s:
        s.sendall(b"POST /v1/inbox HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n" + b"x" * 1000)
        assert s.recv(12) == b"HTTP/1.1 401"


def commits_only_what_was_signed(p):
    p.publish()
    sealed, key = letter(200000 - 200000 % 4096), once()
    path = "/v1/inbox"
    signed = desk_fields("POST", path, sealed)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    a = p.desk_raw(request("POST", path, changed, [*key, *signed]))
    assert a.status == 400, a.body
    assert p.letters() == []
    assert p.desk("POST", path, sealed, key).status == 201
    assert p.desk("POST", path, sealed, key).status == 200
    assert len(p.letters()) == 1
    for kind, path, body in (("POST", "/v1/inbox/delete", b'{"delete":[2]}'), ("PUT", "/v1/stories", b"[]"),
                             ("POST", "/v1/board", plain.u32(1) + bytes(108))):
        a = p.desk_raw(request(kind, path, body + b" ", desk_fields(kind, path, body)))
        assert a.status == 400, (path, a.status, a.body)
    assert p.letters()[0]["state"] == "whole"


def reads_every_byte(p):
    p.publish()
    sealed = letter(3 << 20)
    assert p.desk("POST", "/v1/inbox", sealed, once()).status == 201
    a = p.desk("GET", "/v1/inbox/2")
    assert a.status == 200 and a.body == sealed and a.fields["content-length"] == str(len(sealed))
    for range_, first, last in (("0-0", 0, 0), ("0-4095", 0, 4095), ("65000-200000", 65000, 200000),
                                ("3000000-", 3000000, len(sealed) - 1), ("-100", len(sealed) - 100, len(sealed) - 1),
                                ("5-99999999999", 5, len(sealed) - 1)):
        a = p.desk("GET", "/v1/inbox/2", fields=[("Range", "bytes=" + range_)])
        assert a.status == 206, (range_, a.status, a.body)
        assert a.fields["content-range"] == f"bytes {first}-{last}/{len(sealed)}"
        assert a.body == sealed[first:last + 1], range_
    for range_ in f"bytes={len(sealed)}-", "bytes=-0":
        a = p.desk("GET", "/v1/inbox/2", fields=[("Range", range_)])
        assert a.status == 416 and a.fields["content-range"] == f"bytes */{len(sealed)}"
    for range_ in "bytes=5-4", "bytes=0-1,5-6", "lines=1-2", "bytes=x-":
        a = p.desk("GET", "/v1/inbox/2", fields=[("Range", range_)])
        assert a.status == 200 and len(a.body) == len(sealed), range_
    at = sealed.index(b"\n--- ") + 5 + 43 + 1 + 16
    chunks = [sealed[i:i + CHUNK] for i in range(at, len(sealed), CHUNK)]
    leaves = p.desk("GET", "/v1/inbox/2/leaves").body
    assert leaves == b"".join(plain.blake2b(x) for x in [sealed[:at], *chunks])
    for path in "/v1/inbox/0", "/v1/inbox/9", "/v1/inbox/02", "/v1/inbox/2/other", "/v1/inbox/x", "/v1/inbox/9/leaves":
        assert p.desk("GET", path).status == 404, path


def lists_page_by_page(p):
    p.publish()
    for _ in range(5):
        assert p.public("POST", "/v1/letters", letter(), once()).status == 201
    a = p.desk("GET", "/v1/inbox").json()
    assert [e["seq"] for e in a["entries"]] == [1, 2, 3, 4, 5, 6] and a["next"] == 6
    link = bytes(32)
    for e in a["entries"]:
        day = (time.time() // 86400)
        link = plain.blake2b(b"pista/v1 link", NEWSROOM, link, plain.u64(e["seq"]), bytes([e["type"]]),
                             plain.u32(int(day)), bytes.fromhex(e["digest"]))
        assert e["link"] == link.hex() and e["day"] == time.strftime("%Y-%m-%d", time.gmtime())
    a = p.desk("GET", "/v1/inbox?after=4").json()
    assert [e["seq"] for e in a["entries"]] == [5, 6]
    a = p.desk("GET", "/v1/inbox?after=6").json()
    assert a["entries"] == [] and a["next"] == 6
    assert p.desk("GET", "/v1/inbox?after=x").status == 400


def many_of(body):
    """[(seq, bytes)] of an answer with many entries"""
    found = []
    while body:
        seq, size = int.from_bytes(body[:8], "little"), int.from_bytes(body[8:16], "little")
        assert len(body) >= 16 + size
        found.append((seq, body[16:16 + size]))
        body = body[16 + size:]
    return found


def gives_many_at_once(p):
    p.publish()
    sizes = 16384, 131072, 3 << 20, 917504, 917504, 917504, 917504, 917504
    for size in sizes:
        assert p.desk("POST", "/v1/inbox", letter(size), once()).status == 201
    one = {seq: p.desk("GET", f"/v1/inbox/{seq}").body for seq in range(1, len(sizes) + 2)}

    def asked(query):
        a = p.desk("GET", "/v1/inbox/many" + query)
        assert a.status == 200 and int(a.fields["content-length"]) == len(a.body), (query, a.status)
        found = many_of(a.body)
        assert all(one[seq] == body for seq, body in found), query
        return [seq for seq, _ in found]
    # The large one is left out, and what has no place comes with the next question.
    assert asked("") == asked("?after=0") == [1, 2, 3, 5, 6, 7, 8]
    assert asked("?after=8") == [9]
    assert asked("?after=1&most=4") == [2, 3, 5]
    assert asked("?after=3&most=1") == asked("?after=9") == asked(f"?after={2**63 - 1}&most={2**63 - 1}") == []
    assert asked("?most=0") == []
    for query in "?after=x", "?after=-1", "?most=x", f"?after={2**63}":
        assert p.desk("GET", "/v1/inbox/many" + query).status == 400, query
    assert p.desk_raw(request("GET", "/v1/inbox/many")).status == 401
    assert p.desk("POST", "/v1/inbox/delete", b'{"delete":[2]}').status == 200
    assert asked("?most=3") == [1, 2, 3], "it can still be read"
    # Who stops reading holds nobody up.
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(p.root / "desk"))
        s.sendall(request("GET", "/v1/inbox/many", None, desk_fields("GET", "/v1/inbox/many")))
        s.recv(1000)
        assert asked("?after=8") == [9]


def deletes_and_restores(p):
    p.publish()
    for _ in range(3):
        assert p.public("POST", "/v1/letters", letter(), once()).status == 201
    assert p.desk("POST", "/v1/inbox/delete", b'{"delete":[2,3],"restore":[]}').status == 200
    assert [e["state"] for e in p.letters()] == ["deleted", "deleted", "whole"]
    assert p.desk("POST", "/v1/inbox/delete", b'{"restore":[3]}').status == 200
    assert [e["state"] for e in p.letters()] == ["deleted", "whole", "whole"]
    for body in (b"", b"[]x", b"{", b'{"delete":[0]}', b'{"delete":["2"]}', b'{"delete":[-1]}', b'{"delete":2}',
                 b'{"delete":[1.5]}'):
        a = p.desk("POST", "/v1/inbox/delete", body)
        assert a.status == 400, (body, a.status)
    many = b'{"delete":[' + b",".join([b"4"] * 4001) + b"]}"
    assert p.desk("POST", "/v1/inbox/delete", many).status == 413
    assert [e["state"] for e in p.letters()] == ["deleted", "whole", "whole"]


def posts_to_the_board(p):
    p.publish()
    full = plain.u32(1) + plain.u32(64) + bytes(64 * 4096) + plain.u32(8) + bytes(8 * 32) + bytes(100)
    late = plain.u32(7) + full[4:]
    a = p.desk("POST", "/v1/board", late)
    assert a.status == 409 and a.json()["next"] == 1, a.body
    for body in b"", full[:-1], full + b"x", plain.u32(0) + full[4:]:
        assert p.desk("POST", "/v1/board", body).status == 400, len(body)
    assert p.desk("POST", "/v1/board", plain.u32(1) + plain.u32(65) + bytes(65 * 4096 + 104)).status == 413
    assert p.desk("POST", "/v1/board", full).status == 200
    p.wait_for(lambda: p.desk_raw(request("GET", "/v1/board/1")).status == 200, "an edition")


def knows_its_addresses(p):
    p.publish()
    assert p.desk_raw(request("GET", "/")).status == 404
    for method, path, allow in (("PUT", "/v1/inbox", "GET, POST"), ("GET", "/v1/board", "POST"),
                                ("GET", "/v1/inbox/delete", "POST"), ("GET", "/v1/masthead", "PUT"),
                                ("POST", "/v1/stories", "GET, HEAD, PUT"), ("PUT", "/v1/inbox/1", "GET")):
        body = b"" if method != "GET" else None
        a = p.desk_raw(request(method, path, body))
        assert a.status in (405, 404), (path, a.status)
        if a.status == 405:
            assert a.fields["allow"], path
    for bad in (b"[", b"{}", b'[{"id":"UPPER"}]', b"x" * 140000):
        assert p.desk("PUT", "/v1/stories", bad).status in (400, 413), bad[:20]


sys.exit(run([needs_a_card_first, refuses_who_is_no_member, takes_no_replay_across_a_restart, takes_nothing_of_a_member_who_was_removed, asks_before_it_reads, commits_only_what_was_signed,
              reads_every_byte, lists_page_by_page, gives_many_at_once, deletes_and_restores, posts_to_the_board, knows_its_addresses]))
