#!/usr/bin/env python3
"""Every key that pistad reads is in pistad.conf(5), and no other: manual.py config.c pistad.conf.5"""
import pathlib
import re
import sys

source, manual = [pathlib.Path(a).read_text() for a in sys.argv[1:]]
read = {"entry NAME": set(re.findall(r'text_is\(name, "(\w+)"\)', source))}
for section, key in re.findall(r'^\t\{ "(\w+)", "(\w+)", set_\w+,', source, re.M):
    read.setdefault(section, set()).add(key)
written = {}
for part in manual.split("\n.Ss [")[1:]:
    section, text = part.split("]", 1)
    for line in re.findall(r"^\.It Ic (.+)$", text, re.M):
        written.setdefault(section, set()).update(re.findall(r"\w+", line))
for section in sorted(read.keys() | written.keys()):
    odd = read.get(section, set()) ^ written.get(section, set())
    if odd:
        sys.exit(f"[{section}]: only in one of both: {', '.join(sorted(odd))}")
