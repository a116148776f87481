#!/usr/bin/env python3
"""pista(1) and what --help says agree: every command and every option is in both."""
import pathlib
import re
import subprocess

from kit import PISTA, check, main

MANUAL = pathlib.Path(__file__).resolve().parents[3] / "docs/man/pista.1"
# Said once for all commands, in running text or by a shorter name.
COMMON = {"help", "version", "home", "passphrase-file", "passphrase-fd"}


def said(*args):
    done = subprocess.run([PISTA, *args], capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, (args, done))
    return done.stdout


def commands():
    """the manual has every command, with every option its --help names, and no other"""
    manual = MANUAL.read_text()
    written = set(re.findall(r"Fl -([a-z][a-z-]+)", manual))
    helped = set()
    names = re.findall(r"^  ([a-z-]+) ", said("help"), re.M)
    check(len(names) > 20, names)
    for name in names:
        check(re.search(rf"^\.(It )?Cm {name}\b", manual, re.M), f"{name} is not in the manual")
        usage = said(name, "--help")
        check(usage.startswith(f"usage: pista {name}"), usage)
        check(all(len(line) <= 80 for line in usage.splitlines()), f"{name} --help is wider than a terminal")
        helped |= set(re.findall(r"--([a-z][a-z-]+)", usage))
    check(helped <= written | COMMON, f"not in the manual: {sorted(helped - written - COMMON)}")
    check(written <= helped | COMMON, f"in no --help: {sorted(written - helped - COMMON)}")


main(commands)
