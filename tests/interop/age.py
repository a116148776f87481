#!/usr/bin/env python3
"""Stock age opens what pista seals, and pista opens what stock age seals.

usage: age.py PISTA [without-passphrases]
"""
import os
import random
import subprocess
import sys
import tempfile

from terminal_kit import run_at_terminal

PISTA = sys.argv[1]
SIZES = (0, 1, 2, 65519, 65535, 65536, 65537, 131071, 131072, 131073, 196608, 524287, 524288,
         524289, 1048576, 1200000)


def run(*argv, data=b'', status=0, **how):
    done = subprocess.run(argv, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    assert done.returncode == status, (argv, done.returncode, done.stderr)
    return done.stdout


def keygen(path):
    run('age-keygen', '-o', path)
    return run('age-keygen', '-y', path).decode().strip()


def sizes(me, to):
    for n in SIZES:
        plain = random.Random(n).randbytes(n)
        for armor in ([], ['-a']):
            by_age = run('age', '-r', to, *armor, data=plain)
            for threads in '1', '3':
                sealed = run(PISTA, 'seal', '--threads', threads, '-r', to, *armor, data=plain)
                assert run('age', '-d', '-i', me, data=sealed) == plain, (n, armor)
                # The armor itself is the same text.
                assert not armor or sealed.startswith(b'-----BEGIN AGE ENCRYPTED FILE-----\n')
                opened = run(PISTA, 'open', '--threads', threads, '-i', me, data=by_age)
                assert opened == plain, (n, armor)


def files(d, me, to):
    plain, sealed, opened = (os.path.join(d, name) for name in ('plain', 'sealed', 'opened'))
    with open(plain, 'wb') as f:
        f.write(random.Random(0).randbytes(3000000))
    other = os.path.join(d, 'other.txt')
    listed = os.path.join(d, 'recipients.txt')
    with open(listed, 'w') as f:
        f.write(f'# the desk\n\n{to}\n{keygen(other)}\n')
    run(PISTA, 'seal', '-R', listed, '-o', sealed, plain)
    for identity in me, other:
        run('age', '-d', '-i', identity, '-o', opened, sealed)
        run('cmp', plain, opened)
    run('age', '-R', listed, '-o', sealed, plain)
    for identity in me, other:
        run(PISTA, 'open', '-i', identity, '-o', opened, sealed)
        run('cmp', plain, opened)
    # Two identities in two files, the wrong one first.
    run('age', '-r', to, '-o', sealed, plain)
    run(PISTA, 'open', '-i', other, '-i', me, '-o', opened, sealed)
    run('cmp', plain, opened)


def passphrases(d, me, to):
    """Each use is most of a second's work, so every sealed file shows more than one thing."""
    secret = 'a long enough passphrase'
    words, plain, sealed, opened, key = (
        os.path.join(d, name) for name in ('words', 'plain', 'sealed', 'opened', 'key.age'))
    with open(os.open(words, os.O_WRONLY | os.O_CREAT, 0o600), 'w') as f:
        f.write(secret + '\n')
    with open(me, 'rb') as f:
        identity = f.read()

    def at_terminal(*argv):
        status, shown = run_at_terminal(argv, [secret] * (2 if '-p' in argv else 1))
        assert status == 0 and secret.encode() not in shown, shown

    def for_me(by):
        with open(sealed, 'wb') as f:
            f.write(run(*by, '-r', to, data=b'for me'))

    at_terminal(PISTA, 'seal', '-p', '-a', '-o', sealed, plain)
    at_terminal('age', '-d', '-o', opened, sealed)
    run('cmp', plain, opened)
    # Identity files that are sealed themselves, by either program.
    for_me(['age'])
    at_terminal('age', '-p', '-o', key, me)
    assert run(PISTA, 'open', '-p', '--passphrase-fd', '0', key, data=secret.encode()) == identity
    assert run(PISTA, 'open', '-i', key, '--passphrase-file', words, sealed) == b'for me'
    at_terminal('age', '-p', '-a', '-o', key, me)
    at_terminal(PISTA, 'open', '-o', opened, key)
    run('cmp', me, opened)
    assert run(PISTA, 'open', '-i', key, '--passphrase-file', words, sealed) == b'for me'
    run(PISTA, 'seal', '-p', '--passphrase-file', words, '-o', key, me)
    assert run(PISTA, 'open', '-i', key, '--passphrase-file', words, sealed) == b'for me'
    for_me([PISTA, 'seal'])
    at_terminal('age', '-d', '-i', key, '-o', opened, sealed)
    with open(opened, 'rb') as f:
        assert f.read() == b'for me'


def main():
    with tempfile.TemporaryDirectory() as d:
        me = os.path.join(d, 'me.txt')
        to = keygen(me)
        sizes(me, to)
        files(d, me, to)
        if sys.argv[2:] != ['without-passphrases']:
            passphrases(d, me, to)
    print(len(SIZES), 'sizes')


main()
