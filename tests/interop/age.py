#!/usr/bin/env python3
"""Stock age opens what pista seals, and pista opens what stock age seals.

usage: age.py PISTA
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
            for threads in '1', '3':
                sealed = run(PISTA, 'seal', '--threads', threads, '-r', to, *armor, data=plain)
                assert run('age', '-d', '-i', me, data=sealed) == plain, (n, armor)
                # The armor itself is the same text.
                assert not armor or sealed.startswith(b'-----BEGIN AGE ENCRYPTED FILE-----\n')
                sealed = run('age', '-r', to, *armor, data=plain)
                opened = run(PISTA, 'open', '--threads', threads, '-i', me, data=sealed)
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
    words, plain, sealed, opened, key = (
        os.path.join(d, name) for name in ('words', 'plain', 'sealed', 'opened', 'key.age'))
    with open(os.open(words, os.O_WRONLY | os.O_CREAT, 0o600), 'w') as f:
        f.write('a long enough passphrase\n')
    secret = 'a long enough passphrase'
    for armor in ([], ['-a']):
        run(PISTA, 'seal', '-p', '--passphrase-file', words, *armor, '-o', sealed, plain)
        status, shown = run_at_terminal(['age', '-d', '-o', opened, sealed], [secret])
        assert status == 0, shown
        run('cmp', plain, opened)
        status, shown = run_at_terminal(['age', '-p', *armor, '-o', sealed, plain],
                                        [secret, secret])
        assert status == 0, shown
        run(PISTA, 'open', '--passphrase-file', words, '-o', opened, sealed)
        run('cmp', plain, opened)
    status, shown = run_at_terminal([PISTA, 'open', '-o', opened, sealed], [secret])
    assert status == 0, shown
    run('cmp', plain, opened)
    status, shown = run_at_terminal([PISTA, 'seal', '-p', '-o', sealed, plain], [secret] * 2)
    assert status == 0, shown
    assert secret.encode() not in shown
    run(PISTA, 'open', '-p', '--passphrase-fd', '0', '-o', opened, sealed, data=secret.encode())
    run('cmp', plain, opened)
    # An identity file that is sealed itself, by either program.
    for seal in (['age', '-p', '-o', key, me], ['age', '-p', '-a', '-o', key, me],
                 [PISTA, 'seal', '-p', '-o', key, me]):
        status, shown = run_at_terminal(seal, [secret, secret])
        assert status == 0, shown
        sealed_to_me = run('age', '-r', to, data=b'for me')
        assert run(PISTA, 'open', '-i', key, '--passphrase-file', words,
                   data=sealed_to_me) == b'for me'
    with open(sealed, 'wb') as f:
        f.write(run(PISTA, 'seal', '-r', to, data=b'for me too'))
    status, shown = run_at_terminal(['age', '-d', '-i', key, '-o', opened, sealed], [secret])
    assert status == 0, shown
    with open(opened, 'rb') as f:
        assert f.read() == b'for me too'


def main():
    with tempfile.TemporaryDirectory() as d:
        me = os.path.join(d, 'me.txt')
        to = keygen(me)
        sizes(me, to)
        files(d, me, to)
        passphrases(d, me, to)
    print(len(SIZES), 'sizes, files, passphrases')


main()
