#!/usr/bin/env python3
"""usage: words.py PISTA"""
from kit import case


@case
def usage(p):
    """Help is on standard output and status 0, misuse on standard error and status 2."""
    for args in (['help'], ['--help'], ['seal', '--help'], ['open', '--help'], ['help', 'seal'],
                 ['help', 'open']):
        assert p.pista(*args).startswith(b'usage: pista ')
    assert p.pista('--version').startswith(b'pista ')
    p.pista('nonsense', status=2, says='nonsense')
    p.pista('help', 'nonsense', status=2, says='nonsense')
    p.pista('seal', status=2, says='to whom')
    p.pista('seal', '-p', '-r', p.recipient, status=2, says='not both')
    p.pista('seal', '-r', p.recipient, 'one', 'two', status=2, says='one file')
    p.pista('seal', '-r', p.recipient, '--threads', '0', status=2, says='--threads')
    p.pista('seal', '-r', p.recipient, '--threads', '17', status=2, says='--threads')
    p.pista('seal', *['-r', p.recipient] * 65, status=2, says='64')
    p.pista('open', *['-i', p.identity] * 9, status=2, says='8')


@case
def recipients(p):
    """A recipient that is none is named, with its line."""
    p.pista('seal', '-r', 'me', status=1, says=['seal: me: ', 'age1'])
    low = 'age1' + 'q' * 52 + '5cu47z'  # all zeros
    p.pista('seal', '-r', low, status=1, says='weak key')
    p.pista('seal', '-R', p.write('list', b'# one\n' + p.recipient.encode() + b'\nnonsense\n'),
            status=1, says='list: line 3: ')
    p.pista('seal', '-R', p.write('many', (p.recipient.encode() + b'\n') * 65), status=1,
            says='many: line 65: ')
    p.pista('seal', '-R', p.path('missing'), status=1, says=['missing: ', 'not found'])
    p.pista('seal', '-r', p.recipient, p.path('missing'), status=1, says='missing: not found')


@case
def identities(p):
    """An identity file that does not open the file, or that is none, or that others may read."""
    sealed = p.write('sealed', p.pista('seal', '-r', p.recipient, data=b'x'))
    other = p.write('other', b'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ'
                    b'4EGAEX\n')
    p.pista('open', '-i', other, sealed, status=1, says=['sealed: ', 'not sealed to any'])
    p.pista('open', sealed, status=1, says='-i FILE')
    p.pista('open', '-i', p.write('none', b'# empty\n'), sealed, status=1, says='no identity')
    p.pista('open', '-i', p.plain, sealed, status=1, says='plain: ')
    p.pista('open', '-i', p.write('shared', p.read('other'), 0o640), sealed, status=1,
            says=['shared: ', 'chmod 600'])
    p.pista('open', '-i', p.path('missing'), sealed, status=1, says='missing: not found')
    p.pista('open', '-i', p.identity, p.plain, status=1, says='plain: is malformed')
    p.pista('open', '-i', p.identity, p.write('nothing', b''), status=1,
            says='nothing: ends too early')


@case
def passphrases(p):
    """A passphrase comes from a file only its owner reads, and a wrong one is said to be."""
    right = p.write('right', b'correct horse\n')
    wrong = p.write('wrong', b'battery staple\n')
    sealed = p.write('sealed', p.pista('seal', '--passphrase-file', right, data=b'x'))
    assert p.pista('open', '--passphrase-file', right, sealed) == b'x'
    p.pista('open', '--passphrase-file', wrong, sealed, status=1, says='wrong passphrase')
    p.pista('open', '--passphrase-file', p.write('shown', b'correct horse', 0o644), sealed,
            status=1, says='shown: ')
    p.pista('seal', '--passphrase-file', p.write('short', b'short\n'), data=b'x', status=1)
    p.pista('open', '-i', p.identity, '--passphrase-file', right, sealed)
