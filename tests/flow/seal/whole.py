#!/usr/bin/env python3
"""usage: whole.py PISTA"""
import os
import signal
import subprocess
import time

from kit import PISTA, PLAIN, case


@case
def cut(p):
    """A file that was cut or changed leaves the old output as it was and nothing new."""
    sealed = p.pista('seal', '-r', p.recipient, p.plain)
    p.write('out', b'the old content')
    before = p.names()
    wrong = [sealed[:-1], sealed[:65552], sealed + b'x', sealed[:300], sealed[:100],
             sealed[:70000] + b'?' + sealed[70001:], sealed[:-16]]
    for data in wrong:
        for threads in '1', '4':
            p.pista('open', '--threads', threads, '-i', p.identity, '-o', p.path('out'),
                    data=data, status=1, says='standard input: ')
            assert p.read('out') == b'the old content' and p.names() == before
            p.pista('open', '--threads', threads, '-i', p.identity, '-o', p.path('new'),
                    data=data, status=1)
            assert p.names() == before


@case
def killed(p):
    """A signal in the middle leaves nothing behind."""
    before = p.names()
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
        pista = subprocess.Popen([PISTA, 'seal', '-r', p.recipient, '-o', p.path('out')],
                                 stdin=subprocess.PIPE)
        pista.stdin.write(PLAIN)
        pista.stdin.flush()
        for _ in range(3000):
            if p.names() != before:
                break
            time.sleep(0.02)
        assert p.names() != before, 'the case missed its moment'
        pista.send_signal(number)
        assert pista.wait() == -number
        pista.stdin.close()
        assert p.names() == before


@case
def replaced(p):
    """An output that exists is replaced at the end, through a link, with its modes right."""
    os.umask(0o027)
    p.write('target', b'old')
    os.symlink('target', p.path('link'))
    p.pista('seal', '-r', p.recipient, '-o', p.path('link'), p.plain)
    assert os.path.islink(p.path('link'))
    assert os.stat(p.path('target')).st_mode & 0o777 == 0o640
    p.pista('open', '-i', p.identity, '-o', p.path('opened'), p.path('target'))
    assert p.read('opened') == PLAIN
    # Plaintext is for its owner alone.
    assert os.stat(p.path('opened')).st_mode & 0o777 == 0o600


@case
def devices(p):
    """A device is written to, never replaced; a full one is said to be full."""
    device = os.stat('/dev/null').st_ino
    p.pista('seal', '-r', p.recipient, '-o', '/dev/null', p.plain)
    assert os.stat('/dev/null').st_ino == device
    for threads in '1', '4':
        p.pista('seal', '--threads', threads, '-r', p.recipient, '-o', '/dev/full', p.plain,
                status=1, says=['/dev/full: ', 'no space left'])


@case
def same(p):
    """The input is never the output."""
    p.pista('seal', '-r', p.recipient, '-o', p.plain, p.plain, status=1, says=p.plain)
    assert p.read('plain') == PLAIN
    os.link(p.plain, p.path('other-name'))
    p.pista('seal', '-r', p.recipient, '-o', p.path('other-name'), p.plain, status=1)
    assert p.read('plain') == PLAIN
