#!/usr/bin/env python3
"""Writes the files of the desk's page into a C table, and one JSON of its texts
for each gettext catalog.

usage: embed.py OUT.c OUT.d ASSETS-DIR PO-DIR
"""
import json
import pathlib
import sys

sys.dont_write_bytecode = True
import words  # noqa: E402

TYPES = {'.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8',
         '.js': 'text/javascript; charset=utf-8', '.json': 'application/json'}


def table(files):
    out = ['/* Made by embed.py from assets/desk and po/desk. */',
           '#include "desk/pages.h"', '']
    for number, (_, _, data) in enumerate(files):
        out.append(f'static const uint8_t bytes_{number}[] = {{')
        out += ['\t' + ''.join(f'{b},' for b in data[at:at + 24]) for at in range(0, len(data), 24)]
        out.append('\t0 };')
    out.append('\nconst struct pages_file pages_files[] = {')
    out += [f'\t{{ "{path}", "{kind}", bytes_{number}, {len(data)} }},'
            for number, (path, kind, data) in enumerate(files)]
    out += ['};', 'const size_t pages_files_n = sizeof(pages_files) / sizeof(*pages_files);', '']
    return '\n'.join(out)


def dump(what):
    return json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(',', ':')).encode()


def main():
    out, dependencies = map(pathlib.Path, sys.argv[1:3])
    assets, po = map(pathlib.Path, sys.argv[3:5])
    used, files, catalogs = [pathlib.Path(words.__file__)], [], []
    for path in sorted(assets.glob('*')) + sorted(po.glob('*.po')):
        if path.suffix == '.po':
            catalogs.append(words.catalog(path))
            files.append((f'/words/{path.stem}.json', TYPES['.json'], dump(catalogs[-1])))
        elif path.name == 'canned.json':
            # Not for everybody: the page gets it with its state.
            files.append(('', TYPES['.json'], path.read_bytes()))
        elif path.suffix in TYPES:
            files.append(('/' if path.name == 'index.html' else '/' + path.name, TYPES[path.suffix], path.read_bytes()))
        else:
            continue
        used.append(path)
    files.append(('/words/index.json', TYPES['.json'], dump(words.index(catalogs))))
    out.write_text(table(files))
    # The directories too: a new file makes them new.
    names = [str(p) for p in (assets, po, *used) if p.exists()]
    dependencies.write_text(f'{out}: {" ".join(names)}\n')


main()
