#!/usr/bin/env python3
"""Makes the datagrams in wire/, each of which keep must refuse from a form, and
checks that those that stand there are these: wire.py make|check.
"""
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent / "wire"
START, PEER, READY, CONNECTION, CARD = 1, 2, 5, 10, 20
PUT_BEGIN, PUT_CHUNK, PUT_COMMIT, PUT_DROP = 30, 31, 32, 33
INBOX_READ, BOARD_POST, CARD_PUT, DONE = 51, 54, 55, 60
OURS = bytes(16)


def message(kind, body=b"", version=1, flags=0, length=None, newsroom=OURS):
    length = len(body) if length is None else length
    return struct.pack("<BBHIQ", version, kind, flags, length, 1) + newsroom + body


def tricks():
    yield "one-byte", b"\1"
    yield "header-cut", message(PUT_DROP)[:-1]
    yield "version-0", message(PUT_DROP, version=0)
    yield "version-2", message(PUT_DROP, version=2)
    yield "type-0", message(0)
    yield "type-255", message(255)
    yield "from-the-parent", message(START, b"x" * 40)
    yield "fd-a-peer-of-its-own", message(PEER, b"\5")
    yield "fd-a-connection", message(CONNECTION, b"\0")
    yield "ready-to-keep", message(READY)
    yield "a-card-from-below", message(CARD, b"{}")
    yield "an-answer-from-below", message(DONE, b"\0")
    yield "reads-the-inbox", message(INBOX_READ, bytes(20))
    yield "posts-to-the-board", message(BOARD_POST, bytes(100))
    yield "puts-a-card", message(CARD_PUT, bytes(100))
    yield "unknown-flag", message(PUT_DROP, flags=2)
    yield "all-flags", message(PUT_DROP, flags=0xFFFF)
    yield "length-too-small", message(PUT_CHUNK, b"12345678x", length=8)
    yield "length-too-large", message(PUT_CHUNK, b"12345678x", length=10)
    yield "length-huge", message(PUT_CHUNK, b"12345678x", length=0xFFFFFFFF)
    yield "length-wraps", message(PUT_CHUNK, length=0xFFFFFFE0)
    yield "body-on-an-empty-message", message(PUT_DROP, b"x")
    yield "commit-too-long", message(PUT_COMMIT, bytes(41))
    yield "chunk-too-long", message(PUT_CHUNK, bytes(65561))
    yield "longer-than-anything", message(PUT_BEGIN, bytes(131088 + 1))
    yield "another-newsroom", message(PUT_DROP, newsroom=b"\1" + bytes(15))
    yield "fd-with-a-chunk", message(PUT_CHUNK, bytes(24))
    yield "big-endian", struct.pack(">BBHIQ", 1, PUT_COMMIT, 0, 40, 1) + OURS + bytes(40)


def main():
    made = dict(tricks())
    if sys.argv[1:] == ["make"]:
        HERE.mkdir(exist_ok=True)
        for name, content in made.items():
            (HERE / name).write_bytes(content)
        return 0
    there = {p.name: p.read_bytes() for p in HERE.iterdir()}
    for name in sorted(made.keys() | there.keys()):
        if made.get(name) != there.get(name):
            print(f"{name} is not what this script makes")
            return 1
    return 0


sys.exit(main())
