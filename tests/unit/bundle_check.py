#!/usr/bin/env python3
"""The page's script is the same bytes wherever it is built from the same sources, so that
anybody can compute what the masthead says may run.

usage: bundle_check.py NODE BUNDLE.js SOURCES TEXTS-DIR PAGE_SCRIPTS.c INTEGRITY.json LICENSES.txt LANG...
"""
import gzip
import hashlib
import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def contents(table):
    """name -> (bytes as they are served, integrity) of a page_scripts.c."""
    found = {}
    for name, literal, integrity in re.findall(
            r'\{ "([a-z.-]+)", "[^"]+", \(const unsigned char \*\)\n(.*?),\n\t  \d+, "([^"]+)" \}', table, re.S):
        digits = ''.join(re.findall(r'"((?:\\[0-7]{3})*)"', literal))
        found[name] = bytes(int(d, 8) for d in digits.split('\\')[1:]), integrity
    return found


def main():
    node, bundle, sources, texts, built, integrity, licences = sys.argv[1:8]
    sources = pathlib.Path(sources).resolve()
    faults = []
    with tempfile.TemporaryDirectory() as elsewhere:
        there = pathlib.Path(elsewhere)
        shutil.copytree(sources / 'assets', there / 'assets')
        shutil.copytree(texts, there / 'words', ignore=lambda _, names: [
            n for n in names if not n.startswith(('texts-', 'files-'))])
        (there / 'node_modules').symlink_to(sources / 'node_modules')
        subprocess.run([node, bundle, there / 'out.c', there / 'out.json', there / 'out.txt',
                        there / 'words', there / 'assets', *sys.argv[8:]], check=True, cwd=there)
        again = contents((there / 'out.c').read_text())
        paths = [str(p).encode() for p in (sources, there, pathlib.Path(texts).resolve())]
    table = contents(pathlib.Path(built).read_text())
    named = json.loads(pathlib.Path(integrity).read_text())
    if len(table) < len(named) + 1:
        faults.append('only %d files' % len(table))
    if not all('seal-%s.js' % lang in again for lang in sys.argv[8:]):
        faults.append('bundle.js made only %s' % ', '.join(again))
    for name in again:
        if again[name] != table.get(name):
            faults.append('%s: another directory makes other bytes' % name)
    for name, (packed, said) in table.items():
        plain = gzip.decompress(packed)
        digest = 'sha256-' + base64.b64encode(hashlib.sha256(plain).digest()).decode()
        if said != digest or (name.startswith('seal-') and named[name[5:-3]] != digest):
            faults.append('%s: has another hash than is said' % name)
        if any(p in plain for p in paths) or b'node_modules' in plain:
            faults.append('%s: names a directory of the build' % name)
    said = pathlib.Path(licences).read_text()
    faults += ['%s: its licence is not told' % name for name in ('age-encryption', '@noble/curves', 'lean-qr', '@cantoo/pdf-lib')
               if not re.search('^%s [0-9.]+\n\n.*?Copyright' % re.escape(name), said, re.M | re.S)]
    faults += ['%s: is told and not in it' % name for name in ('esbuild', 'playwright-core') if '\n%s ' % name in said]
    print('\n'.join(faults) if faults else 'the same from everywhere')
    sys.exit(1 if faults else 0)


main()
