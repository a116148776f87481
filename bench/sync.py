#!/usr/bin/env python3
"""A round of pista-fetch with one new letter, beside an inbox of 100 letters and one of 100,000, in turns.

usage: PISTA_BUILD=build bench/sync.py [LETTERS]
       PISTA_BUILD=build bench/sync.py first [LETTERS]

The old letters are put into both databases directly, all with the bytes of one. Prints medians of what a round takes
and of the processor time of pista-fetch in it; and the same for `pista sync', which unlocks the identity and compares
more of the past each time.

first: a member who has nothing yet fetches everything, 3,000 letters by default.
"""
import contextlib
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/flow"), str(ROOT / "tests/flow/pista")]
from fetcher import Fetch, fill  # noqa: E402
from pista_flow import Place  # noqa: E402

ROUNDS = 15


def tip(place):
    place.source("send", "--to", place.url, "--pin", place.home / "newsroom/newsroom.pub", text="x\n")


def prepare(stack, letters):
    place = stack.enter_context(Place().open())
    tip(place)
    place.pista("sync")
    place.stop()
    fill(place, letters)
    place.start()
    fetch = stack.enter_context(Fetch(place))
    fetch.wait(lambda: fetch.rounds, "the first, long round")
    return place, fetch


def processor(pid):
    """Milliseconds of processor time."""
    return int(pathlib.Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def short(place, fetch):
    tip(place)
    before, start = processor(fetch.process.pid), time.monotonic()
    said = fetch.now()
    took = time.monotonic() - start
    after = processor(fetch.process.pid)
    assert said["err"] == "ok" and said["added"] == 1, said
    return took * 1000, after - before


def long(place, _):
    tip(place)
    start = os.times()
    said = place.run("sync")
    end = os.times()
    assert "1 new" in said.stdout, said
    return ((end.elapsed - start.elapsed) * 1000,
            (end.children_user + end.children_system - start.children_user - start.children_system) * 1000)


def first(letters):
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(Place().open())
        tip(place)
        place.pista("sync")
        place.stop()
        fill(place, letters)
        (place.home / "member/inbox/mirror.db").unlink()
        place.start()
        start = time.monotonic()
        fetch = stack.enter_context(Fetch(place))
        said = fetch.wait(lambda: fetch.rounds and fetch.rounds[-1], "all of it", 600)
        took = time.monotonic() - start
        assert said["err"] == "ok" and said["added"] == letters, said
        size, = fetch.sql("SELECT sum(held) FROM entry")[0]
        print(f"first sync   {letters:7} letters  {took:7.2f} s    {processor(fetch.process.pid) / 1e3:7.2f} s of processor"
              f"   {size / 2**20 / took:.0f} MiB/s")


def main():
    if sys.argv[1:2] == ["first"]:
        first(int(sys.argv[2]) if len(sys.argv) > 2 else 3000)
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with contextlib.ExitStack() as stack:
        places = {n: prepare(stack, n) for n in (100, most)}
        for name, measure, rounds in ("pista-fetch", short, ROUNDS), ("pista sync", long, 5):
            seen = {n: [] for n in places}
            for _ in range(rounds):
                for n, parts in places.items():
                    seen[n].append(measure(*parts))
            medians = {n: [statistics.median(x) for x in zip(*seen[n])] for n in places}
            for n, (wall, cpu) in medians.items():
                print(f"{name:12} {n:7} letters  {wall:7.1f} ms   {cpu:7.1f} ms of processor")
            a, b = medians.values()
            print(f"{name:12} ratio            {b[0] / a[0]:7.2f}      {b[1] / a[1]:7.2f}", flush=True)


main()
