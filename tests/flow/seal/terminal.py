#!/usr/bin/env python3
"""usage: terminal.py PISTA"""
from kit import PISTA, case
from terminal_kit import run_at_terminal


@case
def sealed(p):
    """Sealed bytes are not sent to a terminal, armor is."""
    status, shown = run_at_terminal([PISTA, 'seal', '-r', p.recipient, p.plain], [])
    assert status == 1 and b'-o FILE or -a' in shown and len(shown) < 300, shown
    status, shown = run_at_terminal(
        [PISTA, 'seal', '-a', '-r', p.recipient, p.write('short', b'hello')], [])
    assert status == 0 and shown.startswith(b'-----BEGIN AGE ENCRYPTED FILE-----'), shown


@case
def opened(p):
    """Text is shown; what a terminal would obey is not."""
    def show(plain):
        sealed = p.write('sealed', p.pista('seal', '-r', p.recipient, data=plain))
        return run_at_terminal([PISTA, 'open', '-i', p.identity, sealed], [])

    status, shown = show('¿Qué tal?\tBien.\n'.encode())
    assert status == 0 and '¿Qué tal?'.encode() in shown, shown
    status, shown = show(b'\x1b]0;obey\x07\n')
    assert status == 1 and b'\x1b' not in shown and b'use -o FILE' in shown, shown


@case
def asked(p):
    """A new passphrase is asked for twice and must be the same."""
    status, shown = run_at_terminal([PISTA, 'seal', '-p', '-o', p.path('out'), p.plain],
                                    ['correct horse', 'correct house'])
    assert status == 1 and b'differ' in shown, shown
    assert 'out' not in p.names()
