#!/usr/bin/env python3
"""The opened inbox with 100 and with 100,000 letters of about 1 kB, beside SQLite with nothing around it and grep.

usage: PISTA_BUILD=build bench/book.py [LETTERS] [DIRECTORY]

Prints milliseconds. `unlock' is the wall clock, all other numbers are processor time, those of lists, searches, threads and
new letters medians of 21; `index' is what goes on behind an unlocked book until all of it can be searched. The peers search
the same texts in the plain: a table of FTS5 in memory as Python's sqlite3 makes it, and grep over one file. DIRECTORY
keeps the mirrors for the next time; making 100,000 letters takes minutes and 2 GB.
"""
import json
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = pathlib.Path(os.environ.get("PISTA_BUILD", "build"), "bench/bench-book")
WORDS = {"rare": "nr7", "common": "ba AND ce", "phrase": '"ba ce"', "prefix": "quala*"}
GREP = {"rare": r"\bnr7\b", "phrase": r"\bba ce\b", "prefix": r"\bquala"}
ROUNDS = 5


def run(*args):
    return subprocess.run([PROGRAM, *map(str, args)], check=True, capture_output=True, text=True).stdout


def mirror(directory, letters):
    path = pathlib.Path(directory, str(letters))
    if not (path / "pin").exists():
        path.mkdir(parents=True)
        run("make", path, letters)
    return path


def pista(path):
    found = {}
    for how in ("first", "keys", "snapshot"):
        found[how] = json.loads(run("run", path, how, 2))
    return found


def median(action):
    times = []
    for _ in range(ROUNDS):
        start = time.process_time() + os.times().children_user
        action()
        times.append((time.process_time() + os.times().children_user - start) * 1000)
    return statistics.median(times)


def peers(letters):
    texts = run("texts", letters)
    lines = texts.splitlines()
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')")
    start = time.process_time()
    with db:
        db.executemany("INSERT INTO t VALUES (?)", ((line,) for line in lines))
    load = (time.process_time() - start) * 1000
    search = {name: median(lambda: db.execute(
        "SELECT rowid, snippet(t, 0, '<', '>', '…', 24) FROM t WHERE t MATCH ? LIMIT 100", (words,)).fetchall())
        for name, words in WORDS.items()}
    with tempfile.NamedTemporaryFile("w") as f:
        f.write(texts)
        f.flush()
        grep = {name: median(lambda: subprocess.run(["grep", "-icP", words, f.name], capture_output=True))
                for name, words in GREP.items()}
    return load, search, grep


def main():
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    with tempfile.TemporaryDirectory() as scratch:
        directory = sys.argv[2] if len(sys.argv) > 2 else scratch
        few, many = (pista(mirror(directory, n)) for n in (100, letters))
    print(f"{'':34}{100:>10,}{letters:>10,}   goal")
    for how, goal in (("first", ""), ("keys", "10000"), ("snapshot", "2000")):
        print(f"{'unlock: ' + how:34}{few[how]['wall']:10.0f}{many[how]['wall']:10.0f}   {goal}")
        print(f"{'  processor':34}{few[how]['unlock']:10.0f}{many[how]['unlock']:10.0f}")
    print(f"{'index, after keys':34}{few['keys']['index']:10.0f}{many['keys']['index']:10.0f}")
    for name, goal in (("queue", "50"), ("rare", "50"), ("common", "50"), ("phrase", "50"), ("prefix", "50"),
                       ("counts", ""), ("show", "100"), ("one", "the same"), ("save", ""), ("lock", "")):
        print(f"{name:34}{few['snapshot'][name]:10.2f}{many['snapshot'][name]:10.2f}   {goal}")
    print(f"{'memory after unlocking, MiB':34}{few['snapshot']['memory'] / 1024:10.1f}"
          f"{many['snapshot']['memory'] / 1024:10.1f}")
    load, search, grep = peers(letters)
    print(f"\nbeside, {letters:,} texts in the plain:\n{'FTS5 alone: load':34}{'':10}{load:10.0f}")
    for name in WORDS:
        print(f"{'FTS5 alone: ' + name:34}{'':10}{search[name]:10.2f}")
    for name in GREP:
        print(f"{'grep: ' + name:34}{'':10}{grep[name]:10.2f}")


main()
