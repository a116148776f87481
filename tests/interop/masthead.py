#!/usr/bin/env python3
"""Stock minisign verifies our mastheads, we verify what it signs, and keys go both ways.

usage: masthead.py TOOL    TOOL is masthead-tool
"""
import json
import os
import subprocess
import sys
import tempfile

COMMENT = 'pista newsroom=a0000000000000000000000000000000 serial=3'
CARD = {
    'pista': 1, 'newsroom': 'a0' + '00' * 15, 'name': {'en': 'X'}, 'languages': ['en'],
    'serial': 3, 'issued': '2025-03-09', 'expires': '2025-04-08', 'previous': '00' * 32,
    'members': [], 'desks': [{'id': 'news', 'names': {'en': 'News'}, 'members': []}],
    'policy': {'editions': {'hours': [0]}, 'letter_max': 1 << 30}}


def run(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode()


def good(*argv):
    status, out = run(*argv)
    assert status == 0, (argv, out)
    return out


def exchange(tool, key, pub, card):
    """Either side signs with this key pair and the other one verifies."""
    ours, theirs = card + '.ours', card + '.theirs'
    good(tool, 'sign', key, card, ours)
    out = good('minisign', '-V', '-m', card, '-x', ours, '-p', pub)
    assert 'Trusted comment: ' + COMMENT + '\n' in out
    good('minisign', '-S', '-W', '-s', key, '-m', card, '-x', theirs, '-t', COMMENT)
    good(tool, 'verify', pub, card, theirs)
    good(tool, 'verify', pub, card, ours)
    # A comment of another form, the legacy algorithm, a changed file.
    good('minisign', '-S', '-W', '-s', key, '-m', card, '-x', theirs, '-t', COMMENT.upper())
    assert run(tool, 'verify', pub, card, theirs)[0] == 1
    good('minisign', '-S', '-W', '-l', '-s', key, '-m', card, '-x', theirs, '-t', COMMENT)
    assert run(tool, 'verify', pub, card, theirs)[0] == 1
    with open(card, 'a', encoding='ascii') as f:
        f.write(' ')
    assert run(tool, 'verify', pub, card, ours)[0] == 1
    assert run('minisign', '-V', '-m', card, '-x', ours, '-p', pub)[0] == 1


def main():
    tool = sys.argv[1]
    with tempfile.TemporaryDirectory() as d:
        def at(name):
            return os.path.join(d, name)
        for name in ('ours', 'theirs'):
            if name == 'ours':
                good(tool, 'new', at('ours.key'), at('ours.pub'))
            else:
                good('minisign', '-G', '-W', '-p', at('theirs.pub'), '-s', at('theirs.key'))
            with open(at(name + '.json'), 'w', encoding='ascii') as f:
                json.dump(CARD, f)
            exchange(tool, at(name + '.key'), at(name + '.pub'), at(name + '.json'))


if __name__ == '__main__':
    main()
