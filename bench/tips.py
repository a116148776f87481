#!/usr/bin/env python3
"""Durable tips a second through the form and sealed letters a second through
/v1/letters, from 64 connections, and what a bare SQLite group commit of letters
of that size reaches here; rounds turn about, medians and ratios.

    PISTA_BUILD=build bench/tips.py [ROUNDS [TIPS [LETTERS]]]
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/flow"))
from pista_flow import BUILD, Failed, Place  # noqa: E402

PARALLEL = 64


def load(place, mode, total):
    done = subprocess.run([BUILD / "bench/load", mode, *place.browser.host.split(":"), str(PARALLEL), str(total),
                           place.home / "newsroom"], capture_output=True, text=True)
    seconds, good, bad, median, _ = done.stdout.split()
    if int(good) != total:
        raise Failed(f"{mode}: {bad} of {total} were not taken: {done.stderr}")
    return total / float(seconds), float(median)


def bare(directory):
    """(store, bare SQLite), letters a second without any process around it."""
    done = subprocess.run([BUILD / "bench/bench-store", directory, "0.3", str(PARALLEL)], capture_output=True,
                          text=True, check=True)
    rates = {line.split("  ")[0].strip(): float(line.split(" a second ")[0].split()[-1]) for line in done.stdout.splitlines()
             if " a second " in line}
    return rates["store"], rates["bare SQLite"]


def main():
    rounds, tips, letters = (int(x) for x in (sys.argv[1:] + ["5", "500", "5000"][len(sys.argv) - 1:]))
    if not (BUILD / "bench/bench-store").exists():
        subprocess.run(["ninja", "-C", BUILD, "bench/bench-store"], capture_output=True, check=True)
    seen = {"tips": [], "letters": [], "store": [], "bare": []}
    with Place() as place, tempfile.TemporaryDirectory(dir=place.dir) as directory:
        place.open()
        for _ in range(rounds):
            seen["tips"].append(load(place, "tips", tips))
            seen["letters"].append(load(place, "letters", letters))
            store, sqlite = bare(directory)
            seen["store"].append(store)
            seen["bare"].append(sqlite)
    tip, letter = (statistics.median(r for r, _ in seen[m]) for m in ("tips", "letters"))
    wait, letter_wait = (statistics.median(w for _, w in seen[m]) for m in ("tips", "letters"))
    sqlite = statistics.median(seen["bare"])
    ratio = statistics.median(r / b for (r, _), b in zip(seen["letters"], seen["bare"]))
    print(f"{PARALLEL} connections at once, {rounds} rounds, medians")
    print(f"form tips        {tip:8.0f} a second, each waits {wait:6.0f} ms   (goal: 100 on two cores)")
    print(f"sealed letters   {letter:8.0f} a second, each waits {letter_wait:6.1f} ms   (goal: 5,000)")
    print(f"store alone      {statistics.median(seen['store']):8.0f} a second")
    print(f"bare SQLite      {sqlite:8.0f} a second; letters reach {ratio:.2f} of it   (goal: 0.50)")


main()
