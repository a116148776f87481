#!/usr/bin/env python3
"""Compares `pista seal` and `pista open` with stock age on the same file, taking turns.

usage: bench/seal.py [--size MIB] [--rounds N] [--directory DIR] PISTA

One processor: both programs held to the same one. Two: both may use two. To a file and to
/dev/null; the file lies in DIR (default: a temporary one). Prints medians in seconds, of the wall
clock and of the processor time, and how many times faster than age pista is by the first. Other
work on the machine spoils the wall clock, not so much the processor time.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time


def measure(argv, processors, out):
    if out != '/dev/null' and os.path.exists(out):
        os.unlink(out)
    begin = time.monotonic()
    child = subprocess.Popen(argv, preexec_fn=lambda: os.sched_setaffinity(0, processors))
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, argv
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime


def compare(title, age, pista, processors, out, rounds):
    # A B, B A, A B: what one leaves behind in the page cache meets both alike.
    results = [], []
    turns = [(0, age), (1, pista)]
    for _ in range(rounds):
        for i, argv in turns:
            results[i].append(measure(argv, processors, out))
        turns.reverse()
    (a, a_cpu), (p, p_cpu) = [map(statistics.median, zip(*r)) for r in results]
    print(f'{title:34} age {a:5.2f} ({a_cpu:5.2f})   pista {p:5.2f} ({p_cpu:5.2f})   '
          f'{a / p:5.2f} times', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--size', type=int, default=1024)
    parser.add_argument('--rounds', type=int, default=6)
    parser.add_argument('--directory')
    parser.add_argument('pista')
    args = parser.parse_args()
    available = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(dir=args.directory) as d:
        plain, sealed, out, me = (os.path.join(d, n) for n in ('plain', 'sealed', 'out', 'me'))
        block = os.urandom(1 << 20)
        with open(plain, 'wb') as f:
            for _ in range(args.size):
                f.write(block)
        subprocess.run(['age-keygen', '-o', me], check=True, stderr=subprocess.DEVNULL)
        to = subprocess.run(['age-keygen', '-y', me], check=True,
                            stdout=subprocess.PIPE).stdout.decode().strip()
        subprocess.run(['age', '-r', to, '-o', sealed, plain], check=True)
        print(f'{args.size} MiB, {args.rounds} rounds, processors: {len(available)}; '
              'seconds (processor seconds)')
        for n in 1, 2:
            if n > len(available):
                continue
            for target in '/dev/null', out:
                where = 'a file' if target == out else target
                threads = ['--threads', str(n)]
                compare(f'seal, processors: {n}, to {where}',
                        ['age', '-r', to, '-o', target, plain],
                        [args.pista, 'seal', *threads, '-r', to, '-o', target, plain],
                        available[-n:], target, args.rounds)
                compare(f'open, processors: {n}, to {where}',
                        ['age', '-d', '-i', me, '-o', target, sealed],
                        [args.pista, 'open', *threads, '-i', me, '-o', target, sealed],
                        available[-n:], target, args.rounds)


main()
