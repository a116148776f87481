#!/usr/bin/env python3
"""Debian's age and tar open every letter.

usage: letter.py PROG    PROG is emit-letter, which seals letters into a directory
"""
import hashlib
import json
import os
import stat
import subprocess
import sys
import tempfile


def run(*argv, data=None):
    done = subprocess.run(argv, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0 and done.stderr == b'', (argv, done.stderr)
    return done.stdout


def check_directory(d):
    with open(os.path.join(d, 'tip.json'), encoding='utf-8') as f:
        tip = json.load(f)
    found = sorted(os.path.relpath(os.path.join(at, name), d)
                   for at, _, names in os.walk(d) for name in names)
    assert found == sorted(['tip.json'] + [e['path'] for e in tip['entries']])
    for e in tip['entries']:
        path = os.path.join(d, e['path'])
        with open(path, 'rb') as f:
            data = f.read()
        assert len(data) == e['size']
        assert hashlib.blake2b(data, digest_size=32).hexdigest() == e['blake2b']
        status = os.lstat(path)
        assert stat.S_ISREG(status.st_mode) and status.st_mtime == 0


def main():
    with tempfile.TemporaryDirectory() as d:
        letters = json.loads(run(sys.argv[1], d))
        for letter in letters:
            plain = run('age', '-d', '-i', os.path.join(d, 'identity.txt'),
                        os.path.join(d, letter['file']))
            out = os.path.join(d, letter['file'] + '.d')
            os.mkdir(out)
            run('tar', '-xf', '-', '-C', out, data=plain)
            check_directory(out)
        print(len(letters), 'letters')


if __name__ == '__main__':
    main()
