#!/usr/bin/env python3
"""What traces.py looks for is found in every dress, and nothing is found where nothing is."""
import base64
import gzip
import pathlib
import sqlite3
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "flow")]

import traces  # noqa: E402
from pista_flow import check, main  # noqa: E402

WORDS = "tribe echo bench obscure upset stove used payment barrel".split()
MARKER = "qzxvqzxvqzxv"
TEXT = f"{MARKER}tip and {' '.join(WORDS[4:7])}"
PLAIN = TEXT.encode()

DRESSES = {
    "raw": PLAIN,
    "utf-16le": TEXT.encode("utf-16le"),
    "utf-16be": b"\1" + TEXT.encode("utf-16be"),
    "base64": base64.b64encode(PLAIN),
    "base64, one before": base64.b64encode(b"x" + PLAIN),
    "base64, two before, utf-16": base64.b64encode(b"xy" + TEXT.encode("utf-16le")),
    "base64, in the middle": b"ab" + base64.urlsafe_b64encode(b"\xff\xfe\xfd" + PLAIN),
    "hexadecimal": PLAIN.hex().encode(),
    "percent": b"".join(b"%%%02x" % c for c in PLAIN),
    "escaped": b"".join(b"\\u%04x" % c for c in PLAIN),
    "gzip": b"head" + gzip.compress(PLAIN),
    "mozLz4": b"mozLz40\0" + len(PLAIN).to_bytes(4, "little") + bytes([0xf0, len(PLAIN) - 15]) + PLAIN,
}


def search(directory):
    return traces.search({"dirs": [directory], "since": 0, "marker": MARKER, "receipts": [WORDS]})["found"]


def every_dress():
    """a word and a receipt are found in every dress"""
    for name, data in DRESSES.items():
        with tempfile.TemporaryDirectory() as own:
            pathlib.Path(own, "file").write_bytes((b"" if name == "mozLz4" else b"#\x80$") + data + b"\n!")
            check(set(search(own)) == {"tip", "receipt"}, f"{name}: {search(own)}")


def in_a_database():
    """a value that Snappy packed is found in a database, and in the log beside it"""
    half = len(PLAIN) // 2
    packed = bytes([len(PLAIN), (half - 1) << 2]) + PLAIN[:half] + bytes([(len(PLAIN) - half - 1) << 2]) + PLAIN[half:]
    with tempfile.TemporaryDirectory() as own:
        base = sqlite3.connect(f"{own}/data.sqlite")
        base.executescript("PRAGMA journal_mode = wal; CREATE TABLE t (v)")
        base.execute("INSERT INTO t VALUES (?)", (packed,))
        base.commit()
        check(set(search(own)) == {"tip", "receipt"}, search(own))
        base.close()


def nothing():
    """two words of a receipt, or three out of order, are nothing"""
    with tempfile.TemporaryDirectory() as own:
        pathlib.Path(own, "file").write_text(" ".join([*WORDS[:2], *WORDS[5:2:-1]]))
        check(search(own) == {}, search(own))


main(every_dress, in_a_database, nothing)
