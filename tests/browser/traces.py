#!/usr/bin/env python3
"""What browsers left on disk. Takes JSON on standard input: dirs to search, since (files that
did not change after this time are left out), marker, which begins every word to find, receipts
(their words, of which no three may follow each other). Says in JSON: found (what follows the marker, or "receipt": the files), visited
(addresses and titles in histories), cookies (their names).

Every byte of every file is looked at as it is and as what it may have been made of: UTF-16, mozLz4,
LevelDB's blocks and SQLite's values (Snappy), gzip, base64, hexadecimal, %XX, \\uXXXX."""
import base64
import json
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile
import zlib

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
URL_SAFE = bytes.maketrans(b"-_", b"+/")
HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
FULL = [b"", b"AAA", b"AA", b"A"]
PERCENT = re.compile(rb"%([0-9a-fA-F]{2})")
ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def copy(out, distance, length):
    """What both formats know: bytes that came before, which may reach into what is copied."""
    if not 0 < distance <= len(out):
        raise ValueError("reaches too far back")
    start = len(out) - distance
    while length > 0:
        part = out[start:start + length]
        out += part
        length -= len(part)


def lz4(data):
    def length(nibble, at):
        value = nibble
        while nibble == 15:
            value += data[at]
            at += 1
            if data[at - 1] < 255:
                break
        return value, at

    out, at = bytearray(), 0
    while at < len(data):
        token = data[at]
        literals, at = length(token >> 4, at + 1)
        out += data[at:at + literals]
        at += literals
        if at >= len(data):
            break
        distance = int.from_bytes(data[at:at + 2], "little")
        match, at = length(token & 15, at + 2)
        copy(out, distance, match + 4)
    return bytes(out)


def snappy(data):
    total, at = varint(data, 0)
    # What says that it is shorter than packed, or longer than three bytes can say of 64, is something else.
    if not len(data) - at <= total * 7 // 6 + 32 or total > 24 * len(data):
        raise ValueError("no such block")
    out = bytearray()
    while at < len(data):
        tag, kind = data[at] >> 2, data[at] & 3
        at += 1
        if kind == 0:
            size = tag - 59
            if size > 0:
                tag, at = int.from_bytes(data[at:at + size], "little"), at + size
            out += data[at:at + tag + 1]
            at += tag + 1
        elif kind == 1:
            copy(out, (tag >> 3) << 8 | data[at], (tag & 7) + 4)
            at += 1
        else:
            size = 2 * (kind - 1)
            copy(out, int.from_bytes(data[at:at + size], "little"), tag + 1)
            at += size
    if len(out) != total:
        raise ValueError("no Snappy")
    return bytes(out)


def attempt(decode, data):
    try:
        return decode(data)
    except (ValueError, IndexError, zlib.error):
        return b""


def tables(data):
    """The blocks of a LevelDB table, in the order of its index."""
    def block(at):
        offset, at = varint(data, at)
        size, _ = varint(data, at)
        body = data[offset:offset + size]
        return snappy(body) if data[offset + size] == 1 else body

    footer = len(data) - 48
    _, at = varint(data, footer)
    _, at = varint(data, at)
    index = block(at)
    out, at, end = [], 0, len(index) - 4 * (1 + int.from_bytes(index[-4:], "little"))
    while at < end:
        _, at = varint(index, at)
        own, at = varint(index, at)
        size, at = varint(index, at)
        at += own
        offset, behind = varint(index, at)
        length, _ = varint(index, behind)
        body = data[offset:offset + length]
        out.append(snappy(body) if data[offset + length] == 1 else body)
        at += size
    return b"\n".join(out)


def rows(path, query=None):
    """Of a database that may be in use, with its log."""
    with tempfile.TemporaryDirectory() as own:
        for suffix in ("", "-wal"):
            if pathlib.Path(f"{path}{suffix}").exists():
                shutil.copy(f"{path}{suffix}", f"{own}/db{suffix}")
        base = sqlite3.connect(f"{own}/db")
        base.text_factory = bytes
        try:
            names = [] if query else base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for one in [query] if query else [f'SELECT * FROM "{n.decode()}"' for (n,) in names]:
                try:
                    yield from base.execute(one)
                except sqlite3.Error:   # a kind of table that this SQLite does not know
                    pass
        except sqlite3.DatabaseError:
            pass
        finally:
            base.close()


def values(path):
    out = []
    for row in rows(path):
        for value in row:
            if isinstance(value, bytes):
                out += [value, attempt(snappy, value) if len(value) > 8 else b""]
    return b"\n".join(out)


def base64s(found):
    """Whatever stands in base64, from each of the four places where it may begin."""
    runs = b"".join([run + FULL[len(run) % 4] for run in found]).translate(URL_SAFE)
    return b"\n".join([base64.b64decode(runs[i:] + b"A" * i) for i in range(4)]) if runs else b""


def hexadecimals(found):
    """The same of hexadecimal, which is made of letters of base64."""
    return bytes.fromhex(b"".join(HEXADECIMAL.findall(b"\n".join(found))).decode())


def views(path, data):
    whole = [data]
    if data.startswith(b"mozLz40\0"):
        whole.append(attempt(lz4, data[12:]))
    if path.suffix in (".ldb", ".sst"):
        whole.append(attempt(tables, data))
    if data.startswith(b"SQLite format 3\0"):
        whole.append(values(path))
    for found in re.finditer(rb"\x1f\x8b\x08", data):
        whole.append(attempt(lambda d: zlib.decompressobj(31).decompress(d), data[found.start():]))
    for one in whole:
        for text in (one, one.replace(b"\0", b"")) if b"\0" in one else (one,):
            yield text
            runs = BASE64.findall(text)
            yield base64s(runs).replace(b"\0", b"")
            yield hexadecimals(runs).replace(b"\0", b"")
            if PERCENT.search(text):
                yield PERCENT.sub(lambda m: bytes([int(m[1], 16)]), text)
            if ESCAPED.search(text):
                yield ESCAPED.sub(lambda m: chr(int(m[1], 16)).encode("utf-8", "replace"), text)


def look(text, marker, receipts):
    """What of it is in text."""
    text = text.lower()
    for found in re.finditer(re.escape(marker) + rb"([a-z]*)", text):
        yield found[1].decode()
    for words in receipts:
        there = {i: words[i] in text for i in range(2, len(words), 3)}      # of three in a row one is the third
        for i in range(len(words) - 2):
            three = words[i:i + 3]
            if there[i + 2 - i % 3] and all(word in text for word in three) and \
                    re.search(rb".{0,40}?".join(map(re.escape, three)), text, re.S):
                yield "receipt"


def search(asked):
    marker = asked["marker"].encode()
    receipts = [[word.encode().lower() for word in words] for words in asked["receipts"]]
    found, visited, cookies, size = {}, set(), set(), 0
    for path in (p for d in asked["dirs"] for p in sorted(pathlib.Path(d).rglob("*"))):
        if path.is_symlink() or not path.is_file():
            continue
        for what in look(str(path).encode(), marker, receipts):
            found.setdefault(what, set()).add(str(path))
        if path.stat().st_mtime < asked["since"]:
            continue
        data = path.read_bytes()
        size += len(data)
        for text in views(path, data):
            for what in look(text, marker, receipts):
                found.setdefault(what, set()).add(str(path))
        for name, query, into in (
                ("History", "SELECT url, title FROM urls", visited),
                ("places.sqlite", "SELECT url, coalesce(title, '') FROM moz_places", visited),
                ("Cookies", "SELECT name FROM cookies", cookies),
                ("cookies.sqlite", "SELECT name FROM moz_cookies", cookies)):
            if path.name == name:
                into |= {tuple(v.decode() for v in row) for row in rows(path, query)}
    return {"found": {what: sorted(paths) for what, paths in found.items()}, "visited": sorted(visited),
            "cookies": sorted(cookies), "bytes": size}


if __name__ == "__main__":
    json.dump(search(json.load(sys.stdin)), sys.stdout)
